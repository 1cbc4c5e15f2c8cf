import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createByteSearch, hasBytesAt } from '../../../../../electron/engine/session/lists/byte-search.ts';

const text = (maxLength: number, minLength = 0): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom('a', 'A', 'b', 'B', '/', '[', '`', '{', '@'), minLength, maxLength });

it('finds bytes where they first occur, whichever the case of their letters', () => {
  fc.assert(
    fc.property(text(5, 1), text(60), fc.nat(60), (wanted, bytes, from) => {
      const found = createByteSearch(Buffer.from(wanted))(Buffer.from(bytes), from);
      expect(found).toBe(from > bytes.length ? -1 : bytes.toLowerCase().indexOf(wanted.toLowerCase(), from));
      if (found >= 0) {
        expect(hasBytesAt(Buffer.from(bytes), found, bytes.length, Buffer.from(wanted.toLowerCase()))).toBe(
          true,
        );
      }
    }),
    { numRuns: 1000 },
  );
});

it('does not find what a border cuts off', () => {
  expect(hasBytesAt(Buffer.from('/cart'), 0, 3, Buffer.from('/cart'))).toBe(false);
});
