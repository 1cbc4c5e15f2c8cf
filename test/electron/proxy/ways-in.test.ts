import { once } from 'node:events';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { beforeAll, describe, expect, test } from 'vitest';
import { dialRaw } from '../../support/conversation.ts';
import { playScenarios, rowsOf, type Lab, type Scenario, type ScenarioOutcome } from '../../support/lab.ts';
import { createPeer, type Peer } from '../../support/peer.ts';
import { hasRuntime, runtimes } from '../../support/plumbline.ts';
import { within } from '../../support/within.ts';

const answer = (text: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${text.length.toString()}\r\n\r\n${text}`;

const portBytes = (port: number): string => String.fromCharCode(port >> 8, port & 255);
const socks4 = (port: number): string => `\x04\x01${portBytes(port)}\x7f\x00\x00\x01me\x00`;
const socks4a = (name: string, port: number): string =>
  `\x04\x01${portBytes(port)}\x00\x00\x00\x01me\x00${name}\x00`;
const socks5Name = (name: string, port: number): string =>
  `\x05\x01\x00\x03${String.fromCharCode(name.length)}${name}${portBytes(port)}`;
const socks5Ipv4 = (port: number, command = 1): string =>
  `\x05${String.fromCharCode(command)}\x00\x01\x7f\x00\x00\x01${portBytes(port)}`;
const socks5Ipv6 = (port: number): string => `\x05\x01\x00\x04${'\0'.repeat(15)}\x01${portBytes(port)}`;

interface SocksWay {
  readonly way: string;
  readonly host?: string;
  readonly greeting?: string;
  readonly ask: (port: number) => string;
  /** How the answer begins; the bound address follows. */
  readonly granted: string;
  readonly grantedBytes: number;
}

/** A request over SOCKS, sent when the answer has come: it is read as any other. */
function overSocks(options: SocksWay): Scenario {
  return async ({ client, origin }) => {
    const place = await origin(options.host);
    const accepted = place.accept();
    const peer = await client();
    if (options.greeting !== undefined) {
      peer.send(options.greeting);
      await peer.expectTotal(2);
    }
    peer.send(options.ask(place.port));
    await peer.expectTotal((options.greeting === undefined ? 0 : 2) + options.grantedBytes);
    peer.send(`GET /over HTTP/1.1\r\nHost: ${place.authority}\r\n\r\n`);
    const server = await accepted;
    await server.expect('\r\n\r\n');
    server.send(answer('hello'));
    await peer.expect('\r\n\r\nhello');
    peer.end();
    await server.ending();
    server.end();
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      const said = peer.received().subarray(options.greeting === undefined ? 0 : 2);
      expect(said.toString('latin1').startsWith(options.granted)).toBe(true);
      const [row] = rowsOf(place, rows);
      expect(row).toMatchObject({ method: 'GET', status: 200, error: null, clientLeg: { way: options.way } });
      const bound = said.subarray(0, options.grantedBytes);
      const port = options.way === 'socks5' ? bound.readUInt16BE(bound.length - 2) : bound.readUInt16BE(2);
      expect(port).toBe(row?.serverLeg?.localPort);
    };
  };
}

/** What a SOCKS client hears that cannot be served, and what the row says. */
function refusedOverSocks(
  request: (lab: Lab) => Promise<{ readonly text: string; readonly port: number }>,
  reply: string,
  code: string,
  words = /./,
): Scenario {
  return async (lab) => {
    const { text, port } = await request(lab);
    const peer = await lab.client();
    peer.send(text);
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      expect(peer.received().toString('latin1')).toBe(reply);
      const mine = rowsOf({ port }, rows).filter(({ error }) => error?.code === code);
      expect(mine).toHaveLength(1);
      expect(mine[0]).toMatchObject({ state: 'failed', protocol: 'tunnel', status: null });
      expect(mine[0]?.error?.message).toMatch(words);
    };
  };
}

/** TLS with the proxy itself, and what goes on inside. */
async function throughTls({ proxy }: Lab, serverName?: string): Promise<{ peer: Peer; tls: TLSSocket }> {
  const raw = await dialRaw(proxy);
  let socket: TLSSocket | null = null;
  const peer = createPeer('the client', raw, (stream) => {
    socket = connectTls({
      socket: stream,
      ca: proxy.caPem,
      ALPNProtocols: ['h2', 'http/1.1'],
      ...(serverName === undefined ? { host: '127.0.0.1' } : { servername: serverName }),
    });
    return socket;
  });
  await peer.secured();
  const tls = socket as TLSSocket | null;
  if (tls === null) throw new Error('No TLS.');
  return { peer, tls };
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'a request over SOCKS4': overSocks({
    way: 'socks4',
    ask: socks4,
    granted: '\x00\x5a',
    grantedBytes: 8,
  }),
  'a request over SOCKS4a': overSocks({
    way: 'socks4a',
    ask: (port) => socks4a('localhost', port),
    granted: '\x00\x5a',
    grantedBytes: 8,
  }),
  'a request over SOCKS5 to a name': overSocks({
    way: 'socks5',
    greeting: '\x05\x02\x00\x02',
    ask: (port) => socks5Name('LocalHost', port),
    granted: '\x05\x00\x00\x01\x7f\x00\x00\x01',
    grantedBytes: 10,
  }),
  'a request over SOCKS5 to an IPv4 address': overSocks({
    way: 'socks5',
    greeting: '\x05\x01\x00',
    ask: socks5Ipv4,
    granted: '\x05\x00\x00\x01\x7f\x00\x00\x01',
    grantedBytes: 10,
  }),
  'a request over SOCKS5 to an IPv6 address': overSocks({
    way: 'socks5',
    host: '::1',
    greeting: '\x05\x01\x00',
    ask: socks5Ipv6,
    granted: `\x05\x00\x00\x04${'\0'.repeat(15)}\x01`,
    grantedBytes: 22,
  }),

  'SOCKS in single bytes, with everything sent before any answer': async ({ client, origin }) => {
    const place = await origin();
    const accepted = place.accept();
    const peer = await client();
    const all = `\x05\x01\x00${socks5Ipv4(place.port)}\x00early`;
    for (const byte of all) {
      peer.send(byte);
      await new Promise((next) => setImmediate(next));
    }
    const server = await accepted;
    await server.expect('\x00early');
    server.send('late');
    await peer.expect('late');
    peer.end();
    await server.ending();
    server.end();
    await peer.ending();
    return (rows) => {
      expect(peer.received().subarray(0, 3)).toEqual(Buffer.from([5, 0, 5]));
      expect(rowsOf(place, rows)).toMatchObject([
        { protocol: 'tunnel', requestBytes: 6, responseBytes: 4, clientLeg: { way: 'socks5' } },
      ]);
    };
  },

  'HTTPS over SOCKS5 is read': async ({ client, origin, authority, proxy }) => {
    const place = await origin();
    const accepted = place.accept(await authority.contextFor(['shop.test', '127.0.0.1']));
    const raw = await client();
    raw.send(`\x05\x01\x00${socks5Ipv4(place.port)}`);
    await raw.expectTotal(12);
    raw.socket.removeAllListeners('data');
    const tls = connectTls({ socket: raw.socket, ca: proxy.caPem, servername: 'shop.test' });
    await within(8_000, 'the handshake', once(tls, 'secureConnect'));
    tls.write('GET /secret HTTP/1.1\r\nHost: shop.test\r\n\r\n');
    const server = await accepted;
    await server.expect('\r\n\r\n');
    server.send(answer('secret'));
    const [chunk] = (await within(8_000, 'the answer', once(tls, 'data'))) as [Buffer];
    tls.destroy();
    await server.ending();
    return (rows) => {
      expect(chunk.toString()).toContain('200 OK');
      expect(rowsOf(place, rows)).toMatchObject([
        {
          method: 'GET',
          status: 200,
          url: `https://shop.test:${place.port.toString()}/secret`,
          clientLeg: { way: 'socks5' },
        },
      ]);
    };
  },

  'a server that speaks first, over SOCKS5': async ({ client, origin }) => {
    const place = await origin();
    const accepted = place.accept();
    const peer = await client();
    peer.send(`\x05\x01\x00${socks5Ipv4(place.port)}`);
    const server = await accepted;
    server.send('220 mail\r\n');
    await peer.expect('220 mail\r\n');
    peer.end();
    await server.ending();
    server.end();
    await peer.ending();
    return (rows) => {
      expect(rowsOf(place, rows)).toMatchObject([{ protocol: 'tunnel', responseBytes: 10, error: null }]);
    };
  },

  'SOCKS5 to a port where nothing listens hears 05': refusedOverSocks(
    async (lab) => {
      const { port } = await lab.closedPort();
      return { text: `\x05\x01\x00${socks5Ipv4(port)}`, port };
    },
    '\x05\x00\x05\x05\x00\x01\0\0\0\0\0\0',
    'connect-refused',
  ),
  'SOCKS4 to a port where nothing listens hears 91': refusedOverSocks(
    async (lab) => {
      const { port } = await lab.closedPort();
      return { text: socks4(port), port };
    },
    '\x00\x5b\0\0\0\0\0\0',
    'connect-refused',
  ),
  'SOCKS5 to a name that nobody knows hears 04': refusedOverSocks(
    () => Promise.resolve({ text: `\x05\x01\x00${socks5Name('no.such.host.invalid', 4711)}`, port: 4711 }),
    '\x05\x00\x05\x04\x00\x01\0\0\0\0\0\0',
    'dns-failed',
  ),
  'SOCKS5 to the proxy itself hears 02': refusedOverSocks(
    ({ proxy }) => Promise.resolve({ text: `\x05\x01\x00${socks5Ipv4(proxy.port)}`, port: proxy.port }),
    '\x05\x00\x05\x02\x00\x01\0\0\0\0\0\0',
    'own-address',
  ),
  'SOCKS5 for UDP hears 07, and the row says that UDP does not pass': refusedOverSocks(
    () => Promise.resolve({ text: `\x05\x01\x00${socks5Ipv4(4712, 3)}`, port: 4712 }),
    '\x05\x00\x05\x07\x00\x01\0\0\0\0\0\0',
    'socks-command',
    /UDP does not pass/,
  ),

  'a plain request to an HTTPS proxy, named': async (lab) => {
    const place = await lab.origin();
    const accepted = place.accept();
    const { peer, tls } = await throughTls(lab, 'proxy.test');
    peer.send(`GET http://${place.authority}/in HTTP/1.1\r\nHost: ${place.authority}\r\n\r\n`);
    const server = await accepted;
    await server.expect('GET /in HTTP/1.1\r\n');
    server.send(answer('out'));
    await peer.expect('\r\n\r\nout');
    const names = tls.getPeerCertificate().subjectaltname;
    const { alpnProtocol } = tls;
    peer.end();
    await server.ending();
    server.end();
    await peer.ending();
    return (rows) => {
      expect(names).toContain('proxy.test');
      expect(alpnProtocol).toBe('http/1.1');
      expect(rowsOf(place, rows)).toMatchObject([
        { method: 'GET', status: 200, error: null, clientLeg: { way: 'proxy', alpn: 'http/1.1' } },
      ]);
      expect(rowsOf(place, rows)[0]?.clientLeg?.ja4).toMatch(/^t13/);
      expect(rowsOf(place, rows)[0]?.clientLeg?.tlsVersion).toBe('TLSv1.3');
    };
  },

  'CONNECT and TLS within TLS through an HTTPS proxy': async (lab) => {
    const place = await lab.origin();
    const accepted = place.accept(await lab.authority.contextFor(['127.0.0.1']));
    const { peer, tls } = await throughTls(lab);
    peer.send(`CONNECT ${place.authority} HTTP/1.1\r\n\r\n`);
    await peer.expect('\r\n\r\n');
    const names = tls.getPeerCertificate().subjectaltname;
    tls.removeAllListeners('data');
    const inner = connectTls({ socket: tls, ca: lab.proxy.caPem, host: '127.0.0.1' });
    await within(8_000, 'the inner handshake', once(inner, 'secureConnect'));
    const inside = createPeer('the inner client', inner, null);
    inside.send(`GET /deep HTTP/1.1\r\nHost: ${place.authority}\r\n\r\n`);
    const server = await accepted;
    await server.expect('\r\n\r\n');
    const body = 'x'.repeat(300_000);
    server.send(answer(body));
    await inside.expect(`\r\n\r\n${body}`);
    inside.end();
    await server.ending();
    server.end();
    await inside.ending();
    peer.dispose();
    return (rows) => {
      expect(names).toBe('IP Address:127.0.0.1');
      expect(rowsOf(place, rows)).toMatchObject([
        { method: 'GET', status: 200, error: null, responseBytes: 300_000, clientLeg: { way: 'connect' } },
      ]);
    };
  },

  'a reset by a server reaches a client behind an HTTPS proxy': async (lab) => {
    const place = await lab.origin();
    const accepted = place.accept();
    const { peer } = await throughTls(lab);
    peer.send(`CONNECT ${place.authority} HTTP/1.1\r\n\r\n`);
    await peer.expect('\r\n\r\n');
    peer.send('\x00hello');
    const server = await accepted;
    await server.expect('hello');
    server.reset();
    const ending = await peer.ending();
    return (rows) => {
      expect(ending).toBe('reset');
      expect(rowsOf(place, rows)).toMatchObject([{ protocol: 'tunnel', error: { code: 'server-reset' } }]);
    };
  },

  'a client that does not believe the certificate of an HTTPS proxy': async ({ proxy }) => {
    const raw = await dialRaw(proxy);
    const tls = connectTls({ socket: raw, servername: 'unbelieved.test' });
    const [error] = (await within(8_000, 'the error', once(tls, 'error'))) as [NodeJS.ErrnoException];
    return (rows) => {
      expect(error.code).toMatch(/UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER/);
      const mine = rows.filter(({ url }) => url.includes('unbelieved.test'));
      expect(mine).toHaveLength(1);
      expect(mine[0]).toMatchObject({
        state: 'failed',
        note: 'The client spoke TLS with the proxy itself.',
      });
      expect(mine[0]?.error?.code).toMatch(/^client-/);
    };
  },

  'HTTP/2 with the proxy itself is told to speak HTTP/1.1': async ({ client }) => {
    const peer = await client();
    peer.send('PRI * HT');
    await new Promise((next) => setImmediate(next));
    peer.send('TP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      const said = peer.received();
      expect(said.subarray(0, 9)).toEqual(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
      expect(said[12]).toBe(7);
      expect(said.readUInt32BE(9 + 9 + 4)).toBe(0x0d);
      expect(said.toString('latin1')).toContain('Speak HTTP/1.1 with this proxy');
      expect(rows.filter(({ error }) => error?.code === 'http2-to-proxy')).toMatchObject([
        { protocol: 'h2', state: 'failed' },
      ]);
    };
  },

  'a client that says nothing and leaves makes no row': async ({ client }) => {
    const peer = await client();
    const port = peer.socket.localPort;
    peer.end();
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      expect(rows.filter(({ clientLeg }) => clientLeg?.remotePort === port)).toEqual([]);
    };
  },
};

describe.each(runtimes)('the proxy in %s', (runtime) => {
  let outcomes: ReadonlyMap<string, ScenarioOutcome> = new Map();
  beforeAll(async () => {
    if (hasRuntime(runtime)) outcomes = await playScenarios({ runtime }, scenarios);
  }, 90_000);
  test.skipIf(!hasRuntime(runtime)).for(Object.keys(scenarios))('%s', (name) => {
    outcomes.get(name)?.check();
    expect(outcomes.has(name)).toBe(true);
  });
});
