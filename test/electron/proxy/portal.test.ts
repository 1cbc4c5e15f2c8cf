import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { playScenarios, rowsOf, type Scenario, type ScenarioOutcome } from '../../support/lab.ts';
import { hasRuntime, runtimes } from '../../support/plumbline.ts';

const folder = mkdtempSync(join(tmpdir(), 'plumbline-portal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const checkProfile = fileURLToPath(new URL('../../fixtures/check_profile.py', import.meta.url));
const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

interface Received {
  readonly head: string;
  readonly body: Buffer;
  readonly rest: Buffer;
}

function firstOf(bytes: Buffer, isHead = false): Received {
  const end = bytes.indexOf('\r\n\r\n') + 4;
  const head = bytes.subarray(0, end).toString('latin1');
  const length = isHead ? 0 : Number(/content-length: (\d+)/i.exec(head)?.[1]);
  return { head, body: bytes.subarray(end, end + length), rest: bytes.subarray(end + length) };
}

function python(program: string, file: string): string {
  return execFileSync('python3', ['-c', program, file], { encoding: 'utf8' }).trim();
}

const scenarios: Readonly<Record<string, Scenario>> = {
  'its name through the proxy shows it, also in front of and behind requests to servers': async ({
    client,
    origin,
  }) => {
    const place = await origin();
    const accepted = place.accept();
    const peer = await client();
    const other = `GET http://${place.authority}/mine HTTP/1.1\r\nHost: ${place.authority}\r\n\r\n`;
    const portal = 'GET http://plumbline.test/ HTTP/1.1\r\nHost: plumbline.test\r\n\r\n';
    peer.send(portal + other + portal);
    const server = await accepted;
    await server.expect('\r\n\r\n');
    server.send(answer);
    await peer.expect('</html>\n');
    await peer.expect('hello');
    await peer.expect('</html>\n');
    peer.end();
    await server.ending();
    server.end();
    await peer.ending();
    return (rows) => {
      const one = firstOf(peer.received());
      expect(one.head).toMatch(/^HTTP\/1\.1 200 OK\r\n.*Connection: keep-alive/s);
      expect(one.head).toContain("Content-Security-Policy: default-src 'none'");
      expect(one.body.toString()).toContain('It uses the proxy.');
      const two = firstOf(one.rest);
      expect(two.body.toString()).toBe('hello');
      expect(firstOf(two.rest).body).toEqual(one.body);
      expect(rowsOf(place, rows)).toMatchObject([{ status: 200, error: null }]);
      expect(rows.filter(({ url }) => url.includes('plumbline.test') && !url.endsWith('/uncertain'))).toEqual(
        [],
      );
    };
  },

  'the address of the proxy itself shows it, with the step that is missing': async ({ client, proxy }) => {
    const peer = await client();
    peer.send(
      'HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\nGET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: iPhone OS 18_1\r\n',
    );
    peer.send('Connection: close\r\n\r\n');
    expect(await peer.ending()).toBe('fin');
    return () => {
      const head = firstOf(peer.received(), true);
      expect(Number(/content-length: (\d+)/i.exec(head.head)?.[1])).toBeGreaterThan(1000);
      const page = firstOf(head.rest);
      expect(page.head).toContain('Connection: close');
      expect(page.body.toString()).toContain('This page came without the proxy.');
      expect(page.body.toString()).toContain('<h1>Set up iOS 18.1</h1>');
      expect(page.body.toString()).toContain(`127.0.0.1:${proxy.port.toString()}`);
    };
  },

  'the address of the proxy shows it through the proxy, too, as a phone asks that has just set it': async ({
    client,
    proxy,
  }) => {
    const peer = await client();
    const place = `127.0.0.1:${proxy.port.toString()}`;
    peer.send(`GET http://${place}/plumbline-ca.pem HTTP/1.1\r\nHost: ${place}\r\nConnection: close\r\n\r\n`);
    expect(await peer.ending()).toBe('fin');
    return (rows) => {
      expect(firstOf(peer.received()).body.toString()).toContain('BEGIN CERTIFICATE');
      expect(rows.filter(({ url }) => url.includes('plumbline-ca'))).toEqual([]);
    };
  },

  'under a name that is not ours it is a mistake, which is listed': async ({ client }) => {
    const peer = await client();
    peer.send('GET / HTTP/1.1\r\nHost: rebound.example\r\n\r\n');
    expect(await peer.ending()).toBe('fin');
    return () => {
      expect(peer.received().toString()).toMatch(/^HTTP\/1\.1 400 .*X-Plumbline-Error: not-a-proxy-request/s);
    };
  },

  'a request to it whose length is not certain is refused, and nothing behind it is read': async ({
    client,
  }) => {
    const peer = await client();
    peer.send(
      'POST http://plumbline.test/uncertain HTTP/1.1\r\nHost: x\r\nContent-Length: 70\r\nTransfer-Encoding: chunked\r\n\r\n',
    );
    peer.send('0\r\n\r\nGET http://plumbline.test/ HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(await peer.ending()).toBe('fin');
    return () => {
      const heads = peer
        .received()
        .toString()
        .match(/HTTP\/1\.1 \d+/g);
      expect(heads).toEqual(['HTTP/1.1 400']);
    };
  },

  'so many on one connection, and no more: who does not read makes them wait in memory': async ({
    client,
  }) => {
    const peer = await client();
    peer.send('GET http://plumbline.test/proxy.pac HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(1000));
    expect(await peer.ending()).toBe('fin');
    return () => {
      expect(
        peer
          .received()
          .toString()
          .match(/HTTP\/1\.1 200 OK/g),
      ).toHaveLength(64);
    };
  },

  'what it cannot answer is told, and a body of it is dropped': async ({ client }) => {
    const peer = await client();
    peer.send('POST http://plumbline.test/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nGET / \r\n\r');
    peer.send('GET http://plumbline.test/nothing HTTP/1.1\r\nHost: x\r\n\r\n');
    await peer.expect('</html>\n');
    await peer.expect('</html>\n');
    peer.end();
    await peer.ending();
    return (rows) => {
      const one = firstOf(peer.received());
      expect(one.head).toMatch(/^HTTP\/1\.1 405 Method Not Allowed\r\n.*Allow: GET, HEAD/s);
      expect(firstOf(one.rest).head).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
      expect(rows.filter(({ url }) => url.includes('plumbline.test') && !url.endsWith('/uncertain'))).toEqual(
        [],
      );
    };
  },

  'its files are what openssl, Python and Apple’s property lists expect': async ({ client, proxy }) => {
    const get = async (path: string): Promise<Received> => {
      const peer = await client();
      peer.send(`GET http://plumbline.test${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      await peer.ending();
      return firstOf(peer.received());
    };
    const files = {
      der: await get('/plumbline-ca.crt'),
      pem: await get('/plumbline-ca.pem'),
      profile: await get('/plumbline-ca.mobileconfig'),
      wifi: await get('/plumbline-wifi.mobileconfig?ssid=Test+%26+%3CLab%3E+5'),
      pac: await get('/proxy.pac'),
    };
    return () => {
      const at = (name: string, { body }: Received): string => {
        const file = join(folder, name);
        writeFileSync(file, body);
        return file;
      };
      const subjectOf = (form: string, file: string): string =>
        execFileSync(
          'openssl',
          ['x509', '-inform', form, '-in', file, '-noout', '-subject', '-fingerprint'],
          {
            encoding: 'utf8',
          },
        );
      const der = at('ca.crt', files.der);
      const pem = at('ca.pem', files.pem);
      expect(files.der.head).toContain('Content-Disposition: attachment; filename="plumbline-ca.crt"');
      expect(subjectOf('DER', der)).toContain('Plumbline CA');
      expect(subjectOf('PEM', pem)).toBe(subjectOf('DER', der));
      const trusted =
        'import ssl,sys; c=ssl.create_default_context(cafile=sys.argv[1]); print(len(c.get_ca_certs()))';
      expect(Number(python(trusted, pem))).toBe(1);
      const sha1 = /Fingerprint=([\w:]+)/.exec(subjectOf('DER', der))?.[1]?.replaceAll(':', '').toLowerCase();
      const profile = (name: string, received: Received): unknown =>
        JSON.parse(execFileSync('python3', [checkProfile, at(name, received)], { encoding: 'utf8' }));
      const root = 'com.apple.security.root';
      expect(profile('ca.mobileconfig', files.profile)).toEqual({ types: [root], sha1 });
      expect(profile('wifi.mobileconfig', files.wifi)).toEqual({
        types: [root, 'com.apple.wifi.managed'],
        ...{ sha1, wifi: ['Test & <Lab> 5', '127.0.0.1', proxy.port] },
      });
      expect(files.pac.body.toString()).toContain(`PROXY 127.0.0.1:${proxy.port.toString()}`);
    };
  },
};

describe.each(runtimes)('the portal in %s', (runtime) => {
  let outcomes: ReadonlyMap<string, ScenarioOutcome> = new Map();
  beforeAll(async () => {
    if (hasRuntime(runtime)) outcomes = await playScenarios({ runtime }, scenarios, 4);
  }, 90_000);
  test.skipIf(!hasRuntime(runtime)).for(Object.keys(scenarios))('%s', (name) => {
    outcomes.get(name)?.check();
    expect(outcomes.has(name)).toBe(true);
  });
});
