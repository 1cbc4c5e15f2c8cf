/**
 * A computer with a network that phones are in, to be used by a script that was itself started in a network namespace of its own (`unshare -n`): phones
 * are namespaces beside it. `serve` is the program as its web host starts it, spoken with as a window speaks.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { WebSocket } from 'ws';
import type { DevicesState } from '../../core/contract/devices.ts';
import { root, startCli, type Program } from './program.ts';
import { within } from './within.ts';

/** Where the computer is in the network of the phones. */
export const computerAddress = '192.168.77.1';

export interface Phone {
  readonly address: string;
  readonly pid: number;
  /** Runs a program there until it ends; its output, and how it ended. */
  readonly run: (...command: readonly string[]) => Promise<{ code: number | null; output: string }>;
  readonly close: () => void;
}

let interfaces = 0;

function ip(...args: readonly string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'inherit'] });
}

function inside(pid: number, ...command: readonly string[]): readonly [string, readonly string[]] {
  return ['nsenter', ['-t', String(pid), '-n', ...command]];
}

/** The switch that phones are joined by; the computer is at `computerAddress`. */
export function makeNetwork(): void {
  ip('link', 'set', 'lo', 'up');
  ip('link', 'add', 'wlan0', 'type', 'bridge');
  // Left to itself it takes the lowest address of its ports: with each phone that comes, the others would look for another computer.
  ip('link', 'set', 'wlan0', 'address', '02:00:00:00:77:01');
  // A bridge of a chosen address and no port has no carrier, and is no network that is up: the access point is there before any phone.
  ip('link', 'add', 'radio', 'type', 'veth', 'peer', 'name', 'air');
  ip('link', 'set', 'radio', 'master', 'wlan0');
  ip('link', 'set', 'air', 'up');
  ip('link', 'set', 'radio', 'up');
  ip('addr', 'add', `${computerAddress}/24`, 'dev', 'wlan0');
  ip('link', 'set', 'wlan0', 'up');
}

export interface PhonePlace {
  readonly bridge: string;
  /** The first three numbers of its addresses; the computer is number 1. */
  readonly network: string;
}

const usualPlace: PhonePlace = { bridge: 'wlan0', network: '192.168.77' };

/** A phone at number `host` of a network. */
export async function makePhone(host: number, { bridge, network } = usualPlace): Promise<Phone> {
  const address = `${network}.${host}`;
  const hardware = `02:00:00:00:77:${host.toString(16).padStart(2, '0')}`;
  const child = spawn('unshare', ['-n', 'sh', '-c', 'echo up; exec sleep 3600'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await within(5000, 'a namespace', once(child.stdout, 'data'));
  const pid = child.pid ?? 0;
  const port = `phone${++interfaces}`;
  ip('link', 'add', port, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
  ip('link', 'set', port, 'master', bridge);
  ip('link', 'set', port, 'up');
  for (const command of [
    ['ip', 'link', 'set', 'lo', 'up'],
    ['ip', 'link', 'set', 'eth0', 'address', hardware],
    ['ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0'],
    ['ip', 'link', 'set', 'eth0', 'up'],
    ['ip', 'route', 'add', 'default', 'via', `${network}.1`],
  ]) {
    const [program, args] = inside(pid, ...command);
    execFileSync(program, args);
  }
  return {
    address,
    pid,
    run: async (...command) => {
      const [program, args] = inside(pid, ...command);
      const ran = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      return outcome(ran);
    },
    close: () => {
      child.kill('SIGKILL');
    },
  };
}

async function outcome(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

/** The program, and a window's way to it. */
export interface Served {
  readonly program: Program;
  readonly doorPort: number;
  readonly windowUrl: string;
  /** The value of a good answer; rejects with the code and message of a failure. */
  readonly call: (service: string, method: string, params?: object) => Promise<unknown>;
  readonly devices: (method: string, params?: object) => Promise<DevicesState>;
  /** Resolves with the first event of another service for which `is` holds. */
  readonly untilTold: (service: string, is: (payload: Record<string, unknown>) => boolean) => Promise<void>;
  /** Resolves with the first state, now or told, for which `is` holds. */
  readonly until: (what: string, is: (state: DevicesState) => boolean) => Promise<DevicesState>;
  readonly close: () => Promise<void>;
}

type Message =
  | {
      kind: 'answer';
      id: number;
      outcome: { ok: true; value: unknown } | { ok: false; error: { code: string; message: string } };
    }
  | { kind: 'event'; service: string; event: string; payload: unknown };

export async function serve(dataDir: string, args: readonly string[] = []): Promise<Served> {
  const program = startCli(['serve', '--data-dir', dataDir, '--proxy', '127.0.0.1:0', ...args]);
  const windowUrl = (await program.says(/^Open (http:\S+)$/m))[1] ?? '';
  const url = new URL(windowUrl);
  const socket = new WebSocket(`ws://${url.host}/control`, {
    headers: { Origin: url.origin, Authorization: `Bearer ${url.searchParams.get('token') ?? ''}` },
  });
  await within(10_000, 'the control door', once(socket, 'open'));
  const waiting = new Map<number, (message: Message) => void>();
  const listeners = new Set<(state: DevicesState) => void>();
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Message;
    if (message.kind === 'answer') waiting.get(message.id)?.(message);
    else if (message.service !== 'devices') for (const each of tellers) each(message);
    else for (const each of listeners) each(message.payload as DevicesState);
  });
  const tellers = new Set<(message: Extract<Message, { kind: 'event' }>) => void>();
  let calls = 0;
  const call: Served['call'] = async (service, method, params = {}) => {
    const id = ++calls;
    const answered = new Promise<Message>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ kind: 'call', id, service, method, params }));
    const message = await within(10_000, `${service}.${method}`, answered);
    waiting.delete(id);
    if (message.kind !== 'answer') throw new Error('No answer.');
    if (!message.outcome.ok)
      throw new Error(`${message.outcome.error.code}: ${message.outcome.error.message}`);
    return message.outcome.value;
  };
  const devices: Served['devices'] = async (method, params) =>
    (await call('devices', method, params)) as DevicesState;
  return {
    program,
    doorPort: Number(url.port),
    windowUrl,
    call,
    devices,
    untilTold: (service, is) =>
      within(
        15_000,
        `an event of ${service}`,
        new Promise((resolve) => {
          const teller = (message: Extract<Message, { kind: 'event' }>): void => {
            if (message.service !== service || !is(message.payload as Record<string, unknown>)) return;
            tellers.delete(teller);
            resolve();
          };
          tellers.add(teller);
        }),
      ),
    until: async (what, is) => {
      let listener: (state: DevicesState) => void = () => undefined;
      const told = new Promise<DevicesState>((resolve) => {
        listener = (state) => {
          if (is(state)) resolve(state);
        };
        listeners.add(listener);
      });
      const now = await devices('state');
      if (is(now)) listener(now);
      return within(15_000, what, told).finally(() => listeners.delete(listener));
    },
    close: async () => {
      socket.terminate();
      program.child.kill('SIGTERM');
      await program.ended();
    },
  };
}

/** A script of this folder, started in a namespace of its own. */
export function runnerCommand(script: string): readonly [string, readonly string[]] {
  return [
    'unshare',
    [process.geteuid?.() === 0 ? '-n' : '-Urn', process.execPath, path.join(root, 'test/support', script)],
  ];
}
