import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangeJson } from '../../../core/model/exchange-json.ts';
import { createTestAuthority, type TestAuthority } from '../../support/certificates.ts';
import { openClosedPort } from '../../support/closed-port.ts';
import { playScenarios, type Lab, type Scenario, type ScenarioOutcome } from '../../support/lab.ts';
import { hasRuntime, runtimes } from '../../support/plumbline.ts';
import { answering, portIn, socks4, socks5, tunnelling } from '../../support/upstream-scripts.ts';
import { openUpstream, type UpstreamScript, type UpstreamServer } from '../../support/upstream-servers.ts';

const reply = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine';
const answer = (status: string, fields = ''): string =>
  `HTTP/1.1 ${status}\r\n${fields}Content-Length: 0\r\n\r\n`;
/** How long the slow upstream proxy takes for its answer to CONNECT. */
const slowMs = 1500;
const basic = `Basic ${Buffer.from('ada:s@same').toString('base64')}`;

const plain: UpstreamScript = async ({ take, send }) => {
  for (;;) {
    await take('\r\n\r\n');
    send(reply);
  }
};
/** Hosts of the tests: the proxy each goes through, its address written with `PORT`, and what that proxy does. */
const upstreams = {
  'plain.test': ['http://127.0.0.1:PORT', plain],
  'keep.test': ['http://127.0.0.1:PORT', plain],
  'password.test': ['http://ada:s%40same@127.0.0.1:PORT', plain],
  'asks.test': [
    'http://127.0.0.1:PORT',
    answering(answer('407 Password please', 'Proxy-Authenticate: Basic realm="x"\r\n')),
  ],
  'tunnel.test': ['http://ada:s%40same@127.0.0.1:PORT', tunnelling()],
  'slow.test': ['http://127.0.0.1:PORT', tunnelling(slowMs)],
  'first.test': ['http://127.0.0.1:PORT', tunnelling(0, '220 hello from behind the head\r\n')],
  'reset.test': ['http://127.0.0.1:PORT', tunnelling()],
  'upgrade.test': ['http://127.0.0.1:PORT', tunnelling()],
  'interim.test': [
    'http://127.0.0.1:PORT',
    async ({ take, send, join }) => {
      const head = await take('\r\n\r\n');
      for (const part of ['HTTP/1.1 100 Con', 'tinue\r\nX: y\r\n\r\nHTTP/1.0 2', '00\n\n']) {
        send(part);
        await new Promise((resolve) => setImmediate(resolve));
      }
      join(portIn(head));
    },
  ],
  'c407.test': [
    'http://127.0.0.1:PORT',
    answering(answer('407 Proxy Authentication Required', 'Proxy-Authenticate: Basic realm="x"\r\n')),
  ],
  'wrong.test': [
    'http://ada:wrong@127.0.0.1:PORT',
    answering(answer('407 No', 'Proxy-Authenticate: Basic realm="x"\r\n')),
  ],
  'ntlm.test': [
    'http://127.0.0.1:PORT',
    answering(answer('407 No', 'Proxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n')),
  ],
  'c403.test': [
    'http://127.0.0.1:PORT',
    answering(answer('403 Not on my watch', 'X-Squid-Error: ERR_ACCESS_DENIED 0\r\n')),
  ],
  'c502.test': ['http://127.0.0.1:PORT', answering(answer('502 Bad Gateway'))],
  'ssh.test': ['http://127.0.0.1:PORT', answering('SSH-2.0-OpenSSH_9\r\n')],
  'huge.test': ['http://127.0.0.1:PORT', answering(`HTTP/1.1 200 OK\r\nX: ${'y'.repeat(100_000)}`)],
  'closes.test': ['http://127.0.0.1:PORT', answering('')],
  'socks4.test': ['socks4a://ada@127.0.0.1:PORT', socks4],
  '127.0.0.4': ['socks4://127.0.0.1:PORT', socks4],
  'socks5.test': ['socks5://127.0.0.1:PORT', socks5(0)],
  'plain5.test': ['socks5h://127.0.0.1:PORT', socks5(0)],
  '127.0.0.5': ['socks5://127.0.0.1:PORT', socks5(0)],
  'secret5.test': ['socks5://ada:s%40same@127.0.0.1:PORT', socks5(2)],
  'none5.test': ['socks5://127.0.0.1:PORT', socks5(255)],
  'refused5.test': ['socks5://127.0.0.1:PORT', socks5(0, 5)],
} as const satisfies Record<string, readonly [string, UpstreamScript]>;
const secure = {
  'tls.test': tunnelling(),
  'plaintls.test': plain,
} as const satisfies Record<string, UpstreamScript>;

type Opened = Readonly<
  Record<keyof typeof upstreams | keyof typeof secure | 'stranger.test', UpstreamServer>
>;

const rowsFor = (host: string, rows: readonly ExchangeJson[]): readonly ExchangeJson[] =>
  rows.filter(({ url }) => url.replace(/^[a-z]+:\/\//, '').split(/[/:]/)[0] === host);

/** TLS through a tunnel to an origin with the host's own certificate, and one request. */
async function overTls(lab: Lab, host: string): Promise<{ port: number; authority: string }> {
  const place = await lab.origin(host.startsWith('127.') ? host : undefined);
  const accepted = place.accept(await lab.authority.contextFor([host]));
  const authority = `${host}:${place.port.toString()}`;
  const client = await lab.tlsClient(authority);
  expect(await client.handshake).toBeNull();
  const ask = `GET /private HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
  client.send(ask);
  const server = await accepted;
  await server.expect(ask);
  server.send(reply);
  await client.expect(reply);
  client.end();
  expect(await server.ending()).toBe('close-notify');
  server.end();
  expect(await client.ending()).toBe('close-notify');
  return { port: place.port, authority };
}

/** A CONNECT that is answered with a page of ours; the row has the same cause. */
function connectFails(host: string, code: string, words: RegExp): Scenario {
  return async ({ client }) => {
    const peer = await client();
    peer.send(`CONNECT ${host}:443 HTTP/1.1\r\n\r\n`);
    expect(await peer.ending()).toBe('fin');
    const page = peer.received().toString();
    return (rows) => {
      expect(page).toContain(`X-Plumbline-Error: ${code}\r\n`);
      expect(rowsFor(host, rows)).toMatchObject([
        { status: 502, state: 'failed', error: { code, message: expect.stringMatching(words) as string } },
      ]);
      expect(JSON.stringify(rows)).not.toContain('s@same');
    };
  };
}

function scenariosWith(opened: () => Opened): Record<string, Scenario> {
  const via = (host: keyof Opened, kind = 'http'): string =>
    `${kind}://127.0.0.1:${opened()[host].port.toString()}`;
  return {
    'a plain request is sent in absolute form, as it came': async ({ client }) => {
      const peer = await client();
      const head = 'GET http://plain.test/a?b=%20 HTTP/1.1\r\nHOST: plain.test\r\nX-Odd:  v \r\nx-odd: w\r\n';
      peer.send(`${head}Proxy-Connection: keep-alive\r\n\r\n`);
      await peer.expect(reply);
      return (rows) => {
        expect(opened()['plain.test'].received).toEqual([`${head}\r\n`]);
        expect(rowsFor('plain.test', rows)).toMatchObject([
          {
            status: 200,
            url: 'http://plain.test/a?b=%20',
            timings: { dnsMs: null },
            serverLeg: { via: via('plain.test'), remotePort: opened()['plain.test'].port },
          },
        ]);
      };
    },
    'a connection to the upstream proxy is kept for the next request to the same host': async ({
      client,
    }) => {
      const peer = await client();
      for (const path of ['/1', '/2']) {
        peer.send(`POST http://keep.test${path} HTTP/1.1\r\nHost: keep.test\r\nContent-Length: 0\r\n\r\n`);
        await peer.expect(reply);
      }
      return (rows) => {
        const head = (path: string): string =>
          `POST http://keep.test${path} HTTP/1.1\r\nHost: keep.test\r\nContent-Length: 0\r\n\r\n`;
        expect(opened()['keep.test'].received).toEqual([head('/1') + head('/2')]);
        expect(rowsFor('keep.test', rows)).toMatchObject([
          { serverLeg: { reused: false } },
          { serverLeg: { reused: true, via: via('keep.test') } },
        ]);
      };
    },
    'user and password of the settings are sent with plain requests, in place of the client’s own': async ({
      client,
    }) => {
      const peer = await client();
      peer.send(
        'GET http://password.test/ HTTP/1.1\r\nHost: password.test\r\nProxy-Authorization: Basic b3du\r\nAccept: */*\r\n\r\n',
      );
      await peer.expect(reply);
      return (rows) => {
        expect(opened()['password.test'].received).toEqual([
          `GET http://password.test/ HTTP/1.1\r\nHost: password.test\r\nAccept: */*\r\nProxy-Authorization: ${basic}\r\n\r\n`,
        ]);
        expect(rowsFor('password.test', rows)).toMatchObject([{ serverLeg: { via: via('password.test') } }]);
        expect(JSON.stringify(rows)).not.toMatch(/s@same|s%40same|ada/);
      };
    },
    'a 407 to a plain request is passed on, and the row says what to do': async ({ client }) => {
      const peer = await client();
      peer.send('GET http://asks.test/ HTTP/1.1\r\nHost: asks.test\r\n\r\n');
      await peer.expect(answer('407 Password please', 'Proxy-Authenticate: Basic realm="x"\r\n'));
      return (rows) => {
        expect(rowsFor('asks.test', rows)).toMatchObject([
          {
            status: 407,
            note: expect.stringMatching(/asks for a password .*user:password@127\.0\.0\.1/) as string,
          },
        ]);
      };
    },
    'TLS goes through a tunnel that CONNECT opened, with user and password': async (lab) => {
      const { authority } = await overTls(lab, 'tunnel.test');
      return (rows) => {
        expect(opened()['tunnel.test'].received[0]).toBe(
          `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nProxy-Authorization: ${basic}\r\n\r\n`,
        );
        expect(rowsFor('tunnel.test', rows)).toMatchObject([
          { status: 200, serverLeg: { via: via('tunnel.test'), tlsVersion: 'TLSv1.3' } },
        ]);
      };
    },
    'the time for CONNECT is not put down to DNS, TCP, TLS or the server': async (lab) => {
      await overTls(lab, 'slow.test');
      return (rows) => {
        const [row] = rowsFor('slow.test', rows);
        const { dnsMs, connectMs, tlsMs, waitMs } = row?.timings ?? {};
        expect(dnsMs).toBeNull();
        expect((connectMs ?? 0) - (tlsMs ?? 0)).toBeLessThan(slowMs / 2);
        expect(tlsMs).toBeLessThan(slowMs * 0.9);
        expect(waitMs).toBeLessThan(slowMs * 0.9);
        expect(row?.addedMs).toBeLessThan(slowMs / 2);
      };
    },
    'what comes behind the head of the answer belongs to the server': async ({ client, origin }) => {
      const place = await origin();
      const accepted = place.accept();
      const peer = await client();
      peer.send(`CONNECT first.test:${place.port.toString()} HTTP/1.1\r\n\r\n`);
      await peer.expect('220 hello from behind the head\r\n');
      peer.send('HELO\r\n');
      const server = await accepted;
      await server.expect('HELO\r\n');
      server.send('250 fine\r\n');
      await peer.expect('250 fine\r\n');
      peer.end();
      server.end();
      return (rows) => {
        expect(rowsFor('first.test', rows)).toMatchObject([
          { protocol: 'tunnel', serverLeg: { via: via('first.test') } },
        ]);
      };
    },
    'a request for another protocol goes through a tunnel, in origin form': async ({ client, origin }) => {
      const place = await origin();
      const accepted = place.accept();
      const peer = await client();
      const authority = `upgrade.test:${place.port.toString()}`;
      const fields = `Host: ${authority}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
      peer.send(`GET http://${authority}/chat HTTP/1.1\r\n${fields}`);
      const server = await accepted;
      await server.expect(`GET /chat HTTP/1.1\r\n${fields}`);
      server.send(
        'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nhello',
      );
      await peer.expect('hello');
      peer.send('there');
      await server.expect('there');
      peer.end();
      server.end();
      return (rows) => {
        expect(opened()['upgrade.test'].received[0]).toBe(
          `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`,
        );
        expect(rowsFor('upgrade.test', rows)).toMatchObject([
          { status: 101, serverLeg: { via: via('upgrade.test') } },
        ]);
      };
    },
    'interim answers and bare line feeds before the 200 do no harm': async (lab) => {
      await overTls(lab, 'interim.test');
      return (rows) => {
        expect(rowsFor('interim.test', rows)).toMatchObject([{ status: 200 }]);
      };
    },
    'a reset by the server comes through': async ({ client, origin }) => {
      const place = await origin();
      const accepted = place.accept();
      const peer = await client();
      peer.send(`CONNECT reset.test:${place.port.toString()} HTTP/1.1\r\n\r\n`);
      await peer.expect('\r\n\r\n');
      peer.send('SSH-2.0-x\r\n');
      const server = await accepted;
      await server.expect('SSH-2.0-x\r\n');
      server.reset();
      expect(await peer.ending()).toBe('reset');
      return (rows) => {
        expect(rowsFor('reset.test', rows)).toMatchObject([{ error: { code: 'server-reset' } }]);
      };
    },
    'a proxy that asks for a password': connectFails(
      'c407.test',
      'upstream-proxy-auth',
      /http:\/\/127\.0\.0\.1:\d+ asks for a password \(407\)\. Put user and password/,
    ),
    'a proxy that does not accept the password': connectFails(
      'wrong.test',
      'upstream-proxy-auth',
      /did not accept the user and password/,
    ),
    'a proxy that offers only what we do not speak': connectFails(
      'ntlm.test',
      'upstream-proxy-auth',
      /by Negotiate, NTLM, which Plumbline does not speak/,
    ),
    'a proxy that forbids it': connectFails(
      'c403.test',
      'upstream-proxy-refused',
      /it answered 403 Not on my watch \(ERR_ACCESS_DENIED 0\)\. Its rules/,
    ),
    'a proxy that cannot reach the server': connectFails(
      'c502.test',
      'upstream-proxy-refused',
      /502 Bad Gateway\. It could not reach the server itself/,
    ),
    'a proxy that is none': connectFails('ssh.test', 'upstream-proxy-answer', /something that is not HTTP/),
    'a proxy whose answer has no end': connectFails(
      'huge.test',
      'upstream-proxy-answer',
      /more than 16384 bytes/,
    ),
    'a proxy that closes': connectFails(
      'closes.test',
      'upstream-proxy-answer',
      /closed the connection instead of answering/,
    ),
    'a proxy that is not there': connectFails(
      'nobody.test',
      'upstream-proxy-unreachable',
      /http:\/\/127\.0\.0\.1:\d+ could not be reached: .*refused/,
    ),
    'a name of a proxy that nobody knows': connectFails(
      'lost.test',
      'upstream-proxy-unreachable',
      /could not be looked up/,
    ),
    'an HTTPS proxy whose certificate is not trusted': connectFails(
      'stranger.test',
      'upstream-proxy-tls',
      /cannot be used: .*not trusted here/,
    ),
    'an HTTPS proxy that speaks no TLS': connectFails(
      'notls.test',
      'upstream-proxy-tls',
      /does not speak TLS on this port; write http:/,
    ),
    'an HTTPS proxy carries TLS within TLS': async (lab) => {
      const { authority } = await overTls(lab, 'tls.test');
      return (rows) => {
        expect(opened()['tls.test'].received[0]).toBe(
          `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`,
        );
        expect(rowsFor('tls.test', rows)).toMatchObject([
          { status: 200, serverLeg: { via: via('tls.test', 'https'), tlsVersion: 'TLSv1.3' } },
        ]);
      };
    },
    'an HTTPS proxy gets plain requests in absolute form': async ({ client }) => {
      const peer = await client();
      const head = 'GET http://plaintls.test/ HTTP/1.1\r\nHost: plaintls.test\r\n\r\n';
      peer.send(head);
      await peer.expect(reply);
      peer.send(head);
      await peer.expect(reply);
      peer.reset();
      return (rows) => {
        expect(opened()['plaintls.test'].received).toEqual([head + head]);
        const [row] = rowsFor('plaintls.test', rows);
        expect(row).toMatchObject({ status: 200, timings: { tlsMs: null }, serverLeg: { tlsVersion: null } });
      };
    },
    'SOCKS4a hands the name over': async (lab) => {
      const { port } = await overTls(lab, 'socks4.test');
      return (rows) => {
        const portText = Buffer.from([port >> 8, port & 255]).toString('latin1');
        expect(opened()['socks4.test'].received[0]).toBe(`\x04\x01${portText}\0\0\0\x01ada\0socks4.test\0`);
        expect(rowsFor('socks4.test', rows)).toMatchObject([
          { status: 200, timings: { dnsMs: null }, serverLeg: { via: via('socks4.test', 'socks4a') } },
        ]);
      };
    },
    'SOCKS4 takes addresses': async (lab) => {
      const { port } = await overTls(lab, '127.0.0.4');
      return () => {
        const portText = Buffer.from([port >> 8, port & 255]).toString('latin1');
        expect(opened()['127.0.0.4'].received[0]).toBe(`\x04\x01${portText}\x7f\0\0\x04\0`);
      };
    },
    'SOCKS5 hands the name over': async (lab) => {
      const { port } = await overTls(lab, 'socks5.test');
      return (rows) => {
        const portText = Buffer.from([port >> 8, port & 255]).toString('latin1');
        expect(opened()['socks5.test'].received[0]).toBe(
          `\x05\x01\0\x05\x01\0\x03\x0bsocks5.test${portText}`,
        );
        expect(rowsFor('socks5.test', rows)).toMatchObject([
          { status: 200, timings: { dnsMs: null }, serverLeg: { via: via('socks5.test', 'socks5') } },
        ]);
      };
    },
    'SOCKS5 takes addresses': async (lab) => {
      await overTls(lab, '127.0.0.5');
      return () => {
        expect(opened()['127.0.0.5'].received[0]).toContain('\x05\x01\0\x01\x7f\0\0\x05');
      };
    },
    'SOCKS5 with user and password': async (lab) => {
      await overTls(lab, 'secret5.test');
      return () => {
        expect(opened()['secret5.test'].received[0]).toContain(
          '\x05\x02\0\x02\x01\x03ada\x06s@same\x05\x01\0\x03',
        );
      };
    },
    'a plain request through SOCKS is in origin form': async ({ client, origin }) => {
      const place = await origin();
      const accepted = place.accept();
      const peer = await client();
      const authority = `plain5.test:${place.port.toString()}`;
      peer.send(`GET http://${authority}/x HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      const server = await accepted;
      await server.expect(`GET /x HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
      server.send(reply);
      await peer.expect(reply);
      return (rows) => {
        expect(rowsFor('plain5.test', rows)).toMatchObject([
          { status: 200, serverLeg: { via: via('plain5.test', 'socks5') } },
        ]);
      };
    },
    'a SOCKS5 proxy that asks for a password': connectFails(
      'none5.test',
      'upstream-proxy-auth',
      /asks for a password\. Put user and password/,
    ),
    'a SOCKS5 proxy that could not connect': connectFails(
      'refused5.test',
      'upstream-proxy-refused',
      /did not connect to refused5\.test:443: the server refused the connection/,
    ),
    'a hosts override keeps the name in TLS and in the row, and needs no lookup': async (lab) => {
      await overTls(lab, 'api.shop.test');
      return (rows) => {
        expect(rowsFor('api.shop.test', rows)).toMatchObject([
          {
            status: 200,
            note: 'Hosts override: 127.0.0.1 instead of a lookup.',
            timings: { dnsMs: null },
            serverLeg: { remoteAddress: '127.0.0.1', via: null },
          },
        ]);
      };
    },
    'a hosts override by pattern holds for plain requests, whose Host stays': async ({ client, origin }) => {
      const place = await origin();
      const accepted = place.accept();
      const peer = await client();
      const authority = `www.shop.test:${place.port.toString()}`;
      const fields = `Host: ${authority}\r\n\r\n`;
      peer.send(`GET http://${authority}/ HTTP/1.1\r\n${fields}`);
      const server = await accepted;
      await server.expect(`GET / HTTP/1.1\r\n${fields}`);
      server.send(reply);
      await peer.expect(reply);
      return (rows) => {
        expect(rowsFor('www.shop.test', rows)).toMatchObject([
          { status: 200, note: 'Hosts override: 127.0.0.1 instead of a lookup.', timings: { dnsMs: null } },
        ]);
      };
    },
    'a hosts override that leads nowhere says so': connectFails(
      'gone.shop.test',
      'connect-refused',
      /refused the connection/,
    ),
  };
}

async function openAll(
  authority: TestAuthority,
): Promise<{ opened: Opened; rules: unknown[]; close: () => void }> {
  const servers: [string, string, UpstreamServer][] = [];
  for (const [host, [address, script]] of Object.entries(upstreams))
    servers.push([host, address, await openUpstream(script)]);
  const trusted = await authority.contextFor(['127.0.0.1']);
  for (const [host, script] of Object.entries(secure))
    servers.push([host, 'https://127.0.0.1:PORT', await openUpstream(script, trusted)]);
  const stranger = await (await createTestAuthority()).contextFor(['127.0.0.1']);
  servers.push(['stranger.test', 'https://127.0.0.1:PORT', await openUpstream(tunnelling(), stranger)]);
  servers.push([
    'notls.test',
    'https://127.0.0.1:PORT',
    await openUpstream(({ send }) => send('220 hello\r\n')),
  ]);
  const nobody = await openClosedPort();
  const rules = servers.map(([host, address, { port }]) => ({
    host,
    proxy: address.replace('PORT', port.toString()),
  }));
  return {
    opened: Object.fromEntries(servers.map(([host, , server]) => [host, server])) as unknown as Opened,
    rules: [
      ...rules,
      { host: 'nobody.test', proxy: `http://127.0.0.1:${nobody.port.toString()}` },
      { host: 'lost.test', proxy: 'http://no-such-proxy.invalid:3128' },
    ],
    close: () => {
      for (const [, , server] of servers) server.close();
      nobody.close();
    },
  };
}

describe.each(runtimes)('the ways out, in %s', (runtime) => {
  let opened: Opened | null = null;
  const close: (() => void)[] = [];
  const scenarios = scenariosWith(() => {
    if (opened === null) throw new Error('Not opened yet.');
    return opened;
  });
  let outcomes: ReadonlyMap<string, ScenarioOutcome> = new Map();

  beforeAll(async () => {
    if (!hasRuntime(runtime)) return;
    const authority = await createTestAuthority();
    const all = await openAll(authority);
    opened = all.opened;
    close.push(all.close);
    const settings = {
      upstreamProxy: { rules: all.rules },
      hosts: [
        { host: 'api.shop.test', address: '127.0.0.1' },
        { host: '*.shop.test', address: '127.0.0.1' },
        { host: 'gone.shop.test', address: '127.0.0.1', port: 1 },
      ],
    };
    outcomes = await playScenarios({ runtime, settings }, scenarios, 4, undefined, authority);
  }, 120_000);
  afterAll(() => {
    for (const each of close) each();
  });

  test.skipIf(!hasRuntime(runtime)).each(Object.keys(scenarios))('%s', (name) => {
    outcomes.get(name)?.check();
    expect(outcomes.has(name)).toBe(true);
  });
});
