import { useEffect, useEffectEvent, useState } from 'react';
import { useWindowState } from '../../state/window-state.ts';

/** Opens a session that is dropped on the window. */
export function FileDrop() {
  const { session, notices } = useWindowState();
  const [isOver, setOver] = useState(false);

  const take = useEffectEvent((files: readonly File[]) => {
    const other = files.find(({ name }) => !name.toLowerCase().endsWith('.plumb'));
    if (other !== undefined) {
      notices.say(`${other.name.slice(0, 200)} is no session of Plumbline. Drop a file that ends in .plumb.`);
      return;
    }
    for (const file of files) {
      const path = window.plumbline?.pathOf(file) ?? '';
      if (path !== '') void session.open(path);
      else {
        notices.say(
          `A browser does not tell where ${file.name.slice(0, 200)} is. Give its path to “Open” in the settings (Ctrl+2).`,
        );
      }
    }
  });
  useEffect(() => {
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    const over = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(false);
      take([...(event.dataTransfer?.files ?? [])]);
    };
    window.addEventListener('dragover', over);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
    return () => {
      window.removeEventListener('dragover', over);
      window.removeEventListener('dragleave', leave);
      window.removeEventListener('drop', drop);
    };
  }, []);
  return isOver ? <div className="file-drop">Drop a session here to open it</div> : null;
}
