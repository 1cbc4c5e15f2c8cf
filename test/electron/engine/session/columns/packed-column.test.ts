import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { blockRows } from '../../../../../electron/engine/session/columns/fields.ts';
import {
  joinTexts,
  packedNumberAt,
  packLongTexts,
  packNumbers,
  packPresence,
  packTexts,
  unpackLongTexts,
  unpackNumbers,
  unpackPresence,
  unpackTexts,
} from '../../../../../electron/engine/session/columns/packed-column.ts';

/** A block with these values in front. */
function column(values: readonly (number | null)[]): Float64Array {
  const all = new Float64Array(blockRows).fill(NaN);
  values.forEach((value, slot) => {
    all[slot] = value ?? NaN;
  });
  return all;
}

describe('packed numbers', () => {
  it('come back as they were, in as few bytes as their span needs', () => {
    const number = fc.oneof(
      fc.nat(300),
      fc.nat(70_000),
      fc.nat(),
      fc.maxSafeInteger(),
      fc.double({ noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(fc.option(number), { maxLength: 40 }), (values) => {
        const given = column(values.map((value) => (value === 0 ? 0 : value)));
        const packed = packNumbers(given);
        const back = new Float64Array(blockRows);
        expect(unpackNumbers(packed, back)).toBe(true);
        expect(back).toEqual(given);
        for (let slot = 0; slot < 50; slot++) expect(packedNumberAt(packed, slot)).toEqual(given[slot]);
      }),
    );
    const bytesOf = (values: readonly number[]): number => packNumbers(column(values)).length - 16;
    expect(bytesOf([1_700_000_000_000_000, 1_700_000_000_000_254])).toBe(blockRows);
    expect(bytesOf([0, 255])).toBe(2 * blockRows);
    expect(bytesOf([0, 65_535])).toBe(4 * blockRows);
    expect(bytesOf([0, 2 ** 32])).toBe(8 * blockRows);
  });
});

describe('packed texts', () => {
  it('come back as they were', () => {
    const texts = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 300 });
    fc.assert(
      fc.property(texts, (given) => {
        const codes = new Uint16Array(blockRows).map((_, slot) =>
          given.length === 0 ? 0 : slot % (given.length + 1),
        );
        const back = unpackTexts(packTexts({ texts: given, codes }));
        expect(back?.texts).toEqual(given);
        expect([...(back?.codes ?? [])]).toEqual([...codes]);
      }),
      { numRuns: 30 },
    );
  });

  it('that are long keep halves of characters apart', () => {
    const texts = new Array<string>(blockRows).fill('');
    texts[0] = '/a\ud83d';
    texts[1] = '\ude00/b';
    texts[2] = '/größe';
    const back = unpackLongTexts(packLongTexts(texts));
    expect(back).toEqual({ ends: joinTexts(texts).ends, bytes: new Uint8Array(joinTexts(texts).bytes) });
    expect(Buffer.from(back?.bytes ?? []).toString('utf8')).toContain('/größe');
  });

  it('and presence come back as they were', () => {
    const present = new Uint8Array(blockRows).map((_, slot) => (slot % 3 === 0 ? 1 : 0));
    expect(unpackPresence(packPresence(present))).toEqual(present);
  });
});

describe('bytes that are no packed column', () => {
  it('are told apart and never read beyond', () => {
    const into = new Float64Array(blockRows);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
        unpackNumbers(bytes, into);
        unpackTexts(bytes);
        unpackLongTexts(bytes);
        unpackPresence(bytes);
        expect(packedNumberAt(bytes, 5)).toEqual(expect.any(Number));
      }),
      { numRuns: 2000 },
    );
    const texts = packTexts({ texts: ['a', 'b'], codes: new Uint16Array(blockRows) });
    for (let at = 0; at < 16; at++) {
      const damaged = texts.slice();
      damaged[at] = 255;
      const back = unpackTexts(damaged);
      if (back !== null) for (const code of back.codes) expect(code).toBeLessThanOrEqual(back.texts.length);
    }
  });
});
