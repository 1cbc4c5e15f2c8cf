import { once } from 'node:events';
import { connect as connectHttp2, createServer, type ClientHttp2Session, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import { dialRaw, openTunnel } from '../../support/conversation.ts';
import { startNginx, type Nginx } from '../../support/nginx.ts';
import { hasRuntime, runtimes, startPlumbline, type Plumbline } from '../../support/plumbline.ts';
import { startProgram } from '../../support/program.ts';

const resources = 200;
const large = Buffer.alloc(3 * 1024 * 1024, 'plumb');

/** What the clients saw, gathered before the rows are read. */
interface Seen {
  readonly curl: string;
  /** Without TLS: through CONNECT, and by SOCKS. */
  readonly priorKnowledge: readonly string[];
  readonly bodies: readonly string[];
  readonly largeBytes: number;
  readonly sent: { readonly status: number; readonly bytes: number };
}

describe.each(runtimes)('nginx through the proxy in %s', (runtime) => {
  let folder = '';
  let nginx: Nginx | null = null;
  let cleartext: Http2Server | null = null;
  let plumbline: Plumbline | null = null;
  let rows: readonly ExchangeJson[] = [];
  let seen: Seen | null = null;

  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    folder = mkdtempSync(path.join(tmpdir(), 'plumbline-http2-'));
    const authority = await createTestAuthority();
    nginx = await startNginx({
      ...(await authority.pemFor(['localhost', '127.0.0.1'])),
      server: 'location = /sent { return 201; } client_max_body_size 10m;',
    });
    for (let number = 0; number < resources; number++) nginx.put(`${number}.txt`, `resource ${number}`);
    nginx.put('large', large);
    const proxy = await startPlumbline({ runtime, upstreamCaPem: authority.certificatePem });
    plumbline = proxy;
    const base = `https://localhost:${nginx.port}`;
    const caFile = path.join(folder, 'ca.pem');
    writeFileSync(caFile, proxy.caPem);
    const curl = startProgram('curl', [
      ...['--silent', '--show-error', '--http2', '--proxy', `http://${proxy.host}:${proxy.port}`],
      ...['--cacert', caFile, '--write-out', ' %{http_version} %{http_code}', `${base}/7.txt`],
    ]);
    const curled = (await curl.ended()).stdout;
    cleartext = createServer((_request, response) => {
      response.end('without TLS');
    });
    cleartext.listen(0, '127.0.0.1');
    await once(cleartext, 'listening');
    const { port } = cleartext.address() as AddressInfo;
    const ways = [['--proxytunnel', '--proxy', `http://${proxy.host}:${proxy.port}`]];
    ways.push(['--socks5', `${proxy.host}:${proxy.port}`]);
    const priorKnowledge: string[] = [];
    for (const way of ways) {
      const asked = startProgram('curl', [
        ...['--silent', '--show-error', '--http2-prior-knowledge', ...way],
        ...['--write-out', ' %{http_version} %{http_code}', `http://127.0.0.1:${port}/plain`],
      ]);
      priorKnowledge.push((await asked.ended()).stdout);
    }
    const session = await openSession(proxy, `localhost:${nginx.port}`);
    const numbers = Array.from({ length: resources }, (_, number) => number);
    const bodies = await Promise.all(
      numbers.map(async (number) => (await ask(session, { ':path': `/${number}.txt` })).body.toString()),
    );
    const got = await ask(session, { ':path': '/large' });
    const sent = await ask(session, { ':method': 'POST', ':path': '/sent' }, Buffer.alloc(200_000, 'x'));
    seen = {
      curl: curled,
      priorKnowledge,
      bodies,
      largeBytes: got.body.length,
      sent: { status: sent.status, bytes: sent.body.length },
    };
    session.close();
    await once(session, 'close');
    rows = await proxy.stop();
  }, 60_000);
  afterAll(async () => {
    plumbline?.dispose();
    cleartext?.close();
    await nginx?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test.skipIf(!hasRuntime(runtime))('curl speaks HTTP/2 as it would without us', () => {
    expect(seen?.curl).toBe('resource 7 2 200');
    const [row] = rows;
    expect(row).toMatchObject({ protocol: 'h2', status: 200, app: 'curl', h2Stream: 1, responseBytes: 10 });
    expect(row?.serverLeg).toMatchObject({ alpn: 'h2', alpnOffered: ['h2', 'http/1.1'] });
  });

  test.skipIf(!hasRuntime(runtime))('curl with prior knowledge is read without TLS, too', () => {
    expect(seen?.priorKnowledge).toEqual(['without TLS 2 200', 'without TLS 2 200']);
    const plain = rows.filter(({ url }) => url.endsWith('/plain'));
    expect(plain.map(({ clientLeg }) => clientLeg?.way)).toEqual(['connect', 'socks5']);
    for (const row of plain) expect(row).toMatchObject({ protocol: 'h2', status: 200, h2Stream: 1 });
  });

  test.skipIf(!hasRuntime(runtime))('200 resources come over one connection, each its own stream', () => {
    expect(seen?.bodies).toEqual(Array.from({ length: resources }, (_, number) => `resource ${number}`));
    const mine = rows.filter(({ url }) => url.endsWith('.txt')).slice(1);
    expect(mine).toHaveLength(resources);
    expect(new Set(mine.map(({ clientLeg }) => clientLeg?.remotePort)).size).toBe(1);
    expect(new Set(mine.map(({ serverLeg }) => serverLeg?.localPort)).size).toBe(1);
    expect(new Set(mine.map(({ h2Stream }) => h2Stream)).size).toBe(resources);
    for (const row of mine) {
      expect(row).toMatchObject({ state: 'done', status: 200, recorded: 'full', error: null });
      expect(row.timings.waitMs).toBeGreaterThan(0);
    }
  });

  test.skipIf(!hasRuntime(runtime))(
    'a large body arrives and is recorded whole, and a server may answer before it has read all',
    async () => {
      expect(seen?.largeBytes).toBe(large.length);
      expect(seen?.sent).toEqual({ status: 201, bytes: 0 });
      const got = rows.find(({ url }) => url.endsWith('/large'));
      expect(got).toMatchObject({ status: 200, responseBytes: large.length, recorded: 'full' });
      expect((await plumbline?.body(got?.id ?? 0, 'response'))?.equals(large)).toBe(true);
      const sent = rows.find(({ url }) => url.endsWith('/sent'));
      expect(sent).toMatchObject({ status: 201, state: 'done', error: null });
    },
  );
});

/** An HTTP/2 session of Node's own through CONNECT. */
async function openSession(proxy: Plumbline, authority: string): Promise<ClientHttp2Session> {
  const raw = await dialRaw(proxy);
  await openTunnel(raw, authority);
  const socket = connectTls({
    socket: raw,
    ca: proxy.caPem,
    servername: 'localhost',
    ALPNProtocols: ['h2', 'http/1.1'],
  });
  await once(socket, 'secureConnect');
  const session = connectHttp2(`https://${authority}`, { createConnection: () => socket });
  await once(session, 'remoteSettings');
  return session;
}

function ask(
  session: ClientHttp2Session,
  headers: Readonly<Record<string, string>>,
  body?: Uint8Array,
): Promise<{ status: number; body: Buffer }> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ...headers }, { endStream: body === undefined });
    const chunks: Buffer[] = [];
    let status = 0;
    stream.on('response', (answer) => (status = Number(answer[':status'])));
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => resolve({ status, body: Buffer.concat(chunks) }));
    stream.on('error', reject);
    if (body !== undefined) stream.end(body);
  });
}
