import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { sshCommand } from '../../../../electron/engine/capture/ssh-source.ts';
import { isGone, startPiped, tcpdumpBelow } from '../../../support/capture-helper.ts';
import { builtTools, openCaptures, started, stateOf, stopped, wanted } from '../../../support/captures.ts';
import { openDatagrams } from '../../../support/datagrams.ts';
import { scratchFolder } from '../../../support/scratch.ts';
import { startSshd } from '../../../support/sshd.ts';

const patient = { timeout: 15_000 };
const lab = { kind: 'ssh', host: 'lab', name: 'lo' } as const;

describe('a capture on another machine', () => {
  it('brings its packets, their counters, and nothing of our own connection', async () => {
    const sshd = await startSshd();
    const captures = openCaptures({ ...builtTools, ssh: sshd.ssh });
    const datagrams = await openDatagrams();
    const id = await started(captures, lab, { filter: `${datagrams.filter} or tcp port ${sshd.port}` });
    await datagrams.send(200);
    await vi.waitUntil(() => stateOf(captures, id)?.packets === 200, patient);
    await vi.waitUntil(() => stateOf(captures, id)?.droppedByKernel === 0, patient);
    await datagrams.send(100);
    expect(await stopped(captures, id)).toMatchObject({ state: 'ended', packets: 300, problem: null });
  });

  it('leaves no tcpdump there when it is stopped', async () => {
    const sshd = await startSshd();
    const captures = openCaptures({ ...builtTools, ssh: sshd.ssh });
    const id = await started(captures, lab, { filter: 'udp port 1' });
    const tcpdump = tcpdumpBelow(sshd.sessionPid());
    await stopped(captures, id);
    await vi.waitUntil(() => isGone(tcpdump), patient);
  });

  it('says so when the connection is lost', async () => {
    const sshd = await startSshd();
    const captures = openCaptures({ ...builtTools, ssh: sshd.ssh });
    const id = await started(captures, lab, { filter: 'udp port 1' });
    const tcpdump = tcpdumpBelow(sshd.sessionPid());
    process.kill(sshd.sessionPid(), 'SIGKILL');
    await vi.waitUntil(() => stateOf(captures, id)?.state === 'failed', patient);
    expect(stateOf(captures, id)?.problem).toMatch(
      /^The connection to lab was lost\..* Start the capture again\.$/,
    );
    await vi.waitUntil(() => isGone(tcpdump), patient);
  });

  it.each([
    [
      'stranger',
      /^stranger cannot be reached by ssh without a question\. .*Host key verification failed.* Try once: ssh stranger true$/,
    ],
    ['nobody-there', /^nobody-there cannot be reached by ssh without a question\. .*Connection refused/],
  ])('says why %s cannot be reached', async (host, words) => {
    const sshd = await startSshd();
    const captures = openCaptures({ ...builtTools, ssh: sshd.ssh });
    expect(await captures.start(wanted({ ...lab, host }))).toMatchObject({
      error: { code: 'cannot-capture', message: expect.stringMatching(words) as string },
    });
  });

  it('says what the other machine has against an interface or a filter', async () => {
    const sshd = await startSshd();
    const captures = openCaptures({ ...builtTools, ssh: sshd.ssh });
    expect(await captures.start(wanted({ ...lab, name: 'nosuchcard' }))).toMatchObject({
      error: { code: 'no-such-interface', message: 'lab has no interface nosuchcard (any more).' },
    });
    expect(await captures.start(wanted(lab, { filter: "prt 80 'x" }))).toMatchObject({
      error: { code: 'bad-filter' },
    });
  });
});

describe('the command for another machine', () => {
  const command = (host: string, filter = ''): ReturnType<typeof sshCommand> =>
    sshCommand(['ssh'], host, { name: 'eth0', filter, snapBytes: 0 });

  it.each([
    'host',
    'user@host',
    'host.example',
    '10.0.0.1',
    '::1',
    'fe80::1%eth0',
    'ssh://me@host:2222',
    'ssh://[::1]:22',
    'a_b-c',
  ])('reaches %s', (host) => {
    const made = command(host);
    expect(made.ok && made.value.args.slice(-3, -1)).toEqual(['--', host]);
  });

  it.each([
    '-oProxyCommand=id',
    '--',
    '',
    'user@-host',
    '-l@host',
    'host;id',
    'host id',
    '$(id)',
    'a`b',
    'host\n',
    "h'",
    'ssh://',
    'x'.repeat(400),
  ])('refuses %j', (host) => {
    expect(command(host)).toMatchObject({ ok: false, error: { code: 'cannot-capture' } });
  });

  it('hands the filter on whole, whatever it holds', async () => {
    const filter = `udp and "a" 'b' $(touch /tmp/x) \`id\` $HOME ; & | \\ !`;
    const made = command('host', filter);
    const remote = made.ok ? (made.value.args.at(-1) ?? '') : '';
    const folder = scratchFolder();
    writeFileSync(path.join(folder, 'tcpdump'), `#!/bin/sh\nprintf '<%s>\\n' "$@"\n`, { mode: 0o755 });
    const shell = startPiped(['sh', '-c', remote], {
      env: { PATH: `${folder}:/usr/bin:/bin`, SSH_CONNECTION: 'fe80::1%eth0 40000 10.0.0.2 22' },
    });
    expect(await shell.ended()).toBe(0);
    const ours = 'not (tcp and host fe80::1 and port 40000 and host 10.0.0.2 and port 22)';
    expect(shell.output().toString()).toBe(
      [
        ...[
          '-i',
          'eth0',
          '-s',
          '0',
          '-B',
          '16384',
          '-n',
          '-U',
          '--time-stamp-precision=nano',
          '-w',
          '-',
          '--',
        ],
        `(${filter}) and ${ours}`,
      ]
        .map((arg) => `<${arg}>\n`)
        .join(''),
    );
  });
});
