import type { CaptureAbility, CaptureState } from '../../core/contract/capture.ts';
import type { Handlers } from '../../core/contract/dispatch.ts';
import { fail, succeed } from '../../core/model/result.ts';

type Tell = (service: string, event: string, payload: unknown) => void;

export const captureFakes = ['ready', 'running', 'not-installed', 'impossible'] as const;
export type CaptureFake = (typeof captureFakes)[number];

const tickMs = 250;

const installSteps = [
  'sudo install -o root -g root -m 755 plumbline-capture /usr/local/lib/plumbline/plumbline-capture',
  'sudo setcap cap_net_raw+ep /usr/local/lib/plumbline/plumbline-capture',
];
const removeSteps = ['sudo rm -r /usr/local/lib/plumbline'];

function ability(state: CaptureAbility['state']): CaptureAbility {
  const isReady = state === 'ready';
  return {
    state,
    explanation: {
      ready: 'The capture helper is installed and may read packets.',
      'not-installed':
        'Reading packets needs a right that ordinary programs do not have. A small helper that can do nothing else is installed once with that right.',
      impossible:
        'This system does not let programs in this container read packets. Capture on the host with tcpdump, and import the file.',
    }[state],
    canInstall: state === 'not-installed',
    steps: state === 'not-installed' ? installSteps : [],
    removeSteps: isReady ? removeSteps : [],
    interfaces: isReady
      ? [
          {
            name: 'eth0',
            description: 'Ethernet',
            addresses: ['192.168.1.23', 'fe80::9eb6:d0ff:fee1:4402'],
            up: true,
            kind: 'ethernet',
          },
          { name: 'wlan0', description: 'Wi-Fi', addresses: [], up: false, kind: 'wifi' },
          {
            name: 'lo',
            description: 'Loopback',
            addresses: ['127.0.0.1', '::1'],
            up: true,
            kind: 'loopback',
          },
          { name: 'docker0', description: 'Bridge', addresses: ['172.17.0.1'], up: true, kind: 'bridge' },
          { name: 'any', description: 'All interfaces', addresses: [], up: true, kind: 'any' },
        ]
      : [],
  };
}

/** Captures that bring made-up packets, `perSecond` of them. */
export function createFakeCapture(
  tell: Tell,
  fake: CaptureFake,
  perSecond: number,
  add: (packets: number) => void,
): Handlers<unknown>['capture'] {
  let present = ability(fake === 'running' ? 'ready' : fake);
  let captures: CaptureState[] = [];
  let timer: ReturnType<typeof setInterval> | null = null;

  const put = (changed: CaptureState) => {
    captures = [...captures.filter(({ captureId }) => captureId !== changed.captureId), changed].slice(-10);
    tell('capture', 'changed', changed);
  };
  const tick = () => {
    const running = captures.filter(({ state }) => state === 'running');
    const count = Math.max(1, Math.round((perSecond * tickMs) / 1000));
    for (const each of running) {
      add(count);
      put({ ...each, packets: each.packets + count, bytes: each.bytes + count * 512, droppedByKernel: 0 });
    }
    if (running.length > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  };
  const start = (source: CaptureState['source'], filter: string) => {
    const captureId = captures.reduce((most, each) => Math.max(most, each.captureId), 0) + 1;
    put({
      ...{ captureId, source, filter, state: 'running', problem: null, startedAtUs: Date.now() * 1000 },
      ...{ packets: 0, bytes: 0, droppedByKernel: null, droppedByInterface: null, droppedByUs: 0 },
    });
    timer ??= setInterval(tick, tickMs);
    return captureId;
  };
  if (fake === 'running') start({ kind: 'interface', name: 'eth0' }, 'not port 22');

  return {
    ability: () => Promise.resolve(succeed(present)),
    install: () => {
      if (present.state !== 'not-installed')
        return Promise.resolve(fail('cannot-install', present.explanation));
      present = ability('ready');
      return Promise.resolve(succeed(present));
    },
    uninstall: () => {
      present = ability('not-installed');
      return Promise.resolve(succeed(present));
    },
    checkFilter: ({ filter }) =>
      Promise.resolve(
        succeed({
          problem: /==|&&$|\bport$/.test(filter) ? "can't parse filter expression: syntax error" : null,
        }),
      ),
    start: ({ source, filter }) =>
      Promise.resolve(
        present.state !== 'ready'
          ? fail('no-permission', 'Packets cannot be read: the capture helper is not installed.')
          : source.name === 'wlan0'
            ? fail('cannot-capture', 'wlan0 is down. Connect it, or choose another interface.')
            : succeed({ captureId: start(source, filter) }),
      ),
    stop: ({ captureId }) => {
      const found = captures.find((each) => each.captureId === captureId);
      if (found !== undefined) put({ ...found, state: 'ended', problem: null });
      return Promise.resolve(succeed({}));
    },
    list: () => Promise.resolve(succeed({ captures })),
  };
}
