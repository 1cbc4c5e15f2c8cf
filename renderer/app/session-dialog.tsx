import { useEffect, useLayoutEffect, useState } from 'react';
import { Icon } from '../components/icon.tsx';
import { useModal } from '../components/use-modal.ts';
import { formatInstant } from '../format/duration.ts';
import { formatSize } from '../format/size.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';
import { ChooseSession } from './choose-path.tsx';
import { SaveCopy } from './save-copy.tsx';

/** Opens a session beside those that are open, makes a new one, records into another, copies the one shown. */
export function SessionDialog() {
  const { session } = useWindowState();
  return useStore(session.dialogOpen) && <Dialog onClose={() => session.dialogOpen.set(false)} />;
}

function Dialog({ onClose }: { readonly onClose: () => void }) {
  const modal = useModal(onClose);
  useLayoutEffect(() => modal.ref.current?.querySelector('input')?.focus(), [modal.ref]);
  return (
    <dialog
      {...modal}
      className="session-dialog"
      aria-label="Sessions"
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      <Contents onClose={modal.onClose} />
    </dialog>
  );
}

function Contents({ onClose }: { readonly onClose: () => void }) {
  const { session, droppedFiles } = useWindowState();
  const recent = useStore(session.recent);
  const list = useStore(session.list);
  const shown = useStore(session.state);
  const [path, setPath] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const { loadRecent } = session;
  useEffect(() => void loadRecent(), [loadRecent]);

  const open = async (file: string) => {
    const refused = await session.tryOpen(file);
    // Whoever types the name of a capture or an archive here wants to see what is in it.
    const isOther = refused?.code === 'not-a-session' && !/\.plumb$/i.test(file);
    const wrong = isOther ? await droppedFiles.openPath(file, null) : refused;
    const failed = wrong?.message ?? null;
    setProblem(failed);
    if (failed === null) onClose();
  };
  const closed = recent.filter((each) => list.every((opened) => opened.path !== each.path));
  return (
    <>
      <header>
        <h2>Sessions</h2>
        <button type="button" className="button quiet" aria-label="Close" onClick={onClose}>
          <Icon name="close" size={14} />
        </button>
      </header>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() !== '') void open(path.trim());
        }}
      >
        <input
          className="field mono"
          aria-label="Path of a session"
          placeholder="Path of a .plumb file, or of a capture, HAR, SAZ or flow file"
          spellCheck={false}
          autoComplete="off"
          value={path}
          onChange={(event) => {
            setPath(event.currentTarget.value);
            setProblem(null);
          }}
        />
        <ChooseSession onChosen={(chosen) => void open(chosen)} />
        <button type="submit" className="button primary">
          Open
        </button>
        <button
          type="button"
          className="button"
          title="A new file in the data folder, recorded into from now on. The others stay open."
          onClick={() => {
            void session.create();
            onClose();
          }}
        >
          New session
        </button>
      </form>
      {problem !== null && (
        <p className="problem" role="alert">
          {problem}
        </p>
      )}
      <h3>Recent</h3>
      {closed.length === 0 ? (
        <p className="muted">Sessions that you open or record appear here once they are closed.</p>
      ) : (
        <ul>
          {closed.map((each) => (
            <li key={each.path}>
              <button type="button" title={each.path} onClick={() => void open(each.path)}>
                <span className="ellipsis">{each.name}</span>
                <span className="muted">{formatInstant(each.modifiedAtMs * 1000).slice(0, 16)}</span>
                <span className="number muted">{formatSize(Math.round(each.sizeBytes))}</span>
              </button>
            </li>
          ))}
        </ul>
      )}
      {shown !== null && (
        <>
          <h3>This session: {shown.name}</h3>
          {shown.readOnly ? (
            <p className="muted">It is open for reading only, so nothing can be recorded into it.</p>
          ) : shown.recorded ? (
            <p className="muted">New exchanges are recorded into it.</p>
          ) : (
            <div className="line">
              <button type="button" className="button" onClick={() => void session.record(shown.sessionId)}>
                Record into this one
              </button>
              <span className="muted">New exchanges go here from now on.</span>
            </div>
          )}
          <SaveCopy key={shown.path} session={shown} onClose={onClose} />
        </>
      )}
    </>
  );
}
