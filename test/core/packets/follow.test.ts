import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFollowCollector, type FollowedWindow } from '../../../core/packets/follow.ts';
import type { StreamTaker } from '../../../core/packets/tcp-events.ts';
import { bytesOf } from './tcp-script.ts';

type Told = readonly ['client' | 'server', string] | readonly ['client' | 'server', number];

function follow(told: readonly Told[], from = 0, bytesMax = 1000): FollowedWindow {
  const { taker, followed } = createFollowCollector(from, bytesMax);
  tell(taker, told);
  return followed();
}

/** Packet numbers from 1, a µs each. */
function tell(taker: StreamTaker, told: readonly Told[]): void {
  told.forEach(([sender, what], index) => {
    if (typeof what === 'number') taker.gap(sender, what, index + 1);
    else taker.bytes(sender, bytesOf(what), index + 1, index + 1);
  });
}

/** `a1 ask` for what end a said from packet 1 on, `b4 -3 more` with three bytes missing before. */
function lines({ pieces }: FollowedWindow): string[] {
  return pieces.map(({ end, packet, missingBefore, bytes }) => {
    const missing = missingBefore > 0 ? ` -${missingBefore}` : '';
    return `${end}${packet}${missing} ${Buffer.from(bytes).toString('latin1')}`;
  });
}

const talk: readonly Told[] = [
  ['client', 'ask '],
  ['client', 'once'],
  ['server', 'answer'],
  ['client', 'more'],
];

describe('pieces', () => {
  test('bytes of one end are one piece until the other end speaks', () => {
    const window = follow(talk);
    expect(lines(window)).toEqual(['a1 ask once', 'b3 answer', 'a4 more']);
    expect(window).toMatchObject({ nextFrom: null, totalBytes: { a: 12, b: 6 } });
    expect(window.pieces.map(({ atUs }) => atUs)).toEqual([1, 3, 4]);
  });

  test('missing bytes stand before what follows, also of the same end', () => {
    expect(
      lines(
        follow([
          ['client', 'a'],
          ['client', 2],
          ['client', 3],
          ['client', 'b'],
          ['server', 'c'],
        ]),
      ),
    ).toEqual(['a1 a', 'a4 -5 b', 'b5 c']);
  });

  test('missing bytes at the end are an empty piece', () => {
    expect(
      lines(
        follow([
          ['client', 'a'],
          ['server', 7],
        ]),
      ),
    ).toEqual(['a1 a', 'b1 -7 ']);
  });

  test('nothing was said', () => {
    expect(follow([])).toEqual({ pieces: [], nextFrom: null, totalBytes: { a: 0, b: 0 } });
  });
});

describe('windows', () => {
  test('a window cuts pieces, and a piece has the packet of its first byte in it', () => {
    expect(lines(follow(talk, 2, 4))).toEqual(['a1 k on']);
    expect(lines(follow(talk, 6, 4))).toEqual(['a2 ce', 'b3 an']);
    expect(follow(talk, 6, 4).nextFrom).toBe(10);
    expect(follow(talk, 14, 4).nextFrom).toBe(null);
    expect(lines(follow(talk, 50, 4))).toEqual([]);
  });

  test('windows put together are the whole, with every gap once', () => {
    const step = fc.oneof(
      fc.tuple(fc.constantFrom('client' as const, 'server' as const), fc.string({ maxLength: 9 })),
      fc.tuple(fc.constantFrom('client' as const, 'server' as const), fc.integer({ min: 1, max: 9 })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), fc.integer({ min: 1, max: 20 }), (told, bytesMax) => {
        const whole = follow(told);
        const parts: FollowedWindow[] = [];
        for (let from: number | null = 0; from !== null; from = parts.at(-1)!.nextFrom) {
          parts.push(follow(told, from, bytesMax));
        }
        const pieces = parts.flatMap((part) => part.pieces);
        for (const end of ['a', 'b'] as const) {
          expect(stream(pieces, end)).toEqual(stream(whole.pieces, end));
        }
        for (const part of parts) {
          expect(part.pieces.reduce((sum, { bytes }) => sum + bytes.length, 0)).toBeLessThanOrEqual(bytesMax);
          expect(part.totalBytes).toEqual(whole.totalBytes);
        }
      }),
    );
  });

  test('a window of very many pieces ends early and says where to go on', () => {
    const told: Told[] = Array.from({ length: 20_500 }, (_, at) => [at % 2 === 0 ? 'client' : 'server', 'x']);
    const first = follow(told, 0, 1_048_576);
    expect(first.pieces).toHaveLength(10_000);
    expect(first.nextFrom).toBe(10_000);
    expect(follow(told, 20_000, 1_048_576)).toMatchObject({ nextFrom: null });
  });
});

/** Bytes and gaps of one end in their order, however they were cut. */
function stream(pieces: FollowedWindow['pieces'], end: 'a' | 'b'): string {
  return pieces
    .filter((piece) => piece.end === end)
    .map(
      ({ bytes, missingBefore }) =>
        `${missingBefore > 0 ? `<${missingBefore}>` : ''}${Buffer.from(bytes).toString('latin1')}`,
    )
    .join('');
}
