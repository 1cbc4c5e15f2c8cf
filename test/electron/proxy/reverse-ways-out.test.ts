import { once } from 'node:events';
import { TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority, type TestAuthority } from '../../support/certificates.ts';
import { openClosedPort } from '../../support/closed-port.ts';
import { dialRaw, openPlace, type Place } from '../../support/conversation.ts';
import { freePort } from '../../support/free-port.ts';
import { playScenarios, rowsOf, type Lab, type Scenario, type ScenarioOutcome } from '../../support/lab.ts';
import { createPeer, type Peer } from '../../support/peer.ts';
import { hasRuntime, runtimes, type PlumblineOptions } from '../../support/plumbline.ts';
import { answering, socks5, tunnelling } from '../../support/upstream-scripts.ts';
import { openUpstream, type UpstreamServer } from '../../support/upstream-servers.ts';
import { playServerFirst } from '../../support/server-first.ts';
import { within } from '../../support/within.ts';

const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine';
const basic = `Basic ${Buffer.from('ada:s@same').toString('base64')}`;

/** A reverse proxy of the tests: what it passes on to, and the upstream proxy of the rule for that host, if any. */
interface Way {
  readonly scheme: 'http' | 'https' | 'tcp' | 'tls';
  readonly host: string;
  /** With `PORT` for that of the upstream proxy. */
  readonly proxy?: string;
  readonly upstream?: UpstreamServer;
  /** The address of this reverse proxy; a free port of 127.0.0.1 if not given. */
  readonly listen?: string;
}

/** What a test has: the server behind, the way in. */
interface Front {
  readonly place: Place;
  readonly upstream: UpstreamServer | undefined;
  /** The Host that a client of the reverse proxy sends. */
  readonly ownHost: string;
  readonly client: () => Promise<Peer>;
  readonly accept: () => Promise<Peer>;
  /** `kind://host:port` of the upstream proxy, as rows name it. */
  readonly via: string | null;
}

type Play = (front: Front, lab: Lab) => Promise<(rows: readonly ExchangeJson[]) => void>;

/** One request and its answer, then the end. */
async function askOnce({ client, accept, ownHost }: Front): Promise<string> {
  const head = `GET /way HTTP/1.1\r\nHOST: ${ownHost}\r\nX-Odd:  v \r\n\r\n`;
  const accepted = accept();
  const peer = await client();
  peer.send(head);
  const server = await accepted;
  await server.expect('\r\n\r\n');
  server.send(reply);
  await peer.expect(reply);
  peer.end();
  await server.ending();
  server.end();
  await peer.ending();
  expect(server.received().toString()).toBe(head);
  return head;
}

const plays: Readonly<Record<string, readonly [(authority: TestAuthority) => Promise<Way>, Play]>> = {
  'http:// goes through an HTTP proxy with a password in a tunnel, and the Host stays': [
    async () => ({
      scheme: 'http',
      host: 'reverse-auth.test',
      proxy: 'http://ada:s%40same@127.0.0.1:PORT',
      upstream: await openUpstream(tunnelling()),
    }),
    async (front) => {
      const head = await askOnce(front);
      return (rows) => {
        const authority = `reverse-auth.test:${front.place.port.toString()}`;
        expect(front.upstream?.received).toEqual([
          `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nProxy-Authorization: ${basic}\r\n\r\n`,
        ]);
        expect(head).toContain(`HOST: ${front.ownHost}`);
        expect(rows).toMatchObject([
          {
            url: `http://${authority}/way`,
            status: 200,
            error: null,
            timings: { dnsMs: null },
            clientLeg: { way: 'reverse' },
            serverLeg: { via: front.via, remotePort: front.upstream?.port },
          },
        ]);
        expect(JSON.stringify(rows)).not.toContain('s@same');
      };
    },
  ],
  'http:// goes through SOCKS5, which looks the name up': [
    async () => ({
      scheme: 'http',
      host: 'reverse5.test',
      proxy: 'socks5://127.0.0.1:PORT',
      upstream: await openUpstream(socks5(0)),
    }),
    async (front) => {
      await askOnce(front);
      return (rows) => {
        const { port } = front.place;
        const portText = Buffer.from([port >> 8, port & 255]).toString('latin1');
        expect(front.upstream?.received).toEqual([`\x05\x01\0\x05\x01\0\x03\x0dreverse5.test${portText}`]);
        expect(rows).toMatchObject([
          { status: 200, error: null, timings: { dnsMs: null }, serverLeg: { via: front.via } },
        ]);
      };
    },
  ],
  'http:// follows a hosts override, and this computer is reached without a proxy': [
    () => Promise.resolve({ scheme: 'http', host: 'over.test' }),
    async (front) => {
      await askOnce(front);
      return (rows) => {
        expect(rows).toMatchObject([
          {
            url: `http://over.test:${front.place.port.toString()}/way`,
            status: 200,
            note: 'Hosts override: 127.0.0.1 instead of a lookup.',
            timings: { dnsMs: null },
            serverLeg: { via: null, remoteAddress: '127.0.0.1' },
          },
        ]);
      };
    },
  ],
  'an upstream on this computer is reached without the proxy of all others': [
    () => Promise.resolve({ scheme: 'http', host: '127.0.0.1' }),
    async (front) => {
      await askOnce(front);
      return (rows) => {
        expect(rows).toMatchObject([{ status: 200, note: null, serverLeg: { via: null } }]);
      };
    },
  ],
  'tcp:// goes through CONNECT, and a server that speaks first is heard': [
    async () => ({
      scheme: 'tcp',
      host: 'raw.test',
      proxy: 'http://127.0.0.1:PORT',
      upstream: await openUpstream(tunnelling()),
    }),
    async ({ client, accept, upstream, place, via }) => {
      await playServerFirst(client, accept);
      return (rows) => {
        expect(upstream?.received[0]).toMatch(`CONNECT raw.test:${place.port.toString()} HTTP/1.1\r\n`);
        expect(rows).toMatchObject([
          { protocol: 'tunnel', requestBytes: 9, responseBytes: 10, error: null, serverLeg: { via } },
        ]);
      };
    },
  ],
  'https:// speaks TLS with the server within the tunnel of an HTTPS proxy': [
    async (authority) => ({
      scheme: 'https',
      host: 'inner.test',
      proxy: 'https://127.0.0.1:PORT',
      upstream: await openUpstream(tunnelling(), await authority.contextFor(['127.0.0.1'])),
    }),
    async (front, { authority }) => {
      const secureContext = await authority.contextFor(['inner.test']);
      const accepted = rawConnection(front.place);
      const peer = await front.client();
      peer.send(`GET /within HTTP/1.1\r\nHost: ${front.ownHost}\r\n\r\n`);
      const server = createPeer(
        'the server',
        await accepted,
        (raw) => new TLSSocket(raw, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] }),
      );
      await server.expect('\r\n\r\n');
      server.send(reply);
      await peer.expect(reply);
      peer.end();
      await server.ending();
      server.dispose();
      await peer.ending();
      return (rows) => {
        expect(rows).toMatchObject([
          { status: 200, error: null, serverLeg: { via: front.via, tlsVersion: 'TLSv1.3' } },
        ]);
      };
    },
  ],
  'an HTTP proxy that refuses is told in a page, with its own words': [
    async () => ({
      scheme: 'http',
      host: 'forbidden.test',
      proxy: 'http://127.0.0.1:PORT',
      upstream: await openUpstream(answering('HTTP/1.1 403 Not on my watch\r\nContent-Length: 0\r\n\r\n')),
    }),
    async ({ client, ownHost }) => {
      const peer = await client();
      peer.send(`GET /no HTTP/1.1\r\nHost: ${ownHost}\r\n\r\n`);
      expect(await peer.ending()).toBe('fin');
      return (rows) => {
        expect(peer.received().toString()).toContain('X-Plumbline-Error: upstream-proxy-refused\r\n');
        expect(rows).toMatchObject([
          {
            method: 'GET',
            status: 502,
            error: {
              code: 'upstream-proxy-refused',
              message: expect.stringContaining('403 Not on my watch') as string,
            },
          },
        ]);
      };
    },
  ],
  'an upstream proxy that is a reverse proxy of our own is refused, instead of going round in circles': [
    async () => {
      // Nothing else listens on this address, so nothing else can take the port in the meantime.
      const host = '127.0.0.2';
      const listen = `${host}:${await freePort(host)}`;
      return { scheme: 'http', host: 'circle.test', proxy: `http://${listen}`, listen };
    },
    async ({ client, ownHost }) => {
      const peer = await client();
      peer.send(`GET /round HTTP/1.1\r\nHost: ${ownHost}\r\n\r\n`);
      expect(await peer.ending()).toBe('fin');
      return (rows) => {
        expect(rows).toMatchObject([{ status: 502, error: { code: 'upstream-is-self' } }]);
      };
    },
  ],
};

async function rawConnection({ server }: Place): Promise<Parameters<typeof createPeer>[1]> {
  const [raw] = (await within(8_000, 'a connection', once(server, 'connection'))) as Parameters<
    typeof createPeer
  >[1][];
  if (raw === undefined) throw new Error('No connection.');
  return raw;
}

/** Opens what the plays need: a place each, and the upstream proxies. */
async function prepare(authority: TestAuthority): Promise<{
  options: Pick<PlumblineOptions, 'reverse' | 'settings'>;
  scenarios: Record<string, Scenario>;
  close: () => void;
}> {
  const names = Object.keys(plays);
  const nobody = await openClosedPort();
  const all = await Promise.all(
    Object.values(plays).map(async ([make]) => ({ way: await make(authority), place: await openPlace() })),
  );
  const proxyOf = ({ proxy, upstream }: Way): string | null =>
    proxy?.replace('PORT', upstream?.port.toString() ?? '') ?? null;
  const rules = all.flatMap(({ way }) => {
    const proxy = proxyOf(way);
    return proxy === null ? [] : [{ host: way.host, proxy }];
  });
  const peers: Peer[] = [];
  const watch = (peer: Peer): Peer => {
    peers.push(peer);
    return peer;
  };
  const scenarioOf =
    (index: number, play: Play): Scenario =>
    async (lab) => {
      const listen = lab.proxy.reverse[index]?.listen;
      const each = all[index];
      if (each === undefined || listen === undefined) throw new Error('No reverse proxy.');
      const { way, place } = each;
      const [host = '', port] = listen.split(':');
      const at = { host, port: Number(port) };
      const front: Front = {
        place,
        upstream: way.upstream,
        ownHost: listen,
        client: async () => watch(createPeer('the client', await dialRaw(at), null)),
        accept: async () => watch(createPeer('the server', await rawConnection(place), null)),
        via: proxyOf(way)?.replace(/\/\/.*@/, '//') ?? null,
      };
      const check = await play(front, lab);
      return (rows) => {
        check(rowsOf(place, rows));
      };
    };
  return {
    options: {
      reverse: all.map(
        ({ way, place }) => `${way.listen ?? 0}=${way.scheme}://${way.host}:${place.port.toString()}`,
      ),
      settings: {
        // Whoever is sent this way by mistake finds nobody there.
        upstreamProxy: { mode: 'manual', url: `http://127.0.0.1:${nobody.port.toString()}`, rules },
        hosts: [{ host: 'over.test', address: '127.0.0.1' }],
      },
    },
    scenarios: Object.fromEntries(
      names.flatMap((name, index) => {
        const play = plays[name]?.[1];
        return play === undefined ? [] : [[name, scenarioOf(index, play)]];
      }),
    ),
    close: () => {
      for (const peer of peers) peer.dispose();
      for (const { way, place } of all) {
        way.upstream?.close();
        place.server.close();
      }
      nobody.close();
    },
  };
}

describe.each(runtimes)('the ways out of reverse proxies, in %s', (runtime) => {
  const close: (() => void)[] = [];
  let outcomes: ReadonlyMap<string, ScenarioOutcome> = new Map();

  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    const authority = await createTestAuthority();
    const ready = await prepare(authority);
    close.push(ready.close);
    outcomes = await playScenarios({ runtime, ...ready.options }, ready.scenarios, 4, undefined, authority);
  }, 120_000);
  afterAll(() => {
    for (const each of close) each();
  });

  test.skipIf(!hasRuntime(runtime)).each(Object.keys(plays))('%s', (name) => {
    outcomes.get(name)?.check();
    expect(outcomes.has(name)).toBe(true);
  });
});
