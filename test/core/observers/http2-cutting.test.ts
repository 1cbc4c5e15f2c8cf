import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Http2Event } from '../../../core/observers/http2-events.ts';
import { cutter, ends, type Step } from './http1-script.ts';
import {
  answer,
  block,
  breach,
  client,
  data,
  FLAGS,
  frame,
  goaway,
  headers,
  HELLO,
  indexed,
  join,
  joinBodies,
  literal,
  playInChunks,
  requestLines,
  rst,
  server,
  settings,
  windowUpdate,
  word,
} from './http2-script.ts';

const h2Stream = fc.constantFrom(1, 3, 5, 7, 9);
const text = fc.string({ unit: 'binary-ascii', maxLength: 60 });
const isLast = fc.boolean();

/** A head in one or several frames, padded or not, with a dependency or without one. */
const head = fc
  .record({
    h2Stream,
    isLast,
    how: fc.constantFrom('indexed', 'plain'),
    value: fc.constantFrom('a', 'bb', 'c'.repeat(40)),
    cut: fc.integer({ min: 0, max: 60 }),
    inOne: fc.boolean(),
    padding: fc.constantFrom(null, 0, 9),
    repeats: fc.boolean(),
  })
  .map(({ h2Stream: id, isLast: last, how, value, cut, inOne, padding, repeats }) => {
    const octets = repeats ? indexed(62) : block([...requestLines(`/${value}`), ['x', value]], how);
    const answered = repeats ? indexed(62) : join(indexed(8), literal('y', value, how));
    return [octets, answered].map((all) => {
      const first = inOne ? all : all.subarray(0, cut);
      const flags = (last ? FLAGS.endStream : 0) | (inOne ? FLAGS.endHeaders : 0);
      const begin =
        padding === null
          ? frame(1, flags, id, first)
          : frame(1, flags | FLAGS.padded, id, join(Uint8Array.of(padding), first, new Uint8Array(padding)));
      return inOne ? begin : join(begin, frame(9, FLAGS.endHeaders, id, all.subarray(cut)));
    });
  });

const part: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 4, arbitrary: head.map(([asked, answered]) => [client(asked!), server(answered!)]) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(h2Stream, text, isLast, fc.boolean())
      .map(([id, content, last, asks]) => [
        asks ? client(data(id, content, last)) : server(data(id, content, last)),
      ]),
  },
  fc.tuple(h2Stream, fc.nat(9)).map(([id, code]) => [client(rst(id, code))]),
  fc
    .tuple(fc.constantFrom(0, 1, 3, 5), fc.integer({ min: 0, max: 200 }))
    .map(([id, more]) => [client(windowUpdate(id, more))]),
  fc
    .constantFrom(0, 10, 100)
    .map((initial) => [client(settings([4, initial])), server(frame(4, FLAGS.ack, 0))]),
  fc
    .tuple(text, fc.boolean())
    .map(([content, pads]) => [
      server(
        pads
          ? frame(0, FLAGS.padded, 1, join(Uint8Array.of(content.length), new Uint8Array(2 * content.length)))
          : frame(0x55, 255, 1, new Uint8Array(content.length)),
      ),
    ]),
  fc
    .constantFrom(2, 4, 6)
    .map((id) => [
      server(frame(5, FLAGS.endHeaders, 1, join(word(id), block(requestLines('/pushed'), 'indexed')))),
      server(answer(id), data(id, 'pushed', true)),
    ]),
  fc.constantFrom(1, 5, 100).map((last) => [server(goaway(last, 0, 'bye'))]),
  fc.constant([client(frame(6, 0, 0, word(1).subarray(0, 4)), frame(6, 0, 0, join(word(1), word(2))))]),
  fc.constant([server(frame(6, FLAGS.ack, 0, join(word(1), word(2))))]),
  fc.constant([client(frame(0x10, 0, 0, join(word(3), Uint8Array.of(117, 61, 49))))]),
  // Something of the other side comes in the middle of a frame.
  fc
    .tuple(h2Stream, text, isLast, fc.integer({ min: 0, max: 60 }), fc.boolean())
    .map(([id, content, last, at, resets]) => {
      const bytes = data(id, content, last);
      return [
        server(bytes.subarray(0, at)),
        client(resets ? rst(id, 8) : windowUpdate(id, 50)),
        server(bytes.subarray(at)),
      ];
    }),
  fc.constant([server(headers(1, Uint8Array.of(0x80)))]),
  fc.constant([server(frame(9, 0, 1))]),
);

const conversation = fc
  .record({
    parts: fc.array(part, { maxLength: 14 }),
    end: fc.constantFrom('none', 'fin', 'reset'),
  })
  .map(({ parts, end }) => [
    ...HELLO,
    ...parts.flat(),
    ...(end === 'none' ? [] : [ends('client', end), ends('server', end)]),
  ]);

/** Times are those of chunks: they are compared by the step they fall into, and only where they may not differ. */
function timeless(events: readonly Http2Event[]): unknown[] {
  return joinBodies(events).map((event) => ({
    ...event,
    atUs: Math.floor(event.atUs / 1e9),
    ...('firstByteAtUs' in event ? { firstByteAtUs: Math.floor(event.firstByteAtUs / 1e9) } : {}),
    ...('fromUs' in event
      ? { fromUs: Math.floor(event.fromUs / 1e9), toUs: Math.floor(event.toUs / 1e9) }
      : {}),
    ...('roundTripUs' in event ? { roundTripUs: event.roundTripUs === null } : {}),
  }));
}

describe('any cutting of a connection', () => {
  it('gives the same events, in a coherent order', () => {
    fc.assert(
      fc.property(conversation, fc.nat(), fc.integer({ min: 1, max: 40 }), (steps, seed, bytesMax) => {
        const whole = playInChunks(steps, (bytes) => [bytes]);
        const cut = playInChunks(steps, cutter(seed, bytesMax));
        expect(timeless(cut)).toEqual(timeless(whole));
        const last = steps.at(-1)!;
        const ended = 'ends' in last ? last.ends : null;
        expect(breach(cut, { client: ended, server: ended })).toBeNull();
      }),
      { numRuns: 1500 },
    );
  });

  it('into single bytes gives each event the time of its own bytes', () => {
    const asked = headers(1, block(requestLines('/')), false);
    const steps = [...HELLO, client(asked, data(1, 'ab', true)), server(answer(1, '200', true))];
    const events = playInChunks(steps, (bytes) => Array.from(bytes, (byte) => Uint8Array.of(byte)));
    const at = (bytes: number) => 3e9 + bytes;
    expect(events.filter((event) => event.type.startsWith('request'))).toMatchObject([
      { type: 'request-head', firstByteAtUs: at(1), atUs: at(asked.length) },
      { type: 'request-body', atUs: at(asked.length + 10) },
      { type: 'request-body', atUs: at(asked.length + 11) },
      { type: 'request-end', atUs: at(asked.length + 11) },
    ]);
  });
});
