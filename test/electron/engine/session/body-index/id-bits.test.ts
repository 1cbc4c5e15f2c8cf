import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createIdBits } from '../../../../../electron/engine/session/body-index/id-bits.ts';

it('names the first id that is not remembered', () => {
  const run = fc.record({ from: fc.integer({ min: 1, max: 9000 }), length: fc.nat(9000) });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 4 }), fc.integer({ min: 1, max: 9000 }), (runs, from) => {
      const bits = createIdBits();
      for (const each of runs) for (let id = each.from; id < each.from + each.length; id++) bits.add(id);
      let expected = from;
      while (bits.has(expected)) expected += 1;
      expect(bits.firstMissing(from)).toBe(expected);
    }),
  );
});
