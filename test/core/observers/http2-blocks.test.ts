import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHeaderBlocks } from '../../../core/observers/http2-blocks.ts';
import { createHpackDecoder } from '../../../core/observers/http2-hpack.ts';
import { HTTP2_LIMITS } from '../../../core/observers/http2-limits.ts';
import { nodePlatform } from '../../support/platform.ts';
import { indexed, integer, join, literal, string, tableSize } from './http2-script.ts';

/** Mostly right: a mistake costs the table, and with it most of what could go wrong. */
const instruction = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(indexed(2), indexed(4), indexed(8), literal('c', '3')) },
  { weight: 20, arbitrary: fc.integer({ min: 62, max: 66 }).map(indexed) },
  {
    weight: 10,
    arbitrary: fc
      .tuple(fc.constantFrom('a', 'b', 'long-name'), fc.constantFrom('1', '2', 'x'.repeat(40)))
      .map(([name, value]) => literal(name, value, 'indexed')),
  },
  {
    weight: 5,
    arbitrary: fc.integer({ min: 62, max: 64 }).map((index) => join(integer(index, 6, 0x40), string('v'))),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(literal('D', 'bad'), literal('e', 'broken\r\n'), Uint8Array.of(0x80)),
  },
);

const block = fc
  .tuple(
    fc.option(fc.constantFrom(tableSize(250), tableSize(4096)), { freq: 1 }),
    fc.array(instruction, { minLength: 1, maxLength: 3 }),
    fc.nat(20),
  )
  .map(([resize, instructions, luck]) =>
    join(...(resize === null || luck > 0 ? [] : [resize]), ...instructions),
  );

const filler = join(...['p', 'q', 'r', 's', 't', 'u'].map((name) => literal(name, '0', 'indexed')));

describe('header blocks', () => {
  it('that came before say what they would say if they were decoded again', () => {
    const sequences = fc
      .array(block, { minLength: 1, maxLength: 5 })
      .chain((few) => fc.array(fc.constantFrom(filler, ...few), { maxLength: 25 }));
    fc.assert(
      fc.property(sequences, (sequence) => {
        const blocks = createHeaderBlocks(nodePlatform, HTTP2_LIMITS, () => 4096);
        const decoder = createHpackDecoder(nodePlatform, HTTP2_LIMITS, () => 4096);
        for (const octets of [filler, ...sequence]) {
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
