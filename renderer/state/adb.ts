import type { AdbDevice, AdbDevices } from '../../core/contract/adb.ts';
import type { Connection } from './connection.ts';
import { createStore, type Store } from './store.ts';

/** What can be done with a device that adb reaches: the methods of the service. */
export type AdbAction = 'useProxy' | 'stopProxy' | 'installCertificate' | 'removeCertificate' | 'openPortal';

/** What was done last with a device: it goes on, or how it ended. */
export type AdbDoing =
  | { readonly state: 'running'; readonly action: AdbAction }
  | { readonly state: 'done'; readonly said: string; readonly steps: readonly string[] }
  | { readonly state: 'failed'; readonly said: string };

/** Devices that the program adb reaches. Nothing is looked for before somebody asks. */
export interface Adb {
  /** Null before anybody looked. */
  readonly state: Store<AdbDevices | null>;
  readonly looking: Store<boolean>;
  /** Why nothing could be looked for. */
  readonly problem: Store<string | null>;
  /** By serial number. */
  readonly doings: Store<ReadonlyMap<string, AdbDoing>>;
  /** While it goes on, asking again changes nothing. */
  readonly look: () => Promise<void>;
  /** One thing at a time with each device. */
  readonly act: (serial: string, action: AdbAction) => Promise<void>;
}

const engineGone = 'The engine is restarting. Try again in a moment.';

export function createAdb(connection: Connection): Adb {
  const state = createStore<AdbDevices | null>(null);
  const looking = createStore(false);
  const problem = createStore<string | null>(null);
  const doings = createStore<ReadonlyMap<string, AdbDoing>>(new Map());

  const note = (serial: string, doing: AdbDoing): void =>
    doings.set(new Map(doings.get()).set(serial, doing));
  const replace = (device: AdbDevice): void => {
    const now = state.get();
    if (now === null) return;
    const devices = now.devices.map((each) => (each.serial === device.serial ? device : each));
    state.set({ ...now, devices });
  };
  return {
    state,
    looking,
    problem,
    doings,
    look: async () => {
      if (looking.get()) return;
      looking.set(true);
      const answer = await connection.client()?.services.adb.list({});
      looking.set(false);
      problem.set(answer === undefined ? engineGone : answer.ok ? null : answer.error.message);
      if (answer?.ok !== true) return;
      state.set(answer.value);
      // What was said of a device is of the time before; what goes on, goes on.
      doings.set(new Map([...doings.get()].filter(([, doing]) => doing.state === 'running')));
    },
    act: async (serial, action) => {
      if (doings.get().get(serial)?.state === 'running') return;
      note(serial, { state: 'running', action });
      const answer = await connection.client()?.services.adb[action]({ serial });
      if (answer?.ok !== true)
        return note(serial, { state: 'failed', said: answer?.error.message ?? engineGone });
      replace(answer.value.device);
      note(serial, { state: 'done', said: answer.value.said, steps: answer.value.steps });
    },
  };
}
