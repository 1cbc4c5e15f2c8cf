import { useEffect, useState } from 'react';
import { settingTexts } from '../../../core/model/settings.ts';
import { CopyButton } from '../../components/copy-button.tsx';
import { useTimeFormat } from '../../components/use-preferences.ts';
import { formatCount } from '../../format/duration.ts';
import { formatSize } from '../../format/size.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { Marked } from './search-context.tsx';
import { Problem, Row, useSave } from './setting-row.tsx';

export const sessionTexts = {
  label: 'Session',
  meaning: 'One recording in one file. What is recorded is on disk at once; nothing needs saving.',
} as const;

/** The session in use, a new one, one from a file. */
export function CurrentSession() {
  const { session } = useWindowState();
  const state = useStore(session.state);
  const [path, setPath] = useState('');
  return (
    <Row id="session" {...sessionTexts}>
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
      <form
        className="one-line"
        onSubmit={(event) => {
          event.preventDefault();
          if (path.trim() === '') return;
          void session.open(path.trim());
          setPath('');
        }}
      >
        <input
          className="field mono"
          aria-label="Path of a session"
          placeholder="Path of a .plumb file"
          spellCheck={false}
          autoComplete="off"
          value={path}
          onChange={(event) => setPath(event.currentTarget.value)}
        />
        <button type="submit" className="button" disabled={path.trim() === ''}>
          Open
        </button>
      </form>
    </Row>
  );
}

/** What the next start opens again. */
export function OpenSessionsSetting() {
  const { settings } = useWindowState();
  const paths = useStore(settings.state)?.settings.openSessions ?? [];
  return (
    <Row id="openSessions" {...settingTexts.openSessions} name="openSessions">
      {paths.length === 0 ? (
        <p className="muted">None beside the one recorded into.</p>
      ) : (
        paths.map((path) => (
          <p key={path} className="mono">
            <Marked>{path}</Marked>
          </p>
        ))
      )}
    </Row>
  );
}

export const recentTexts = {
  label: 'Recent sessions',
  meaning: 'The sessions opened last, newest first, as far as their files are still there.',
} as const;

export function RecentSessions() {
  const { session, connection } = useWindowState();
  const current = useStore(session.state)?.path;
  const recent = useStore(session.recent).filter(({ path }) => path !== current);
  const ready = useStore(connection.state) === 'ready';
  const timeOf = useTimeFormat(true);
  const { problem, save } = useSave();
  const { loadRecent } = session;
  useEffect(() => {
    if (ready) void loadRecent();
  }, [ready, loadRecent]);
  const forget = async () => {
    if (await save({ recentSessions: null })) await loadRecent();
  };
  return (
    <Row id="recent" {...recentTexts} name="recentSessions">
      {recent.length === 0 ? (
        <p className="muted">None yet. Sessions you leave are listed here.</p>
      ) : (
        <>
          <ul className="recent">
            {recent.map(({ path, name, modifiedAtMs }) => (
              <li key={path}>
                <button type="button" title={path} onClick={() => void session.open(path)}>
                  <span className="ellipsis">
                    <Marked>{name}</Marked>
                  </span>
                  <span className="muted">{timeOf(modifiedAtMs * 1000).replace(/\.\d+/, '')}</span>
                </button>
              </li>
            ))}
          </ul>
          <div className="setting-line">
            <button type="button" className="button" onClick={() => void forget()}>
              Forget them
            </button>
            <span className="muted">The files stay.</span>
          </div>
        </>
      )}
      <Problem text={problem} />
    </Row>
  );
}
