import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seqBefore, seqDistance, unwrapSeq } from '../../../core/packets/sequence.ts';

test('sequence numbers are compared across their wrap', () => {
  expect(seqDistance(5, 0xffff_fffb)).toBe(10);
  expect(seqDistance(0xffff_fffb, 5)).toBe(-10);
  expect(seqBefore(0xffff_ffff, 0)).toBe(true);
  expect(seqBefore(0, 0xffff_ffff)).toBe(false);
});

test('any number near a known place is unwrapped to itself', () => {
  fc.assert(
    fc.property(fc.nat(2 ** 50), fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), (near, distance) => {
      const place = near + distance;
      fc.pre(place >= 0);
      expect(unwrapSeq(place % 2 ** 32, near)).toBe(place);
    }),
  );
});
