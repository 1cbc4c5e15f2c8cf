import { contract } from '../../core/contract/index.ts';
import { createClient, type Client } from '../../core/contract/client.ts';
import type { ChannelEvents } from './channel-events.ts';
import { createStore, type Store } from './store.ts';

/** `lost`: there was a channel and its engine is gone for the moment. */
export type ConnectionState = 'connecting' | 'ready' | 'lost' | 'refused';

export interface Connection {
  readonly state: Store<ConnectionState>;
  /** The client of the present channel, null while there is none. */
  readonly client: () => Client | null;
  /** Called with every client, from the present one on: load state and subscribe to its events there. */
  readonly onClient: (listener: (client: Client) => void) => void;
}

/** Turns channels, one after another, into clients. `start` keeps them coming. */
export function createConnection(start: (events: ChannelEvents) => void): Connection {
  const state = createStore<ConnectionState>('connecting');
  const listeners: ((client: Client) => void)[] = [];
  let current: Client | null = null;

  start({
    opened: (channel) => {
      const client = createClient(contract, channel);
      current = client;
      channel.onClose(() => {
        if (current !== client) return;
        current = null;
        state.set('lost');
      });
      for (const listener of listeners) listener(client);
      // A port exists before the engine behind it is up: its first answer says that it is.
      void client.services.engine.status({}).then((result) => {
        if (result.ok && current === client) state.set('ready');
      });
    },
    refused: () => {
      if (current === null) state.set('refused');
    },
  });

  return {
    state,
    client: () => current,
    onClient: (listener) => {
      listeners.push(listener);
      if (current !== null) listener(current);
    },
  };
}
