import { once } from 'node:events';
import { connect as connectTls, TLSSocket, type ConnectionOptions, type SecureContext } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority, type TestAuthority } from '../../support/certificates.ts';
import { openClosedPort, type ClosedPort } from '../../support/closed-port.ts';
import { authorityOf, dialRaw, openPlace, type Place } from '../../support/conversation.ts';
import { createPeer, type Peer } from '../../support/peer.ts';
import {
  hasRuntime,
  runtimes,
  startPlumbline,
  type Plumbline,
  type Runtime,
} from '../../support/plumbline.ts';
import { playServerFirst } from '../../support/server-first.ts';
import { within } from '../../support/within.ts';

const answer = (text: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${text.length.toString()}\r\n\r\n${text}`;
const get = (path: string, host: string): string => `GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0';
const serverSettings = '\0\0\0\x04\0\0\0\0\0';

/** A reverse proxy and the server that it stands for. */
interface Front {
  readonly place: Place;
  readonly authority: TestAuthority;
  readonly proxy: Plumbline;
  /** Where the reverse proxy listens. */
  readonly listen: { readonly host: string; readonly port: number };
  /** `host:port` of that. */
  readonly ownHost: string;
  readonly client: () => Promise<Peer>;
  readonly tlsClient: (options?: ConnectionOptions) => Promise<Peer & { readonly tls: TLSSocket }>;
  /** The next connection; TLS on it begins this late. */
  readonly accept: (context?: SecureContext, alpn?: readonly string[], lateMs?: number) => Promise<Peer>;
}

interface Case {
  readonly upstream: 'http' | 'https' | 'tcp' | 'tls';
  /** Nothing listens where it passes on to. */
  readonly closed?: boolean;
  readonly play: (front: Front) => Promise<(rows: readonly ExchangeJson[]) => void>;
}

/** What comes back for one request, and the ending. */
async function exchange(client: Peer, server: Promise<Peer>, request: string): Promise<Peer> {
  client.send(request);
  const peer = await server;
  await peer.expect('\r\n\r\n');
  peer.send(answer('hello'));
  await client.expect('\r\n\r\nhello');
  client.end();
  await peer.ending();
  peer.end();
  await client.ending();
  return peer;
}

const cases: Readonly<Record<string, Case>> = {
  'http:// passes on with the Host as it came, and the row names the upstream': {
    upstream: 'http',
    play: async ({ client, accept, ownHost, place }) => {
      const accepted = accept();
      const request = get('/plain', ownHost);
      const server = await exchange(await client(), accepted, request);
      return (rows) => {
        expect(server.received().toString()).toBe(request);
        expect(rows).toMatchObject([
          {
            method: 'GET',
            url: `http://127.0.0.1:${place.port.toString()}/plain`,
            status: 200,
            error: null,
            note: null,
            clientLeg: { way: 'reverse', tlsVersion: null },
          },
        ]);
      };
    },
  },

  'a client that begins with TLS gets a certificate for the name it asks for, http:// stays plain': {
    upstream: 'http',
    play: async ({ tlsClient, accept }) => {
      const accepted = accept();
      const peer = await tlsClient({ servername: 'service-b.test', ALPNProtocols: ['h2', 'http/1.1'] });
      const names = peer.tls.getPeerCertificate().subjectaltname;
      const { alpnProtocol } = peer.tls;
      const server = await exchange(peer, accepted, get('/', 'service-b.test'));
      return (rows) => {
        expect(names).toBe('DNS:service-b.test');
        expect(alpnProtocol).toBe('http/1.1');
        expect(server.received().toString()).toBe(get('/', 'service-b.test'));
        expect(rows).toMatchObject([
          { status: 200, clientLeg: { tlsVersion: 'TLSv1.3' }, serverLeg: { tlsVersion: null } },
        ]);
      };
    },
  },

  'https:// is spoken to in TLS for a client that speaks none, over HTTP/1.1': {
    upstream: 'https',
    play: async ({ client, accept, authority, ownHost, place }) => {
      const lateMs = 1500;
      const secure = await authority.contextFor(['127.0.0.1']);
      const accepted = accept(secure, ['h2', 'http/1.1'], lateMs);
      const peer = await client();
      const server = await exchange(peer, accepted, get('/secure', ownHost));
      const alpn = (server.socket as TLSSocket).alpnProtocol;
      return (rows) => {
        expect(alpn).toBe('http/1.1');
        expect(server.received().toString()).toBe(get('/secure', ownHost));
        expect(rows).toMatchObject([
          {
            url: `https://127.0.0.1:${place.port.toString()}/secure`,
            status: 200,
            error: null,
            clientLeg: { tlsVersion: null },
            serverLeg: { tlsVersion: 'TLSv1.3', alpn: 'http/1.1' },
          },
        ]);
        // The request waited for the handshake of the server, and that is no time of ours.
        expect(rows[0]?.timings.tlsMs).toBeGreaterThan(lateMs / 2);
        expect(rows[0]?.addedMs).toBeLessThan(lateMs / 2);
        expect(rows[0]?.timings.blockedMs).toBeLessThan(lateMs / 2);
      };
    },
  },

  'https:// is offered h2 for a client that begins with the preface of HTTP/2': {
    upstream: 'https',
    play: async ({ client, accept, authority }) => {
      const accepted = accept(await authority.contextFor(['127.0.0.1']), ['h2', 'http/1.1']);
      const peer = await client();
      peer.send(preface);
      const server = await accepted;
      await server.expect('SM\r\n\r\n');
      server.send(serverSettings);
      await peer.expectTotal(serverSettings.length);
      const alpn = (server.socket as TLSSocket).alpnProtocol;
      peer.end();
      await server.ending();
      server.end();
      await peer.ending();
      return (rows) => {
        expect(alpn).toBe('h2');
        expect(server.received().toString('latin1')).toBe(preface);
        expect(rows.filter(({ error }) => error !== null)).toEqual([]);
      };
    },
  },

  'https:// mirrors the protocol between two ends that speak TLS, and each sees the name it knows': {
    upstream: 'https',
    play: async ({ tlsClient, accept, authority }) => {
      const accepted = accept(await authority.contextFor(['127.0.0.1']), ['h2']);
      const clientPeer = tlsClient({ servername: 'front.test', ALPNProtocols: ['h2', 'http/1.1'] });
      const server = await accepted;
      const peer = await clientPeer;
      const { alpnProtocol } = peer.tls;
      const names = peer.tls.getPeerCertificate().subjectaltname;
      const asked = (server.socket as TLSSocket & { servername?: string | false }).servername;
      peer.end();
      await server.ending();
      server.end();
      await peer.ending();
      return () => {
        expect(alpnProtocol).toBe('h2');
        expect(names).toBe('DNS:front.test');
        expect(asked).not.toBe('front.test');
      };
    },
  },

  'a client that names no host gets a certificate for the address it came to': {
    upstream: 'https',
    play: async ({ tlsClient, accept, authority }) => {
      const accepted = accept(await authority.contextFor(['127.0.0.1', 'other.test']));
      const peer = await tlsClient();
      const names = peer.tls.getPeerCertificate().subjectaltname;
      await exchange(peer, accepted, get('/', 'x'));
      return (rows) => {
        expect(names).toBe('IP Address:127.0.0.1, DNS:other.test');
        expect(rows).toMatchObject([{ status: 200, error: null }]);
      };
    },
  },

  'a certificate that is not to be believed is answered with 502, and nothing is sent': {
    upstream: 'https',
    play: async ({ client, accept, ownHost }) => {
      const stranger = await createTestAuthority();
      const accepted = accept(await stranger.contextFor(['127.0.0.1']));
      const peer = await client();
      peer.send(get('/private', ownHost));
      const server = await accepted;
      expect(await peer.ending()).toBe('fin');
      return (rows) => {
        expect(server.received().length).toBe(0);
        expect(peer.received().toString()).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
        expect(rows).toMatchObject([
          { method: 'GET', status: 502, state: 'failed', clientLeg: { way: 'reverse' } },
        ]);
        expect(rows[0]?.url).toMatch(/^https:.*\/private$/);
        expect(rows[0]?.error?.code).toMatch(/^upstream-/);
      };
    },
  },

  'a server that speaks no TLS is named as such': {
    upstream: 'https',
    play: async ({ client, accept, ownHost }) => {
      const accepted = accept();
      const peer = await client();
      peer.send(get('/', ownHost));
      const server = await accepted;
      server.send('HTTP/1.1 400 Bad Request\r\n\r\n');
      await peer.ending();
      return (rows) => {
        expect(peer.received().toString()).toMatch(/^HTTP\/1\.1 502 /);
        expect(rows).toMatchObject([{ status: 502, error: { code: 'upstream-not-tls' } }]);
      };
    },
  },

  'an upstream that nobody listens on is answered with 502 over HTTP': {
    upstream: 'http',
    closed: true,
    play: async ({ client, ownHost }) => {
      const peer = await client();
      peer.send(get('/nobody', ownHost));
      expect(await peer.ending()).toBe('fin');
      return (rows) => {
        const page = peer.received().toString();
        expect(page).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
        expect(page).toContain('X-Plumbline-Error: connect-refused\r\n');
        expect(rows).toMatchObject([
          { method: 'GET', status: 502, error: { code: 'connect-refused' }, clientLeg: { way: 'reverse' } },
        ]);
        expect(rows[0]?.url).toMatch(/^http:.*\/nobody$/);
      };
    },
  },

  'an upstream that nobody listens on is answered with 502 within TLS': {
    upstream: 'tls',
    closed: true,
    play: async ({ tlsClient }) => {
      const peer = await tlsClient({ servername: 'front.test' });
      peer.send(get('/within', 'front.test'));
      await peer.expect('</html>\n');
      peer.end();
      await peer.ending();
      return (rows) => {
        expect(peer.received().toString()).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
        expect(rows).toMatchObject([{ method: 'GET', status: 502, error: { code: 'connect-refused' } }]);
      };
    },
  },

  'an upstream that nobody listens on is told over HTTP/2 without TLS': {
    upstream: 'http',
    closed: true,
    play: async ({ client }) => {
      const peer = await client();
      // HEADERS, end of stream and headers: GET http://x/.
      peer.send(`${preface}\0\0\x06\x01\x05\0\0\0\x01\x82\x84\x86\x41\x01x`);
      await peer.expect('connect-refused');
      peer.dispose();
      return (rows) => {
        expect(rows).toMatchObject([
          { protocol: 'h2', method: 'GET', status: 502, error: { code: 'connect-refused' } },
        ]);
      };
    },
  },

  'an upstream that nobody listens on resets what is no HTTP': {
    upstream: 'tcp',
    closed: true,
    play: async ({ client }) => {
      const peer = await client();
      peer.send('\x00\x00\x00\x08\x04\xd2\x16\x2f');
      const ending = await peer.ending();
      return (rows) => {
        expect(ending).toBe('reset');
        expect(rows).toMatchObject([
          { protocol: 'tunnel', state: 'failed', error: { code: 'connect-refused' } },
        ]);
      };
    },
  },

  'tcp:// passes a server that speaks first': {
    upstream: 'tcp',
    play: async ({ client, accept }) => {
      await playServerFirst(client, accept);
      return (rows) => {
        expect(rows).toMatchObject([{ protocol: 'tunnel', requestBytes: 9, responseBytes: 10, error: null }]);
      };
    },
  },

  'tcp:// reads HTTP where it is HTTP': {
    upstream: 'tcp',
    play: async ({ client, accept, ownHost }) => {
      const accepted = accept();
      await exchange(await client(), accepted, get('/seen', ownHost));
      return (rows) => {
        expect(rows).toMatchObject([{ method: 'GET', status: 200 }]);
      };
    },
  },

  'tls:// is spoken to in TLS, and its server may speak first to a client without': {
    upstream: 'tls',
    play: async ({ client, accept, authority }) => {
      const accepted = accept(await authority.contextFor(['127.0.0.1']));
      const peer = await client();
      const server = await accepted;
      await server.secured();
      server.send('* OK IMAP\r\n');
      await peer.expect('* OK IMAP\r\n');
      peer.send('a1 LOGOUT\r\n');
      await server.expect('a1 LOGOUT\r\n');
      peer.end();
      await server.ending();
      server.end();
      await peer.ending();
      return (rows) => {
        expect(rows).toMatchObject([
          { protocol: 'tunnel', requestBytes: 11, responseBytes: 11, serverLeg: { tlsVersion: 'TLSv1.3' } },
        ]);
      };
    },
  },

  'a reset by the server reaches the client': {
    upstream: 'http',
    play: async ({ client, accept, ownHost }) => {
      const accepted = accept();
      const peer = await client();
      peer.send(get('/', ownHost));
      const server = await accepted;
      await server.expect('\r\n\r\n');
      server.reset();
      const ending = await peer.ending();
      return (rows) => {
        expect(ending).toBe('reset');
        expect(rows).toMatchObject([{ error: { code: 'server-reset' } }]);
      };
    },
  },

  'a server that waits 300 ms is seen waiting, on its own leg, and the proxy adds next to nothing': {
    upstream: 'http',
    play: async ({ client, accept, ownHost }) => {
      const accepted = accept();
      const peer = await client();
      peer.send(get('/slow', ownHost));
      const server = await accepted;
      await server.expect('\r\n\r\n');
      await new Promise((done) => setTimeout(done, 300));
      server.send(answer('slow'));
      await peer.expect('\r\n\r\nslow');
      peer.end();
      await server.ending();
      server.end();
      return (rows) => {
        expect(rows).toMatchObject([{ status: 200 }]);
        expect(rows[0]?.timings.waitMs).toBeGreaterThan(299);
      };
    },
  },
};

const rewriting: Readonly<Record<string, Case>> = {
  'each request gets the upstream as its Host, and every other byte stays': {
    upstream: 'http',
    play: async ({ client, accept, place }) => {
      const accepted = accept();
      const peer = await client();
      const requests = (host: string): string =>
        `POST /1 HTTP/1.1\r\nhost:${host}\r\nContent-Length: 23\r\n\r\nGET / HTTP/1.1\r\nHost: a` +
        `GET /2 HTTP/1.1\r\nX: 1\r\nHOST:   ${host} \r\n\r\n`;
      const text = requests('front.test');
      for (const byte of text) peer.send(byte);
      const server = await accepted;
      await server.expect('X: 1\r\n');
      await server.expect('\r\n\r\n');
      server.send(answer('one') + answer('two'));
      await peer.expect('\r\n\r\ntwo');
      peer.end();
      await server.ending();
      server.end();
      await peer.ending();
      return (rows) => {
        expect(server.received().toString()).toBe(requests(authorityOf(place)));
        expect(rows).toMatchObject([
          { method: 'POST', status: 200, requestBytes: 23, error: null },
          { method: 'GET', status: 200, error: null },
        ]);
        expect(rows[0]?.note).toContain(`"${authorityOf(place)}" as the Host field`);
      };
    },
  },

  'HTTP/1.1 is agreed on with both ends, although both would speak HTTP/2': {
    upstream: 'https',
    play: async ({ tlsClient, accept, authority, place }) => {
      const accepted = accept(await authority.contextFor(['127.0.0.1']), ['h2', 'http/1.1']);
      const peer = await tlsClient({ servername: 'front.test', ALPNProtocols: ['h2', 'http/1.1'] });
      const { alpnProtocol } = peer.tls;
      const server = await exchange(peer, accepted, get('/', 'front.test'));
      return () => {
        expect(alpnProtocol).toBe('http/1.1');
        expect(server.received().toString()).toBe(get('/', authorityOf(place)));
      };
    },
  },

  'what comes behind a switch of protocols is left alone': {
    upstream: 'http',
    play: async ({ client, accept, ownHost, place }) => {
      const accepted = accept();
      const peer = await client();
      const upgrade = (host: string): string =>
        `GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n`;
      peer.send(upgrade(ownHost));
      const server = await accepted;
      await server.expect('\r\n\r\n');
      server.send('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: own\r\n\r\n');
      await peer.expect('\r\n\r\n');
      const own = 'GET / HTTP/1.1\r\nHost: left-alone\r\n';
      peer.send(own);
      await server.expect(own);
      peer.end();
      await server.ending();
      server.end();
      await peer.ending();
      return () => {
        expect(server.received().toString()).toBe(upgrade(authorityOf(place)) + own);
      };
    },
  },
};

/** Plays all cases with one program that has a reverse proxy for each. */
async function playCases(
  runtime: Runtime,
  rewriteHost: boolean,
  wanted: Readonly<Record<string, Case>>,
): Promise<ReadonlyMap<string, () => void>> {
  const authority = await createTestAuthority();
  const names = Object.keys(wanted);
  const closedPorts: ClosedPort[] = [];
  const places = await Promise.all(
    names.map(async (name): Promise<Place> => {
      if (wanted[name]?.closed !== true) return openPlace();
      const port = await openClosedPort();
      closedPorts.push(port);
      return port;
    }),
  );
  const proxy = await startPlumbline({
    runtime,
    upstreamCaPem: authority.certificatePem,
    reverse: places.map(
      (place, index) => `0=${wanted[names[index] ?? '']?.upstream ?? ''}://${authorityOf(place)}`,
    ),
    rewriteHost,
  });
  const peers: Peer[] = [];
  const checks = new Map<string, (rows: readonly ExchangeJson[]) => void>();
  const playOne = async (name: string, index: number): Promise<void> => {
    const place = places[index];
    const each = wanted[name];
    const ownHost = proxy.reverse[index]?.listen;
    if (place === undefined || each === undefined || ownHost === undefined)
      throw new Error(`No place for ${name}.`);
    const listen = { host: '127.0.0.1', port: Number(ownHost.split(':')[1]) };
    const watch = <T extends Peer>(peer: T): T => {
      peers.push(peer);
      return peer;
    };
    const front: Front = {
      place,
      authority,
      proxy,
      listen,
      ownHost,
      client: async () => watch(createPeer('the client', await dialRaw(listen), null)),
      tlsClient: async (options = {}) => {
        let tls: TLSSocket | null = null;
        const peer = createPeer('the client', await dialRaw(listen), (socket) => {
          tls = connectTls({ socket, ca: proxy.caPem, host: '127.0.0.1', ...options });
          return tls;
        });
        await peer.secured();
        const made = tls as TLSSocket | null;
        if (made === null) throw new Error('No TLS.');
        return watch({ ...peer, tls: made });
      },
      accept: async (secureContext, alpn = ['http/1.1'], lateMs = 0) => {
        const [raw] = (await within(8_000, 'a connection', once(place.server, 'connection'))) as Parameters<
          typeof createPeer
        >[1][];
        if (raw === undefined) throw new Error('No connection.');
        if (lateMs > 0) await new Promise((done) => setTimeout(done, lateMs));
        const peer = createPeer(
          'the server',
          raw,
          secureContext === undefined
            ? null
            : (stream) =>
                new TLSSocket(stream, {
                  isServer: true,
                  secureContext,
                  ALPNProtocols: [...alpn],
                }),
        );
        return watch(peer);
      },
    };
    try {
      checks.set(name, await within(20_000, name, each.play(front)));
    } catch (error) {
      checks.set(name, () => {
        throw error;
      });
    }
  };
  try {
    const waiting = names.map((name, index) => ({ name, index }));
    const worker = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        await playOne(next.name, next.index);
      }
    };
    await Promise.all(Array.from({ length: 4 }, worker));
    for (const peer of peers) peer.dispose();
    const rows = await proxy.stop();
    return new Map(
      names.map((name, index) => [
        name,
        () => {
          const port = places[index]?.port.toString() ?? '';
          checks.get(name)?.(rows.filter(({ url }) => new RegExp(`:${port}([/?]|$)`).test(url)));
        },
      ]),
    );
  } finally {
    for (const { server } of places) server.close();
    for (const port of closedPorts) port.close();
    proxy.dispose();
  }
}

describe.each(runtimes)('a reverse proxy in %s', (runtime) => {
  let kept: ReadonlyMap<string, () => void> = new Map();
  let rewritten: ReadonlyMap<string, () => void> = new Map();
  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    kept = await playCases(runtime, false, cases);
    rewritten = await playCases(runtime, true, rewriting);
  }, 90_000);
  test.skipIf(!hasRuntime(runtime)).for(Object.keys(cases))('%s', (name) => {
    expect(kept.has(name)).toBe(true);
    kept.get(name)?.();
  });
  test.skipIf(!hasRuntime(runtime)).for(Object.keys(rewriting))('rewriting the Host: %s', (name) => {
    expect(rewritten.has(name)).toBe(true);
    rewritten.get(name)?.();
  });
});
