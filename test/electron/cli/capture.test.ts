import { spawnSync } from 'node:child_process';
import { chownSync, existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { asNobody } from '../../support/capture-helper.ts';
import { openDatagrams } from '../../support/datagrams.ts';
import { root, runCli, runCurl, startCli, type Program } from '../../support/program.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { startWebOrigin } from '../../support/web-origin.ts';

const ready = /^\{"event":"ready".*\}$/m;

interface Line {
  readonly event: string;
  readonly [field: string]: unknown;
}

function lines(stdout: string): Line[] {
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function places(): string[] {
  const folder = scratchFolder();
  return ['--session', path.join(folder, 'capture.plumb'), '--data-dir', path.join(folder, 'data')];
}

async function interrupted(program: Program): Promise<Line | undefined> {
  program.child.kill('SIGINT');
  const { code, stderr, stdout } = await program.ended();
  expect([code, stderr]).toEqual([0, '']);
  return lines(stdout).at(-1);
}

describe('plumbline capture', () => {
  it('captures until it is told to stop, down to the last packet', async () => {
    const datagrams = await openDatagrams();
    const where = places();
    const program = startCli(['capture', '--interface', 'lo', '--filter', datagrams.filter, ...where]);
    const [line] = await program.says(ready);
    expect(JSON.parse(line)).toEqual({
      event: 'ready',
      captureId: 1,
      source: { kind: 'interface', name: 'lo' },
      filter: datagrams.filter,
      session: where[1],
    });
    await datagrams.send(250);
    expect(await interrupted(program)).toEqual({
      event: 'stopped',
      packets: 250,
      bytes: 250 * 62,
      droppedByKernel: 0,
      droppedByInterface: null,
      droppedByUs: 0,
    });
    expect(existsSync(where[1] ?? '')).toBe(true);
  });

  it('stops by itself after a time, or after so much', async () => {
    const filter = ['--interface', 'lo', '--filter', 'udp port 1'];
    const timed = await runCli(['capture', ...filter, '--for', '0.2', ...places()]);
    expect([timed.code, lines(timed.stdout).at(-1)]).toEqual([0, expect.objectContaining({ packets: 0 })]);
    const datagrams = await openDatagrams();
    const limited = startCli([
      ...['capture', '--interface', 'lo', '--filter', datagrams.filter, '--max-mb', '0.05', ...places()],
    ]);
    await limited.says(ready);
    await datagrams.send(200, 1000);
    expect((await limited.ended()).code).toBe(0);
  });

  it('keeps so much of each packet as is asked for', async () => {
    const datagrams = await openDatagrams();
    const args = ['--interface', 'lo', '--filter', datagrams.filter, '--snaplen', '60'];
    const program = startCli(['capture', ...args, ...places()]);
    await program.says(ready);
    await datagrams.send(10, 3000);
    expect(await interrupted(program)).toMatchObject({ packets: 10, bytes: 600 });
  });

  it('captures in the network of a process', async () => {
    const where = ['--pid', String(process.pid), '--interface', 'lo', '--filter', 'udp port 1'];
    const program = startCli(['capture', ...where, '--for', '0.2', ...places()]);
    const [line] = await program.says(ready);
    expect(JSON.parse(line)).toMatchObject({ source: { kind: 'process', pid: process.pid, name: 'lo' } });
    expect((await program.ended()).code).toBe(0);
  });

  it('lists the interfaces, as a table and as JSON', async () => {
    const table = await runCli(['capture', '--list']);
    expect(table.stdout).toMatch(/^name +state kind +addresses\nany +up +All interfaces at once\n/);
    expect(table.stdout).toMatch(/^lo +up +Loopback: this computer to itself +127\.0\.0\.1/m);
    const json = await runCli(['capture', '--list', '--json']);
    expect(
      json.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    ).toContainEqual(expect.objectContaining({ name: 'lo', kind: 'loopback', up: true }));
  });

  it.each([
    [
      ['--interface', 'nosuchcard'],
      'There is no interface of this name. Choose one of the list: plumbline capture --list',
    ],
    [['--interface', '-i'], '"-i" is no name of an interface that packets can be captured on.'],
    [['--interface', 'lo', '--filter', 'prt 80'], /^tcpdump does not understand the filter: .*syntax error$/],
    [
      ['--interface', 'lo', '--filter', '-w x'],
      'tcpdump does not understand the filter: A filter does not begin with a minus sign.',
    ],
    [['--interface', 'lo', '--snaplen', '300000'], /Give a number of bytes up to 262144/],
    [
      ['--ssh', 'host', '--pid', '1'],
      'Give one of --ssh, --pid and --container: packets come from one place.',
    ],
    [['--ssh', '-oProxyCommand=id'], /^"-oProxyCommand=id" is no machine that ssh can reach\./],
    [['--pid', '4194305'], 'There is no process 4194305. Choose one that runs.'],
    [['--container', '--help'], '"--help" is no name or id of a container.'],
    [['--interface', 'lo', '--for', '-1'], /Give a number of seconds above 0/],
  ])('says what is wrong with %j in one line', async (args, words) => {
    const { code, stdout, stderr } = await runCli(['capture', ...args, ...places()]);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^plumbline: [^\n]+\n$/);
    expect(stderr.replace(/^plumbline: /, '').trim()).toEqual(expect.stringMatching(words));
  });

  it('asks for a session file', async () => {
    expect(await runCli(['capture', '--interface', 'lo'])).toMatchObject({
      code: 1,
      stderr: 'plumbline: Give the session file to write: --session FILE\n',
    });
  });
});

describe('plumbline record --packets', () => {
  it('records both tiers at once', async () => {
    const origin = await startWebOrigin();
    const port = new URL(origin.http).port;
    const program = startCli([
      ...['record', '--proxy', '127.0.0.1:0', '--packets', 'lo', '--packet-filter', `tcp port ${port}`],
      ...places(),
    ]);
    const { proxy, capture } = JSON.parse((await program.says(ready))[0]) as Line;
    expect(capture).toMatchObject({ source: { name: 'lo' }, filter: `tcp port ${port}` });
    const { code } = await runCurl(['-x', `http://${String(proxy)}`, `${origin.http}/one`]);
    expect(code).toBe(0);
    const stopped = await interrupted(program);
    expect(stopped).toMatchObject({ exchanges: 1, capture: { droppedByKernel: 0, droppedByUs: 0 } });
    expect((stopped?.['capture'] as { readonly packets: number }).packets).toBeGreaterThan(6);
    await origin.close();
  });

  it('does not record at all when packets were asked for and cannot be had', async () => {
    const { code, stdout, stderr } = await runCli([
      ...['record', '--proxy', '127.0.0.1:0', '--packets', 'nosuchcard', ...places()],
    ]);
    expect([code, stdout, stderr]).toEqual([
      1,
      '',
      'plumbline: There is no interface of this name. Choose one of the list: plumbline capture --list\n',
    ]);
  });
});

describe('an ordinary user', () => {
  /**
   * Does something in mounts of its own: nothing is installed there, and this checkout lies where everybody may read it. `$cli` is the command line,
   * `$user` in front of a command makes it that of an ordinary user, `$own` is a folder of that user.
   */
  function play(script: string): {
    readonly status: number | null;
    readonly stdout: string;
    readonly stderr: string;
  } {
    const folder = scratchFolder();
    const own = scratchFolder();
    chownSync(own, 65_534, 65_534);
    const node = path.join('/mnt', path.relative(root, process.execPath));
    const setup = [
      'set -e',
      'mount -t tmpfs -o mode=0755 none /usr/local/lib',
      'mount --bind "$1" /mnt',
      `own=${own}`,
      `cli="${node.startsWith('/mnt/node_modules') ? node : process.execPath} /mnt/dist/cli/cli.js"`,
      `user="${asNobody.join(' ')}"`,
      'cd /',
      script,
    ];
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      ['-m', 'bash', '-c', setup.join('\n'), 'bash', root, folder],
      { encoding: 'utf8', timeout: 80_000, env: { ...process.env, SUDO_GID: '65534' } },
    );
    return { status, stdout, stderr };
  }

  it('hears what can be done where the helper is not installed', { timeout: 60_000 }, () => {
    const capture = play('$user $cli capture --interface lo --session $own/a.plumb --data-dir $own/data');
    expect(capture).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'plumbline: Packets may not be captured by this user yet. Install the helper once: plumbline capture install\n',
    });
    const list = play('$user $cli capture --list');
    expect(list.status).toBe(0);
    expect(list.stdout).toMatch(/^lo +up/m);
    expect(list.stderr).toMatch(/^plumbline: To see packets takes a right [^\n]+\n$/);
  });

  it(
    'captures once the helper is installed, and no longer when it is taken away',
    { timeout: 90_000 },
    () => {
      const { status, stdout, stderr } = play(`
      $cli capture install
      stat -c '%U %G %a' /usr/local/lib/plumbline/plumbline-capture
      getcap /usr/local/lib/plumbline/plumbline-capture
      $user $cli capture --interface lo --filter 'udp port 1' --for 0.1 --session $own/a.plumb --data-dir $own/data
      $cli capture install || true
      $cli capture uninstall
      $cli capture uninstall || true
      ls /usr/local/lib
      $user $cli capture --interface lo --session $own/a.plumb --data-dir $own/data
    `);
      expect(stderr.split('\n')).toEqual([
        'plumbline: The helper is installed. Take it away with: plumbline capture uninstall',
        'plumbline: A small helper with the right to see packets, and no other, is installed.',
        'plumbline: The helper is not installed any more.',
        'plumbline: Nothing is installed that could be taken away.',
        'plumbline: Packets may not be captured by this user yet. Install the helper once: plumbline capture install',
        '',
      ]);
      expect(stdout).toMatch(
        /^root nogroup 750\n\/usr\/local\/lib\/plumbline\/plumbline-capture cap_net_raw=p\n/,
      );
      expect(stdout).toMatch(/"event":"stopped","packets":0,/);
      expect(status).toBe(1);
    },
  );
});
