import { useId, useRef, useState } from 'react';
import { nameOf } from '../format/export-formats.ts';
import { filesWithPaths } from '../state/dropped-files.ts';
import type { LockedFile } from '../state/file-dialogs.ts';
import { useWindowState } from '../state/window-state.ts';
import { FileDialog } from './file-dialog.tsx';
import { PathField } from './path-field.tsx';

/** Opens a session, or reads another recording into a new one. With `locked` it asks for the password of that file only. */
export function ImportDialog({ locked }: { readonly locked: LockedFile | null }) {
  const { fileDialogs, droppedFiles } = useWindowState();
  const chooser = useRef<HTMLInputElement>(null);
  const passwordId = useId();
  const [path, setPath] = useState(locked?.path ?? '');
  const [password, setPassword] = useState('');
  const [wantsPassword, setWantsPassword] = useState(locked !== null);
  const [problem, setProblem] = useState<string | null>(locked?.problem ?? null);
  const [busy, setBusy] = useState(false);

  const close = () => {
    locked?.discard();
    fileDialogs.close();
  };
  const confirm = async () => {
    setBusy(true);
    const failure = await droppedFiles.openPath(path.trim(), password === '' ? null : password);
    setBusy(false);
    if (failure === null) {
      if (locked === null) fileDialogs.used(path.trim());
      fileDialogs.close();
      return;
    }
    setProblem(failure.message);
    setWantsPassword(failure.wantsPassword);
  };
  return (
    <FileDialog
      title={locked === null ? 'Open or import' : `Password of ${nameOf(locked.path)}`}
      action={locked === null ? 'Open' : 'Import'}
      busy={busy}
      disabled={path.trim() === '' || (wantsPassword && password === '')}
      problem={problem}
      onConfirm={() => void confirm()}
      onClose={close}
    >
      {locked === null && (
        <>
          <p>
            Plumbline sessions are opened as they are. Packet captures, HAR files, SAZ archives and mitmproxy
            flows are read into a new session; the file stays as it is.
          </p>
          <div>
            <button type="button" className="button" onClick={() => chooser.current?.click()}>
              Choose a file …
            </button>{' '}
            <span className="muted">or drop one anywhere on the window</span>
            <input
              ref={chooser}
              type="file"
              multiple
              hidden
              aria-label="File to open or import"
              onChange={(event) => {
                const files = filesWithPaths(event.target.files);
                if (files.length === 0) return;
                fileDialogs.close();
                void droppedFiles.takeFiles(files);
              }}
            />
          </div>
          <PathField
            label="Path of the file"
            path={path}
            onChange={(next) => {
              setPath(next);
              setWantsPassword(false);
              setProblem(null);
            }}
          />
        </>
      )}
      {wantsPassword && (
        <div className="file-field">
          <label htmlFor={passwordId}>Password</label>
          <input
            id={passwordId}
            className="field"
            type="password"
            autoFocus
            maxLength={1024}
            value={password}
            onChange={(event) => setPassword(event.target.value)}
          />
        </div>
      )}
    </FileDialog>
  );
}
