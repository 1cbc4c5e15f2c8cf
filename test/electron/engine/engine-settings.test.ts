import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ExchangeRecord } from '../../../core/model/exchange-record.ts';
import { createEngine, type Engine } from '../../../electron/engine/engine.ts';
import { runCurl } from '../../support/program.ts';
import { startWebOrigin, type WebOrigin } from '../../support/web-origin.ts';
import { tempFolder, valueOf } from './session/support.ts';
import { workers } from '../../support/workers.ts';
import { patienceMs } from '../../support/patience.ts';

interface Scene {
  readonly engine: Engine;
  readonly origin: WebOrigin;
  readonly folder: string;
  /** Through the proxy; the exit code of curl. */
  readonly get: (url: string, caFile?: string) => Promise<number | null>;
  readonly rows: () => Promise<readonly ExchangeRecord[]>;
}

async function openScene(pages: Parameters<typeof startWebOrigin>[0] = {}): Promise<Scene> {
  const folder = tempFolder();
  const origin = await startWebOrigin(pages);
  onTestFinished(origin.close);
  const upstream = path.join(folder, 'upstream.pem');
  writeFileSync(upstream, origin.caPem);
  const engine = valueOf(
    await createEngine({
      dataDir: folder,
      upstreamCaFiles: [upstream],
      insecureHosts: [],
      passThroughHosts: ['own.example'],
      reverseOfSettings: true,
      workers,
      controlPorts: () => [],
    }),
  );
  onTestFinished(engine.close);
  const opened = valueOf(await engine.openSession({ path: path.join(folder, 'test.plumb'), mode: 'create' }));
  valueOf(await engine.recordInto(opened.id));
  const { session } = opened;
  valueOf(await engine.startRecording('127.0.0.1:0'));
  return {
    engine,
    origin,
    folder,
    get: async (url, caFile = engine.authority.certificatePath) => {
      const proxy = `http://${engine.recording().listener ?? ''}`;
      return (await runCurl(['-x', proxy, '--cacert', caFile, '-o', path.join(folder, 'out'), url])).code;
    },
    rows: async () => {
      await session.flush();
      const page = valueOf(await session.exportPage(0, 500));
      return page.map(({ exchange }) => exchange);
    },
  };
}

/** A TLS connection through CONNECT that believes `ca`. */
async function tunnel(engine: Engine, url: string, ca: string): Promise<TLSSocket> {
  const { hostname, port } = new URL(url);
  const listener = new URL(`http://${engine.recording().listener ?? ''}`);
  const raw: Socket = connect(Number(listener.port), listener.hostname);
  onTestFinished(() => void raw.destroy());
  await once(raw, 'connect');
  raw.write(`CONNECT ${hostname}:${port} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n\r\n`);
  await once(raw, 'data');
  const secure = connectTls({ socket: raw, servername: hostname, ca });
  await once(secure, 'secureConnect');
  return secure;
}

async function ask(socket: TLSSocket, urlPath: string): Promise<string> {
  socket.write(`GET ${urlPath} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  let text = '';
  while (!text.includes(`You asked for ${urlPath}`)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString();
  }
  return text;
}

describe('another CA while recording', () => {
  it('is used for new connections at once, and those that are open go on', async () => {
    const { engine, origin, folder, get } = await openScene();
    const oldCa = path.join(folder, 'old.pem');
    writeFileSync(oldCa, engine.authority.certificatePem);
    expect(await get(`${origin.https}/before`, oldCa)).toBe(0);
    const open = await tunnel(engine, origin.https, engine.authority.certificatePem);
    await ask(open, '/first');

    const before = engine.authority.fingerprintSha256;
    valueOf(await engine.authorities.rotate('ec'));
    expect(engine.authority.fingerprintSha256).not.toBe(before);

    expect(await get(`${origin.https}/after`)).toBe(0);
    const untrusted = 60;
    expect(await get(`${origin.https}/after`, oldCa)).toBe(untrusted);
    expect(await ask(open, '/second')).toContain('200 OK');
    open.destroy();

    valueOf(await engine.authorities.restore(1));
    expect(await get(`${origin.https}/undone`, oldCa)).toBe(0);
  });
});

describe('limits of what is recorded', () => {
  it('keeps the beginning of a body that is larger, says so, and hands all of it on', async () => {
    const body = 'x'.repeat(300_000);
    const { engine, origin, get, rows, folder } = await openScene({ '/large': { type: 'text/plain', body } });
    valueOf(await engine.changeSettings({ bodyBytesMax: 100_000 }));
    await vi.waitFor(async () => {
      expect(await get(`${origin.http}/large`)).toBe(0);
      expect((await rows()).at(-1)?.recorded).not.toBe('full');
    }, 10_000);
    const row = (await rows()).at(-1)!;
    expect(row.responseBytes).toBe(300_000);
    expect(row.recorded).toBe(
      'The response body is not stored from byte 100000 on: no more than that is kept of a body (settings).',
    );
    const page = valueOf(
      await engine.sessions.recorded()!.session.readBody(row.id, 'response', false, 0, 262_144),
    );
    expect(page.bytes).toHaveLength(100_000);
    expect(statSync(path.join(folder, 'out')).size).toBe(300_000);
  });

  it('does not record while the disk is short, proxies all the same, and goes on by itself', async () => {
    const { engine, origin, get, rows } = await openScene();
    expect(await get(`${origin.http}/one`)).toBe(0);
    valueOf(await engine.changeSettings({ diskFreeBytesMin: 1e15 }));
    await vi.waitFor(() => expect(engine.recording().paused).toBe(true), patienceMs);
    expect(engine.recording().problem).toMatch(/^Recording is paused/);
    expect(await get(`${origin.https}/unseen`)).toBe(0);
    valueOf(await engine.changeSettings({ diskFreeBytesMin: 0 }));
    await vi.waitFor(() => expect(engine.recording().paused).toBe(false), patienceMs);
    expect(engine.recording().problem).toBeNull();
    expect(await get(`${origin.http}/two`)).toBe(0);
    expect((await rows()).map((row) => row.path)).toEqual(['/one', '/two']);
    expect(origin.asked).toEqual(['/one', '/unseen', '/two']);
  });

  it('stops at the largest size of a session', async () => {
    const { engine, origin, get } = await openScene();
    valueOf(await engine.changeSettings({ sessionBytesMax: 1 }));
    await vi.waitFor(() => expect(engine.recording().problem).toMatch(/largest size, 1 byte/), patienceMs);
    expect(await get(`${origin.http}/goes-on`)).toBe(0);
  });
});

describe('settings in force', () => {
  it('are taken from the file while the engine runs, beside the hosts of the command line', async () => {
    const { engine, folder } = await openScene();
    writeFileSync(path.join(folder, 'settings.json'), '{"passThroughHosts": ["*.bank.example"]}');
    await vi.waitFor(() => expect(engine.passThroughHosts.has('www.bank.example')).toBe(true), 5000);
    expect(engine.recording().passThroughHosts).toEqual(['*.bank.example', 'own.example']);
    engine.passThroughHosts.remove('own.example');
    valueOf(await engine.hostsChanged());
    valueOf(await engine.changeSettings({ insecureHosts: ['staging.example'] }));
    expect(engine.recording()).toMatchObject({
      passThroughHosts: ['*.bank.example'],
      insecureHosts: ['staging.example'],
    });
  });

  it('lead connections made later another way, but never back into the proxy itself', async () => {
    const { engine, origin, get, rows } = await openScene();
    const listener = `http://${engine.recording().listener ?? ''}`;
    const noProxy = ['<-loopback>'];
    const upstreamProxy = { ...engine.settings.current().upstreamProxy, noProxy };
    await get(`${origin.http}/1`);
    valueOf(
      await engine.changeSettings({ upstreamProxy: { ...upstreamProxy, mode: 'manual', url: listener } }),
    );
    await get(`${origin.http}/2`);
    expect(await engine.route(`${origin.http}/2`)).toMatchObject({
      value: `localhost: through ${listener}, because the settings name this proxy.`,
    });
    expect((statSync(path.join(engine.dataDir, 'settings.json')).mode & 0o777).toString(8)).toBe('600');
    valueOf(await engine.changeSettings({ upstreamProxy: null }));
    await get(`${origin.http}/3`);
    await vi.waitFor(async () => expect(await rows()).toHaveLength(3), 5000);
    expect(await rows()).toMatchObject([
      { status: 200, errorCode: null },
      { status: 502, errorCode: 'upstream-is-self' },
      { status: 200, errorCode: null },
    ]);
  });

  it('move the proxy to a new address, or are refused when nothing can listen there', async () => {
    const { engine, origin } = await openScene();
    const taken = new URL(origin.http).port;
    const before = engine.recording().listener;
    const refused = await engine.changeSettings({ listen: `127.0.0.1:${taken}` });
    expect(refused.ok ? '' : refused.error.code).toBe('port-taken');
    expect(engine.recording().listener).toBe(before);
    expect(engine.settings.current().listen).toBe('127.0.0.1:8888');
    valueOf(await engine.changeSettings({ listen: '127.0.0.1:0', theme: 'dark' }));
    expect(engine.settings.current().listen).toBe('127.0.0.1:0');
  });
});

describe('reverse proxies of the settings', () => {
  const directly = async (address: string | null | undefined): Promise<number | null> =>
    (await runCurl(['-o', path.join(tempFolder(), 'out'), `http://${address ?? ''}/through`])).code;
  const refused = 7;

  it('listen while there is recording, and change with the settings', async () => {
    const { engine, origin, rows } = await openScene();
    const reverse = [{ listen: '127.0.0.1:0', upstream: origin.http, host: 'keep' }];
    valueOf(await engine.changeSettings({ reverse }));
    await vi.waitFor(() => expect(engine.recording().reverse[0]?.address).toMatch(/^127/), 5000);
    const first = engine.recording().reverse[0]?.address;
    expect(await directly(first)).toBe(0);
    expect((await rows()).map(({ path: asked, status }) => [asked, status])).toEqual([['/through', 200]]);

    valueOf(await engine.changeSettings({ reverse: [{ ...reverse[0], upstream: 'http://127.0.0.1:1' }] }));
    await vi.waitFor(() => expect(engine.recording().reverse[0]?.upstream).toBe('http://127.0.0.1:1'), 5000);
    expect(engine.recording().reverse[0]?.address).toBe(first);
    expect(await directly(first)).toBe(0);
    expect((await rows()).at(-1)).toMatchObject({ status: 502, errorCode: 'connect-refused' });

    await engine.stopRecording();
    expect(engine.recording().reverse).toEqual([]);
    expect(await directly(first)).toBe(refused);
    valueOf(await engine.startRecording('127.0.0.1:0'));
    expect(await directly(engine.recording().reverse[0]?.address)).toBe(0);
    valueOf(await engine.changeSettings({ reverse: null }));
    await vi.waitFor(() => expect(engine.recording().reverse).toEqual([]), 5000);
  });

  it('that cannot listen are shown with the cause, and the others go on', async () => {
    const { engine, origin } = await openScene();
    const taken = `127.0.0.1:${new URL(origin.http).port}`;
    const reverse = [taken, '127.0.0.1:0'].map((listen) => ({ listen, upstream: origin.http, host: 'keep' }));
    valueOf(await engine.changeSettings({ reverse }));
    await vi.waitFor(() => expect(engine.recording().reverse[1]?.address).toMatch(/^127/), 5000);
    const [one, other] = engine.recording().reverse;
    expect(one).toMatchObject({ listen: taken, address: null });
    expect(one?.problem).toMatch(/another program uses that port.*move the service to another one/);
    expect(engine.recording().problem).toBe(one?.problem);
    expect(await directly(other?.address)).toBe(0);
  });

  it('cannot be pointed at the program itself', async () => {
    const { engine, rows } = await openScene();
    const upstream = `http://${engine.recording().listener ?? ''}`;
    valueOf(await engine.changeSettings({ reverse: [{ listen: '127.0.0.1:0', upstream, host: 'keep' }] }));
    await vi.waitFor(() => expect(engine.recording().reverse[0]?.address).toMatch(/^127/), 5000);
    expect(await directly(engine.recording().reverse[0]?.address)).toBe(0);
    expect(await rows()).toMatchObject([{ status: 502, errorCode: 'own-address' }]);
  });
});

describe('the password of the proxy', () => {
  it('is asked for as soon as it is set, and lies in a file that only its owner can read', async () => {
    const { engine, origin, get, folder } = await openScene();
    expect(await get(`${origin.https}/before`)).toBe(0);
    valueOf(await engine.changeSettings({ proxyAuth: { user: 'me', password: 's3cret' } }));
    const proxyError = 56;
    expect(await get(`${origin.https}/without`)).toBe(proxyError);
    const proxy = `http://me:s3cret@${engine.recording().listener ?? ''}`;
    const out = path.join(folder, 'out');
    expect((await runCurl(['-x', proxy, '-o', out, `${origin.http}/with`])).code).toBe(0);
    expect(origin.asked).toEqual(['/before', '/with']);
    expect(statSync(path.join(folder, 'settings.json')).mode & 0o777).toBe(0o600);
  });
});
