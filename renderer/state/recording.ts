import type { RecordingState } from '../../core/contract/recording.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import { createStore, type Store } from './store.ts';

export interface Recording {
  readonly state: Store<RecordingState | null>;
  /** Starts, on another address if one is given. */
  readonly start: (listen?: string) => Promise<void>;
  readonly stop: () => Promise<void>;
  readonly acceptHost: (host: string, accept: boolean) => Promise<void>;
  readonly passThroughHost: (host: string, passThrough: boolean) => Promise<void>;
}

export function createRecording(connection: Connection, notices: Notices): Recording {
  const state = createStore<RecordingState | null>(null);
  connection.onClient((client) => {
    client.on('recording', 'changed', state.set);
    void client.services.recording.state({}).then((result) => {
      if (result.ok) state.set(result.value);
    });
  });

  type Service = NonNullable<ReturnType<Connection['client']>>['services']['recording'];
  const change = async (ask: (service: Service) => ReturnType<Service['state']>) => {
    const client = connection.client();
    if (client === null) return;
    const changed = notices.check(await ask(client.services.recording));
    if (changed !== null) state.set(changed);
  };
  return {
    state,
    start: (listen) => change((service) => service.start(listen === undefined ? {} : { listen })),
    stop: () => change((service) => service.stop({})),
    acceptHost: (host, accept) => change((service) => service.acceptHost({ host, accept })),
    passThroughHost: (host, passThrough) =>
      change((service) => service.passThroughHost({ host, passThrough })),
  };
}
