import type { SessionState } from '../../core/contract/session.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import { createStore, type Store } from './store.ts';

export interface RecentSession {
  readonly path: string;
  readonly name: string;
  readonly modifiedAtMs: number;
}

export interface Session {
  readonly state: Store<SessionState | null>;
  readonly recent: Store<readonly RecentSession[]>;
  readonly loadRecent: () => Promise<void>;
  readonly create: (path?: string) => Promise<void>;
  readonly open: (path: string) => Promise<void>;
}

export function createSession(connection: Connection, notices: Notices): Session {
  const state = createStore<SessionState | null>(null);
  const recent = createStore<readonly RecentSession[]>([]);

  const loadRecent = async () => {
    const result = await connection.client()?.services.session.recent({});
    if (result?.ok === true) recent.set(result.value.sessions);
  };
  connection.onClient((client) => {
    client.on('session', 'changed', state.set);
    client.on('session', 'replaced', (next) => {
      state.set(next);
      void loadRecent();
    });
    void client.services.session.state({}).then((result) => {
      if (result.ok) state.set(result.value);
    });
  });

  return {
    state,
    recent,
    loadRecent,
    create: async (path) => {
      const result = await connection.client()?.services.session.create(path === undefined ? {} : { path });
      if (result !== undefined) notices.check(result);
    },
    open: async (path) => {
      const result = await connection.client()?.services.session.open({ path });
      if (result !== undefined) notices.check(result);
    },
  };
}
