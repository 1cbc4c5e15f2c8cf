import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Pieces } from '../../../core/encoding/byte-source.ts';
import type { FormatExchange, FormatMessage, NamedEntry } from '../../../core/formats/format.ts';
import { readSaz, writeSaz } from '../../../core/formats/saz.ts';
import { messageFlags, type MessageRecord } from '../../../core/model/message-record.ts';
import { nodePlatform } from '../../support/platform.ts';
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

const request = 'GET http://live.test/ HTTP/1.1\r\nUpgrade: websocket\r\n\r\n';
const response = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
const atUs = Date.parse('2026-01-31T12:00:00Z') * 1000;
/** A masked "hi" and its answer, as they are on the wire. */
const hi = '\x81\x82\x00\x00\x00\x00hi';
const yes = '\x81\x03yes';
const bye = '\x88\x02\x03\xe8';

function entry(name: string, text: string, step = 1 << 20): NamedEntry {
  // eslint-disable-next-line @typescript-eslint/require-await
  async function* read(): Pieces {
    const bytes = new Uint8Array(Buffer.from(text, 'latin1'));
    for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
    return null;
  }
  return { name, sizeBytes: text.length, read };
}

/** As Fiddler writes a record; `seconds` after noon. */
function record(side: 'Request' | 'Response', frame: string, seconds: number): string {
  const time = `2026-01-31T13:00:0${seconds}.0000010+01:00`;
  const times = `DoneRead: ${time}\r\nBeginSend: ${time}\r\nDoneSend: ${time}\r\n`;
  return `${side}-Length: ${frame.length}\r\nID: ${seconds}\r\nBitFlags: 0\r\n${times}\r\n${frame}\r\n`;
}

async function read(sockets: string, step?: number): Promise<Flat> {
  const entries = [
    entry('raw/1_c.txt', request),
    entry('raw/1_s.txt', response),
    entry('raw/1_w.txt', sockets, step),
  ];
  const report = createReport();
  for await (const exchange of readSaz(entries, { platform: nodePlatform, report }))
    return await flatten(exchange);
  throw new Error('No exchange.');
}

async function recordsOf({ messages }: Pick<FormatExchange, 'messages'>): Promise<MessageRecord[]> {
  const records: MessageRecord[] = [];
  if (messages !== undefined) for await (const each of messages()) records.push(each.record);
  return records;
}

const conversation = `\r\n${record('Request', hi, 1)}${record('Response', yes, 2)}${record('Response', bye, 3)}`;

describe('the WebSocket messages of an archive', () => {
  it('become the frames of both bodies, with their times', async () => {
    const exchange = await read(conversation);
    expect(exchange).toMatchObject({ requestText: hi, responseText: yes + bye });
    expect(exchange.record).toMatchObject({
      protocol: 'websocket',
      longLived: 'websocket',
      status: 101,
      note: null,
    });
    const flags = messageFlags.final;
    const time = (seconds: number) => ({
      firstAtUs: atUs + seconds * 1e6 + 1,
      lastAtUs: atUs + seconds * 1e6 + 1,
    });
    const frame = { kind: 'websocket', code: 1, flags, from: 0, headerBytes: 2, closeCode: 0 };
    expect(await recordsOf(exchange)).toEqual([
      {
        ...{ ...frame, side: 'request', flags: flags + messageFlags.masked, headerBytes: 6, payloadBytes: 2 },
        ...time(1),
      },
      { ...frame, side: 'response', payloadBytes: 3, ...time(2) },
      { ...frame, side: 'response', code: 8, from: 5, payloadBytes: 2, closeCode: 1000, ...time(3) },
    ]);
  });

  it('are the same in pieces of any size, and behind a head of the file', async () => {
    const whole = await recordsOf(await read(conversation));
    for (const step of [1, 2, 7, 64]) {
      const exchange = await read(`Fiddler-WebSocket: 1\r\n${conversation}`, step);
      expect(exchange).toMatchObject({ requestText: hi, responseText: yes + bye });
      expect(await recordsOf(exchange)).toEqual(whole);
    }
  });

  it('end where the file does, and a frame that is cut says so', async () => {
    const exchange = await read(conversation.slice(0, conversation.indexOf(yes) + 4));
    expect(exchange).toMatchObject({ requestText: hi, responseText: yes.slice(0, 4) });
    const told = await recordsOf(exchange);
    expect(told.map(({ flags }) => flags & messageFlags.cut)).toEqual([0, messageFlags.cut]);
  });

  it.each([
    ['a head without a length', 'ID: 9\r\n\r\n'],
    ['a length that is none', 'Request-Length: -1\r\n\r\n'],
    ['a head without an end', 'x'.repeat(5000)],
  ])('before %s are kept, and the body says that the rest is missing', async (_, damage) => {
    const entries = [entry('raw/1_c.txt', request), entry('raw/1_w.txt', conversation + damage)];
    for await (const exchange of readSaz(entries, { platform: nodePlatform, report: createReport() })) {
      expect(await recordsOf(exchange)).toHaveLength(3);
      const pieces = exchange.responseBody.wire?.();
      for (let step = await pieces?.next(); ; step = await pieces?.next()) {
        if (step?.done !== true) continue;
        expect(step.value).toBe('The WebSocket messages of the archive cannot be read to their end.');
        break;
      }
    }
  });

  it('that cannot be told apart are the response body, and none are none', async () => {
    const unread = await read('what is this?');
    expect(unread).toMatchObject({ responseText: 'what is this?', requestText: '' });
    expect(unread.record).toMatchObject({
      longLived: null,
      note: expect.stringContaining('WebSocket') as string,
    });
    expect((await read('\r\n')).messages).toBeUndefined();
    expect((await read('')).record.note).toBeNull();
  });

  it('never make the reader fail, and never give more than is there', async () => {
    const cut = fc
      .tuple(fc.constantFrom(conversation, record('Request', hi, 1)), fc.nat(400), fc.nat(400))
      .map(([text, from, to]) => text.slice(from, Math.max(from, to)));
    const heads = fc.constantFrom(hi, '\r\n', 'Request-Length: 4\r\n\r\n', 'Response-Length: 999999\r\n\r\n');
    const noise = fc.array(fc.oneof(fc.constant(conversation), cut, heads, fc.string()));
    await fc.assert(
      fc.asyncProperty(noise, fc.integer({ min: 1, max: 9 }), async (parts, step) => {
        const text = Buffer.from(parts.join(''), 'utf8').toString('latin1');
        const exchange = await read(text, step);
        expect(exchange.requestText.length + exchange.responseText.length).toBeLessThanOrEqual(text.length);
        for (const { side, from, headerBytes } of await recordsOf(exchange)) {
          const body = side === 'request' ? exchange.requestText : exchange.responseText;
          expect(from + headerBytes).toBeLessThanOrEqual(body.length);
        }
      }),
      { numRuns: 1000 },
    );
  });
});

describe('an archive that is written of a WebSocket', () => {
  const frame = (changes: Partial<MessageRecord>): FormatMessage => ({
    record: {
      ...{ side: 'request', kind: 'websocket', code: 1, flags: messageFlags.final, from: 0, headerBytes: 2 },
      ...{ payloadBytes: 3, closeCode: 0, firstAtUs: atUs, lastAtUs: atUs },
      ...changes,
    },
    data: null,
  });
  const frames = [
    frame({ flags: 5, headerBytes: 6, payloadBytes: 2 }),
    frame({ side: 'response', firstAtUs: atUs + 5, lastAtUs: atUs + 5 }),
    frame({ side: 'response', code: 8, from: 5, payloadBytes: 2, closeCode: 1000 }),
  ];

  async function written(requestText: string, responseText: string, recorded = 'full') {
    const exchange = formatExchange(
      {
        heads: { ...formatExchange().heads, request, response },
        ...{ requestBody: plainBody(requestText), responseBody: plainBody(responseText) },
        messages: () => streamOf(frames),
      },
      {
        longLived: 'websocket',
        protocol: 'websocket',
        scheme: 'http',
        host: 'live.test',
        port: 80,
        recorded,
      },
    );
    const files = new Map<string, string>();
    for await (const { name, pieces } of writeSaz(streamOf([exchange]), writeContext))
      files.set(name, await piecesText(pieces()));
    return files;
  }

  it('has its frames in the file for them, in the order they ended, and not in the bodies', async () => {
    const files = await written(hi, yes + bye);
    expect(files.get('raw/001_c.txt')).toBe(request);
    expect(files.get('raw/001_s.txt')).toBe(response);
    expect(files.get('raw/001_m.xml')).toContain('BitFlags="262144"');
    const head = (length: string, id: number, time: string): string =>
      `${length}\r\nID: ${id}\r\nBitFlags: 0\r\nDoneRead: ${time}\r\nBeginSend: ${time}\r\nDoneSend: ${time}\r\n\r\n`;
    const noon = '2026-01-31T12:00:00.000';
    expect(files.get('raw/001_w.txt')).toBe(
      `\r\n${head('Request-Length: 8', 1, `${noon}0000Z`)}${hi}\r\n` +
        `${head('Response-Length: 5', 2, `${noon}0050Z`)}${yes}\r\n` +
        `${head('Response-Length: 4', 3, `${noon}0000Z`)}${bye}\r\n`,
    );
  });

  it.each([
    ['whole', hi, yes + bye],
    ['with bytes that no message tells of', `${hi}lost`, `${yes}${bye}\x81`],
    ['of which a part was not kept', hi.slice(0, 7), yes],
    ['of which nothing was kept', '', ''],
  ])('%s, gives the same bodies back', async (_, requestText, responseText) => {
    const files = await written(requestText, responseText, 'The disk could not keep up.');
    const entries = [...files].map(([name, text]) => entry(name, text));
    for await (const exchange of readSaz(entries, { platform: nodePlatform, report: createReport() })) {
      expect(await flatten(exchange)).toMatchObject({ requestText, responseText });
      const told = await recordsOf(exchange);
      if (requestText === hi && responseText === yes + bye)
        expect(told).toEqual(frames.map((each) => each.record));
    }
  });
});
