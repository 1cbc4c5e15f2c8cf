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
    dialUs: fc.option(fc.tuple(fc.option(fc.nat(50_000), { nil: null }), fc.nat(50_000), fc.nat(50_000)), {
      nil: null,
    }),
    serverReused: fc.boolean(),
    clientReused: fc.boolean(),
    app: fc.option(words, { nil: null }),
    pinned: fc.boolean(),
    state: fc.constantFrom('done', 'interrupted', 'open'),
    recorded: fc.constantFrom('full', 'The disk could not keep up.'),
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
    const dialled = given.dialUs !== null && !given.serverReused;
    const [dns, tcp, tls] = given.dialUs ?? [null, 0, 0];
    const tlsUs = dialled && scheme === 'https' ? tls : null;
    const connectUs = dialled ? tcp + (tlsUs ?? 0) : null;
    const dialUs = dialled ? (dns ?? 0) + tcp + (tlsUs ?? 0) : 0;
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
                dnsFromUs: dns === null ? null : at(1),
                dnsToUs: dns === null ? null : at(1) + dns,
                connectFromUs: at(1) + (dns ?? 0),
                connectToUs: at(1) + (dns ?? 0) + tcp,
                tlsFromUs: tlsUs === null ? null : at(1) + (dns ?? 0) + tcp,
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
        pinned: given.pinned,
      },
      {
        state: given.state,
        ...(given.failed ? failure : {}),
        app: given.app,
        recorded: given.recorded,
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
        // Of what was not kept, only the count is known.
        requestBytes: given.requestText.length,
        responseBytes: given.responseText.length + (given.recorded === 'full' ? 0 : 5000),
        clientReused: given.clientReused,
        serverReused: given.serverReused,
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

  it('of Fiddler says which process asked, and which connections had been used before', async () => {
    const timers = (connected: string): string =>
      [
        'ClientConnected="2026-01-31T13:00:00.1000000+01:00" ClientBeginRequest="2026-01-31T13:00:00.2000000+01:00"',
        'GotRequestHeaders="2026-01-31T13:00:00.2000000+01:00" ClientDoneRequest="2026-01-31T13:00:00.2000000+01:00"',
        `GatewayTime="0" DNSTime="0" TCPConnectTime="0" HTTPSHandshakeTime="0" ServerConnected="${connected}"`,
        'FiddlerBeginRequest="2026-01-31T13:00:00.2100000+01:00" ServerGotRequest="2026-01-31T13:00:00.2110000+01:00"',
        'ServerBeginResponse="2026-01-31T13:00:00.3000000+01:00" GotResponseHeaders="2026-01-31T13:00:00.3000000+01:00"',
        'ServerDoneResponse="2026-01-31T13:00:00.4000000+01:00" ClientBeginResponse="2026-01-31T13:00:00.4000000+01:00"',
        'ClientDoneResponse="2026-01-31T13:00:00.4010000+01:00"',
      ].join(' ');
    const session = (pipes: string, connected: string, flags: string): string =>
      `<?xml version="1.0" encoding="utf-8"?>\n<Session SID="1" BitFlags="59">\n  <SessionTimers ${timers(connected)} />\n  ${pipes}\n  <SessionFlags>\n    <SessionFlag N="x-egressport" V="51320" />\n    <SessionFlag N="x-hostip" V="192.0.2.1" />${flags}\n  </SessionFlags>\n</Session>`;
    const request = 'GET https://shop.test/ HTTP/1.1\r\nHost: shop.test\r\nUser-Agent: curl/8.1\r\n\r\n';
    const response = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi';
    const process = '\n    <SessionFlag N="x-processinfo" V="chrome:6152" />';
    const soon = '2026-01-31T13:00:00.2090000+01:00';
    const earlier = '2026-01-31T12:59:58.0000000+01:00';
    const files = new Map([
      ['raw/1_c.txt', request],
      ['raw/1_s.txt', response],
      ['raw/1_m.xml', session('<PipeInfo />', soon, process)],
      ['raw/2_c.txt', request],
      ['raw/2_s.txt', response],
      ['raw/2_m.xml', session('<PipeInfo CltReuse="true" Reused="true" />', earlier, '')],
    ]);
    const { exchanges: read } = await unpack(files);
    // In less than a millisecond, and so with durations of 0.
    expect(read[0]!.record).toMatchObject({ app: 'chrome', clientReused: false, serverReused: false });
    expect(read[0]!.record).toMatchObject({ connectUs: 0, sendUs: 1000, waitUs: 89_000, receiveUs: 100_000 });
    expect(read[1]!.record).toMatchObject({ app: 'curl', clientReused: true, serverReused: true });
    expect(read[1]!.record).toMatchObject({ connectUs: null, dnsUs: null, tlsUs: null });
    expect(read[1]!.serverLeg).toEqual({ key: read[0]!.serverLeg!.key, conversation: null });
  });

  it('leaves credentials out when told so', async () => {
    const heads = { ...formatExchange().heads, request: 'GET / HTTP/1.1\r\nCookie: sid=secret\r\n\r\n' };
    expect([...(await pack([formatExchange({ heads })], true)).values()].join('')).not.toContain('secret');
  });

  it('keeps tunnels as tunnels, and skips what has no request', async () => {
    const files = new Map([
      ['raw/2_c.txt', 'CONNECT b.test:8443 HTTP/1.1\r\nHost: b.test\r\n\r\n'],
      ['raw/2_s.txt', 'HTTP/1.1 200 OK\r\n\r\n'],
      ['raw/10_s.txt', 'HTTP/1.1 200 OK\r\n\r\n'],
      ['raw/11_c.txt', 'no head at all'],
    ]);
    const { exchanges: read, told } = await unpack(files);
    expect(read[0]!.record).toMatchObject({
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
