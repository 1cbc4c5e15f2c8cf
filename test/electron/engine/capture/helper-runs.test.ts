import { execFileSync, spawnSync } from 'node:child_process';
import { openSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import {
  asNobody,
  builtHelper,
  countPackets,
  descriptorsOf,
  helperWithRight,
  isGone,
  netRawOnly,
  startCapturing,
  startPiped,
  statusOf,
  tcpdumpBelow,
  tcpdumpPath,
} from '../../../support/capture-helper.ts';
import { openDatagrams } from '../../../support/datagrams.ts';
import { scratchFolder } from '../../../support/scratch.ts';

const captureLoopback = ['capture', '--interface', 'lo'];
const noInterface = 5;
const patient = { timeout: 10_000 };

/** As an ordinary user, with the right of the file; and as root. */
const ways = [
  ['an ordinary user', (): string[] => [...asNobody, helperWithRight()]],
  ['root', (): string[] => [builtHelper]],
] as const;

describe.each(ways)('the capture helper, run by %s', (_who, command) => {
  it('captures every packet that the filter lets through, with nanoseconds', async () => {
    const datagrams = await openDatagrams();
    const helper = await startCapturing([...command(), ...captureLoopback, '--filter', datagrams.filter]);
    await datagrams.send(300);
    await helper.wrote(24 + 300 * (16 + 14 + 20 + 8 + 20));
    helper.child.stdin?.end();
    expect(await helper.ended()).toBe(0);
    expect(countPackets(helper.output())).toBe(300);
    expect(helper.output().readUInt32LE(0)).toBe(0xa1b23c4d);
    expect(helper.words()).toMatch(/^300 packets captured$/m);
    expect(helper.words()).toMatch(/^0 packets dropped by kernel$/m);
  });

  it('keeps so much of each packet as was asked for', async () => {
    const datagrams = await openDatagrams();
    const args = ['--snaplen', '60', '--filter', datagrams.filter];
    const helper = await startCapturing([...command(), ...captureLoopback, ...args]);
    await datagrams.send(10, 5000);
    await helper.wrote(24 + 10 * (16 + 60));
    const [captured, original] = [32, 36].map((at) => helper.output().readUInt32LE(at));
    expect([captured, original]).toEqual([60, 14 + 20 + 8 + 5000]);
  });

  it('gives tcpdump CAP_NET_RAW and nothing else, as an ordinary user', async () => {
    const helper = await startCapturing([...command(), ...captureLoopback]);
    expect(statusOf(helper.tcpdump)).toMatchObject({
      Uid: ['65534', '65534', '65534', '65534'].join('\t'),
      Gid: ['65534', '65534', '65534', '65534'].join('\t'),
      Groups: '',
      CapInh: netRawOnly,
      CapPrm: netRawOnly,
      CapEff: netRawOnly,
      CapAmb: netRawOnly,
      NoNewPrivs: '1',
    });
    expect(readFileSync(`/proc/${helper.tcpdump}/limits`, 'utf8')).toMatch(/^Max file size +0 +0 /m);
    expect(readFileSync(`/proc/${helper.tcpdump}/limits`, 'utf8')).toMatch(/^Max processes +0 +0 /m);
  });

  it('keeps no right itself while tcpdump runs', async () => {
    const helper = await startCapturing([...command(), ...captureLoopback]);
    const none = '0'.repeat(16);
    expect(statusOf(helper.child.pid ?? 0)).toMatchObject({
      CapInh: none,
      CapPrm: none,
      CapEff: none,
      CapAmb: none,
      NoNewPrivs: '1',
    });
  });

  it('gives tcpdump no environment, no descriptor of ours and no folder of ours', async () => {
    const folder = scratchFolder();
    writeFileSync(path.join(folder, 'tcpdump'), '#!/bin/sh\necho pwned\n', { mode: 0o755 });
    const secret = openSync(path.join(folder, 'tcpdump'), 'r');
    const helper = await startCapturing([...command(), ...captureLoopback], {
      env: {
        PATH: `${folder}:/usr/bin:/usr/sbin`,
        IFS: '/',
        LD_PRELOAD: path.join(folder, 'none.so'),
        LD_LIBRARY_PATH: folder,
        PCAP_PF_RING: '1',
        BASH_ENV: path.join(folder, 'tcpdump'),
      },
      more: [secret, secret, secret],
    });
    expect(readFileSync(`/proc/${helper.tcpdump}/environ`, 'latin1')).toBe('');
    expect(readlinkSync(`/proc/${helper.tcpdump}/exe`)).toBe(tcpdumpPath);
    expect(readlinkSync(`/proc/${helper.tcpdump}/cwd`)).toBe('/');
    const open = descriptorsOf(helper.tcpdump);
    expect(open[0]).toBe('/dev/null');
    expect(open.filter((each) => each.startsWith('/'))).toEqual(['/dev/null']);
    const own = descriptorsOf(helper.child.pid ?? 0);
    expect(own.filter((each) => each.startsWith('/'))).toEqual([]);
  });

  it('hands a filter on as one argument behind --', async () => {
    const filter = `udp and (port 1 or port 2) and not host 127.0.0.9`;
    const helper = await startCapturing([...command(), ...captureLoopback, '--filter', filter]);
    expect(readFileSync(`/proc/${helper.tcpdump}/cmdline`, 'utf8').split('\0').slice(0, -1)).toEqual([
      ...['tcpdump', '-i', 'lo', '-s', '0', '-B', '16384', '-n', '-U', '--time-stamp-precision=nano'],
      ...['-w', '-', '--', filter],
    ]);
  });

  it('tells counters when it is asked, and goes on', async () => {
    const datagrams = await openDatagrams();
    const helper = await startCapturing([...command(), ...captureLoopback, '--filter', datagrams.filter]);
    await datagrams.send(5);
    await helper.wrote(24 + 5 * 78);
    helper.child.stdin?.write('\n');
    await vi.waitUntil(
      () =>
        /5 packets captured, \d+ packets received by filter, 0 packets dropped by kernel/.test(
          helper.words(),
        ),
      patient,
    );
    await datagrams.send(5);
    await helper.wrote(24 + 10 * 78);
  });

  it.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('ends with %s, and tcpdump with it', async (signal) => {
    const helper = await startCapturing([...command(), ...captureLoopback]);
    helper.child.kill(signal);
    expect(await helper.ended()).toBe(0);
    expect(isGone(helper.tcpdump)).toBe(true);
    expect(helper.words()).toMatch(/packets captured/);
  });

  it('heeds signals that its starter ignored', async () => {
    const helper = await startCapturing([
      ...['sh', '-c', `trap '' CHLD TERM HUP INT PIPE USR1; exec "$@"`, 'sh'],
      ...[...command(), ...captureLoopback],
    ]);
    process.kill(helper.tcpdump, 'SIGKILL');
    expect(await helper.ended()).toBe(1);
    expect(helper.words()).toMatch(/plumbline-capture: Killed/);
  });

  it('ends tcpdump also when nobody reads what it writes', async () => {
    const datagrams = await openDatagrams();
    const helper = await startCapturing([...command(), ...captureLoopback, '--filter', datagrams.filter]);
    helper.child.stdout?.pause();
    await datagrams.send(600, 9000);
    helper.child.stdin?.end();
    await vi.waitUntil(() => isGone(helper.tcpdump), patient);
    helper.child.stdout?.resume();
    expect(await helper.ended()).toBe(0);
  });

  it('takes tcpdump along when it is killed', async () => {
    const helper = await startCapturing([...command(), ...captureLoopback]);
    helper.child.kill('SIGKILL');
    await vi.waitUntil(() => isGone(helper.tcpdump), patient);
  });

  it('ends when its parent is killed, even while its standard input is open', async () => {
    const script = '"$@" <&3 & echo $! >&2; wait';
    const parent = startPiped([
      'bash',
      '-c',
      `exec 3<&0; ${script}`,
      'bash',
      ...command(),
      ...captureLoopback,
    ]);
    await parent.wrote(24);
    const helper = Number(parent.words().split('\n', 1)[0]);
    const tcpdump = tcpdumpBelow(helper);
    parent.child.kill('SIGKILL');
    await vi.waitUntil(() => isGone(helper) && isGone(tcpdump), patient);
  });

  it('says so when the interface vanishes', async () => {
    const make = 'ip link add going type veth peer name other && ip link set going up && exec "$@"';
    const helper = await startCapturing([
      ...['unshare', '-n', 'bash', '-c', make, 'bash'],
      ...[...command(), 'capture', '--interface', 'going'],
    ]);
    execFileSync('nsenter', ['-t', String(helper.tcpdump), '-n', 'ip', 'link', 'delete', 'going']);
    expect(await helper.ended()).toBe(noInterface);
    expect(helper.words()).toMatch(/plumbline-capture: the interface vanished/);
  });

  it('hands on what tcpdump has against a filter', async () => {
    const helper = startPiped([...command(), ...captureLoopback, '--filter', 'prt 80']);
    expect(await helper.ended()).toBe(1);
    expect(helper.words()).toMatch(/tcpdump: .*syntax error/);
  });

  it('lists the interfaces with their addresses', () => {
    const [program = '', ...args] = command();
    const { stdout } = spawnSync(program, [...args, 'list'], { encoding: 'utf8' });
    const listed = JSON.parse(stdout) as {
      readonly interfaces: readonly { readonly name: string; readonly addresses: readonly string[] }[];
    };
    expect(listed).toMatchObject({ allowed: true, tcpdump: tcpdumpPath });
    expect(listed.interfaces[0]).toEqual({ name: 'any', kind: 'any', up: true, addresses: [] });
    for (const [name, addresses] of Object.entries(networkInterfaces())) {
      const found = listed.interfaces.find((each) => each.name === name);
      expect(found?.addresses).toEqual(addresses?.map(({ address }) => address));
    }
    const loopback = listed.interfaces.find(({ name }) => name === 'lo');
    expect(loopback).toMatchObject({ kind: 'loopback', up: true });
  });
});

describe('what the helper does, seen from outside', () => {
  /** The calls that match, without the process numbers, until the end of its standard input. */
  async function traced(calls: string, command: readonly string[]): Promise<string[]> {
    const log = path.join(scratchFolder(), 'trace');
    const args = ['-f', '-qq', '-e', `trace=${calls}`, '-e', 'signal=none', '-o', log];
    const helper = await startCapturing(['strace', ...args, ...command]);
    // Until it has begun to capture it takes no questions.
    await vi.waitUntil(() => {
      helper.child.stdin?.write('\n');
      return helper.words().includes('dropped by kernel');
    }, patient);
    helper.child.stdin?.end();
    expect(await helper.ended()).toBe(0);
    return readFileSync(log, 'utf8')
      .split('\n')
      .map((line) => line.replace(/^\d+ +/, ''))
      .filter((line) => /^\w+\(/.test(line));
  }

  it.each([
    ['root', (): string[] => [builtHelper]],
    ['an ordinary user', (): string[] => ['-u', 'nobody', helperWithRight()]],
  ])('run by %s, it starts nothing but tcpdump, with the allowed flags', async (_who, command) => {
    const calls = await traced('execve,execveat,fork,vfork,clone,clone3', [
      ...command(),
      ...captureLoopback,
      ...['--snaplen', '96', '--filter', 'udp'],
    ]);
    const started = calls.filter((call) => call.startsWith('exec'));
    expect(started).toEqual([
      expect.stringMatching(/^execve\(".*\/plumbline-capture", .* = 0$/),
      expect.stringMatching(
        /^execve\("\/usr\/s?bin\/tcpdump", \["tcpdump", "-i", "lo", "-s", "96", "-B", "16384", "-n", "-U", "--time-stamp-precision=nano", "-w", "-", "--", "udp"\], .*\/\* 0 vars \*\/\) = 0$/,
      ),
    ]);
    expect(calls.filter((call) => !call.startsWith('exec'))).toHaveLength(1);
  });

  it('opens no file for writing, neither itself nor in tcpdump', async () => {
    const calls = await traced(
      'open,openat,openat2,creat,mkdir,mkdirat,unlink,unlinkat,rename,renameat,renameat2',
      [builtHelper, ...captureLoopback],
    );
    expect(calls.length).toBeGreaterThan(3);
    const written = calls.filter((call) => !/^open(?:at)?\(.*O_RDONLY/.test(call));
    expect(written).toEqual([]);
  });
});
