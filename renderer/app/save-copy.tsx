import { useEffect, useState } from 'react';
import type { SessionState } from '../../core/contract/session.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

/** Writes the session as it is now to another place, without what was removed from it. */
export function SaveCopy({ session }: { readonly session: SessionState }) {
  const { sessionCopy } = useWindowState();
  const state = useStore(sessionCopy.state);
  const [path, setPath] = useState(() => session.path.replace(/(\.plumb)?$/, ' copy.plumb'));
  const { dismiss } = sessionCopy;
  useEffect(() => dismiss, [dismiss]);
  const start = (overwrite: boolean) => void sessionCopy.start(session.sessionId, path.trim(), overwrite);

  return (
    <>
      <h3>Save a copy</h3>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '') start(false);
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
            dismiss();
          }}
        />
        <button type="submit" className="button" disabled={state.kind === 'running'}>
          Save
        </button>
      </form>
      {state.kind === 'running' && (
        <div className="line" role="status">
          <progress aria-label="Copying" {...(state.share === null ? {} : { value: state.share })} />
          <button type="button" className="button" onClick={sessionCopy.cancel}>
            Cancel
          </button>
        </div>
      )}
      {state.kind === 'done' && (
        <p className="muted" role="status">
          Saved as {state.path}.
        </p>
      )}
      {state.kind === 'failed' && (
        <p className="problem" role="alert">
          {state.message}{' '}
          {state.exists && (
            <button type="button" className="button" onClick={() => start(true)}>
              Overwrite it
            </button>
          )}
        </p>
      )}
    </>
  );
}
