import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readEvents } from '../../../core/decoders/event-stream.ts';
import { readServerSentEvent } from '../../../core/decoders/event-stream-fields.ts';
import { messageFlags, type MessageRecord } from '../../../core/model/message-record.ts';
import { createEventStreamObserver } from '../../../core/observers/event-stream.ts';
import { createRandom, cutter, textOf } from './http1-script.ts';
import {
  breach,
  endOf,
  mutateBytes,
  normalForm,
  type Part,
  type Played,
  playParts,
  wronglyTimed,
} from './message-script.ts';

function playEvents(parts: readonly Part[], chunksOf?: (bytes: Uint8Array) => Uint8Array[]): Played {
  return playParts(
    (emit) => {
      const observer = createEventStreamObserver(emit);
      return {
        bytes: (_sender, chunk, atUs) => observer.bytes(chunk, atUs),
        end: (sender, atUs) => {
          if (sender === 'server') observer.end(atUs);
        },
      };
    },
    parts,
    chunksOf,
  );
}

function sent(...texts: readonly string[]): Part[] {
  return texts.map((text) => ({
    sender: 'server' as const,
    bytes: new Uint8Array(Buffer.from(text, 'latin1')),
  }));
}

function bytesOf(parts: readonly Part[]): Buffer {
  return Buffer.concat(parts.map(({ bytes }) => bytes));
}

const kinds = ['event', 'comment', 'settings'];

/** The records as lines to read: `event "data: x\n\n"`. */
function told(...texts: readonly string[]): string[] {
  const parts = sent(...texts);
  const all = bytesOf(parts);
  return playEvents(parts).records.map((record) => {
    const cut = (record.flags & messageFlags.cut) !== 0 ? ' cut' : '';
    return `${kinds[record.code] ?? '?'} ${JSON.stringify(textOf(all.subarray(record.from, endOf(record))))}${cut}`;
  });
}

describe('the blocks of an event stream', () => {
  it('are told with their bytes, empty lines between them left out', () => {
    expect(told('data: a\n\n\n\nevent: b\ndata\n\n')).toEqual([
      'event "data: a\\n\\n"',
      'event "event: b\\ndata\\n\\n"',
    ]);
  });

  it('are told whether the lines end with LF, CR or CR LF', () => {
    expect(told('data: a\r\n\r\ndata: b\r\rdata: c\n\r\ndata: d\r\n\ndata: e\n\rx\r\n\n')).toEqual([
      'event "data: a\\r\\n\\r\\n"',
      'event "data: b\\r\\r"',
      'event "data: c\\n\\r\\n"',
      'event "data: d\\r\\n\\n"',
      'event "data: e\\n\\r"',
      'settings "x\\r\\n\\n"',
    ]);
  });

  it('are told at once where lines end with CR alone, and a late LF belongs to none', () => {
    const records: MessageRecord[] = [];
    const observer = createEventStreamObserver((record) => records.push(record));
    observer.bytes(Buffer.from('data: a\r\r'), 1);
    expect(records).toMatchObject([{ from: 0, payloadBytes: 9 }]);
    observer.bytes(Buffer.from('\ndata: b\n\n'), 2);
    expect(records[1]).toMatchObject({ from: 10, payloadBytes: 9, firstAtUs: 2 });
  });

  it('are told apart: events, comments that keep the connection alive, and what only sets something', () => {
    expect(
      told(': ping\n\n:\n:\n\nretry: 10\n\nid: 4\n: c\n\nevent: x\n\ndat: 1\n\ndatas: 1\n\n: c\ndata:\n\n'),
    ).toEqual([
      'comment ": ping\\n\\n"',
      'comment ":\\n:\\n\\n"',
      'settings "retry: 10\\n\\n"',
      'settings "id: 4\\n: c\\n\\n"',
      'settings "event: x\\n\\n"',
      'settings "dat: 1\\n\\n"',
      'settings "datas: 1\\n\\n"',
      'event ": c\\ndata:\\n\\n"',
    ]);
  });

  it('begin behind the byte order mark of the stream, and only there', () => {
    expect(told('\xef\xbb\xbfdata: a\n\n\xef\xbb\xbfdata: b\n\n')).toEqual([
      'event "data: a\\n\\n"',
      'settings "ï»¿data: b\\n\\n"',
    ]);
    expect(told('\xef\xbbdata: a\n\n')).toEqual(['settings "ï»data: a\\n\\n"']);
    expect(told('\xef\xbb\xbf')).toEqual([]);
    expect(told('\xef\xbb')).toEqual(['settings "ï»" cut']);
  });

  it('in which the stream ends are cut, but for a CR that ends one', () => {
    expect(told('data: a\n\ndata: b\n')).toEqual(['event "data: a\\n\\n"', 'event "data: b\\n" cut']);
    expect(told('data')).toEqual(['event "data" cut']);
    expect(told('dat')).toEqual(['settings "dat" cut']);
    expect(told('data: a\r\n\r')).toEqual(['event "data: a\\r\\n\\r"']);
    expect(told('\n\r\n\r')).toEqual([]);
  });

  it('have the time of their last byte, whatever was waited for', () => {
    const { records } = playEvents(sent('data: a\r\n\r', '\n', 'data: b\r\n', '\r', 'x'));
    expect(normalForm(records).map(({ firstAtUs, lastAtUs }) => [firstAtUs, lastAtUs])).toEqual([
      [1, 2],
      [3, 4],
      [5, 5],
    ]);
  });
});

const text = fc
  .array(
    fc.constantFrom(
      'data: x',
      'data',
      ': c',
      'id: 1',
      'retry: 5',
      'event: e',
      'dat',
      '\n',
      '\r',
      '\r\n',
      '\n\n',
      '\r\n\r\n',
      '\xef\xbb\xbf',
      '\xef',
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join(''));

describe('any cutting of an event stream', { timeout: 60_000 }, () => {
  it('gives the same records, with the times of the chunks that held their bytes', () => {
    fc.assert(
      fc.property(
        fc.array(text, { maxLength: 3 }),
        fc.nat(),
        fc.constantFrom(1, 2, 7),
        (texts, seed, chunkBytesMax) => {
          const parts = sent(...texts);
          const whole = playEvents(parts);
          const inChunks = playEvents(parts, cutter(seed, chunkBytesMax));
          expect(normalForm(inChunks.records)).toEqual(normalForm(whole.records));
          expect(wronglyTimed(inChunks)).toBeNull();
          expect(breach(inChunks.records, parts)).toBeNull();
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('gives the blocks that the decoder of whole bodies reads', () => {
    fc.assert(
      fc.property(text, (all) => {
        const bytes = Buffer.from(all, 'latin1');
        const read = playEvents(sent(all)).records.map((record) =>
          readServerSentEvent(bytes.subarray(record.from, endOf(record))),
        );
        const isShown = ({ data, id, retry, comments }: (typeof read)[number]): boolean =>
          data !== null || id !== null || retry !== null || comments.length > 0;
        const cards = readEvents(bytes.toString('utf8'), true).cards;
        expect(read.filter(isShown).map(({ data }) => data ?? null)).toEqual(
          cards.map(
            (card) =>
              card.texts[0]?.text ??
              (card.title.endsWith('comment') || card.title.endsWith('no data') ? null : ''),
          ),
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a block', () => {
  it('is read into its fields', () => {
    const block = 'event: tick\r\nid: 7\r\nretry: 100\r\ndata:  a\r\ndata\r\ndata: é\r\n: hi \r\n\r\n';
    expect(readServerSentEvent(Buffer.from(block))).toEqual({
      event: 'tick',
      data: ' a\n\né',
      id: '7',
      retry: '100',
      comments: ['hi'],
    });
  });

  it('says nothing by fields that the standard passes over', () => {
    expect(readServerSentEvent(Buffer.from('event:\nid: a\0b\nretry: 1s\nnonsense\n'))).toEqual({
      event: 'message',
      data: null,
      id: null,
      retry: null,
      comments: [],
    });
  });
});

const corpus = [
  'data: {"a":1}\n\n: keep-alive\n\nid: 1\nevent: e\ndata: x\ndata: y\n\n',
  '\xef\xbb\xbfdata: a\r\n\r\nretry: 10\r\n\r\n:\r\n\r\n',
  'data: a\r\rdata: b\r\r\n\n\ndata',
];
const tricky = ['\n', '\r', '\r\n', '\n\n', '\r\r', ':', 'data', 'data:', '\xef\xbb\xbf', '\0', '\xff'].map(
  (piece) => new Uint8Array(Buffer.from(piece, 'latin1')),
);

/** Takes 1 s where it was written. */
describe('mutated event streams', { timeout: 60_000 }, () => {
  it('are told without a failure, in records that follow each other', () => {
    const random = createRandom(92);
    for (let index = 0; index < 100_000; index++) {
      let bytes = sent(corpus[random(corpus.length)] ?? '')[0]!.bytes;
      for (let count = random(5); count > 0; count--) bytes = mutateBytes(bytes, tricky, random);
      const parts: Part[] = [{ sender: 'server', bytes }];
      const { records } = playEvents(parts, cutter(random(2 ** 32), 1 + random(40)));
      const wrong = breach(records, parts);
      if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
    }
  });
});
