import { useState } from 'react';
import type { SessionState } from '../../core/contract/session.ts';
import type { Failure } from '../../core/model/result.ts';
import { ChooseTarget } from './choose-path.tsx';
import { useWindowState } from '../state/window-state.ts';

interface SaveCopyProps {
  readonly session: SessionState;
  /** It is being written: how far it is stands in the line of transfers. */
  readonly onClose: () => void;
}

/** Writes the session as it is now to another place, without what was removed from it. */
export function SaveCopy({ session, onClose }: SaveCopyProps) {
  const { transfers } = useWindowState();
  const [path, setPath] = useState(() => session.path.replace(/(\.plumb)?$/, ' copy.plumb'));
  /** The path that may be replaced because the system's dialog has asked. */
  const [agreed, setAgreed] = useState<string | null>(null);
  const [problem, setProblem] = useState<Failure | null>(null);
  const [busy, setBusy] = useState(false);
  const start = async (overwrite: boolean) => {
    setBusy(true);
    const { sessionId } = session;
    const started = await transfers.startCopy({ sessionId, path: path.trim(), overwrite });
    setBusy(false);
    if (started.ok || started.error.code === 'cancelled') onClose();
    else setProblem(started.error);
  };

  return (
    <>
      <h3>Save a copy</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '' && !busy) void start(path.trim() === agreed);
        }}
      >
        <input
          className="field mono"
          aria-label="Path of the copy"
          spellCheck={false}
          autoComplete="off"
          value={path}
          onChange={(event) => {
            setPath(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <ChooseTarget
          path={path}
          onChosen={(chosen) => {
            setPath(chosen);
            setAgreed(chosen);
            setProblem(null);
          }}
        />
        <button type="submit" className="button" disabled={busy}>
          Save
        </button>
      </form>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem.message}{' '}
          {problem.code === 'file-exists' && (
            <button type="button" className="button" disabled={busy} onClick={() => void start(true)}>
              Overwrite it
            </button>
          )}
        </p>
      )}
    </>
  );
}
