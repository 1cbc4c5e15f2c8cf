import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { playScenarios, rowsOf, type Scenario, type ScenarioOutcome } from '../../support/lab.ts';
import { hasRuntime, runtimes } from '../../support/plumbline.ts';

const answer = (text: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${text.length.toString()}\r\n\r\n${text}`;
const secret = 'open-sesame-4711';
const field = (user: string, password: string): string =>
  `Proxy-Authorization: Basic ${Buffer.from(`${user}:${password}`).toString('base64')}\r\n`;
const right = field('me', secret);
const portBytes = (port: number): string => String.fromCharCode(port >> 8, port & 255);
const socks5 = (port: number, password: string): string =>
  `\x05\x02\x00\x02\x01\x02me${String.fromCharCode(password.length)}${password}\x05\x01\x00\x01\x7f\x00\x00\x01${portBytes(port)}`;

const scenarios: Readonly<Record<string, Scenario>> = {
  'a request without a password gets 407, and its next try on the same connection is served': async ({
    client,
    origin,
  }) => {
    const place = await origin();
    const accepted = place.accept();
    const peer = await client();
    const request = (path: string, more = '', body = ''): string =>
      `POST http://${place.authority}${path} HTTP/1.1\r\nHost: ${place.authority}\r\n${more}Content-Length: ${body.length.toString()}\r\n\r\n${body}`;
    peer.send(request('/none', '', 'a body that is read and dropped'));
    await peer.expect('</html>\n');
    peer.send(request('/wrong', field('me', 'wrong'), 'GET / HTTP/1.1\r\n\r\n'));
    await peer.expect('</html>\n');
    const pages = peer.received().toString();
    peer.send(request('/right', right, 'body'));
    const server = await accepted;
    await server.expect('body');
    server.send(answer('hello'));
    await peer.expect('\r\n\r\nhello');
    peer.end();
    await server.ending();
    server.end();
    await peer.ending();
    return (rows) => {
      expect(pages.match(/HTTP\/1\.1 407 Proxy Authentication Required\r\n/g)).toHaveLength(2);
      expect(pages.match(/Proxy-Authenticate: Basic realm="Plumbline"/g)).toHaveLength(2);
      expect(pages).not.toContain('Connection: close');
      expect(place.accepted()).toBe(1);
      expect(server.received().toString()).not.toMatch(/proxy-authorization/i);
      expect(rowsOf(place, rows)).toMatchObject([
        { status: 407, error: { code: 'proxy-password-missing' } },
        { status: 407, error: { code: 'proxy-password-wrong' } },
        { status: 200, error: null, clientLeg: { reused: true } },
      ]);
    };
  },

  'CONNECT without a password gets 407, and its next try on the same connection is served': async ({
    client,
    origin,
  }) => {
    const place = await origin();
    const accepted = place.accept();
    const peer = await client();
    const connect = (more: string): string => `CONNECT ${place.authority} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
    peer.send(connect('') + connect(field('you', secret)));
    await peer.expect('</html>\n');
    await peer.expect('</html>\n');
    peer.send(`${connect(right)}\x00early`);
    const server = await accepted;
    await server.expect('\x00early');
    server.send('late');
    await peer.expect('HTTP/1.1 200 Connection Established\r\n\r\nlate');
    peer.end();
    await server.ending();
    server.end();
    await peer.ending();
    return (rows) => {
      expect(rowsOf(place, rows)).toMatchObject([
        { protocol: 'tunnel', method: 'CONNECT', status: 407, error: { code: 'proxy-password-missing' } },
        { protocol: 'tunnel', method: 'CONNECT', status: 407, error: { code: 'proxy-password-wrong' } },
        { protocol: 'tunnel', error: null, requestBytes: 6, responseBytes: 4 },
      ]);
    };
  },

  'the answer to HEAD has no page, and one that asks for a way other than Basic hears which there is':
    async ({ client, origin }) => {
      const place = await origin();
      const peer = await client();
      peer.send(
        `HEAD http://${place.authority}/ HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Bearer x\r\n\r\n`,
      );
      await peer.expect('\r\n\r\n');
      peer.send('nonsense\r\n\r\n');
      await peer.expect('HTTP/1.1 400');
      await peer.ending();
      return (rows) => {
        expect(peer.received().toString().split('HTTP/1.1 400')[0]).toMatch(/\r\n\r\n$/);
        expect(rowsOf(place, rows)).toMatchObject([{ method: 'HEAD', status: 407 }]);
        expect(rowsOf(place, rows)[0]?.error?.message).toContain('other than Basic');
      };
    },

  'a connection that guesses is closed after eight tries': async ({ client, origin }) => {
    const place = await origin();
    const peer = await client();
    const guess = `GET http://${place.authority}/ HTTP/1.1\r\nHost: x\r\n${field('me', 'guess')}\r\n`;
    peer.send(guess.repeat(20));
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      expect(
        peer
          .received()
          .toString()
          .match(/HTTP\/1\.1 407 /g),
      ).toHaveLength(8);
      expect(rowsOf(place, rows)).toHaveLength(8);
    };
  },

  'SOCKS5 with the right password is served': async ({ client, origin }) => {
    const place = await origin();
    const accepted = place.accept();
    const peer = await client();
    peer.send(socks5(place.port, secret));
    const server = await accepted;
    server.send('hello');
    await peer.expect('hello');
    peer.end();
    await server.ending();
    server.end();
    await peer.ending();
    return (rows) => {
      expect(peer.received().toString('latin1').slice(0, 6)).toBe('\x05\x02\x01\x00\x05\x00');
      expect(rowsOf(place, rows)).toMatchObject([{ error: null, clientLeg: { way: 'socks5' } }]);
    };
  },

  'the portal is shown without one': async ({ client }) => {
    const peer = await client();
    peer.send('GET http://plumbline.test/ HTTP/1.1\r\nHost: plumbline.test\r\nConnection: close\r\n\r\n');
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      expect(peer.received().toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
      expect(rows.filter(({ url }) => url.includes('plumbline.test'))).toEqual([]);
    };
  },

  'SOCKS5 with a wrong password, or none, and SOCKS4 are refused': async ({ client, origin }) => {
    const place = await origin();
    const heard: string[] = [];
    for (const text of [
      socks5(place.port, 'wrong'),
      '\x05\x01\x00',
      `\x04\x01${portBytes(place.port)}\x7f\x00\x00\x01me\x00`,
    ]) {
      const peer = await client();
      peer.send(text);
      expect(await peer.ending()).toBe('fin');
      heard.push(peer.received().toString('latin1'));
    }
    return (rows) => {
      expect(heard).toEqual(['\x05\x02\x01\x01', '\x05\xff', '\x00\x5b\0\0\0\0\0\0']);
      expect(place.accepted()).toBe(0);
      expect(rowsOf(place, rows)).toMatchObject([{ error: { code: 'socks4-password' } }]);
    };
  },
};

describe.each(runtimes)('a proxy with a password in %s', (runtime) => {
  let outcomes: ReadonlyMap<string, ScenarioOutcome> = new Map();
  let session: Buffer = Buffer.alloc(0);
  beforeAll(async () => {
    if (hasRuntime(runtime)) {
      outcomes = await playScenarios({ runtime, proxyAuth: `me:${secret}` }, scenarios, 4, (file) => {
        session = readFileSync(file);
      });
    }
  }, 90_000);
  test.skipIf(!hasRuntime(runtime)).for(Object.keys(scenarios))('%s', (name) => {
    outcomes.get(name)?.check();
    expect(outcomes.has(name)).toBe(true);
  });
  test.skipIf(!hasRuntime(runtime))('keeps no password that it was given in the session', () => {
    expect(session.includes('POST http://')).toBe(true);
    expect(session.includes('Proxy-Authorization: [removed]')).toBe(true);
    expect(session.includes(secret)).toBe(false);
    for (const password of [secret, 'wrong', 'guess']) {
      expect(session.includes(Buffer.from(`me:${password}`).toString('base64'))).toBe(false);
    }
  });
});
