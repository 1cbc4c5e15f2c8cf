import type { DevicesState } from '../../core/contract/devices.ts';
import type { ServiceClient } from '../../core/contract/client.ts';
import type { Failure, Result } from '../../core/model/result.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import { createStore, type Store, type WritableStore } from './store.ts';

/** Phones and other devices that send their traffic here. */
export interface Devices {
  /** Null before the engine was asked. */
  readonly state: Store<DevicesState | null>;
  /** Whether this window adds a phone. It goes on while another place is shown. */
  readonly adding: Store<boolean>;
  /** Why no phone can be added, as the engine said when it was asked last. */
  readonly refusal: Store<Failure | null>;
  /** Id of the device whose details are shown; null: of the first. */
  readonly selected: WritableStore<string | null>;
  /** Asked again it tries again. */
  readonly beginPairing: () => Promise<void>;
  readonly endPairing: () => Promise<void>;
  /** Ends with the code that was used and makes another. */
  readonly addAnother: () => Promise<void>;
  readonly chooseNetwork: (address: string) => Promise<void>;
  readonly allow: (address: string) => Promise<void>;
  /** Why it was not done, in one sentence, or null. */
  readonly rename: (id: string, name: string) => Promise<string | null>;
  readonly remove: (id: string) => Promise<string | null>;
  readonly forget: (id: string) => Promise<void>;
}

type Service = ServiceClient<'devices'>;
type Ask = (service: Service) => Promise<Result<DevicesState>>;

const gone = {
  ok: false,
  error: { code: 'engine-gone', message: 'The engine is restarting. Try again in a moment.' },
} as const;

export function createDevices(connection: Connection, notices: Notices): Devices {
  const state = createStore<DevicesState | null>(null);
  const adding = createStore(false);
  const refusal = createStore<Failure | null>(null);

  const change = async (ask: Ask): Promise<Result<DevicesState>> => {
    const client = connection.client();
    const answer = client === null ? gone : await ask(client.services.devices);
    if (answer.ok) state.set(answer.value);
    return answer;
  };
  const say = async (ask: Ask) => void notices.check(await change(ask));
  const reason = async (ask: Ask) => {
    const answer = await change(ask);
    return answer.ok ? null : answer.error.message;
  };
  const beginPairing = async (another = false) => {
    adding.set(true);
    const answer = await change((service) => service.beginPairing({ another }));
    // Whoever left in the meantime has ended it already, before it had begun.
    if (!adding.get()) return void change((service) => service.endPairing({}));
    // A new engine is asked as soon as it is there.
    refusal.set(answer.ok || answer.error.code === 'engine-gone' ? null : answer.error);
  };
  const endPairing = async () => {
    adding.set(false);
    refusal.set(null);
    await say((service) => service.endPairing({}));
  };
  connection.onClient((client) => {
    client.on('devices', 'changed', (changed) => {
      state.set(changed);
      // There is a network now.
      if (refusal.get()?.code === 'no-network' && changed.chosen !== null) void beginPairing();
    });
    if (adding.get()) return void beginPairing();
    void client.services.devices.state({}).then((answer) => {
      if (answer.ok) state.set(answer.value);
    });
  });

  return {
    state,
    adding,
    refusal,
    selected: createStore<string | null>(null),
    beginPairing: () => beginPairing(),
    endPairing,
    addAnother: () => beginPairing(true),
    chooseNetwork: (address) => say((service) => service.chooseNetwork({ address })),
    allow: (address) => say((service) => service.allow({ address })),
    rename: (id, name) => reason((service) => service.rename({ id, name })),
    remove: (id) => reason((service) => service.remove({ id })),
    forget: (id) => say((service) => service.forget({ id })),
  };
}
