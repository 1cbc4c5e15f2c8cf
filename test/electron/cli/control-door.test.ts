import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { get as httpGet, type IncomingHttpHeaders } from 'node:http';
import { networkInterfaces, tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { runCli, runCurl, startCli, type Program } from '../../support/program.ts';
import { within } from '../../support/within.ts';

let folder: string;
let serve: Program;
/** `127.0.0.1:PORT` of the window. */
let door: string;
let port: number;
let token: string;
let proxy: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'plumbline-door-'));
  serve = startCli(['serve', '--data-dir', path.join(folder, 'data'), '--proxy', '127.0.0.1:0']);
  const url = new URL((await serve.says(/^Open (http:\S+)$/m))[1] ?? '');
  door = url.host;
  port = Number(url.port);
  token = url.searchParams.get('token') ?? '';
  proxy = `http://${await proxyAddress()}`;
});
afterAll(async () => {
  serve.child.kill('SIGTERM');
  await serve.ended();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

/** What the window is told about the recording. */
function proxyAddress(): Promise<string> {
  const socket = new WebSocket(`ws://${door}/control`, { headers: allowed() });
  const asked = new Promise<string>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      socket.send(JSON.stringify({ kind: 'call', id: 1, service: 'recording', method: 'state', params: {} }));
    });
    socket.on('message', (data: Buffer) => {
      const listener = /"listener":"([^"]+)"/.exec(data.toString())?.[1];
      if (listener !== undefined) resolve(listener);
    });
  });
  return within(10_000, 'the address of the proxy', asked).finally(() => {
    socket.terminate();
  });
}

function allowed(): Record<string, string> {
  return { Origin: `http://${door}`, Authorization: `Bearer ${token}` };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

function get(target: string, headers: Readonly<Record<string, string>>): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpGet({ host: '127.0.0.1', port, path: target, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString()));
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
    }).once('error', reject);
  });
}

/** The status the handshake was answered with; 101 when it was let in. */
function knock(headers: Readonly<Record<string, string>>, target = '/control'): Promise<number> {
  const socket = new WebSocket(`ws://${door}${target}`, { headers: { ...headers } });
  const answered = new Promise<number>((resolve, reject) => {
    socket.once('open', () => {
      resolve(101);
    });
    socket.once('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
    });
    socket.once('error', reject);
  });
  return within(10_000, 'the handshake to be answered', answered).finally(() => {
    socket.on('error', () => undefined);
    socket.terminate();
  });
}

describe('the control door', () => {
  it('lets its own page in', async () => {
    expect(await knock(allowed())).toBe(101);
    const page = await get('/', { Authorization: `Bearer ${token}` });
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  });

  it('gives the token on in a cookie that no script and no other site sees', async () => {
    const answer = await get(`/?token=${token}`, {});
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/');
    expect(answer.headers['set-cookie']?.[0]).toMatch(/; HttpOnly; SameSite=Strict; Path=\/$/);
  });

  it('refuses who has no token', async () => {
    expect(await knock({ Origin: `http://${door}` })).toBe(403);
    for (const target of ['/', '/index.html', '/control', '/nothing']) {
      expect((await get(target, {})).status).toBe(401);
    }
  });

  it.each([
    ['of another length', () => 'x'],
    ['wrong in its last letter', () => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`],
    ['that is empty', () => ''],
  ])('refuses a token %s', async (_name, wrong) => {
    expect(await knock({ ...allowed(), Authorization: `Bearer ${wrong()}` })).toBe(403);
    expect((await get('/', { Authorization: `Bearer ${wrong()}` })).status).toBe(401);
    expect((await get(`/?token=${wrong()}`, {})).status).toBe(401);
    expect((await get('/', { Cookie: `plumbline-${port}=${wrong()}` })).status).toBe(401);
  });

  it.each([
    ['another site', () => 'http://evil.example'],
    ['this name by another scheme', () => `https://${door}`],
    ['another port of this machine', () => 'http://127.0.0.1:1'],
    ['a sandboxed page', () => 'null'],
    ['a name that begins like ours', () => `http://${door}.evil.example`],
  ])('refuses a page of %s, whatever it knows', async (_name, origin) => {
    expect(await knock({ ...allowed(), Origin: origin() })).toBe(403);
    expect((await get('/', { ...allowed(), Origin: origin() })).status).toBe(403);
  });

  it('refuses a WebSocket that names no page, or another path', async () => {
    expect(await knock({ Authorization: `Bearer ${token}` })).toBe(403);
    expect(await knock(allowed(), '/')).toBe(403);
  });

  it.each([
    ['another name', () => 'evil.example'],
    ['another name on its port', () => `evil.example:${port}`],
    ['its address without the port', () => '127.0.0.1'],
  ])('refuses to answer to %s, as after DNS rebinding', async (_name, host) => {
    expect((await get('/', { ...allowed(), Host: host() })).status).toBe(403);
    expect(await knock({ ...allowed(), Host: host() })).toBe(403);
  });

  it('refuses to be used as a proxy', async () => {
    for (const target of [`http://${door}/`, 'http://example.invalid/']) {
      expect((await get(target, allowed())).status).toBe(403);
    }
  });

  it('answers reading only', async () => {
    const { stdout } = await runCurl([
      ...['--noproxy', '*', '-X', 'POST', '-H', `Authorization: Bearer ${token}`],
      ...['-o', path.join(folder, 'post'), '-w', '%{http_code}', `http://${door}/`],
    ]);
    expect(stdout).toBe('405');
  });

  const hosts = ['127.0.0.1', '127.1.2.3', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '[::]'];
  const own = Object.values(networkInterfaces())
    .flatMap((list) => list ?? [])
    .filter(({ address }) => !address.startsWith('fe80:'))
    .map(({ address, family }) => (family === 'IPv6' ? `[${address}]` : address));
  it.each([...new Set([...hosts, ...own])])('cannot be reached through the proxy as %s', async (host) => {
    const target = `http://${host}:${port}/?token=${token}`;
    const request = await runCurl(['-x', proxy, '-i', target]);
    expect(request).toMatchObject({ code: 0, stderr: '' });
    expect(request.stdout).toMatch(/^HTTP\/1\.1 [45]\d\d /);
    expect(request.stdout).toContain('X-Plumbline-Error: own-address');
    expect(request.stdout).toContain('is Plumbline itself');
    expect(request.stdout).not.toContain('Set-Cookie');

    const tunnel = await runCurl(['-x', proxy, '--proxytunnel', '-i', target]);
    expect(tunnel.stdout).toContain('X-Plumbline-Error: own-address');
    expect(tunnel.stdout).not.toContain('Set-Cookie');
    expect(tunnel.stdout).not.toMatch(/^HTTP\/1\.1 303/m);
  });

  it.each(['0.0.0.0:0', '[::]:0', '192.0.2.1:0', 'example.com:0', ':0', '127.0.0.1', '127.0.0.1:99999'])(
    'is not opened on %s',
    async (listen) => {
      const ended = await runCli([
        ...['serve', '--data-dir', path.join(folder, 'other'), '--proxy', '127.0.0.1:0'],
        ...['--session', path.join(folder, 'other.plumb'), '--listen', listen],
      ]);
      expect(ended.code).toBe(1);
      expect(ended.stdout).toBe('');
      expect(ended.stderr).toMatch(/^plumbline: .*(not a loopback address|no address to listen on).*\n$/);
    },
  );
});

describe.skipIf(process.platform === 'win32')('what Plumbline writes', () => {
  it('is for its owner only: files 0600, folders 0700', () => {
    const modes = new Map<string, string>();
    const walk = (place: string): void => {
      modes.set(path.relative(folder, place), (statSync(place).mode & 0o777).toString(8));
      if (!statSync(place).isDirectory()) return;
      for (const name of readdirSync(place)) walk(path.join(place, name));
    };
    walk(path.join(folder, 'data'));
    const names = [...modes.keys()];
    for (const expected of [
      /^data\/certificates\/plumbline-ca\.pem$/,
      /^data\/certificates\/plumbline-ca-key\.pem$/,
      /^data\/settings\.json$/,
      /^data\/sessions\/.*\.plumb$/,
      /^data\/sessions\/.*\.plumb-wal$/,
      /^data\/sessions\/.*\.plumb-shm$/,
    ]) {
      expect(names).toContainEqual(expect.stringMatching(expected));
    }
    const wrong = [...modes].filter(
      ([name, mode]) => mode !== (statSync(path.join(folder, name)).isDirectory() ? '700' : '600'),
    );
    expect(wrong).toEqual([]);
  });
});
