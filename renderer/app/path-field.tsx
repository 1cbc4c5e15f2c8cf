import { useId } from 'react';
import { ChooseTarget } from './choose-path.tsx';
import { nameOf } from '../format/export-formats.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

interface PathFieldProps {
  readonly label: string;
  readonly path: string;
  readonly onChange: (path: string) => void;
  /** For a file to be written: the person chose it in the system's dialog and has agreed to replace it. */
  readonly onChosen?: (path: string) => void;
}

/** A path on the machine that runs the engine, with the folders that were used last. */
export function PathField({ label, path, onChange, onChosen }: PathFieldProps) {
  const id = useId();
  const folders = useStore(useWindowState().fileDialogs.folders);
  return (
    <div className="file-field">
      <label htmlFor={id}>{label}</label>
      <div className="file-path">
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
        {onChosen !== undefined && <ChooseTarget path={path} onChosen={onChosen} />}
      </div>
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
