/**
 * Two machines on a bad wire, and tcpdump: namespaces of the kernel, joined by a program that loses, delays, reorders and repeats frames as told.
 * Needs root, iproute2, ethtool, tcpdump and python3.
 *
 *   await withLab({ toServer: { delayMs: 5, drop: [3] } }, async (lab) => {
 *     const capture = await lab.capture({ at: 'client' });
 *     const server = lab.node('server', `net.createServer(…).listen(0, '${lab.server.ipv4}', …print('listening PORT'))`);
 *     const [, port] = await server.says(/listening (\d+)/);
 *     await lab.node('client', `…`).ended();
 *     const file = await capture.stop();        // a pcap file, gone with the lab
 *   });
 *
 * Chance is seeded; `drop`, `duplicate` and `hold` name TCP segments with payload by their number that way. The end of a capture is found by a
 * datagram to UDP port 9 that is sent until the file has it: such datagrams (and ICMP about them) are in every file, at its end.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root, startProgram, type Ended, type Program } from './program.ts';
import { within } from './within.ts';

/** How frames go one way; what each means: test/fixtures/captures/wire.py. */
export interface WireWay {
  readonly delayMs?: number;
  readonly jitterMs?: number;
  readonly lossPercent?: number;
  readonly duplicatePercent?: number;
  readonly reorderPercent?: number;
  readonly reorderMs?: number;
  readonly drop?: readonly number[];
  readonly duplicate?: readonly number[];
  readonly hold?: readonly number[];
  readonly holdMs?: number;
}

export interface PacketLabOptions {
  readonly toServer?: WireWay;
  readonly toClient?: WireWay;
  /** Of both machines; 1500 if not given. */
  readonly mtu?: number;
  /** Tags on the wire between them, outermost first: seen by a capture at `wire` only. */
  readonly vlans?: readonly number[];
  readonly seed?: number;
  /** The machines keep the offloads of their card: segments of up to 64 KiB are captured. Only for a wire that does nothing to them. */
  readonly offload?: boolean;
}

export interface CaptureOptions {
  /** `wire`: between the two, where tags are; only with `vlans`. */
  readonly at: 'client' | 'server' | 'wire';
  /** `veth0` if not given; `lo`, or `any` (Linux cooked). */
  readonly interface?: string;
  /** As tcpdump's -y names it, such as `LINUX_SLL` with `any`. */
  readonly linkType?: string;
  readonly filter?: string;
  readonly snapBytes?: number;
  readonly nanoseconds?: boolean;
}

export interface LabCapture {
  /** Resolves with the path of the pcap file once everything before this call is in it. */
  readonly stop: () => Promise<string>;
}

export type Machine = 'client' | 'server';

export interface PacketLab {
  readonly client: { readonly ipv4: string; readonly ipv6: string };
  readonly server: { readonly ipv4: string; readonly ipv6: string };
  readonly folder: string;
  /** The path of a script of test/fixtures/captures. */
  readonly fixture: (name: string) => string;
  /** A program on that machine; what still runs at the end is ended. */
  readonly start: (machine: Machine, command: string, args: readonly string[]) => Program;
  /** The same until it has ended; rejects unless with code 0. */
  readonly run: (machine: Machine, command: string, args: readonly string[]) => Promise<Ended>;
  /** A script for Node with `net`, `dgram`, `print(line)` and `args` at hand. */
  readonly node: (machine: Machine, script: string, ...args: readonly string[]) => Program;
  /** tcpdump, listening when this resolves. */
  readonly capture: (options: CaptureOptions) => Promise<LabCapture>;
}

/** Ports that are given by chance come from these, which tshark takes for no protocol. */
const unnamedPorts = '60100 64999';
const marker = 'plumb: done.';
const addresses = {
  client: { ipv4: '10.9.0.1', ipv6: 'fd00:9::1' },
  server: { ipv4: '10.9.0.2', ipv6: 'fd00:9::2' },
};
const fixtures = path.join(root, 'test/fixtures/captures');
/** TCP doubles its waits: where the same segment is lost again and again, a transfer takes long. */
const endTimeoutMs = 100_000;
let labs = 0;

export async function withLab<T>(
  options: PacketLabOptions,
  play: (lab: PacketLab) => Promise<T>,
): Promise<T> {
  const prefix = `plumbline-${process.pid}-${++labs}-`;
  const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-lab-'));
  const programs: Program[] = [];
  const space = (machine: Machine | 'wire'): string => `${prefix}${machine}`;
  const startIn = (name: string, command: string, args: readonly string[]): Program => {
    const program = startProgram('ip', ['netns', 'exec', name, command, ...args], {}, endTimeoutMs);
    programs.push(program);
    return program;
  };
  const start: PacketLab['start'] = (machine, command, args) => startIn(space(machine), command, args);
  const run: PacketLab['run'] = async (machine, command, args) => {
    const ended = await start(machine, command, args).ended();
    if (ended.code !== 0)
      throw new Error(`${command} ended with ${ended.code}: ${ended.stdout}${ended.stderr}`);
    return ended;
  };
  const node: PacketLab['node'] = (machine, script, ...args) =>
    start(machine, process.execPath, ['--input-type=module', '-e', `${scriptHead}\n${script}`, ...args]);
  try {
    for (const name of ['client', 'server', 'wire'] as const) ip('netns', 'add', space(name));
    connect(space, options);
    const wire = startIn(space('wire'), 'python3', [
      path.join(fixtures, 'wire.py'),
      JSON.stringify({
        a: 'client0',
        b: 'server0',
        toB: options.toServer ?? {},
        toA: options.toClient ?? {},
        vlans: options.vlans ?? [],
        middle: options.vlans === undefined ? null : ['tag0', 'tag1'],
        seed: options.seed ?? 1,
      }),
    ]);
    await wire.says(/ready/);
    return await play({
      ...addresses,
      folder,
      fixture: (name) => path.join(fixtures, name),
      start,
      run,
      node,
      capture: (how) =>
        startCapture(how, folder, (command, args) => startIn(space(how.at), command, args), node),
    });
  } finally {
    for (const program of programs) program.dispose();
    await Promise.allSettled(programs.map((program) => program.ended()));
    for (const name of ['client', 'server', 'wire'] as const) spawnSync('ip', ['netns', 'del', space(name)]);
    rmSync(folder, { recursive: true, force: true });
  }
}

const scriptHead = `import net from 'node:net'; import dgram from 'node:dgram'; const args = process.argv.slice(1);
const print = (line) => process.stdout.write(line + '\\n');`;

/** Interfaces of both machines, each with its other end in the wire's namespace. */
function connect(space: (name: Machine | 'wire') => string, options: PacketLabOptions): void {
  const mtu = String(options.mtu ?? 1500);
  for (const machine of ['client', 'server'] as const) {
    const name = space(machine);
    const far = `${machine}0`;
    ip('link', 'add', 'veth0', 'netns', name, 'type', 'veth', 'peer', 'name', far, 'netns', space('wire'));
    ip('-n', name, 'link', 'set', 'lo', 'up');
    const range = '/proc/sys/net/ipv4/ip_local_port_range';
    ip('netns', 'exec', name, 'sh', '-c', `echo ${unnamedPorts} > ${range}`);
    // No address that the kernel would make up and announce.
    ip('-n', name, 'link', 'set', 'veth0', 'addrgenmode', 'none', 'mtu', mtu);
    ip('-n', name, 'addr', 'add', `${addresses[machine].ipv4}/24`, 'dev', 'veth0');
    ip('-n', name, 'addr', 'add', `${addresses[machine].ipv6}/64`, 'dev', 'veth0', 'nodad');
    if (options.offload !== true) plain(name, 'veth0');
    ip('-n', name, 'link', 'set', 'veth0', 'up');
    raise(space('wire'), far);
  }
  if (options.vlans === undefined) return;
  const wire = space('wire');
  ip('link', 'add', 'tag0', 'netns', wire, 'type', 'veth', 'peer', 'name', 'tag1', 'netns', wire);
  for (const name of ['tag0', 'tag1']) raise(wire, name);
}

/** An interface of the wire itself: no addresses, and nothing that it would say by itself. */
function raise(space: string, name: string): void {
  ip('-n', space, 'link', 'set', name, 'addrgenmode', 'none');
  ip('-n', space, 'link', 'set', name, 'mtu', '9000');
  plain(space, name);
  ip('-n', space, 'link', 'set', name, 'up');
}

/** Checksums and segments are made before the wire, which knows nothing of a card that would make them later. */
function plain(space: string, name: string): void {
  mustRun('ip', [
    'netns',
    'exec',
    space,
    'ethtool',
    '-K',
    name,
    'tx',
    'off',
    'rx',
    'off',
    'gso',
    'off',
    'gro',
    'off',
    'tso',
    'off',
  ]);
}

function ip(...args: readonly string[]): void {
  mustRun('ip', args);
}

function mustRun(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}

async function startCapture(
  how: CaptureOptions,
  folder: string,
  start: (command: string, args: readonly string[]) => Program,
  node: PacketLab['node'],
): Promise<LabCapture> {
  const device = how.interface ?? (how.at === 'wire' ? 'tag0' : 'veth0');
  const file = path.join(folder, `${how.at}-${device}-${++labs}.pcap`);
  const tcpdump = start('tcpdump', [
    ...['-i', device, '-U', '--immediate-mode', '-n', '-Z', 'root', '-B', '32768', '-w', file],
    ...(how.linkType === undefined ? [] : ['-y', how.linkType]),
    ...['-s', String(how.snapBytes ?? 0)],
    ...(how.nanoseconds === true ? ['--time-stamp-precision=nano'] : []),
    ...(how.filter === undefined ? [] : [`(${how.filter}) or udp port 9`]),
  ]);
  await tcpdump.complains(/listening on/);

  async function stop(): Promise<string> {
    // It comes from the other machine, so that what that one sent before is in the file too.
    const sender = how.at === 'client' ? 'server' : 'client';
    const target = device === 'lo' ? '127.0.0.1' : addresses[sender === 'server' ? 'client' : 'server'].ipv4;
    const mark = node(
      device === 'lo' && how.at !== 'wire' ? how.at : sender,
      `const socket = dgram.createSocket('udp4'); socket.on('error', () => {});
       setInterval(() => socket.send(args[1], 9, args[0], () => print('sent')), 10);`,
      target,
      marker,
    );
    await within(
      20_000,
      'the end of a capture',
      new Promise<void>((resolve) => {
        mark.child.stdout?.on('data', () => {
          if (readFileSync(file).includes(marker)) resolve();
        });
      }),
    );
    mark.dispose();
    await mark.ended();
    tcpdump.child.kill('SIGINT');
    const { code, stderr } = await tcpdump.ended();
    if (code !== 0) throw new Error(`tcpdump ended with ${code}: ${stderr}`);
    const dropped = /(\d+) packets? dropped by kernel/.exec(stderr);
    if (dropped?.[1] !== '0') throw new Error(`tcpdump lost packets: ${stderr}`);
    return file;
  }

  return { stop };
}
