import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readSaz, writeSaz } from '../../../core/formats/saz.ts';
import {
  unknownConversation,
  type FormatExchange,
  type NamedEntry,
  type WrittenEntry,
} from '../../../core/formats/format.ts';
import { onePiece } from '../../../core/encoding/byte-source.ts';
import { markColors } from '../../../core/filter/node.ts';
import {
  createReport,
  flatten,
  formatExchange,
  piecesText,
  plainBody,
  streamOf,
  writeContext,
  type Flat,
} from './support.ts';
import { nodePlatform } from '../../support/platform.ts';

const startUs = Date.parse('2026-01-31T12:00:00Z') * 1000;

async function pack(exchanges: readonly FormatExchange[], redact = false): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const entries: AsyncGenerator<WrittenEntry> = writeSaz(streamOf(exchanges), { ...writeContext, redact });
  for await (const { name, pieces } of entries) files.set(name, await piecesText(pieces()));
  return files;
}

async function unpack(files: ReadonlyMap<string, string>) {
  const report = createReport();
  const entries: NamedEntry[] = [...files].map(([name, text]) => ({
    name,
    sizeBytes: text.length,
    read: () => onePiece(new Uint8Array(Buffer.from(text, 'latin1'))),
  }));
  const exchanges: Flat[] = [];
  for await (const exchange of readSaz(entries, { platform: nodePlatform, report })) {
    exchanges.push(await flatten(exchange));
  }
  return { exchanges, told: report.told };
}

const after = (max: number) => fc.integer({ min: 1, max });
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });

/** What an archive can say: heads, bodies, both legs' times, addresses, comment, colour. */
const exchanges: fc.Arbitrary<FormatExchange> = fc
  .record({
    gaps: fc.array(after(5_000_000), { minLength: 9, maxLength: 9 }),
    dialMs: fc.option(fc.tuple(after(50), after(50), after(50)), { nil: null }),
    scheme: fc.constantFrom('http', 'https'),
    path: fc.constantFrom('/', '/a?b=%20c', '/x:y'),
    requestText: fc.constantFrom('', 'a=1', '\x00\xff\r\n\r\n'),
    responseText: fc.constantFrom('', 'hello', '\x1f\x8b\x00'.repeat(100)),
    chunked: fc.boolean(),
    trailers: fc.boolean(),
    comment: fc.option(words, { nil: null }),
    color: fc.option(fc.constantFrom(...markColors), { nil: null }),
    failed: fc.boolean(),
    note: fc.option(words, { nil: null }),
  })
  .map((given) => {
    const { gaps, scheme, path, chunked } = given;
    const at = (index: number): number =>
      startUs + gaps.slice(0, index + 1).reduce((sum, gap) => sum + gap, 0);
    const [dns, tcp, tls] = (given.dialMs ?? [0, 0, 0]).map((ms) => ms * 1000) as [number, number, number];
    const dialled = given.dialMs !== null;
    const tlsUs = dialled && scheme === 'https' ? tls : null;
    const connectUs = dialled ? tcp + (tlsUs ?? 0) : null;
    const dialUs = dialled ? dns + tcp + (tlsUs ?? 0) : 0;
    const sentFromUs = at(1) + dialUs;
    const port = scheme === 'https' ? 443 : 80;
    const target = scheme === 'http' ? `http://shop.test${path}` : path;
    const framing = chunked ? 'Transfer-Encoding: chunked\r\n' : '';
    const failure = {
      state: 'failed',
      errorCode: 'reset',
      errorMessage: 'It was “reset” <here> & now.',
    } as const;
    return formatExchange(
      {
        clientLeg: {
          key: 'client 10.0.0.7 50123',
          conversation: {
            ...unknownConversation,
            role: 'client',
            remoteAddress: '10.0.0.7',
            remotePort: 50_123,
            openedAtUs: startUs,
          },
        },
        serverLeg: {
          key: 'server 192.0.2.1 50999',
          conversation: dialled
            ? {
                ...unknownConversation,
                remoteAddress: '192.0.2.1',
                remotePort: port,
                localPort: 50_999,
                hostName: 'shop.test',
                openedAtUs: at(1),
                dnsFromUs: at(1),
                dnsToUs: at(1) + dns,
                connectFromUs: at(1) + dns,
                connectToUs: at(1) + dns + tcp,
                tlsFromUs: tlsUs === null ? null : at(1) + dns + tcp,
                tlsToUs: tlsUs === null ? null : sentFromUs,
              }
            : {
                ...unknownConversation,
                remoteAddress: '192.0.2.1',
                remotePort: port,
                localPort: 50_999,
                hostName: 'shop.test',
                openedAtUs: sentFromUs,
              },
        },
        heads: {
          request: `POST ${target} HTTP/1.1\r\nHost: shop.test\r\nX:  two  blanks \r\n\r\n`,
          interim: [],
          response: `HTTP/1.1 200 Very OK\r\nContent-Type: Text/Plain; x\r\n${framing}\r\n`,
          requestTrailers: [],
          responseTrailers: chunked && given.trailers ? ['X-Sum: 1\r\n\r\n'] : [],
        },
        requestBody: plainBody(given.requestText),
        responseBody: plainBody(given.responseText),
        comment: given.comment,
        color: given.color,
      },
      {
        ...(given.failed ? failure : {}),
        method: 'POST',
        scheme,
        host: 'shop.test',
        port,
        path,
        status: 200,
        statusText: 'Very OK',
        contentType: 'text/plain',
        note: given.note,
        startedAtUs: at(0),
        requestEndedAtUs: at(0) + 1,
        sentFromUs,
        sentToUs: sentFromUs + gaps[2]!,
        responseFromUs: sentFromUs + gaps[2]! + gaps[3]!,
        responseToUs: sentFromUs + gaps[2]! + gaps[3]! + gaps[4]!,
        clientFromUs: sentFromUs + gaps[2]! + gaps[3]! + 5,
        endedAtUs: sentFromUs + gaps[2]! + gaps[3]! + gaps[4]! + gaps[5]!,
        blockedUs: sentFromUs - at(0) - dialUs,
        dnsUs: dialled ? dns : null,
        connectUs,
        tlsUs,
        sendUs: gaps[2]!,
        waitUs: gaps[3]!,
        receiveUs: gaps[4]!,
        requestBytes: given.requestText.length,
        responseBytes: given.responseText.length,
        serverReused: !dialled,
      },
    );
  });

describe('a session archive', () => {
  it('gives back what was written, as far as it can say it', async () => {
    await fc.assert(
      fc.asyncProperty(exchanges, async (exchange) => {
        const files = await pack([exchange]);
        const { exchanges: read, told } = await unpack(files);
        expect(told.skipped).toEqual([]);
        expect(read).toEqual([await flatten(exchange)]);
      }),
      { numRuns: 200 },
    );
  });

  it('has the parts that Fiddler looks for, TLS requests with their full address', async () => {
    const files = await pack([
      formatExchange(
        { heads: { ...formatExchange().heads, request: 'GET /x HTTP/1.1\r\nHost: shop.test\r\n\r\n' } },
        { path: '/x' },
      ),
    ]);
    expect([...files.keys()]).toEqual([
      '[Content_Types].xml',
      'raw/001_c.txt',
      'raw/001_s.txt',
      'raw/001_m.xml',
      '_index.htm',
    ]);
    expect(files.get('raw/001_c.txt')).toBe('GET https://shop.test/x HTTP/1.1\r\nHost: shop.test\r\n\r\n');
  });

  it('leaves credentials out when told so', async () => {
    const heads = { ...formatExchange().heads, request: 'GET / HTTP/1.1\r\nCookie: sid=secret\r\n\r\n' };
    expect([...(await pack([formatExchange({ heads })], true)).values()].join('')).not.toContain('secret');
  });

  it('keeps WebSocket messages as the body, tunnels as tunnels, and skips what has no request', async () => {
    const files = new Map([
      ['raw/1_c.txt', 'GET http://a/live HTTP/1.1\r\n\r\n'],
      ['raw/1_s.txt', 'HTTP/1.1 101 Switching\r\n\r\n'],
      ['raw/1_w.txt', 'Request-Length: 2\r\n\r\nhi'],
      ['raw/2_c.txt', 'CONNECT b.test:8443 HTTP/1.1\r\nHost: b.test\r\n\r\n'],
      ['raw/2_s.txt', 'HTTP/1.1 200 OK\r\n\r\n'],
      ['raw/10_s.txt', 'HTTP/1.1 200 OK\r\n\r\n'],
      ['raw/11_c.txt', 'no head at all'],
    ]);
    const { exchanges: read, told } = await unpack(files);
    expect(read[0]!.responseText).toContain('hi');
    expect(read[0]!.record.note).toContain('WebSocket');
    expect(read[1]!.record).toMatchObject({
      method: '',
      host: 'b.test',
      port: 8443,
      status: null,
      state: 'done',
    });
    expect(told.skipped.map(({ reason }) => reason)).toEqual([
      'Session 10 of the archive: its request is missing.',
      'Session 11 of the archive: its head has no end.',
    ]);
  });
});
