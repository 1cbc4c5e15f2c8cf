import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readHar, writeHar } from '../../../core/formats/har.ts';
import { checkHar } from '../../support/har-schema.ts';
import { joinedText, readAll, sourceOf, writeContext, createReport, type Flat } from './support.ts';
import { nodePlatform } from '../../support/platform.ts';

function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../fixtures/${name}`, import.meta.url)));
}

const read = (name: string) => readAll(readHar, fixture(name));

/** Phases in ms: blocked, dns, connect with TLS, TLS, send, wait, receive. */
function phases({ record }: Flat): (number | null)[] {
  const { blockedUs, dnsUs, connectUs, tlsUs, sendUs, waitUs, receiveUs } = record;
  return [blockedUs, dnsUs, connectUs, tlsUs, sendUs, waitUs, receiveUs].map((us) =>
    us === null ? null : us / 1000,
  );
}

const startUs = Date.parse('2026-01-31T12:00:00.500Z') * 1000;

/** Every phase lies where the one before it ended, and the last ends with the exchange. */
function expectLaidOut(exchange: Flat): void {
  const { record, serverLeg } = exchange;
  const conversation = serverLeg?.conversation ?? null;
  expect(record.responseToUs).toBe(record.endedAtUs);
  expect(record.responseToUs! - record.responseFromUs!).toBe(record.receiveUs);
  expect(record.responseFromUs! - record.sentToUs!).toBe(record.waitUs);
  expect(record.sentToUs! - record.sentFromUs!).toBe(record.sendUs);
  if (conversation?.connectFromUs == null || record.connectUs === null) return;
  const readyUs = conversation.tlsToUs ?? conversation.connectToUs!;
  expect(readyUs - conversation.connectFromUs).toBe(record.connectUs);
  expect(readyUs).toBeLessThanOrEqual(record.sentFromUs!);
}

describe('HAR of Chrome', () => {
  it('comes in with TLS inside connect, the queue told, and the second request on the same connection', async () => {
    const { exchanges, told } = await read('chrome.har');
    const [script, second, socket, blocked] = exchanges;
    expect(phases(script!)).toEqual([12, 8, 50, 30, 1, 100, 29]);
    expect(script!.record).toMatchObject({
      startedAtUs: startUs,
      sentFromUs: startUs + 70_000,
      endedAtUs: startUs + 200_000,
      protocol: 'h2',
      responseBytes: 700,
      serverReused: false,
      note: 'The browser queued the request for 4.5 ms. Resource type: script. Initiator: parser https://shop.test/.',
    });
    expect(script!.serverLeg!.conversation).toMatchObject({
      remoteAddress: '2001:db8::1',
      dnsFromUs: startUs + 12_000,
      connectFromUs: startUs + 20_000,
      connectToUs: startUs + 40_000,
      tlsToUs: startUs + 70_000,
    });
    expect(script!.heads.request).toBe('GET /app.js HTTP/2.0\r\naccept: */*\r\n\r\n');
    expect(script!.heads.response).toContain('set-cookie: a=1\r\nset-cookie: b=2\r\n');
    expect(second!.record.serverReused).toBe(true);
    expect(second!.serverLeg).toEqual({ key: script!.serverLeg!.key, conversation: null });
    expect(socket!.record.longLived).toBe('websocket');
    expect(socket!.responseText).toBe('\u0081\u0002ho');
    expect(blocked!.record).toMatchObject({
      state: 'failed',
      status: null,
      errorMessage: 'net::ERR_BLOCKED_BY_CLIENT',
    });
    expect(told.skipped).toEqual([
      { index: 4, reason: 'The entry has no address of http or https, but “data:text/plain,hello”.' },
    ]);
    exchanges.forEach(expectLaidOut);
  });
});

describe('HAR of Firefox', () => {
  it('gets TLS into connect, and zeros mean a connection used before', async () => {
    const { exchanges } = await read('firefox.har');
    expect(phases(exchanges[0]!)).toEqual([1, 7, 50, 30, 0, 100, 30]);
    expect(exchanges[0]!.record.startedAtUs).toBe(startUs);
    expect(phases(exchanges[1]!)).toEqual([1, null, null, null, 0, 100, 30]);
    expect(exchanges[1]!.record.serverReused).toBe(true);
    exchanges.forEach(expectLaidOut);
  });

  it('says the same with -1, as its newer releases write it', async () => {
    const older = Buffer.from(fixture('firefox.har')).toString();
    const newer = older.replaceAll(/"(dns|connect|ssl)": 0\b/g, '"$1": -1');
    expect(newer).not.toBe(older);
    expect((await readAll(readHar, newer)).exchanges).toEqual((await readAll(readHar, older)).exchanges);
  });
});

describe('HAR of mitmproxy', () => {
  it('gets TLS into connect, which was before the request, and the size of the content from the content', async () => {
    const { exchanges } = await read('mitmproxy.har');
    expect(phases(exchanges[0]!)).toEqual([null, null, 50, 30, 0, 100, 30]);
    expect(exchanges[0]!.record).toMatchObject({
      sentFromUs: startUs,
      endedAtUs: startUs + 130_000,
      responseBytes: 3,
    });
    expect(exchanges[0]!.serverLeg!.conversation).toMatchObject({ tlsToUs: startUs });
    expect(exchanges[0]!.responseText).toBe('hello');
    expect(exchanges[1]!.record.serverReused).toBe(true);
    exchanges.forEach(expectLaidOut);
  });
});

describe('HAR of Charles', () => {
  it('has TLS inside connect where its total says so', async () => {
    const { exchanges } = await read('charles.har');
    expect(phases(exchanges[0]!)).toEqual([null, 8, 50, 30, 0, 100, 30]);
    exchanges.forEach(expectLaidOut);
  });

  it('gets TLS into connect where its total says that it is not in there', async () => {
    const har = Buffer.from(fixture('charles.har')).toString().replace('"time": 188', '"time": 218');
    const { exchanges } = await readAll(readHar, har);
    expect(phases(exchanges[0]!)).toEqual([null, 8, 80, 30, 0, 100, 30]);
  });
});

describe('HAR of Fiddler', () => {
  it('gets TLS into connect, keeps comments, and zeros mean a connection used before', async () => {
    const { exchanges } = await read('fiddler.har');
    expect(phases(exchanges[0]!)).toEqual([null, 8, 50, 30, 0, 100, 30]);
    expect(exchanges[0]!.comment).toBe('look here');
    expect(exchanges[1]!.record.serverReused).toBe(true);
    expect(exchanges[1]!.serverLeg!.conversation).toBeNull();
    exchanges.forEach(expectLaidOut);
  });
});

describe('HAR of HTTP Toolkit', () => {
  it('says nothing about connections, and keeps binary request bodies', async () => {
    const { exchanges } = await read('http-toolkit.har');
    expect(phases(exchanges[0]!)).toEqual([null, null, null, null, 1, 99, 30]);
    expect(exchanges[0]!.record.serverReused).toBe(false);
    expect(exchanges[0]!.requestText).toBe('\x00\xff\xfe\x7f');
  });
});

describe('HAR of Postman', () => {
  it('comes in although almost everything is missing', async () => {
    const { exchanges, told } = await read('postman.har');
    expect(exchanges).toHaveLength(2);
    expect(exchanges[0]!.requestText).toBe('a=1+2&%C3%BC=%26');
    expect(exchanges[0]!.record).toMatchObject({
      status: 201,
      note: 'The file says only how long this exchange took in all.',
      endedAtUs: startUs + 130_000,
    });
    expect(exchanges[1]!.record).toMatchObject({ host: '::1', port: 8080, path: '/', method: 'GET' });
    expect(told.warnings).toEqual(['Entries without a start time were put at the time of the entry before.']);
  });
});

describe('HAR that Playwright wrote', () => {
  it('counts TLS once, and none for plain HTTP', async () => {
    const { exchanges, told } = await read('playwright-1.65.har');
    expect(told.skipped).toEqual([]);
    const byPath = new Map(exchanges.map((each) => [`${each.record.scheme} ${each.record.path}`, each]));
    expect(phases(byPath.get('http /gzip')!)).toEqual([null, 0.019, 0.349, null, 0, 4.702, 6.089]);
    expect(byPath.get('http /gzip')!.responseText).toBe('hello '.repeat(20));
    expect(byPath.get('http /bin')!.responseText).toBe('\x00\x01\x02\xfa\xfb\xfc');
    expect(byPath.get('http /echo')!.requestText).toBe('a=1&b=two+words');
    expect(phases(byPath.get('https /')!)).toEqual([null, 0.014, 3.071, 2.965, 0, 0.757, 7.189]);
    expect(exchanges.at(-1)!.record).toMatchObject({ state: 'failed', errorMessage: 'net::ERR_UNSAFE_PORT' });
    expect(byPath.get('http /gzip')!.record.app).toBe('Chrome');
    for (const exchange of exchanges.slice(0, -1)) expectLaidOut(exchange);
  });
});

describe('any of them, written again by us', () => {
  const names = [
    'chrome',
    'firefox',
    'mitmproxy',
    'charles',
    'fiddler',
    'http-toolkit',
    'postman',
    'playwright-1.65',
  ];
  it.each(names)('passes the schema and its times add up: %s', async (name) => {
    const report = createReport();
    const exchanges = readHar(sourceOf(fixture(`${name}.har`)), { platform: nodePlatform, report });
    const har = JSON.parse(await joinedText(writeHar(exchanges, writeContext))) as {
      log: { entries: { time: number; timings: Record<string, number> }[] };
    };
    await checkHar(har);
    for (const { time, timings } of har.log.entries) {
      const { ssl, ...others } = timings;
      const sum = Object.values(others).reduce((total, phase) => total + Math.max(0, phase), 0);
      expect(time).toBeCloseTo(sum, 6);
      expect(ssl).toBeLessThanOrEqual(Math.max(0, timings['connect']!));
    }
  });
});

describe('the reader of HAR', () => {
  it('finds the writer behind the entries, and takes a byte order mark', async () => {
    const { log } = JSON.parse(Buffer.from(fixture('firefox.har')).toString()) as {
      log: { entries: unknown[]; creator: unknown };
    };
    const har = `\ufeff{"x":[{}],"log":{"entries":${JSON.stringify(log.entries)},"pages":[],"creator":${JSON.stringify(log.creator)}}}`;
    const { exchanges, told } = await readAll(readHar, har, 7);
    expect(phases(exchanges[0]!)).toEqual([1, 7, 50, 30, 0, 100, 30]);
    expect(told.isCut).toBe(false);
  });

  it('skips entries that are no JSON, no exchange or nested too deep, and goes on', async () => {
    const good = '{"request":{"url":"http://a/"}}';
    const deep = `${'['.repeat(600)}${']'.repeat(600)}`;
    const har = `{"log":{"entries":[${good},{"a":},7,${deep},{"x":"\\u12"},null,${good}]}}`;
    const { exchanges, told } = await readAll(readHar, har);
    expect(exchanges).toHaveLength(2);
    expect(told.skipped.map(({ index }) => index)).toEqual([1, 2, 3, 4, 5]);
    expect(told.skipped[2]!.reason).toContain('nested deeper');
  });

  it('keeps what comes before the place where a file is cut off', async () => {
    const har = Buffer.from(fixture('chrome.har')).toString();
    const { exchanges, told } = await readAll(readHar, har.slice(0, har.length - 1200));
    expect(exchanges.length).toBeGreaterThan(1);
    expect(told.isCut).toBe(true);
  });

  it('reads the standard fields of a file by a newer Plumbline, and says so', async () => {
    const entry = { request: { url: 'http://a/b' }, _plumbline: { record: { path: '/new' }, heads: {} } };
    const har = { log: { _plumbline: { version: 2 }, creator: { name: 'Plumbline' }, entries: [entry] } };
    const { exchanges, told } = await readAll(readHar, JSON.stringify(har));
    expect(exchanges[0]!.record.path).toBe('/b');
    expect(told.warnings[0]).toContain('newer Plumbline');
  });

  it('leaves credentials out when told so, in every place, and the rest as it was', async () => {
    const head =
      'GET / HTTP/1.1\r\nAuthorization: Basic c2VjcmV0\r\n folded-secret\r\nCookie: sid=secret\r\nX-Plain: kept\r\nproxy-authorization:secret\r\n\r\n';
    const answer = 'HTTP/1.1 200 OK\r\nSet-Cookie: sid=secret; Path=/\r\n\r\n';
    const [exchange] = (await read('charles.har')).exchanges;
    const given = {
      ...exchange!,
      heads: {
        ...exchange!.heads,
        request: head,
        response: answer,
        responseTrailers: ['Set-Cookie: secret\r\n\r\n'],
      },
      requestBody: { wire: null, content: null },
      responseBody: { wire: null, content: null },
    };
    const write = (redact: boolean) =>
      joinedText(
        writeHar(
          (async function* () {
            yield await Promise.resolve(given);
          })(),
          { ...writeContext, redact },
        ),
      );
    expect(await write(true)).not.toMatch(/secret|c2VjcmV0/);
    expect(await write(true)).toContain('Credentials are left out');
    expect(await write(true)).toContain('X-Plain: kept');
    expect(await write(false)).toContain('sid=secret');
    const { exchanges } = await readAll(readHar, await write(true));
    expect(exchanges[0]!.heads.request).toBe(
      'GET / HTTP/1.1\r\nAuthorization: [redacted]\r\nCookie: [redacted]\r\nX-Plain: kept\r\nproxy-authorization: [redacted]\r\n\r\n',
    );
  });
});
