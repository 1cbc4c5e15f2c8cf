import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  grpcEncoding,
  grpcMessage,
  grpcMethod,
  grpcStatus,
  type GrpcKind,
} from '../../../core/decoders/grpc-call.ts';
import { readGrpcMessage } from '../../../core/decoders/grpc-message.ts';
import type { HeaderFields } from '../../../core/model/header-fields.ts';
import { messageFlags, type MessageRecord } from '../../../core/model/message-record.ts';
import { createGrpcObserver, type GrpcObserver } from '../../../core/observers/grpc.ts';
import { createRandom, cutter } from './http1-script.ts';
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

interface Call {
  readonly path: string;
  readonly requestHeaders: HeaderFields;
  readonly responseHeaders: HeaderFields;
  readonly trailers?: HeaderFields;
  readonly request: string;
  readonly response: string;
}

const calls = JSON.parse(
  readFileSync(new URL('../../fixtures/grpc-js.json', import.meta.url), 'utf8'),
) as readonly Call[];

type Chunks = (bytes: Uint8Array) => Uint8Array[];

/** `client` bytes are the request body, `server` bytes the response body. */
function playGrpc(
  kind: GrpcKind,
  parts: readonly Part[],
  chunksOf?: Chunks,
): Played & { response: GrpcObserver } {
  let response: GrpcObserver | null = null;
  const played = playParts(
    (emit) => {
      const request = createGrpcObserver(kind, 'request', emit);
      response = createGrpcObserver(kind, 'response', emit);
      const of = { client: request, server: response };
      return {
        bytes: (sender, chunk, atUs) => of[sender].bytes(chunk, atUs),
        end: (sender, atUs) => of[sender].end(atUs),
      };
    },
    parts,
    chunksOf,
  );
  return { ...played, response: response! };
}

function message(payload: string | Uint8Array, flag = 0): Buffer {
  const bytes = Buffer.from(payload);
  const header = Buffer.alloc(5);
  header.writeUInt8(flag, 0);
  header.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([header, bytes]);
}

function fromServer(...pieces: readonly (Uint8Array | string)[]): Part[] {
  return pieces.map((piece) => ({ sender: 'server' as const, bytes: new Uint8Array(Buffer.from(piece)) }));
}

function told(kind: GrpcKind, ...parts: readonly Part[]): string[] {
  return playGrpc(kind, parts).records.map(({ code, flags, from, headerBytes, payloadBytes }) => {
    const names = Object.entries(messageFlags).filter(([, bit]) => (flags & bit) !== 0);
    return [code, `${from}+${headerBytes}+${payloadBytes}`, ...names.map(([name]) => name)].join(' ');
  });
}

function payloads(records: readonly MessageRecord[], body: Uint8Array): string[] {
  return records.map((record) =>
    Buffer.from(readGrpcMessage(body.subarray(record.from, endOf(record)), record).payload).toString(),
  );
}

describe('what grpc-js sends', () => {
  const read = (call: Call, side: 'request' | 'response'): string[] => {
    const body = new Uint8Array(Buffer.from(call[side], 'base64'));
    const { records } = playGrpc('grpc', [{ sender: side === 'request' ? 'client' : 'server', bytes: body }]);
    const headers = side === 'request' ? call.requestHeaders : call.responseHeaders;
    return records.map((record) => {
      const { compressed, payload } = readGrpcMessage(body.subarray(record.from, endOf(record)), record);
      expect(record.flags & ~messageFlags.compressed).toBe(0);
      if (compressed) expect(grpcEncoding(headers)).toBe('gzip');
      return (compressed ? zlib.gunzipSync(payload) : Buffer.from(payload)).toString();
    });
  };
  const three = [1, 2, 3].map((count) => String.fromCharCode(count).repeat(100 * count));
  const collected = ['a', 'bc', 'd'.repeat(2000)];
  const talk = ['first', 'second'.repeat(50)];

  it.each([
    ['plain', 0],
    ['compressed by the client', 6],
  ])('is told message by message, in calls of all four kinds: %s', (_, first) => {
    const [one, empty, many, collect, talking, fail] = calls.slice(first);
    expect([read(one!, 'request'), read(one!, 'response')]).toEqual([['hello'], ['hello']]);
    expect([read(empty!, 'request'), read(empty!, 'response')]).toEqual([[''], ['']]);
    expect([read(many!, 'request'), read(many!, 'response')]).toEqual([['three'], three]);
    expect([read(collect!, 'request'), read(collect!, 'response')]).toEqual([
      collected,
      [collected.join('')],
    ]);
    expect([read(talking!, 'request'), read(talking!, 'response')]).toEqual([talk, talk]);
    expect([read(fail!, 'request'), read(fail!, 'response')]).toEqual([['?'], []]);
  });

  it('says how the call ended in trailers, or in the only head', () => {
    expect(grpcStatus(calls[0]!.trailers!)).toBe(0);
    expect(calls[5]!.trailers).toBeUndefined();
    expect(grpcStatus(calls[5]!.responseHeaders)).toBe(5);
    expect(grpcMessage(calls[5]!.responseHeaders)).toBe('Nichts gefunden: 100 % „leer“');
    expect(grpcMethod(calls[5]!.path)).toEqual({ service: 'plumbline.test.Echo', method: 'Fail' });
  });
});

describe('messages', () => {
  it('are told with their place and length', () => {
    expect(told('grpc', ...fromServer(message('abc'), message(''), message('x', 1)))).toEqual([
      '0 0+5+3',
      '0 8+5+0',
      '1 13+5+1 compressed',
    ]);
  });

  it('inside which the body ends are cut', () => {
    expect(told('grpc', ...fromServer(Uint8Array.of(0, 0)))).toEqual(['0 0+2+0 cut']);
    expect(told('grpc', ...fromServer(message('abc').subarray(0, 7)))).toEqual(['0 0+5+2 cut']);
  });

  it('with a flag byte that gRPC does not know are defective', () => {
    expect(told('grpc', ...fromServer(message('a', 2), message('b', 0x80)))).toEqual([
      '2 0+5+1 defective',
      '128 6+5+1 defective',
    ]);
  });

  it('of 4 GiB cost nothing', () => {
    const records: MessageRecord[] = [];
    const observer = createGrpcObserver('grpc', 'response', (record) => records.push(record));
    observer.bytes(Uint8Array.of(0, 255, 255, 255, 255), 1);
    const chunk = new Uint8Array(1_048_576);
    for (let sent = 0; sent < 4095; sent += 1) observer.bytes(chunk, 2);
    observer.bytes(chunk.subarray(1), 3);
    expect(records).toMatchObject([{ payloadBytes: 4_294_967_295, lastAtUs: 3, flags: 0 }]);
  });
});

describe('gRPC-Web', () => {
  const trailers = message('grpc-status: 5\r\ngrpc-message:no%20such\r\n', 0x80);
  const said: HeaderFields = [
    ['grpc-status', '5'],
    ['grpc-message', 'no%20such'],
  ];

  it('has its trailers in a frame of the response, and nothing behind it', () => {
    const parts = fromServer(message('a'), trailers, message('b'));
    expect(told('grpc-web', ...parts)).toEqual([
      '0 0+5+1',
      `128 6+5+${trailers.length - 5}`,
      `0 ${6 + trailers.length}+5+1 defective`,
    ]);
    expect(playGrpc('grpc-web', parts).response.trailers()).toEqual(said);
  });

  it('has none in a request, and none that are read where they are compressed, too long or cut', () => {
    expect(told('grpc-web', { sender: 'client', bytes: new Uint8Array(trailers) })).toEqual([
      `128 0+5+${trailers.length - 5} defective`,
    ]);
    for (const bytes of [
      message('grpc-status: 5', 0x81),
      message(`a: ${'b'.repeat(8190)}`, 0x80),
      trailers.subarray(0, 20),
    ])
      expect(playGrpc('grpc-web', fromServer(bytes)).response.trailers()).toBeNull();
  });

  it('as text is told in characters of the body, padded once or after every message', () => {
    const pieces = [message('abc'), message('de'), trailers];
    const once = Buffer.from(Buffer.concat(pieces).toString('base64'));
    const each = Buffer.from(pieces.map((piece) => piece.toString('base64')).join(''));
    expect(told('grpc-web-text', ...fromServer(once)).slice(0, 2)).toEqual([
      '0 0+7+4 base64',
      '0 8+10+2 base64 skipTwo',
    ]);
    for (const body of [once, each]) {
      const { records, response } = playGrpc('grpc-web-text', fromServer(body));
      expect(payloads(records, body).slice(0, 2)).toEqual(['abc', 'de']);
      expect(response.trailers()).toEqual(said);
    }
  });

  it('as text gives back any messages from their own characters', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 9 }), { maxLength: 6 }),
        fc.boolean(),
        fc.constantFrom('', '\n', ' \r\n'),
        (texts, padded, space) => {
          const pieces = texts.map((text) => message(text));
          const plain = padded
            ? pieces.map((piece) => piece.toString('base64'))
            : [Buffer.concat(pieces).toString('base64')];
          const body = Buffer.from(plain.join(space).replace(/(.{5})/g, `$1${space}`));
          const { records } = playGrpc('grpc-web-text', fromServer(body));
          expect(payloads(records, body)).toEqual(texts);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('as text ends at a character that is no base64', () => {
    expect(told('grpc-web-text', ...fromServer('AAAAAANh*', message('a').toString('base64')))).toEqual([
      '0 0+7+1 defective base64',
    ]);
    expect(told('grpc-web-text', ...fromServer(`${message('abcd').toString('base64')}<html>`))).toEqual([
      '0 0+7+5 base64',
      '0 12+1+0 defective base64',
    ]);
    expect(told('grpc-web-text', ...fromServer('AAAAAANh'))).toEqual(['0 0+7+1 cut base64']);
    expect(
      told('grpc-web-text', ...fromServer('=')).concat(told('grpc-web-text', ...fromServer('AA=A'))),
    ).toEqual(['0 0+1+0 defective base64', '0 0+2+0 defective base64']);
  });
});

describe('a message read back', () => {
  it('gives what there is of it, whatever the bytes', () => {
    const record: MessageRecord = {
      side: 'request',
      kind: 'grpc',
      code: 0,
      flags: 0,
      from: 0,
      headerBytes: 5,
      payloadBytes: 9,
      closeCode: 0,
      firstAtUs: 0,
      lastAtUs: 0,
    };
    expect(readGrpcMessage(Uint8Array.of(0, 0), record)).toMatchObject({
      statedBytes: null,
      payload: new Uint8Array(0),
    });
    expect(readGrpcMessage(Uint8Array.of(0, 0, 0, 0, 9, 1), record)).toMatchObject({
      statedBytes: 9,
      payload: Uint8Array.of(1),
    });
    expect(
      readGrpcMessage(Buffer.from('*'), { ...record, flags: messageFlags.base64 | messageFlags.skipTwo })
        .payload,
    ).toHaveLength(0);
  });
});

const kinds = ['grpc', 'grpc-web', 'grpc-web-text'] as const;
const pieces = [
  message('hello'),
  message(''),
  message('z'.repeat(40), 1),
  message('grpc-status: 0\r\n', 0x80),
];
const encoded = (kind: GrpcKind, piece: Buffer): Uint8Array =>
  new Uint8Array(kind === 'grpc-web-text' ? Buffer.from(piece.toString('base64')) : piece);
describe('any cutting of a gRPC body', { timeout: 60_000 }, () => {
  it('gives the same records, with the times of the chunks that held their bytes', () => {
    const tail = fc.constantFrom(0, 0, 1, 3);
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.array(fc.tuple(fc.constantFrom(...pieces), tail, fc.boolean()), { maxLength: 5 }),
        fc.nat(),
        fc.constantFrom(1, 2, 7),
        (kind, list, seed, chunkBytesMax) => {
          const parts = list.map(([piece, cut, isClient]): Part => {
            const bytes = encoded(kind, piece);
            return { sender: isClient ? 'client' : 'server', bytes: bytes.subarray(0, bytes.length - cut) };
          });
          const whole = playGrpc(kind, parts);
          const inChunks = playGrpc(kind, parts, cutter(seed, chunkBytesMax));
          expect(normalForm(inChunks.records)).toEqual(normalForm(whole.records));
          expect(inChunks.response.trailers()).toEqual(whole.response.trailers());
          expect(wronglyTimed(inChunks)).toBeNull();
          expect(breach(inChunks.records, parts)).toBeNull();
        },
      ),
      { numRuns: 2000 },
    );
  });
});

/** Takes 1 s where it was written. */
describe('mutated gRPC bodies', { timeout: 60_000 }, () => {
  it('are told without a failure, in records that follow each other', () => {
    const random = createRandom(1617);
    const tricky = [
      [0],
      [0x80, 0, 0, 0, 1],
      [0, 255, 255, 255, 255],
      [0x3d],
      [0x3d, 0x3d],
      [0x41],
      [0x0a],
      [1],
    ].map((bytes) => Uint8Array.from(bytes));
    for (let index = 0; index < 100_000; index++) {
      const kind = kinds[random(3)] ?? 'grpc';
      const parts = Array.from({ length: 1 + random(3) }, (): Part => {
        let bytes = encoded(kind, pieces[random(pieces.length)]!);
        for (let count = random(3); count > 0; count--) bytes = mutateBytes(bytes, tricky, random);
        return { sender: random(2) === 0 ? 'client' : 'server', bytes };
      });
      const { records, response } = playGrpc(kind, parts, cutter(random(2 ** 32), 1 + random(40)));
      const wrong = breach(records, parts);
      if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
      response.trailers();
      for (const record of records.slice(0, 1))
        readGrpcMessage(parts[0]!.bytes.subarray(record.from), record);
    }
  });
});
