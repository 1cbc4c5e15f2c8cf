import { describe, expect, it } from 'vitest';
import type { AdbDevice, AdbDevices, AdbDone } from '../../core/contract/adb.ts';
import type { Client } from '../../core/contract/client.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { createAdb } from '../../renderer/state/adb.ts';
import type { Connection } from '../../renderer/state/connection.ts';
import { createStore } from '../../renderer/state/store.ts';

const device: AdbDevice = {
  ...{ serial: 'A1', name: 'Pixel 6', connection: 'usb', problem: null, android: '14', sdk: 34 },
  ...{ proxy: 'none', proxyAddress: null, root: null },
  ...{ install: 'by-hand', installText: '', hasCertificate: false },
};
const listed: AdbDevices = { program: '/sdk/adb', devices: [device] };

type Answer = (method: string) => Result<AdbDevices | AdbDone> | Promise<Result<AdbDevices | AdbDone>>;

/** A store over an engine that answers each call with what `answer` gives for its name. */
function createScene(answer: Answer, isThere = true) {
  const asked: string[] = [];
  const adb = new Proxy(
    {},
    {
      get: (_target, method: string) => () => {
        asked.push(method);
        return Promise.resolve(answer(method));
      },
    },
  );
  const connection: Connection = {
    state: createStore('ready' as const),
    client: () => (isThere ? ({ services: { adb } } as unknown as Client) : null),
    onClient: () => () => {},
  };
  return { store: createAdb(connection), asked };
}

describe('devices that adb reaches', () => {
  it('are looked for when somebody asks, once at a time', async () => {
    const { store, asked } = createScene(() => succeed(listed));
    expect(asked).toEqual([]);
    expect(store.state.get()).toBeNull();
    const first = store.look();
    expect(store.looking.get()).toBe(true);
    await store.look();
    await first;
    expect(asked).toEqual(['list']);
    expect([store.looking.get(), store.state.get()]).toEqual([false, listed]);
  });

  it('stay as they were when looking fails, with the reason', async () => {
    let answer: Result<AdbDevices> = succeed(listed);
    const { store } = createScene(() => answer);
    await store.look();
    answer = fail('no-daemon', 'adb cannot start its server.');
    await store.look();
    expect([store.problem.get(), store.state.get()]).toEqual(['adb cannot start its server.', listed]);
    const gone = createScene(() => answer, false).store;
    await gone.look();
    expect(gone.problem.get()).toContain('restarting');
  });

  it('are done one thing with at a time, and the outcome is told until somebody looks again', async () => {
    const used = { ...device, proxy: 'ours' as const };
    const { store, asked } = createScene((method) =>
      method === 'list' ? succeed(listed) : succeed({ said: 'Done.', steps: ['One.'], device: used }),
    );
    await store.look();
    const first = store.act('A1', 'useProxy');
    expect(store.doings.get().get('A1')).toEqual({ state: 'running', action: 'useProxy' });
    await store.act('A1', 'installCertificate');
    await first;
    expect(asked).toEqual(['list', 'useProxy']);
    expect(store.state.get()?.devices).toEqual([used]);
    expect(store.doings.get().get('A1')).toEqual({ state: 'done', said: 'Done.', steps: ['One.'] });
    await store.look();
    expect(store.doings.get().size).toBe(0);
  });

  it('keep what they were when something fails', async () => {
    const { store } = createScene((method) =>
      method === 'list' ? succeed(listed) : fail('offline', 'It does not answer adb.'),
    );
    await store.look();
    await store.act('A1', 'useProxy');
    expect(store.doings.get().get('A1')).toEqual({ state: 'failed', said: 'It does not answer adb.' });
    expect(store.state.get()).toEqual(listed);
  });
});
