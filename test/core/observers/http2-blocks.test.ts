import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeaderBlocks } from '../../../core/observers/http2-blocks.ts';
import { createHpackDecoder } from '../../../core/observers/http2-hpack.ts';
import { HTTP2_LIMITS } from '../../../core/observers/http2-limits.ts';
import { nodePlatform } from '../../support/platform.ts';
import { indexed, integer, join, literal, string, tableSize } from './http2-script.ts';

const instruction = fc.oneof(
  fc.constantFrom(indexed(2), indexed(4), indexed(8)),
  fc.integer({ min: 62, max: 66 }).map(indexed),
  fc
    .tuple(fc.constantFrom('a', 'b', 'long-name'), fc.constantFrom('1', '2', 'x'.repeat(40)))
    .map(([name, value]) => literal(name, value, 'indexed')),
  fc.constantFrom(literal('c', '3'), literal('D', 'bad'), literal('e', 'broken\r\n')),
  fc.integer({ min: 62, max: 64 }).map((index) => join(integer(index, 6, 0x40), string('v'))),
);

const block = fc
  .tuple(
    fc.option(fc.constantFrom(tableSize(0), tableSize(100), tableSize(4096)), { freq: 12 }),
    fc.array(instruction, { maxLength: 5 }),
    fc.option(fc.constant(Uint8Array.of(0x80)), { freq: 20 }),
  )
  .map(([resize, instructions, broken]) =>
    join(resize ?? new Uint8Array(0), ...instructions, broken ?? new Uint8Array(0)),
  );

describe('header blocks', () => {
  it('that came before say what they would say if they were decoded again', () => {
    const sequences = fc
      .array(block, { minLength: 1, maxLength: 5 })
      .chain((few) => fc.array(fc.constantFrom(...few), { maxLength: 25 }));
    fc.assert(
      fc.property(sequences, (sequence) => {
        const blocks = createHeaderBlocks(nodePlatform, HTTP2_LIMITS, () => 4096);
        const decoder = createHpackDecoder(nodePlatform, HTTP2_LIMITS, () => 4096);
        for (const octets of sequence) {
          const head = blocks.read('trailers', octets, 0, octets.length);
          const decoded = decoder.decode(octets, 0, octets.length, false);
          expect(head?.headers).toEqual(decoded.fields.map((field) => field.line));
          expect(head?.blockBytes).toBe(octets.length);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('are remembered in any number without a mistake', () => {
    const blocks = createHeaderBlocks(nodePlatform, HTTP2_LIMITS, () => 4096);
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 1000; count++) {
        const octets = literal(`name-${count}`, `${count}`.repeat(1 + (count % 90)));
        const head = blocks.read('trailers', octets, 0, octets.length);
        expect(head?.headers).toEqual([[`name-${count}`, `${count}`.repeat(1 + (count % 90))]]);
      }
    }
  });
});
