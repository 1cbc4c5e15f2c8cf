import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHar, writeHar } from '../../../core/formats/har.ts';
import type { FormatExchange, FormatRecord } from '../../../core/formats/format.ts';
import { unknownConversation } from '../../../core/formats/format.ts';
import { longLives } from '../../../core/model/exchange-record.ts';
import { checkHar } from '../../support/har-schema.ts';
import { markColors } from '../../../core/filter/node.ts';
import {
  createReport,
  formatExchange,
  joinedText,
  plainBody,
  readAll,
  sourceOf,
  streamOf,
  writeContext,
} from './support.ts';
import { nodePlatform } from '../../support/platform.ts';

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(arbitrary, { nil: null });
const us = fc.integer({ min: 0, max: 60_000_000 });
const maybeUs = maybe(us);
const startUs = 1_760_000_000_000_000;
const maybeTime = maybe(us.map((offset) => startUs + offset));
const text = fc.string({ unit: 'binary', maxLength: 40 });

const records: fc.Arbitrary<FormatRecord> = fc.record<FormatRecord>({
  state: fc.constantFrom('open', 'done', 'failed', 'interrupted'),
  protocol: fc.constantFrom('http/1.1', 'http/1.0', 'h2', 'tunnel'),
  method: fc.constantFrom('', 'GET', 'POST', 'M-SEARCH'),
  scheme: fc.constantFrom('http', 'https', 'tcp'),
  host: fc.constantFrom('shop.test', '::1', 'bücher.example', '10.0.0.1'),
  port: fc.integer({ min: 1, max: 65_535 }),
  path: fc.constantFrom('/', '/a?b=c&d=%41+e&%ff', '/\u00ff "x', '*', ''),
  status: maybe(fc.integer({ min: 100, max: 599 })),
  statusText: maybe(text),
  contentType: maybe(fc.constantFrom('text/html', 'image/png')),
  errorCode: maybe(fc.constantFrom('reset', 'no-response')),
  errorMessage: maybe(text),
  recorded: fc.constantFrom('full', 'The disk could not keep up.'),
  note: maybe(text),
  startedAtUs: us.map((offset) => startUs + offset),
  requestEndedAtUs: maybeTime,
  sentFromUs: maybeTime,
  sentToUs: maybeTime,
  responseFromUs: maybeTime,
  responseToUs: maybeTime,
  clientFromUs: maybeTime,
  endedAtUs: maybeTime,
  requestBytes: us,
  responseBytes: us,
  addedUs: maybeUs,
  blockedUs: maybeUs,
  dnsUs: maybeUs,
  connectUs: maybeUs,
  tlsUs: maybeUs,
  sendUs: maybeUs,
  waitUs: maybeUs,
  receiveUs: maybeUs,
  app: maybe(fc.constantFrom('curl', 'ShopApp')),
  clientStallUs: us,
  serverStallUs: us,
  clientReused: fc.boolean(),
  serverReused: fc.boolean(),
  h2Stream: maybe(fc.constantFrom(1, 3, 2 ** 31 - 1)),
  requestMessages: fc.constant(0),
  responseMessages: fc.constant(0),
  longLived: maybe(fc.constantFrom(...longLives)),
  grpcStatus: maybe(fc.nat({ max: 16 })),
  requestStarvedUs: us,
  responseStarvedUs: us,
  loopDelayUs: maybeUs,
  tier: fc.constant('proxy' as const),
  packetConversation: fc.constant(null),
  grouped: fc.constant(null),
  rowCount: fc.constant(null),
});

/** Those that are longer than what a reader keeps in memory are rare: they take the time of a hundred others. */
const bodies = fc.oneof(
  { weight: 6, arbitrary: fc.uint8Array({ maxLength: 300 }).map(plainBody) },
  { weight: 6, arbitrary: text.map((content) => plainBody(new Uint8Array(Buffer.from(content)))) },
  { weight: 3, arbitrary: fc.constant(plainBody('')) },
  { weight: 3, arbitrary: fc.constant({ wire: plainBody('\x1f\x8bnot gzip').wire, content: null }) },
  { weight: 1, arbitrary: fc.constant(plainBody(new Uint8Array(70_000).fill(0xc3))) },
  {
    weight: 1,
    arbitrary: fc.constant(plainBody(new Uint8Array(Buffer.from(`${'plain é'.repeat(8000)}"\\\n`)))),
  },
);

const heads = fc.record({
  request: maybe(
    fc.constantFrom(
      'GET / HTTP/1.1\r\nHost: shop.test\r\nCookie: a=b; c\r\nX: \xff\r\n\r\n',
      'POST /x HTTP/1.0\nContent-Type: application/x-www-form-urlencoded\n\n',
    ),
  ),
  interim: fc.constantFrom([], ['HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n']),
  response: maybe(
    fc.constantFrom(
      'HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/; Secure; HttpOnly; Expires=Wed, 21 Oct 2026 07:28:00 GMT\r\nLocation: /é\r\n\r\n',
      'HTTP/1.1 302 \r\nContent-Encoding: br\r\n folded\r\nno colon\r\n\r\n',
    ),
  ),
  requestTrailers: fc.constantFrom([], ['X: y\r\n\r\n']),
  responseTrailers: fc.constantFrom([], ['X: y\r\n\r\n', 'Z: \xe9\r\n\r\n']),
});

const conversation = {
  ...unknownConversation,
  localAddress: '127.0.0.1',
  localPort: 50_000,
  remoteAddress: '10.0.0.2',
  openedAtUs: startUs,
  tlsVersion: 'TLSv1.3',
  dialAttempts: [{ address: '10.0.0.2', port: 443, fromUs: 1, toUs: 2, error: null }],
  chain: [
    { subject: 's', issuer: 'i', validFrom: 'f', validTo: 't', names: ['a', 'b'], fingerprintSha256: 'AA' },
  ],
  way: 'socks5' as const,
  via: 'http://proxy.test:3128',
  processId: 42,
  tlsResumed: true,
  alpnOffered: ['h2', 'http/1.1'],
  h2Notes: [
    { atUs: startUs, sender: 'server' as const, what: 'goaway' as const, text: 'NO_ERROR, last stream 7' },
  ],
};
const legs = (role: 'client' | 'server') =>
  maybe(fc.constantFrom('7', '9').map((key) => ({ key, conversation: { ...conversation, role } })));

const exchanges: fc.Arbitrary<FormatExchange> = fc
  .tuple(
    fc.record({
      clientLeg: legs('client'),
      serverLeg: legs('server'),
      heads,
      requestBody: bodies,
      responseBody: bodies,
      comment: maybe(text.filter((comment) => comment !== '')),
      color: maybe(fc.constantFrom(...markColors)),
      pinned: fc.boolean(),
    }),
    records,
  )
  .map(([changes, record]) => formatExchange(changes, record));

describe('our own HAR', () => {
  it('is the same after it was read and written again, and passes the schema', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(exchanges, { maxLength: 4 }),
        fc.integer({ min: 1, max: 5000 }),
        async (list, step) => {
          const first = await joinedText(writeHar(streamOf(list), writeContext));
          const report = createReport();
          const source = sourceOf(first, first.length > 20_000 ? 65_536 : step);
          const again = readHar(source, { platform: nodePlatform, report });
          expect(await joinedText(writeHar(again, writeContext))).toBe(first);
          expect(report.told).toEqual({ skipped: [], warnings: [], isCut: false });
          await checkHar(JSON.parse(first));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('reads back what was written, field by field', async () => {
    await fc.assert(
      fc.asyncProperty(exchanges, async (exchange) => {
        const har = await joinedText(writeHar(streamOf([exchange]), writeContext));
        const [read] = (await readAll(readHar, har)).exchanges;
        expect(read!.record).toEqual(exchange.record);
        expect(read!.heads).toEqual(exchange.heads);
        expect(read!.comment).toBe(exchange.comment);
        expect(read!.color).toBe(exchange.color);
        expect(read!.pinned).toBe(exchange.pinned);
        expect(read!.serverLeg?.conversation ?? null).toEqual(exchange.serverLeg?.conversation ?? null);
        expect(read!.clientLeg?.conversation ?? null).toEqual(exchange.clientLeg?.conversation ?? null);
      }),
      { numRuns: 40 },
    );
  });
});
