import { useEffect } from 'react';
import { CopyButton } from '../../components/copy-button.tsx';
import { formatCount, formatInstant } from '../../format/duration.ts';
import { formatSize } from '../../format/size.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { OneLineForm } from './one-line-form.tsx';
import { Section } from './section.tsx';

export function SessionSection() {
  const { session, connection } = useWindowState();
  const state = useStore(session.state);
  const recent = useStore(session.recent);
  const ready = useStore(connection.state) === 'ready';
  const { loadRecent } = session;
  useEffect(() => {
    if (ready) void loadRecent();
  }, [ready, loadRecent]);

  return (
    <Section
      title="Session"
      explanation="One recording in one file. What is recorded is on disk at once; nothing needs saving."
    >
      {state !== null && (
        <div className="setting-line">
          <span className="mono">{state.path}</span>
          <CopyButton text={state.path} what="path" />
          <span className="muted">
            {formatCount(state.exchanges)} exchanges, {formatSize(state.diskBytes)}
          </span>
        </div>
      )}
      <div className="setting-line">
        <button type="button" className="button" onClick={() => void session.create()}>
          New session
        </button>
        <span className="muted">The present one stays where it is.</span>
      </div>
      <OneLineForm
        label="Path of a session"
        placeholder="Path of a .plumb file"
        action="Open"
        onSubmit={(path) => session.open(path)}
      />
      <ul className="recent">
        {recent
          .filter(({ path }) => path !== state?.path)
          .map(({ path, name, modifiedAtMs }) => (
            <li key={path}>
              <button type="button" title={path} onClick={() => void session.open(path)}>
                <span className="ellipsis">{name}</span>
                <span className="muted">{formatInstant(modifiedAtMs * 1000).slice(0, 16)}</span>
              </button>
            </li>
          ))}
      </ul>
    </Section>
  );
}
