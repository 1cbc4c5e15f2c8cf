import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { containerPid, processCommand } from '../../../../electron/engine/capture/namespace-source.ts';
import { startPiped } from '../../../support/capture-helper.ts';
import { openCaptures, started, stopped, wanted } from '../../../support/captures.ts';
import { openDatagrams } from '../../../support/datagrams.ts';
import { scratchFolder } from '../../../support/scratch.ts';

/** A process in a network of its own, which ends with the test. */
async function otherNetwork(): Promise<{ readonly pid: number; readonly inside: readonly string[] }> {
  const script = 'ip link set lo up && echo ready && exec cat';
  const { child, wrote } = startPiped(['unshare', '-n', 'sh', '-c', script]);
  await wrote('ready\n'.length);
  const pid = child.pid ?? 0;
  return { pid, inside: ['nsenter', '-t', String(pid), '-n'] };
}

const knock = `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for _ in range(50): s.sendto(b'hello', ('127.0.0.1', 9999))`;

describe('a capture in the network of a process', () => {
  it('sees what happens there, and nothing of here', async () => {
    const captures = openCaptures();
    const other = await otherNetwork();
    const here = await openDatagrams();
    const source = { kind: 'process', pid: other.pid, name: 'lo' } as const;
    const id = await started(captures, source, { filter: 'udp' });
    await here.send(20);
    execFileSync(other.inside[0] ?? '', [...other.inside.slice(1), 'python3', '-c', knock]);
    expect(await stopped(captures, id)).toMatchObject({ packets: 50, problem: null });
  });

  it('is one of this machine when the process shares its network', async () => {
    const captures = openCaptures();
    const datagrams = await openDatagrams();
    const source = { kind: 'process', pid: process.pid, name: 'lo' } as const;
    const id = await started(captures, source, { filter: datagrams.filter });
    await datagrams.send(7);
    expect(await stopped(captures, id)).toMatchObject({ packets: 7 });
  });

  it('goes on when the process ends, as long as somebody listens', async () => {
    const captures = openCaptures();
    const other = await otherNetwork();
    const id = await started(captures, { kind: 'process', pid: other.pid, name: 'lo' });
    process.kill(other.pid, 'SIGKILL');
    expect(await stopped(captures, id)).toMatchObject({ state: 'ended', problem: null });
  });

  it('says so when there is no such process', async () => {
    const captures = openCaptures();
    expect(await captures.start(wanted({ kind: 'process', pid: 4_194_305, name: 'lo' }))).toMatchObject({
      error: { code: 'cannot-capture', message: 'There is no process 4194305. Choose one that runs.' },
    });
  });

  it('is not allowed to anybody but root', async () => {
    const other = await otherNetwork();
    const wish = { name: 'lo', filter: '', snapBytes: 0 };
    expect(processCommand('/helper', other.pid, wish, false)).toEqual({
      ok: false,
      error: {
        code: 'no-permission',
        message: `Process ${other.pid} has a network of its own, which only root may enter. Start Plumbline with sudo for that.`,
      },
    });
  });

  it('enters by fixed words only', async () => {
    const other = await otherNetwork();
    const made = processCommand('/helper', other.pid, { name: 'eth0', filter: 'udp', snapBytes: 96 });
    expect(made.ok && [made.value.program, ...made.value.args]).toEqual([
      ...['/usr/bin/nsenter', `--net=/proc/${other.pid}/ns/net`, '--', '/helper', 'capture'],
      ...['--interface', 'eth0', '--snaplen', '96', '--buffer-kib', '65536', '--filter', 'udp'],
    ]);
  });
});

describe('the process of a container', () => {
  /** A docker that knows one container, and writes down what it was asked. */
  function fakeDocker(answer: string): { readonly tool: string; readonly asked: string } {
    const folder = scratchFolder();
    const asked = path.join(folder, 'asked');
    const tool = path.join(folder, 'docker');
    writeFileSync(tool, `#!/bin/sh\nprintf '%s\\n' "$@" > ${asked}\n${answer}\n`, { mode: 0o755 });
    return { tool, asked };
  }

  it('is asked of docker, and of podman where docker does not know it', async () => {
    const docker = fakeDocker('exit 1');
    const podman = fakeDocker('echo 4711');
    expect(await containerPid('web_1', [docker.tool, podman.tool])).toEqual({ ok: true, value: 4711 });
    for (const { asked } of [docker, podman]) {
      expect(execFileSync('cat', [asked], { encoding: 'utf8' })).toBe(
        'container\ninspect\n--format\n{{.State.Pid}}\nweb_1\n',
      );
    }
  });

  it.each([
    ['echo 0', 'The container web does not run. Start it first.'],
    ['exit 1', /^No container web is known here, or this user may not ask\. Try: .*docker ps$/],
    ['echo "1; id"', /^No container web is known here/],
  ])('is none when docker does %j', async (answer, words) => {
    expect(await containerPid('web', [fakeDocker(answer).tool])).toMatchObject({
      error: { code: 'cannot-capture', message: expect.stringMatching(words) as string },
    });
  });

  it.each(['-v', '--help', '', 'a b', 'a;b', '../x', '$(id)', 'x'.repeat(300)])(
    'is not asked for %j',
    async (name) => {
      expect(await containerPid(name, [fakeDocker('echo 1').tool])).toMatchObject({
        error: {
          code: 'cannot-capture',
          message: expect.stringMatching(/is no name or id of a container/) as string,
        },
      });
    },
  );

  it('is none where there is no runtime', async () => {
    expect(await containerPid('web', ['/nowhere/docker'])).toMatchObject({
      error: {
        message: 'Neither docker nor podman is installed here. Name a process of the container instead.',
      },
    });
  });
});
