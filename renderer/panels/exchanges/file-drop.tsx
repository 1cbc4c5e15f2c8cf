import { useEffect, useEffectEvent, useState } from 'react';
import { useWindowState } from '../../state/window-state.ts';

/** Opens sessions, and other recordings, that are dropped on the window. */
export function FileDrop() {
  const { openFiles, notices } = useWindowState();
  const [isOver, setOver] = useState(false);

  const take = useEffectEvent((files: readonly File[]) => {
    const paths = files.map((file) => window.plumbline?.pathOf(file) ?? '').filter((path) => path !== '');
    if (paths.length > 0) void openFiles(paths);
    else if (files.length > 0) {
      notices.say('A browser does not tell where a dropped file is. Give its path in the settings (Ctrl+2).');
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
  return isOver ? <div className="file-drop">Drop a session or a recording to open it</div> : null;
}
