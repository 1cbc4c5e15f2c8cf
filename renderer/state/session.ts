import type { SessionState } from '../../core/contract/session.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import { createStore, type Store } from './store.ts';

export interface RecentSession {
  readonly path: string;
  readonly name: string;
  readonly modifiedAtMs: number;
}

/** The sessions that the engine has open; this window shows one of them. */
export interface Session {
  /** In the order they were opened. */
  readonly list: Store<readonly SessionState[]>;
  /** The one that is shown, null before the engine has told of any. */
  readonly shownId: Store<number | null>;
  readonly state: Store<SessionState | null>;
  readonly recent: Store<readonly RecentSession[]>;
  readonly loadRecent: () => Promise<void>;
  readonly show: (sessionId: number) => void;
  /** A new one, recorded into and shown. */
  readonly create: (path?: string) => Promise<void>;
  /** Opens a file and shows it. */
  readonly open: (path: string) => Promise<void>;
  readonly close: (sessionId: number) => Promise<void>;
  readonly record: (sessionId: number) => Promise<void>;
}

export function createSession(connection: Connection, notices: Notices): Session {
  const list = createStore<readonly SessionState[]>([]);
  const shownId = createStore<number | null>(null);
  const state = createStore<SessionState | null>(null);
  const recent = createStore<readonly RecentSession[]>([]);
  /** The path of what is shown finds it again after the engine has restarted. */
  let shownPath: string | null = null;

  const show = (sessionId: number) => {
    const shown = list.get().find((each) => each.sessionId === sessionId);
    if (shown === undefined) return;
    shownPath = shown.path;
    state.set(shown);
    if (shownId.get() !== sessionId) shownId.set(sessionId);
  };
  const take = (sessions: readonly SessionState[]) => {
    list.set(sessions);
    const shown =
      sessions.find((each) => each.sessionId === shownId.get()) ??
      sessions.find((each) => each.path === shownPath) ??
      sessions.find((each) => each.recorded) ??
      sessions.at(-1);
    if (shown !== undefined) show(shown.sessionId);
  };
  const takeOne = (changed: SessionState) => {
    const others = list.get().filter((each) => each.sessionId !== changed.sessionId);
    take([...others, changed].sort((a, b) => a.sessionId - b.sessionId));
  };
  const loadRecent = async () => {
    const result = await connection.client()?.services.session.recent({});
    if (result?.ok === true) recent.set(result.value.sessions);
  };
  connection.onClient((client) => {
    // Numbers of an engine before this one mean nothing any more.
    shownId.set(null);
    client.on('session', 'changed', takeOne);
    client.on('session', 'listChanged', ({ sessions }) => {
      take(sessions);
      void loadRecent();
    });
    void client.services.session.list({}).then((result) => {
      if (result.ok) take(result.value.sessions);
    });
  });

  return {
    list,
    shownId,
    state,
    recent,
    loadRecent,
    show,
    create: async (path) => {
      const result = await connection.client()?.services.session.create(path === undefined ? {} : { path });
      const value = result === undefined ? null : notices.check(result);
      if (value === null) return;
      shownPath = value.path;
      takeOne(value);
    },
    open: async (path) => {
      const result = await connection.client()?.services.session.open({ path });
      const value = result === undefined ? null : notices.check(result);
      if (value === null) return;
      shownPath = value.path;
      takeOne(value);
    },
    close: async (sessionId) => {
      const result = await connection.client()?.services.session.close({ sessionId });
      if (result !== undefined) notices.check(result);
    },
    record: async (sessionId) => {
      const result = await connection.client()?.services.session.record({ sessionId });
      if (result !== undefined) notices.check(result);
    },
  };
}
