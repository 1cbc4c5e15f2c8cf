import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { openClosedPort } from '../../support/closed-port.ts';
import { runCli, startCli, type Ended } from '../../support/program.ts';
import { startWebOrigin, type WebOrigin } from '../../support/web-origin.ts';

let folder: string;
let origin: WebOrigin;
let caFile: string;
/** Where the programs under test put files of a moment. */
let temporary: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-run-test-'));
  origin = await startWebOrigin({
    '/h3': { type: 'text/plain', body: 'also over QUIC', altSvc: 'h3=":443"; ma=60' },
  });
  temporary = path.join(folder, 'temporary');
  mkdirSync(temporary);
  caFile = path.join(folder, 'origin-ca.pem');
  writeFileSync(caFile, origin.caPem);
});
afterAll(async () => {
  await origin.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const curl = ['curl', '-q', '-sS', '--max-time', '15'];

function runArgs(name: string, command: readonly string[]): string[] {
  const session = path.join(folder, `${name}.plumb`);
  const data = ['--data-dir', path.join(folder, 'data')];
  return ['run', '--session', session, ...data, '--upstream-ca', caFile, '--', ...command];
}

/** Runs a command under `plumbline run`, and reads what was recorded. */
async function recorded(
  name: string,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ended & { readonly rows: readonly ExchangeJson[] }> {
  const ended = await runCli(runArgs(name, command), { TMPDIR: temporary, ...env });
  return { ...ended, rows: await rowsOf(name) };
}

async function rowsOf(name: string): Promise<readonly ExchangeJson[]> {
  const { stdout } = await runCli(['exchanges', path.join(folder, `${name}.plumb`), '--json']);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ExchangeJson);
}

const clientOf = ({ clientLeg }: ExchangeJson): unknown => [clientLeg?.way, clientLeg?.process?.name];

describe('plumbline run', () => {
  it('records a program that is told of no proxy, by name and by address, in the clear and over TLS', async () => {
    const plainPort = new URL(origin.http).port;
    const urls = [`${origin.http}/one`, `http://127.0.0.1:${plainPort}/two`, `${origin.https}/three`];
    const { code, stdout, stderr, rows } = await recorded('https', [...curl, ...urls]);
    expect(stdout).toBe('You asked for /oneYou asked for /twoYou asked for /three');
    expect(stderr).toBe(`plumbline: 3 exchanges recorded into ${path.join(folder, 'https.plumb')}.\n`);
    expect(code).toBe(0);
    expect(rows.map(({ url }) => url)).toEqual(urls);
    expect(rows.map(({ app }) => app)).toEqual(['curl', 'curl', 'curl']);
    expect(rows.map(clientOf)).toEqual(Array(3).fill(['transparent', 'curl']));
    expect(rows[2]?.serverLeg).toMatchObject({ remoteAddress: '127.0.0.1', serverName: 'localhost' });
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('names the host by SNI where nothing of the request is read', async () => {
    const args = [
      'run',
      '--session',
      path.join(folder, 'unread.plumb'),
      '--data-dir',
      path.join(folder, 'data'),
    ];
    const command = [...curl, '--cacert', caFile, `${origin.https}/unread`];
    const { code } = await runCli([...args, '--pass-through', 'localhost', '--', ...command]);
    expect(code).toBe(0);
    const [row] = await rowsOf('unread');
    expect(row).toMatchObject({ protocol: 'tunnel', url: origin.https.replace('https://', '') });
  });

  it('ends with the exit code of the program, whose options are not ours', async () => {
    const { code, stdout } = await recorded('code', ['sh', '-c', 'echo "$1"; exit 7', 'sh', '--session']);
    expect([code, stdout]).toEqual([7, '--session\n']);
    expect((await recorded('signal', ['sh', '-c', 'kill -9 $$'])).code).toBe(137);
  });

  it('takes names of proxies out of the environment, and has Node and Python trust the CA', async () => {
    const node = `fetch(process.argv[1]).then((answer) => answer.text()).then(console.log)`;
    const python = `import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1]).read().decode())`;
    const env = { https_proxy: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9' };
    const script = '"$1" -e "$2" "$4" && python3 -c "$3" "$4"';
    const url = `${origin.https}/trusted`;
    const { stdout, stderr, rows } = await recorded(
      'trusted',
      ['sh', '-c', script, 'sh', process.execPath, node, python, url],
      env,
    );
    expect(stdout).toBe('You asked for /trusted\nYou asked for /trusted\n');
    expect(stderr).toMatch(/^plumbline: 2 exchanges recorded/m);
    expect(rows.map((row) => row.url)).toEqual([url, url]);
  });

  it('says that HTTP/3 is refused where a server offers it, and counts the datagrams that came', async () => {
    const knock = `import socket\ns = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\ns.connect(('203.0.113.7', 443))\ns.send(b'hello')\ntry: s.recv(1)\nexcept ConnectionRefusedError: print('refused')`;
    const script = 'python3 -c "$1" && curl -q -sS "$2" "$3"';
    const { stdout, stderr, rows } = await recorded('quic', [
      ...['sh', '-c', script, 'sh', knock],
      ...[`${origin.http}/h3`, `${origin.http}/plain`],
    ]);
    expect(stdout).toBe('refused\nalso over QUICYou asked for /plain');
    expect(stderr).toContain(
      '1 datagram to UDP port 443 refused: a client tried HTTP/3 and was sent to TCP.',
    );
    expect(rows.map(({ note }) => note)).toEqual([
      'The server offers HTTP/3; UDP port 443 is refused here, so the client stays on TCP.',
      null,
    ]);
  });

  it('records servers that the program has itself, and a connection that nobody takes', async () => {
    const { port, close } = await openClosedPort();
    onTestFinished(close);
    const script = `
      const http = require('node:http');
      const server = http.createServer((_, answer) => answer.end('own')).listen(0, '127.0.0.1', async () => {
        console.log(await (await fetch('http://127.0.0.1:' + server.address().port + '/own')).text());
        await fetch('http://127.0.0.1:${port}/').catch((error) => console.log(error.cause.code));
        process.exit();
      });`;
    const { stdout, rows } = await recorded('own', [process.execPath, '-e', script]);
    expect(stdout).toBe('own\nECONNRESET\n');
    expect(rows).toMatchObject([
      { status: 200, clientLeg: { way: 'transparent' } },
      { url: `127.0.0.1:${port}`, error: { code: 'connect-refused' } },
    ]);
  });

  it('finds a service that listens on 127.0.0.1 only when the program tries ::1', async () => {
    const url = `http://[::1]:${new URL(origin.http).port}/six`;
    const { stdout, rows } = await recorded('six', [...curl, url]);
    expect(stdout).toBe('You asked for /six');
    expect(rows).toMatchObject([{ url, serverLeg: { remoteAddress: '127.0.0.1' } }]);
  });

  it('hands SIGTERM on, and leaves Ctrl-C to the program', async () => {
    const script = `trap 'echo told; exit 5' TERM; echo ready; while :; do sleep 0.01; done`;
    const program = startCli(runArgs('term', ['sh', '-c', script]));
    await program.says(/ready/);
    program.child.kill('SIGINT');
    program.child.kill('SIGTERM');
    expect(await program.ended()).toMatchObject({ code: 5, stdout: 'ready\ntold\n' });
  });

  it('says in one line what is in the way', async () => {
    const missing = await runCli(runArgs('missing', ['plumbline-no-such-program']));
    expect(missing).toMatchObject({
      code: 1,
      stderr: 'plumbline: There is no such program. Give its path, or a name that is found in PATH.\n',
    });
  });
});
