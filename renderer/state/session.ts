import type { SessionState } from '../../core/contract/session.ts';
import type { Client } from '../../core/contract/client.ts';
import type { Failure } from '../../core/model/result.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import { createStore, type Store, type WritableStore } from './store.ts';

export interface RecentSession {
  readonly path: string;
  readonly name: string;
  readonly modifiedAtMs: number;
  readonly sizeBytes: number;
}

/** Paths of sessions: what belongs to one is kept by its path, since numbers change with every engine. */
export interface SwitchListener {
  readonly leave: (path: string) => void;
  readonly enter: (path: string) => void;
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
  /** The one before or behind the one shown, round and round. */
  readonly step: (by: 1 | -1) => void;
  /** Told when another session takes the place of the one shown: before its rows go, and before the other's come. */
  readonly onSwitch: (listener: SwitchListener) => void;
  /** A new one, recorded into and shown. */
  readonly create: (path?: string) => Promise<void>;
  /** Opens a file and shows it. */
  readonly open: (path: string) => Promise<void>;
  /** The same; what is wrong comes back instead of being said. */
  readonly tryOpen: (path: string) => Promise<Failure | null>;
  /** Whether the dialog for opening sessions is shown. */
  readonly dialogOpen: WritableStore<boolean>;
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
  /** Files that were open in the engine before this one and are being opened again. */
  const reopening = new Set<string>();
  const switchListeners: SwitchListener[] = [];

  const show = (sessionId: number) => {
    const shown = list.get().find((each) => each.sessionId === sessionId);
    if (shown === undefined) return;
    shownPath = shown.path;
    const before = state.get()?.path ?? null;
    if (before !== null && before !== shown.path) {
      for (const { leave } of switchListeners) leave(before);
      shownId.set(null);
      state.set(shown);
      for (const { enter } of switchListeners) enter(shown.path);
    } else state.set(shown);
    if (shownId.get() !== sessionId) shownId.set(sessionId);
  };
  const take = (sessions: readonly SessionState[]) => {
    const closedAt = list.get().findIndex((each) => each.path === shownPath);
    list.set(sessions);
    if (shownPath !== null && reopening.has(shownPath)) return;
    const shown =
      sessions.find((each) => each.sessionId === shownId.get()) ??
      sessions.find((each) => each.path === shownPath) ??
      (closedAt >= 0 ? sessions[Math.max(0, closedAt - 1)] : undefined) ??
      sessions.find((each) => each.recorded) ??
      sessions.at(-1);
    if (shown !== undefined) show(shown.sessionId);
  };
  const reopen = async (client: Client, path: string) => {
    const opened = notices.check(await client.services.session.open({ path }));
    reopening.delete(path);
    if (client !== connection.client()) return;
    if (opened === null) take(list.get());
    else takeOne(opened);
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
    // Numbers of an engine before this one mean nothing any more; the files that it had open do.
    const paths = list.get().map((each) => each.path);
    shownId.set(null);
    reopening.clear();
    client.on('session', 'changed', takeOne);
    client.on('session', 'listChanged', ({ sessions }) => {
      take(sessions);
      void loadRecent();
    });
    void client.services.session.list({}).then((result) => {
      if (!result.ok) return;
      const { sessions } = result.value;
      for (const path of paths) {
        if (sessions.some((each) => each.path === path)) continue;
        reopening.add(path);
        void reopen(client, path);
      }
      take(sessions);
    });
  });
  const tryOpen = async (path: string): Promise<Failure | null> => {
    const result = await connection.client()?.services.session.open({ path });
    if (result === undefined)
      return { code: 'engine-gone', message: 'The engine is restarting. Try again in a moment.' };
    if (!result.ok) return result.error;
    takeOne(result.value);
    show(result.value.sessionId);
    return null;
  };

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
      takeOne(value);
      show(value.sessionId);
    },
    tryOpen,
    open: async (path) => {
      const problem = await tryOpen(path);
      if (problem !== null) notices.say(problem.message);
    },
    step: (by) => {
      const sessions = list.get();
      const at = sessions.findIndex((each) => each.path === shownPath);
      const next = sessions[(at + by + sessions.length) % sessions.length];
      if (next !== undefined) show(next.sessionId);
    },
    onSwitch: (listener) => switchListeners.push(listener),
    dialogOpen: createStore(false),
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
