import { describe, expect, it } from 'vitest';
import type { Client } from '../../core/contract/client.ts';
import type { DevicesState } from '../../core/contract/devices.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import type { Connection } from '../../renderer/state/connection.ts';
import { createDevices } from '../../renderer/state/devices.ts';
import { createNotices } from '../../renderer/state/notices.ts';
import { createStore } from '../../renderer/state/store.ts';

const nobody: DevicesState = {
  ...{ listener: null, problem: null, networks: [], chosen: null, pairing: null },
  ...{ devices: [], former: [], strangers: [], firewall: null, saveProblem: null },
};

/** A store over an engine that answers every call with what `answer` gives for its name. */
function createScene(answer: (method: string) => Result<DevicesState> | Promise<Result<DevicesState>>) {
  const asked: string[] = [];
  let tell: (state: DevicesState) => void = () => {};
  const services = {
    devices: new Proxy(
      {},
      {
        get: (_target, method: string) => () => {
          asked.push(method);
          return Promise.resolve(answer(method));
        },
      },
    ),
  };
  const client = {
    services,
    on: (_service: string, _event: string, listener: typeof tell) => {
      tell = listener;
    },
  } as unknown as Client;
  let opened: (client: Client) => void = () => {};
  const connection: Connection = {
    state: createStore('ready' as const),
    client: () => client,
    onClient: (listener) => {
      opened = listener;
      listener(client);
    },
  };
  const notices = createNotices();
  const devices = createDevices(connection, notices);
  return {
    ...{ devices, notices, asked },
    reconnect: () => opened(client),
    tell: (state: DevicesState) => tell(state),
  };
}

describe('the store of devices', () => {
  it('keeps why no phone can be added, and begins by itself once there is a network', async () => {
    let hasNetwork = false;
    const scene = createScene((method) =>
      method === 'beginPairing' && !hasNetwork ? fail('no-network', 'No network.') : succeed(nobody),
    );
    await scene.devices.beginPairing();
    expect(scene.devices.adding.get()).toBe(true);
    expect(scene.devices.refusal.get()?.code).toBe('no-network');
    hasNetwork = true;
    scene.tell({ ...nobody, chosen: '192.168.1.5' });
    await expect.poll(() => scene.devices.refusal.get()).toBeNull();
    expect(scene.asked.filter((method) => method === 'beginPairing')).toHaveLength(2);
  });

  it('asks a new engine again while a phone is added', async () => {
    const scene = createScene(() => succeed(nobody));
    await scene.devices.beginPairing();
    scene.reconnect();
    expect(scene.asked).toEqual(['state', 'beginPairing', 'beginPairing']);
  });

  it('ends what begins only after the person has left', async () => {
    let begin: (state: Result<DevicesState>) => void = () => {};
    const scene = createScene((method) =>
      method === 'beginPairing' ? new Promise((resolve) => (begin = resolve)) : succeed(nobody),
    );
    const began = scene.devices.beginPairing();
    await scene.devices.endPairing();
    begin(succeed(nobody));
    await began;
    expect(scene.asked).toEqual(['state', 'beginPairing', 'endPairing', 'endPairing']);
    expect(scene.devices.adding.get()).toBe(false);
  });

  it('gives the reason for a name that is refused, and says other failures in the notices', async () => {
    const scene = createScene((method) =>
      method === 'state' ? succeed(nobody) : fail('no-such-device', 'It is not there any more.'),
    );
    expect(await scene.devices.rename('d1', 'Pixel')).toBe('It is not there any more.');
    expect(scene.notices.list.get()).toEqual([]);
    await scene.devices.forget('d1');
    expect(scene.notices.list.get()[0]?.text).toBe('It is not there any more.');
  });
});
