import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseSize, sizeText } from '../../renderer/format/parse-size.ts';

it('reads sizes as people write them', () => {
  expect(['500 MB', '1.5gb', '2000', '2,000 b', 'no limit', 'none', ''].map(parseSize)).toEqual([
    500_000_000, 1_500_000_000, 2000, 2000, 0, 0, 0,
  ]);
  expect(['many', '-1', '1 XB', '1 MB or so', 'MB', '1e9'].map(parseSize)).toEqual(Array(6).fill(null));
});

it('reads what it wrote', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e15 }), (bytes) => {
      expect(parseSize(sizeText(bytes))).toBe(bytes);
    }),
  );
  expect([0, 1, 999, 500_000_000, 1_500_000_000, 1_234_567].map(sizeText)).toEqual([
    'no limit',
    '1 B',
    '999 B',
    '500 MB',
    '1.5 GB',
    '1234.567 KB',
  ]);
});
