import type { AuthorityFormat, AuthorityKeyKind, AuthorityState } from '../../core/contract/authority.ts';
import type { Client, ServiceClient } from '../../core/contract/client.ts';
import type { Result } from '../../core/model/result.ts';
import type { Connection } from './connection.ts';
import { createStore, type Store } from './store.ts';

export interface ExportedFile {
  readonly fileName: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The CA, its backups, and what may be done with it. What changes it gives null, or in one line why it was not. */
export interface AuthorityStore {
  readonly state: Store<AuthorityState | null>;
  readonly exportAs: (format: AuthorityFormat, password: string | null) => Promise<Result<ExportedFile>>;
  readonly importOwn: (
    certificatePem: string,
    keyPem: string,
    password: string | null,
  ) => Promise<string | null>;
  readonly rotate: (keyKind: AuthorityKeyKind) => Promise<string | null>;
  readonly reset: () => Promise<string | null>;
  readonly restore: (number: number) => Promise<string | null>;
}

const away: Result<never> = {
  ok: false,
  error: { code: 'engine-gone', message: 'The engine is restarting. Try again in a moment.' },
};

export function createAuthority(connection: Connection): AuthorityStore {
  const state = createStore<AuthorityState | null>(null);
  connection.onClient((client: Client) => {
    client.on('authority', 'changed', state.set);
    void client.services.authority.state({}).then((result) => {
      if (result.ok) state.set(result.value);
    });
  });
  type Service = ServiceClient<'authority'>;
  const change = async (
    ask: (service: Service) => Promise<Result<AuthorityState>>,
  ): Promise<string | null> => {
    const client = connection.client();
    const result = client === null ? away : await ask(client.services.authority);
    if (!result.ok) return result.error.message;
    state.set(result.value);
    return null;
  };
  return {
    state,
    exportAs: async (format, password) =>
      (await connection.client()?.services.authority.export({ format, password })) ?? away,
    importOwn: (certificatePem, keyPem, password) =>
      change((service) => service.import({ certificatePem, keyPem, password })),
    rotate: (keyKind) => change((service) => service.rotate({ keyKind })),
    reset: () => change((service) => service.reset({})),
    restore: (number) => change((service) => service.restore({ number })),
  };
}
