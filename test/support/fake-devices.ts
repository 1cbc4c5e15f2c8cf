import type { DevicesState, PairedDevice } from '../../core/contract/devices.ts';
import type { Handlers } from '../../core/contract/dispatch.ts';
import { deviceChecks } from '../../core/devices/device-checks.ts';
import {
  afterDeviceEvent,
  noDeviceFacts,
  type DeviceEvent,
  type DeviceFacts,
} from '../../core/devices/device-facts.ts';
import { fail, succeed } from '../../core/model/result.ts';
import type { PortalSystem } from '../../core/portal/portal-platform.ts';

type Tell = (service: string, event: string, payload: unknown) => void;

/**
 * What becomes of a phone that is added: `empty` never comes, `late` has not come for long, `visited` came without the code, `live` does
 * step after step, `works` has done them; the names of diagnoses stop there. `list`: there are devices already. With `no-network`, `problem` and
 * `refused` none can be added.
 */
export const deviceFakes = [
  ...['empty', 'late', 'visited', 'live', 'works', 'list', 'no-network', 'problem', 'refused'],
  ...['no-proxy', 'ca-not-installed', 'ca-not-trusted', 'pinned', 'other-network', 'around-proxy'],
] as const;
export type DevicesFake = (typeof deviceFakes)[number];

const stepMs = 1500;
const networks: DevicesState['networks'] = [
  { address: '192.168.1.5', name: 'wlan0', kind: 'wifi', prefix: 24, caution: null },
  {
    ...{ address: '10.8.0.2', name: 'tun0', kind: 'vpn', prefix: 24 },
    caution: 'Phones are hardly ever in the network of this computer’s VPN.',
  },
  { address: '172.17.0.1', name: 'docker0', kind: 'bridge', prefix: 16, caution: null },
];

const cannotListen =
  'The proxy cannot listen on 127.0.0.1:8888: another program uses that port. End that program, or choose another port in the settings.';

const portal = 'plumbline.test';
const page: DeviceEvent = { type: 'page', isThroughProxy: false };
const proxiedPage: DeviceEvent = { type: 'page', isThroughProxy: true };
const downloaded: DeviceEvent = { type: 'certificate-downloaded' };
const took: DeviceEvent = { type: 'took-certificate' };
const refused: DeviceEvent = {
  ...{ type: 'refused-certificate', host: portal, isPortal: true, how: 'unknown-ca' },
};
const read: DeviceEvent = { type: 'request', scheme: 'https', host: 'api.shop.test' };

function eventsOf(fake: string): readonly DeviceEvent[] {
  switch (fake) {
    case 'ca-not-installed':
      return [page, proxiedPage, refused];
    case 'ca-not-trusted':
      return [page, proxiedPage, downloaded, refused];
    case 'pinned':
      return [
        ...[page, proxiedPage, downloaded, took],
        { type: 'refused-certificate', host: 'api.bank.example', isPortal: false, how: 'unknown-ca' },
      ];
    case 'around-proxy':
      return [page, proxiedPage, downloaded, took, { type: 'around-proxy', host: 'www.video.example' }];
    case 'live':
    case 'works':
      return [page, proxiedPage, downloaded, took, read];
    default:
      return [page];
  }
}

function device(changes: Partial<PairedDevice>, facts: DeviceFacts, otherNetwork: string | null = null) {
  const nowUs = Date.now() * 1000;
  const system: PortalSystem = changes.system?.startsWith('Android') === true ? 'android' : 'ios';
  const against = { system, proxyHost: '192.168.1.5', proxyPort: 8888, caName: 'Plumbline CA ada a1b2c3' };
  return {
    ...{ id: 'd1', name: 'iPhone', system: 'iOS 17.4 · iPhone', address: otherNetwork ?? '192.168.1.23' },
    ...{ hardware: '9e:b6:d0:e1:44:02', pairedAtUs: nowUs - 4_000_000, seenAtUs: nowUs },
    ...{ connections: 2, requests: facts.decrypted === null ? 3 : 14 },
    ...changes,
    checks: [...deviceChecks(facts, { ...against, otherNetwork, passesThrough: () => false })],
  };
}

function factsAfter(events: readonly DeviceEvent[]): DeviceFacts {
  const nowUs = Date.now() * 1000;
  // Not all at once: a page without the proxy belongs to the time before it only when it is seconds older.
  return events.reduce(
    (facts, event, at) => afterDeviceEvent(facts, event, nowUs - (events.length - at) * 5_000_000),
    noDeviceFacts,
  );
}

function listed(): Pick<DevicesState, 'devices' | 'former' | 'strangers'> {
  const nowUs = Date.now() * 1000;
  const minuteUs = 60_000_000;
  return {
    devices: [
      device({ name: 'Ada’s iPhone', pairedAtUs: nowUs - 90 * minuteUs }, factsAfter(eventsOf('works'))),
      device(
        {
          ...{ id: 'd2', name: 'Pixel 8', system: 'Android 14 · Pixel 8', address: '192.168.1.31' },
          ...{ hardware: '3c:28:6d:11:9a:7f', connections: 0, requests: 1204 },
          ...{ pairedAtUs: nowUs - 3000 * minuteUs, seenAtUs: nowUs - 4 * minuteUs },
        },
        factsAfter(eventsOf('ca-not-trusted')),
      ),
      device(
        {
          ...{ id: 'd3', name: 'Test tablet of the second floor', system: null, address: '192.168.1.40' },
          ...{ hardware: null, connections: 0, requests: 0 },
          ...{ pairedAtUs: nowUs - 2 * minuteUs, seenAtUs: nowUs - 2 * minuteUs },
        },
        factsAfter(eventsOf('no-proxy')),
      ),
    ],
    former: [
      {
        ...{ id: 'd9', name: 'Galaxy of Ben', system: 'Android 13 · SM-S911B' },
        ...{ removedAtUs: nowUs - 600 * minuteUs, hasCertificate: true, usesProxy: true },
      },
    ],
    strangers: [
      {
        ...{ address: '192.168.1.77', system: 'iOS 16.2 · iPad', count: 3 },
        ...{ seenAtUs: nowUs - minuteUs / 2, hasWrongCode: true, usesProxy: false },
      },
    ],
  };
}

export interface FakeDevices {
  readonly handlers: Handlers<unknown>['devices'];
  /** Recording began or ended. */
  readonly recordingChanged: () => void;
}

/** Devices that nobody holds in the hand. `isRecording` and `record` ask and start the recording. */
export function createFakeDevices(
  tell: Tell,
  fake: DevicesFake,
  isRecording: () => boolean,
  record: () => void,
): FakeDevices {
  let codes = 0;
  let timer: ReturnType<typeof setInterval> | null = null;
  let chosen: string | null = fake === 'no-network' ? null : '192.168.1.5';
  let state: DevicesState = {
    ...{ listener: null, problem: null, networks: chosen === null ? [] : networks, chosen, pairing: null },
    ...(fake === 'list' ? listed() : { devices: [], former: [], strangers: [] }),
    saveProblem: null,
    firewall: fake === 'late' ? { name: 'ufw', command: 'sudo ufw allow 8888/tcp' } : null,
  };
  const change = (changes: Partial<DevicesState>) => {
    const next = { ...state, ...changes };
    const isNeeded = next.pairing !== null || next.devices.length > 0;
    const isOpen = isRecording() && isNeeded && fake !== 'problem';
    const problem =
      fake === 'problem' && isNeeded
        ? `Port 8888 of ${chosen ?? ''} belongs to another program. End that program, or choose another port for the proxy in the settings.`
        : null;
    state = { ...next, chosen, problem, listener: isOpen ? `${chosen ?? ''}:8888` : null };
    tell('devices', 'changed', state);
    return Promise.resolve(succeed(state));
  };
  const stop = () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  };
  const arrive = (events: readonly DeviceEvent[]) => {
    if (state.pairing === null) return;
    const otherNetwork = fake === 'other-network' ? '10.20.0.14' : null;
    const arrived = device({}, factsAfter(events), otherNetwork);
    void change({
      pairing: { ...state.pairing, hasVisitor: true, paired: arrived.id },
      devices: [...state.devices.filter(({ id }) => id !== arrived.id), arrived],
    });
  };
  const begin = () => {
    const pairing = state.pairing;
    if (pairing === null) return;
    if (fake === 'visited') {
      const stranger = {
        ...{ address: '192.168.1.23', system: 'Android 14 · Pixel 8', count: 1 },
        ...{ seenAtUs: Date.now() * 1000, hasWrongCode: false, usesProxy: true },
      };
      void change({ pairing: { ...pairing, hasVisitor: true }, strangers: [stranger] });
    }
    if (['empty', 'late', 'visited', 'list', 'problem'].includes(fake)) return;
    const events = eventsOf(fake);
    if (fake !== 'live') return arrive(events);
    let seen = 0;
    timer = setInterval(() => {
      arrive(events.slice(0, ++seen));
      if (seen === events.length) stop();
    }, stepMs);
  };
  const known = (id: string) => state.devices.find((each) => each.id === id);
  const none = () => Promise.resolve(fail('no-such-device', 'This device is not there any more.'));

  return {
    recordingChanged: () => void change({}),
    handlers: {
      state: () => change({}),
      beginPairing: ({ another }) => {
        if (chosen === null)
          return Promise.resolve(fail('no-network', 'This computer is in no network with other devices.'));
        if (fake === 'refused') return Promise.resolve(fail('cannot-listen', cannotListen));
        if (state.pairing !== null && another !== true) return change({});
        stop();
        if (!isRecording()) record();
        const code = `K7QM2XW${'DEFGH'[codes++ % 5] ?? ''}`;
        // Somebody who comes, comes after the answer.
        setTimeout(begin);
        return change({
          pairing: {
            url: `http://${chosen}:8888/pair/${code}`,
            code: `${code.slice(0, 4)}-${code.slice(4)}`,
            beganAtUs: Date.now() * 1000 - (fake === 'late' ? 34_000_000 : 0),
            ...{ hasVisitor: false, paired: null },
          },
        });
      },
      endPairing: () => {
        stop();
        return change({ pairing: null });
      },
      chooseNetwork: ({ address }) => {
        chosen = address;
        const code = state.pairing?.code.replace('-', '') ?? '';
        return change(
          state.pairing === null
            ? {}
            : { pairing: { ...state.pairing, url: `http://${address}:8888/pair/${code}` } },
        );
      },
      allow: ({ address }) => {
        const stranger = state.strangers.find((each) => each.address === address);
        if (stranger === undefined) return none();
        const { system } = stranger;
        const allowed = { id: `d${address}`, name: system ?? address, system, address, hardware: null };
        return change({
          pairing: state.pairing === null ? null : { ...state.pairing, paired: allowed.id },
          strangers: state.strangers.filter((each) => each !== stranger),
          devices: [...state.devices, device(allowed, factsAfter([page]))],
        });
      },
      rename: ({ id, name }) => {
        if (known(id) === undefined) return none();
        if (state.devices.some((each) => each.id !== id && each.name === name))
          return Promise.resolve(fail('name-taken', `Another device is called ${name} already.`));
        return change({ devices: state.devices.map((each) => (each.id === id ? { ...each, name } : each)) });
      },
      remove: ({ id }) => {
        const removed = known(id);
        if (removed === undefined) return none();
        const { name, system } = removed;
        const left = { removedAtUs: Date.now() * 1000, hasCertificate: true, usesProxy: false };
        return change({
          devices: state.devices.filter((each) => each !== removed),
          former: [...state.former, { id, name, system, ...left }],
        });
      },
      forget: ({ id }) => change({ former: state.former.filter((each) => each.id !== id) }),
    },
  };
}
