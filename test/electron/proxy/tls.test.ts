import { once } from 'node:events';
import {
  connect as connectHttp2,
  createSecureServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
} from 'node:http2';
import type { AddressInfo } from 'node:net';
import { checkServerIdentity, connect as connectTls } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority } from '../../support/certificates.ts';
import { dialRaw, openTunnel } from '../../support/conversation.ts';
import { playScenarios, rowsOf, type Lab, type Scenario, type ScenarioOutcome } from '../../support/lab.ts';
import { hasRuntime, runtimes } from '../../support/plumbline.ts';

const ask = 'GET /private HTTP/1.1\r\nHost: x\r\n\r\n';
const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine';

interface Exchange {
  readonly lab: Lab;
  /** Names in the server's certificate. */
  readonly names?: readonly string[];
  readonly expired?: boolean;
  /** Signed by an authority the proxy does not know. */
  readonly stranger?: boolean;
  readonly serverAlpn?: readonly string[];
  readonly client?: Parameters<Lab['tlsClient']>[1];
  /** Host of the CONNECT. */
  readonly host?: string;
}

/** One request over TLS that must be answered; gives what can be known of it at the client. */
async function exchange({ lab, names = ['127.0.0.1'], ...rest }: Exchange): Promise<{
  port: number;
  certificate: ReturnType<Awaited<ReturnType<Lab['tlsClient']>>['tls']['getPeerCertificate']>;
  alpn: string | false | null;
}> {
  const place = await lab.origin();
  const authority = rest.stranger === true ? await createTestAuthority() : lab.authority;
  const accepted = place.accept(await authority.contextFor(names, rest.expired), rest.serverAlpn);
  const host = rest.host ?? '127.0.0.1';
  const client = await lab.tlsClient(`${host}:${place.port.toString()}`, rest.client);
  expect(await client.handshake).toBeNull();
  client.send(ask);
  const server = await accepted;
  await server.expect(ask);
  server.send(reply);
  await client.expect(reply);
  const certificate = client.tls.getPeerCertificate();
  const alpn = client.tls.alpnProtocol;
  client.end();
  expect(await server.ending()).toBe('close-notify');
  server.end();
  expect(await client.ending()).toBe('close-notify');
  expect(client.received().toString()).toBe(reply);
  return { port: place.port, certificate, alpn };
}

function expectRead(rows: readonly ExchangeJson[], alpn: string | null): void {
  expect(rows).toMatchObject([
    {
      protocol: 'http/1.1',
      status: 200,
      error: null,
      recorded: 'full',
      responseBytes: 4,
      clientLeg: { alpn },
      serverLeg: { alpn },
    },
  ]);
}

/** A server that is not believed: the client gets a page over TLS that names the cause, the server no byte of HTTP. */
function disbelieved(server: Omit<Exchange, 'lab'>, code: string, words: RegExp): Scenario {
  return async (lab) => {
    const place = await lab.origin();
    const authority = server.stranger === true ? await createTestAuthority() : lab.authority;
    const accepted = place.accept(await authority.contextFor(server.names ?? ['127.0.0.1'], server.expired));
    const client = await lab.tlsClient(place.authority, server.client);
    expect(await client.handshake).toBeNull();
    client.send(ask);
    await client.ending();
    const origin = await accepted;
    await origin.ending();
    const page = client.received().toString();
    return (rows) => {
      expect(origin.received().length).toBe(0);
      expect(page).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
      expect(page).toContain(`X-Plumbline-Error: ${code}\r\n`);
      const mine = rowsOf(place, rows);
      expect(mine).toMatchObject([{ method: 'GET', status: 502, state: 'failed', error: { code } }]);
      expect(mine[0]?.url).toMatch(/^https:.*\/private$/);
      expect(mine[0]?.error?.message).toMatch(words);
      expect(mine[0]?.serverLeg?.tlsVersion).toMatch(/^TLSv1/);
    };
  };
}

/** A server with which there is no TLS to be had. */
function unspeakable(answer: string | null, codes: RegExp): Scenario {
  return async (lab) => {
    const place = await lab.origin();
    const accepted = place.accept();
    const client = await lab.tlsClient(place.authority);
    const origin = await accepted;
    await origin.expectTotal(100);
    if (answer !== null) origin.send(answer);
    origin.end();
    expect(await client.handshake).toBeNull();
    client.send(ask);
    await client.ending();
    const page = client.received().toString();
    return (rows) => {
      expect(page).toMatch(/^HTTP\/1\.1 502 /);
      const mine = rowsOf(place, rows);
      expect(mine).toMatchObject([{ status: 502, state: 'failed' }]);
      expect(mine[0]?.error?.code).toMatch(codes);
    };
  };
}

/** Passed through unread: the client sees the server's own certificate. */
function passedThrough(how: Omit<Exchange, 'lab'>, note: RegExp): Scenario {
  return async (lab) => {
    const { certificate, port } = await exchange({
      lab,
      ...how,
      client: { ca: lab.authority.certificatePem, ...how.client },
    });
    return (rows) => {
      expect(certificate.issuer.O).toBe('Plumbline');
      const mine = rowsOf({ port }, rows);
      expect(mine).toMatchObject([{ protocol: 'tunnel', status: null, error: null, state: 'done' }]);
      expect(mine[0]?.note).toMatch(note);
      expect(mine[0]?.requestBytes).toBeGreaterThan(ask.length + 300);
      expect(mine[0]?.timings.tlsMs).toBeNull();
    };
  };
}

interface Http2Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** One request over HTTP/2, by Node's own client, which offers nothing else. */
async function askOverHttp2(
  lab: Lab,
  target: string,
  headers: OutgoingHttpHeaders = {},
): Promise<Http2Answer> {
  const raw = await dialRaw(lab.proxy);
  await openTunnel(raw, target);
  const session = connectHttp2(`https://${target}`, {
    createConnection: () =>
      connectTls({
        socket: raw,
        ca: lab.proxy.caPem,
        checkServerIdentity: () => undefined,
        ALPNProtocols: ['h2'],
      }),
  });
  try {
    return await new Promise<Http2Answer>((resolve, reject) => {
      session.once('error', reject);
      const request = session.request({ ':path': '/private', ...headers });
      let head: IncomingHttpHeaders & { readonly ':status'?: number | undefined } = {};
      let body = '';
      request.once('response', (answered) => (head = answered));
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.once('error', reject);
      request.once('end', () => {
        resolve({ status: head[':status'] ?? 0, headers: head, body });
      });
    });
  } finally {
    session.destroy();
    raw.destroy();
  }
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'a client without server name: the certificate is for the address': async (lab) => {
    // Node checks the address itself here.
    const { port, certificate } = await exchange({
      lab,
      client: { host: '127.0.0.1', checkServerIdentity },
    });
    return (rows) => {
      expect(certificate.subjectaltname).toContain('IP Address:127.0.0.1');
      expectRead(rowsOf({ port }, rows), null);
    };
  },
  'a server name other than the host of the CONNECT': async (lab) => {
    const { port, certificate } = await exchange({
      lab,
      names: ['elsewhere.test'],
      client: { servername: 'elsewhere.test', ALPNProtocols: ['http/1.1'] },
    });
    return (rows) => {
      expect(certificate.subjectaltname).toBe('DNS:elsewhere.test');
      expectRead(rowsOf({ port }, rows), 'http/1.1');
    };
  },
  'a client without ALPN gets none, and the server sees none': async (lab) => {
    const { port, alpn } = await exchange({ lab, serverAlpn: ['h2', 'http/1.1'] });
    return (rows) => {
      expect(alpn).toBe(false);
      expectRead(rowsOf({ port }, rows), null);
    };
  },
  'a client that offers h2 and http/1.1 gets what the server chose': async (lab) => {
    const { port, alpn } = await exchange({ lab, client: { ALPNProtocols: ['h2', 'http/1.1'] } });
    return (rows) => {
      expect(alpn).toBe('http/1.1');
      expectRead(rowsOf({ port }, rows), 'http/1.1');
    };
  },
  'protocols nobody knows are offered to the server as they came, and what is spoken is read by its bytes':
    async (lab) => {
      const { port, alpn } = await exchange({
        lab,
        client: { ALPNProtocols: ['\u00fa\u00fa', 'plumb/9', 'h2'] },
        serverAlpn: ['plumb/9'],
      });
      return (rows) => {
        expect(alpn).toBe('plumb/9');
        expectRead(rowsOf({ port }, rows), 'plumb/9');
      };
    },
  'a client that offers only h2 speaks it with the server': async (lab) => {
    const server = createSecureServer(await lab.authority.pemFor(['127.0.0.1']), (_request, response) => {
      response.end('fine');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { status, body } = await askOverHttp2(lab, `127.0.0.1:${port}`);
    server.close();
    return (rows) => {
      expect({ status, body }).toEqual({ status: 200, body: 'fine' });
      expect(rowsOf({ port }, rows)[0]).toMatchObject({
        clientLeg: { alpn: 'h2' },
        serverLeg: { alpn: 'h2' },
      });
    };
  },
  'a client that speaks only h2 gets the page over h2 when the server is not believed': async (lab) => {
    const place = await lab.origin();
    const accepted = place.accept(await lab.authority.contextFor(['other.test']), ['h2']);
    const { status, headers, body } = await askOverHttp2(lab, place.authority);
    await (await accepted).ending();
    return (rows) => {
      expect(status).toBe(502);
      expect(headers['x-plumbline-error']).toBe('upstream-certificate-wrong-name');
      expect(body).toContain('other.test');
      expect(rowsOf(place, rows)).toMatchObject([
        {
          protocol: 'h2',
          method: 'GET',
          status: 502,
          state: 'failed',
          error: { code: 'upstream-certificate-wrong-name' },
        },
      ]);
    };
  },
  'a gRPC client hears the cause as a status of its own': async (lab) => {
    const place = await lab.origin();
    const accepted = place.accept(await lab.authority.contextFor(['other.test']), ['h2']);
    const { status, headers } = await askOverHttp2(lab, place.authority, {
      ':method': 'POST',
      ':path': '/shop.Cart/Add',
      'content-type': 'application/grpc+proto',
    });
    await (await accepted).ending();
    return (rows) => {
      expect(status).toBe(200);
      expect(headers['grpc-status']).toBe('14');
      expect(headers['grpc-message']).toMatch(/other\.test.*\(upstream-certificate-wrong-name\)/);
      expect(rowsOf(place, rows)).toMatchObject([
        { protocol: 'h2', method: 'POST', status: 200, error: { code: 'upstream-certificate-wrong-name' } },
      ]);
    };
  },
  'TLS 1.2': async (lab) => {
    const { port } = await exchange({ lab, client: { maxVersion: 'TLSv1.2' } });
    return (rows) => {
      expectRead(rowsOf({ port }, rows), null);
      expect(rowsOf({ port }, rows)[0]?.clientLeg?.tlsVersion).toBe('TLSv1.2');
    };
  },
  'a host on the pass-through list is not read': passedThrough(
    { host: 'localhost', names: ['localhost'], client: { ALPNProtocols: ['http/1.1'] } },
    /localhost is on the pass-through list/,
  ),
  'a server name on the pass-through list is not read': passedThrough(
    { names: ['private.test'], client: { servername: 'private.test', ALPNProtocols: ['http/1.1'] } },
    /private\.test is on the pass-through list/,
  ),
  'a server whose issuer is unknown': disbelieved(
    { stranger: true },
    'upstream-certificate-issuer-unknown',
    /issuer|root/,
  ),
  'a server whose certificate has expired': disbelieved(
    { expired: true },
    'upstream-certificate-expired',
    /expired on \d{4}-/,
  ),
  'a server whose certificate is for another name': disbelieved(
    { names: ['other.test'] },
    'upstream-certificate-wrong-name',
    /other\.test/,
  ),
  'an unknown issuer accepted for this host': async (lab) => {
    const { port } = await exchange({
      lab,
      stranger: true,
      names: ['other.test'],
      client: { servername: 'accepted.test' },
    });
    return (rows) => {
      expectRead(rowsOf({ port }, rows), null);
    };
  },
  'a server that does not speak TLS': unspeakable(
    'HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n',
    /^upstream-not-tls$/,
  ),
  'a server that hangs up in the handshake': unspeakable(null, /^upstream-tls-(closed|reset)$/),
  'a client that does not believe the CA': async (lab) => {
    const place = await lab.origin();
    const accepted = place.accept(await lab.authority.contextFor(['127.0.0.1']));
    const client = await lab.tlsClient(place.authority, { ca: lab.authority.certificatePem });
    expect(await client.handshake).not.toBeNull();
    const origin = await accepted;
    await origin.ending();
    return (rows) => {
      expect(origin.received().length).toBe(0);
      const mine = rowsOf(place, rows);
      expect(mine).toMatchObject([{ protocol: 'tunnel', method: 'CONNECT', status: null, state: 'failed' }]);
      // Node's client closes without an alert that says why.
      expect(mine[0]?.error?.code).toMatch(/^client-(distrusts-ca|tls-reset|tls-closed)$/);
      expect(mine[0]?.error?.message).toMatch(/trust/);
    };
  },
  'a client that says it does not know the CA': async (lab) => {
    const place = await lab.origin();
    const accepted = place.accept(await lab.authority.contextFor(['127.0.0.1']));
    const raw = await dialRaw(lab.proxy);
    await openTunnel(raw, place.authority);
    raw.write(tls12Hello());
    await new Promise((resolve) => raw.once('data', resolve));
    // Alert (21), TLS 1.2, fatal, unknown_ca (48).
    raw.write(Buffer.from([21, 3, 3, 0, 2, 2, 48]));
    await new Promise((resolve) => raw.once('end', resolve));
    await (await accepted).ending();
    return (rows) => {
      expect(rowsOf(place, rows)).toMatchObject([
        { error: { code: 'client-distrusts-ca' }, state: 'failed' },
      ]);
    };
  },
};

/** A ClientHello by hand (RFC 5246 section 7.4.1.2): TLS 1.2, ECDHE with ECDSA, P-256. */
function tls12Hello(): Buffer {
  const vector = (lengthBytes: number, body: Buffer): Buffer => {
    const length = Buffer.alloc(lengthBytes);
    length.writeUIntBE(body.length, 0, lengthBytes);
    return Buffer.concat([length, body]);
  };
  const extension = (type: number, body: Buffer): Buffer =>
    Buffer.concat([Buffer.from([0, type]), vector(2, body)]);
  const extensions = Buffer.concat([
    extension(10, vector(2, Buffer.from([0, 23]))),
    extension(11, vector(1, Buffer.from([0]))),
    extension(13, vector(2, Buffer.from([4, 3]))),
  ]);
  const body = Buffer.concat([
    Buffer.from([3, 3]),
    Buffer.alloc(32, 7),
    vector(1, Buffer.alloc(0)),
    vector(2, Buffer.from([0xc0, 0x2b])),
    vector(1, Buffer.from([0])),
    vector(2, extensions),
  ]);
  const handshake = Buffer.concat([Buffer.from([1]), vector(3, body)]);
  return Buffer.concat([Buffer.from([22, 3, 1]), vector(2, handshake)]);
}

describe.each(runtimes)('TLS through the proxy in %s', (runtime) => {
  let outcomes: ReadonlyMap<string, ScenarioOutcome> = new Map();
  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    outcomes = await playScenarios(
      { runtime, insecureHosts: ['accepted.test'], passThroughHosts: ['localhost', 'private.test'] },
      scenarios,
    );
  }, 90_000);
  test.skipIf(!hasRuntime(runtime)).for(Object.keys(scenarios))('%s', (name) => {
    outcomes.get(name)?.check();
    expect(outcomes.has(name)).toBe(true);
  });
});
