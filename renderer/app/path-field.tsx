import { useId } from 'react';
import { nameOf } from '../format/export-formats.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

interface PathFieldProps {
  readonly label: string;
  readonly path: string;
  readonly onChange: (path: string) => void;
}

/** A path on the machine that runs the engine, with the folders that were used last. */
export function PathField({ label, path, onChange }: PathFieldProps) {
  const id = useId();
  const folders = useStore(useWindowState().fileDialogs.folders);
  return (
    <div className="file-field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="field mono"
        autoFocus
        spellCheck={false}
        autoComplete="off"
        maxLength={4096}
        value={path}
        onChange={(event) => onChange(event.target.value)}
      />
      {folders.length > 0 && (
        <div className="file-folders" role="group" aria-label="Folders used last">
          {folders.map((folder) => (
            <button
              key={folder}
              type="button"
              className="button quiet mono"
              title={`Put this folder in front: ${folder}`}
              onClick={() => onChange(`${folder}${nameOf(path)}`)}
            >
              <span className="ellipsis">{folder}</span>
            </button>
          ))}
        </div>
      )}
      {window.plumbline === undefined && (
        <p className="muted">
          This is a path on the machine that runs Plumbline, not on that of this browser.
        </p>
      )}
    </div>
  );
}
