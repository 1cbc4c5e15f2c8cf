import { useEffect, useEffectEvent, useState } from 'react';
import { filesWithPaths } from '../state/dropped-files.ts';
import { useWindowState } from '../state/window-state.ts';

/** Takes files that are dropped anywhere on the window. */
export function DropTarget() {
  const { droppedFiles } = useWindowState();
  const [isOver, setOver] = useState(false);

  const take = useEffectEvent((files: FileList | null) => {
    void droppedFiles.takeFiles(filesWithPaths(files));
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
      take(event.dataTransfer?.files ?? null);
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
  if (!isOver) return null;
  return (
    <div className="drop-target">
      <p>Drop to open</p>
      <p className="muted">Plumbline sessions, packet captures, HAR, SAZ archives and mitmproxy flows</p>
    </div>
  );
}
