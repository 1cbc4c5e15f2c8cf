import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { root, runCli, startProgram } from '../../support/program.ts';

const isRoot = process.geteuid?.() === 0;
const runner = fileURLToPath(new URL('../../support/transparent-record.ts', import.meta.url));
const cli = path.join(root, 'dist/cli/cli.js');

interface Played {
  readonly said: string;
  readonly stdout: string;
  readonly stderr: string;
  /** Tables that nft lists afterwards. */
  readonly left: string;
}

let folder: string;
let report: Readonly<Record<string, Played>>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-transparent-'));
  const inNetwork = isRoot ? ['-n'] : ['-Urn'];
  const command = [...inNetwork, process.execPath, runner, cli, folder, ...(isRoot ? ['--root'] : [])];
  const { stdout, stderr } = await startProgram('unshare', command).ended();
  expect(stderr).toBe('');
  report = JSON.parse(stdout) as Record<string, Played>;
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

async function rowsOf(name: string): Promise<readonly ExchangeJson[]> {
  const { stdout } = await runCli(['exchanges', path.join(folder, `${name}.plumb`), '--json']);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ExchangeJson);
}

const oneRefused =
  'plumbline: 1 datagram to UDP port 443 refused: a client tried HTTP/3 and was sent to TCP.\n';

describe('plumbline record --transparent', () => {
  it('sets its rules as root, records what the machine forwards, and takes them back', async () => {
    const { said, stdout, stderr, left } = report['forwarded'] as Played;
    expect(said).toBe('servedrefused\n');
    expect(stderr).toBe(oneRefused);
    expect(left).toBe('');
    const [ready = '', stopped = ''] = stdout.split('\n');
    const { transparent } = JSON.parse(ready) as {
      transparent: { port: number; applied: boolean; rules: string };
    };
    expect(transparent.applied).toBe(true);
    expect(transparent.rules).toContain(`redirect to :${transparent.port}\n`);
    expect(JSON.parse(stopped)).toEqual({ event: 'stopped', exchanges: 1 });
    expect(await rowsOf('forwarded')).toMatchObject([
      {
        url: 'http://203.0.113.5:8080/',
        status: 200,
        clientLeg: { way: 'transparent', remoteAddress: '10.1.0.5' },
        serverLeg: { remoteAddress: '203.0.113.5' },
      },
    ]);
  });

  it('leaves excluded networks alone', async () => {
    expect(report['excluded']).toMatchObject({ said: expect.stringMatching(/^served/) as string, left: '' });
    expect(await rowsOf('excluded')).toEqual([]);
  });

  it.runIf(isRoot)('records all of this machine but itself, and names the program', async () => {
    expect(report['machine']).toMatchObject({ said: 'servedrefused\n', stderr: oneRefused, left: '' });
    expect(await rowsOf('machine')).toMatchObject([
      {
        url: 'http://203.0.113.5:8080/',
        status: 200,
        clientLeg: { way: 'transparent', process: { name: 'curl' }, device: null },
      },
    ]);
  });

  it.runIf(isRoot)('runs a program of the user in the network of this machine', async () => {
    const stderr = `plumbline: 1 exchange recorded into ${path.join(folder, 'here.plumb')}.\n`;
    expect(report['here']).toMatchObject({ said: '65534\nserved 9', stderr, left: '' });
    expect(await rowsOf('here')).toMatchObject([
      {
        url: 'http://203.0.113.5:8080/',
        clientLeg: { way: 'transparent', process: { name: 'curl' } },
        serverLeg: { remoteAddress: '203.0.113.5' },
      },
    ]);
  });

  it.each([
    [['--keep-quic'], 'plumbline: --for-traffic, --exclude and --keep-quic go with --transparent PORT.\n'],
    [
      ['--transparent', '0', '--for-traffic', 'everybody'],
      'plumbline: "everybody" does not say whose connections are redirected. Write this-machine, forwarded, user:UID (the number) or cgroup:PATH.\n',
    ],
    [
      ['--transparent', '0', '--for-traffic', `user:${process.geteuid?.() ?? 0}`],
      `plumbline: Plumbline itself runs as the user ${process.geteuid?.() ?? 0}, so its own connections would come back to it. Run the program as another user, or use: plumbline run\n`,
    ],
    [
      ['--transparent', '0', '--for-traffic', 'forwarded', '--exclude', 'example.com'],
      'plumbline: "example.com" is no address or network. Write 192.0.2.7, 10.0.0.0/8 or fd00::/8.\n',
    ],
  ])('says in one line what is wrong with %j', async (options, said) => {
    const session = ['--session', path.join(folder, 'wrong.plumb'), '--data-dir', path.join(folder, 'data')];
    const { code, stdout, stderr } = await runCli([
      ...['record', ...session, '--proxy', '127.0.0.1:0', ...options],
    ]);
    expect({ code, stdout, stderr }).toEqual({ code: 1, stdout: '', stderr: said });
  });

  it.runIf(isRoot)('tells what to type when it is not root', async () => {
    const place = path.join(tmpdir(), `plumbline-nobody-${process.pid}`);
    const args = ['record', '--session', path.join(place, 'a.plumb'), '--data-dir', path.join(place, 'data')];
    const nobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'];
    const make = ['sh', '-c', 'mkdir -p "$0" && exec "$@"', place];
    const command = [...make, process.execPath, cli, ...args, '--proxy', '127.0.0.1:0', '--for', '0.1'];
    const { stdout, stderr } = await startProgram('setpriv', [
      ...nobody.slice(1),
      ...command,
      '--transparent',
      '0',
    ]).ended();
    rmSync(place, { recursive: true, force: true });
    const [ready = ''] = stdout.split('\n');
    const { transparent } = JSON.parse(ready) as { transparent: { applied: boolean; rules: string } };
    expect(transparent.applied).toBe(false);
    expect(stderr).toMatch(/^Only root may set the rules\. Type this in another terminal:\n\nsudo mkdir -p /);
    expect(stderr).toContain(`sudo nft -f - <<'END'\n${transparent.rules}END\n`);
    expect(stderr).toContain('\nsudo nft delete table inet plumbline\n');
  });
});
