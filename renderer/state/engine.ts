import type { AuthorityView, EngineStatus } from '../../core/contract/engine.ts';
import type { Connection } from './connection.ts';
import { createStore, type Store } from './store.ts';

export interface Engine {
  readonly status: Store<EngineStatus | null>;
  readonly authority: Store<AuthorityView | null>;
}

export function createEngine(connection: Connection): Engine {
  const status = createStore<EngineStatus | null>(null);
  const authority = createStore<AuthorityView | null>(null);
  connection.onClient((client) => {
    client.on('engine', 'status', status.set);
    client.on('authority', 'changed', ({ certificatePath, certificatePem, fingerprintSha256, notAfter }) => {
      authority.set({ certificatePath, certificatePem, fingerprintSha256, notAfter });
    });
    void client.services.engine.status({}).then((result) => {
      if (result.ok) status.set(result.value);
    });
    void client.services.engine.authority({}).then((result) => {
      if (result.ok) authority.set(result.value);
    });
  });
  return { status, authority };
}
