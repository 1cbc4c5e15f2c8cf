import { spawn } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli, runCurl, startCli, type Ended } from '../../support/program.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { startWebOrigin, type WebOrigin } from '../../support/web-origin.ts';

const exchangesRecorded = 30;

let folder: string;
let dataDir: string;
/** A session with exchanges, made once. */
let recorded: string;
let origin: WebOrigin;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-errors-'));
  dataDir = path.join(folder, 'data');
  recorded = path.join(folder, 'recorded.plumb');
  origin = await startWebOrigin();
  const program = startCli(recordArgs(recorded));
  const proxy = await readyProxy(program);
  const urls = Array.from({ length: exchangesRecorded }, (_, index) => `${origin.http}/${index}`);
  expect((await runCurl(['-x', proxy, ...urls])).code).toBe(0);
  program.child.kill('SIGINT');
  await program.ended();
});
afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

function recordArgs(session: string): string[] {
  return ['record', '--session', session, '--proxy', '127.0.0.1:0', '--data-dir', dataDir];
}

async function readyProxy(program: ReturnType<typeof startCli>): Promise<string> {
  const [line] = await program.says(/^\{"event":"ready".*\}$/m);
  return `http://${(JSON.parse(line) as { proxy: string }).proxy}`;
}

/** One line for a person, and no success. */
function expectOneLine(ended: Ended, saying: RegExp): void {
  expect(ended.stderr).toMatch(saying);
  expect(ended.stderr.trimEnd().split('\n'), ended.stderr).toHaveLength(1);
  expect(ended.stderr).not.toMatch(/\bat .*:\d+:\d+|node:internal|[A-Z]\w*Error:/);
  expect(ended.code).toBeGreaterThan(0);
  expect(ended.signal).toBeNull();
}

describe('a session file that cannot be used', () => {
  const broken: readonly [string, RegExp, (file: string) => void][] = [
    ['that is garbage', /./, (file) => writeFileSync(file, 'This is no session. '.repeat(500))],
    ['of another SQLite program', /./, (file) => new Database(file).exec('CREATE TABLE t (x)').close()],
    [
      'that was cut off',
      /./,
      (file) => {
        copyFileSync(recorded, file);
        truncateSync(file, Math.floor(readFileSync(file).length / 2 / 4096) * 4096 + 100);
      },
    ],
    [
      'of a later version',
      /newer|later/i,
      (file) => {
        copyFileSync(recorded, file);
        const database = new Database(file);
        const version = Number(database.pragma('user_version', { simple: true }));
        database.pragma(`user_version = ${version + 1}`);
        database.close();
      },
    ],
    ['that is a folder', /folder|directory/i, (file) => mkdirSync(file)],
  ];

  it.each(broken)(
    '%s is refused in one line by every command, and left alone',
    async (name, saying, make) => {
      const file = path.join(scratchFolder(), 'broken.plumb');
      make(file);
      const before = name === 'that is a folder' ? null : readFileSync(file);
      const commands = [
        ['exchanges', file],
        ['exchanges', file, '--json'],
        ['body', file, '1', 'response'],
        recordArgs(file),
        ['serve', '--session', file, '--proxy', '127.0.0.1:0', '--data-dir', dataDir],
      ];
      for (const args of commands) {
        const ended = await runCli(args);
        expectOneLine(ended, saying);
        expect(ended.stderr).toContain('broken.plumb');
      }
      if (before !== null) expect(readFileSync(file).equals(before)).toBe(true);
    },
  );

  it('that is empty or missing is refused by the commands that only read', async () => {
    const empty = path.join(scratchFolder(), 'empty.plumb');
    writeFileSync(empty, '');
    for (const file of [empty, path.join(folder, 'missing.plumb')]) {
      expectOneLine(await runCli(['exchanges', file]), /plumb/);
      expectOneLine(await runCli(['body', file, '1', 'response']), /plumb/);
    }
  });

  it('in a folder that is not there is refused by record', async () => {
    expectOneLine(
      await runCli(recordArgs(path.join(folder, 'no', 'such', 'x.plumb'))),
      /folder .*such does not exist/,
    );
  });
});

describe('a wrong address or option', () => {
  it('says that the port is taken, in record and in serve', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(taken.address() as AddressInfo).port}`;
    const place = scratchFolder();
    const common = ['--data-dir', dataDir, '--session', path.join(place, 's.plumb')];
    const free = ['--proxy', '127.0.0.1:0'];
    for (const args of [
      ['record', ...common, '--proxy', address],
      ['serve', ...common, '--proxy', address],
      ['serve', ...common, ...free, '--listen', address],
    ]) {
      expectOneLine(await runCli(args), /another program uses that port/);
    }
    taken.close();
  });

  it.each(['nonsense', '127.0.0.1', ':8888', '127.0.0.1:70000', '127.0.0.1:-1', 'http://127.0.0.1:0', ''])(
    'refuses to listen on "%s"',
    async (proxy) => {
      const file = path.join(scratchFolder(), 's.plumb');
      const args = ['record', '--session', file, '--data-dir', dataDir, `--proxy=${proxy}`];
      expectOneLine(await runCli(args), /address|argument/);
    },
  );

  it('refuses an address that this machine does not have', async () => {
    const file = path.join(scratchFolder(), 's.plumb');
    const args = ['record', '--session', file, '--data-dir', dataDir, '--proxy', '192.0.2.1:0'];
    expectOneLine(await runCli(args), /no such address/);
  });

  it.each(['soon', '0', '-1', 'NaN', ''])('refuses --for "%s"', async (time) => {
    const ended = await runCli([...recordArgs(path.join(folder, 'for.plumb')), `--for=${time}`]);
    expectOneLine(ended, /seconds above 0|argument/);
  });

  it('refuses what is no side, no number, or no exchange of a body', async () => {
    expectOneLine(await runCli(['body', recorded, '1', 'both']), /neither request nor response/);
    for (const id of ['x', '0', '-3', '1.5']) {
      expectOneLine(await runCli(['body', recorded, '--', id, 'response']), /number of an exchange/);
    }
    expectOneLine(await runCli(['body', recorded, '999999', 'response']), /not in the session/);
  });

  it('refuses unknown commands and options, and arguments that are missing', async () => {
    for (const args of [['recrod'], ['exchanges', recorded, '--jsn'], ['exchanges'], ['record']]) {
      const ended = await runCli(args);
      expectOneLine(ended, /unknown|missing|required|not specified/);
    }
  });
});

describe('a CA or settings that cannot be used', () => {
  const broken: readonly [string, RegExp, (place: string) => void][] = [
    [
      'a garbage certificate',
      /holds no certificate/,
      (place) => writeFileSync(certificate(place), 'garbage'),
    ],
    ['a garbage key', /private key/, (place) => writeFileSync(key(place), 'garbage')],
    ['a missing key', /incomplete/, (place) => rmSync(key(place))],
    ['a missing certificate', /incomplete/, (place) => rmSync(certificate(place))],
    ['a key of another CA', /does not belong/, (place) => copyFileSync(key(dataDir), key(place))],
    [
      'a folder in place of the key',
      /cannot be read/,
      (place) => {
        rmSync(key(place));
        mkdirSync(key(place));
      },
    ],
    ['garbage settings', /not JSON/, (place) => writeFileSync(path.join(place, 'settings.json'), '{')],
  ];
  const certificate = (place: string): string => path.join(place, 'certificates', 'plumbline-ca.pem');
  const key = (place: string): string => path.join(place, 'certificates', 'plumbline-ca-key.pem');

  it.each(broken)('says so of %s', async (_name, saying, breakIt) => {
    const place = scratchFolder();
    const args = (command: string): string[] => [
      ...[command, '--session', path.join(place, 's.plumb')],
      ...['--proxy', '127.0.0.1:0', '--data-dir', place],
    ];
    expect((await runCli([...args('record'), '--for', '0.01'])).code).toBe(0);
    breakIt(place);
    for (const command of ['record', 'serve']) expectOneLine(await runCli(args(command)), saying);
  });

  it('says so of a data folder that is a file', async () => {
    const file = path.join(scratchFolder(), 'file');
    writeFileSync(file, '');
    const args = ['record', '--session', path.join(folder, 'x.plumb'), '--proxy', '127.0.0.1:0'];
    expectOneLine(await runCli([...args, '--data-dir', file]), /data folder/);
  });

  it('says so of an --upstream-ca that is missing, garbage, or a folder', async () => {
    const place = scratchFolder();
    const garbage = path.join(place, 'garbage.pem');
    writeFileSync(garbage, 'garbage');
    for (const file of [garbage, path.join(place, 'missing.pem'), place]) {
      const ended = await runCli([...recordArgs(path.join(place, 's.plumb')), '--upstream-ca', file]);
      expectOneLine(ended, new RegExp(file.replaceAll('.', '\\.')));
    }
  });
});

describe('recording on the command line', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)(
    'ends with %s by itself and says how much it holds',
    async (signal) => {
      const file = path.join(scratchFolder(), 's.plumb');
      const program = startCli(recordArgs(file));
      const proxy = await readyProxy(program);
      await runCurl(['-x', proxy, `${origin.http}/1`, `${origin.http}/2`, `${origin.http}/3`]);
      program.child.kill(signal);
      const { code, stdout, stderr } = await program.ended();
      expect(stdout.trimEnd().split('\n').at(-1)).toBe('{"event":"stopped","exchanges":3}');
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    },
  );

  it('ends by itself after --for', async () => {
    const started = Date.now();
    const ended = await runCli([...recordArgs(path.join(scratchFolder(), 's.plumb')), '--for', '1']);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toMatch(/\{"event":"stopped","exchanges":0\}\n$/);
    expect(ended.endedAtMs - started).toBeGreaterThanOrEqual(1000);
    expect(ended.endedAtMs - started).toBeLessThan(20_000);
  });

  it('does not mind a reader that stops reading', async () => {
    for (const options of [[], ['--json']]) {
      const list = startCli(['exchanges', recorded, ...options], { FORCE_COLOR: '0' });
      list.child.stdout?.destroy();
      expect(await list.ended()).toMatchObject({ code: 0, stderr: '' });
    }
  });

  it.skipIf(process.platform === 'win32')('lists into head', async () => {
    const list = `"$0" dist/cli/cli.js exchanges "$1"; echo "code $?" >&2`;
    const shell = spawn('sh', ['-c', `{ ${list}; } | head -n 1`, process.execPath, recorded]);
    let text = '';
    let complaints = '';
    shell.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    shell.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    await new Promise((resolve) => shell.once('close', resolve));
    expect(text).toMatch(/^ *id .*url\n$/);
    expect(complaints).toBe('code 0\n');
  });
});

describe('who comes in, on the command line', () => {
  const args = (): string[] => recordArgs(path.join(scratchFolder(), 's.plumb'));

  it.each([
    ['9000', /LISTEN=UPSTREAM/],
    ['9000=127.0.0.1:9001', /Begin the upstream with http:/],
    ['9000=http://127.0.0.1:9001/api', /has no path/],
    ['9000=tcp://db', /Give the port/],
  ])('says what is wrong with --reverse %s', async (reverse, saying) => {
    expectOneLine(await runCli([...args(), '--reverse', reverse]), saying);
  });

  it('says that the port of a --reverse is taken, and what to do', async () => {
    const { port } = new URL(origin.http);
    expectOneLine(
      await runCli([...args(), '--reverse', `${port}=http://127.0.0.1:1`]),
      /another program uses that port.*name that as the upstream/,
    );
  });

  it('says what is wrong with a password of the proxy', async () => {
    const missing = path.join(scratchFolder(), 'missing');
    expectOneLine(await runCli([...args(), '--proxy-auth', 'me']), /user:password/);
    expectOneLine(await runCli([...args(), '--proxy-auth-file', missing]), /cannot be read \(ENOENT\)/);
    const both = ['--proxy-auth', 'a:b', '--proxy-auth-file', missing];
    expectOneLine(await runCli([...args(), ...both]), /once/);
  });

  it('names its reverse proxies when it is ready, and takes the password from a file', async () => {
    const folder = scratchFolder();
    const file = path.join(folder, 'password');
    writeFileSync(file, 'me:s3cret\nanything else\n');
    const program = startCli([...args(), '--reverse', `0=${origin.http}`, '--proxy-auth-file', file]);
    const [line] = await program.says(/^\{"event":"ready".*\}$/m);
    const ready = JSON.parse(line) as { proxy: string; reverse: { listen: string; upstream: string }[] };
    expect(ready.reverse).toMatchObject([{ upstream: origin.http }]);
    const out = ['-o', path.join(folder, 'out'), '--write-out', '%{http_code}'];
    expect((await runCurl([...out, `http://${ready.reverse[0]?.listen ?? ''}/1`])).stdout).toBe('200');
    const proxied = [...out, '-x', `http://${ready.proxy}`, `${origin.http}/2`];
    expect((await runCurl(proxied)).stdout).toBe('407');
    expect((await runCurl([...proxied, '--proxy-user', 'me:s3cret'])).stdout).toBe('200');
    program.child.kill('SIGINT');
    expect((await program.ended()).code).toBe(0);
  });
});
