import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWindowSearch } from '../../../core/encoding/window-search.ts';

const windowBytes = 4;
/** Two equal bytes, any, and their sum. */
const fits = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === bytes[at + 1] && bytes[at + 3] === (bytes[at] as number) * 2;

/** Places of windows, each looked for behind the one before. */
function places(bytes: Uint8Array, cuts: readonly number[]): number[] {
  const search = createWindowSearch(windowBytes, fits);
  const found: number[] = [];
  const edges = [0, ...cuts.filter((cut) => cut < bytes.length), bytes.length].sort((a, b) => a - b);
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const chunk = bytes.slice(from, edges[index + 1]);
    for (let at = 0; at < chunk.length;) {
      const to = search.find(chunk, at, 1);
      if (to < 0) break;
      const end = from + to;
      expect([...search.found()]).toEqual([...bytes.subarray(end - windowBytes, end)]);
      found.push(end - windowBytes);
      at = to;
    }
    chunk.fill(0xee);
  }
  return found;
}

describe('the search for a window', () => {
  it('finds the same places, however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(0, 1, 2, 4), { maxLength: 60 }),
        fc.array(fc.nat(60), { maxLength: 30 }),
        (values, cuts) => {
          const bytes = Uint8Array.from(values);
          const expected: number[] = [];
          for (let at = 0; at + windowBytes <= bytes.length;) {
            if (fits(bytes, at)) {
              expected.push(at);
              at += windowBytes;
            } else at += 1;
          }
          expect(places(bytes, [])).toEqual(expected);
          expect(places(bytes, cuts)).toEqual(expected);
        },
      ),
      { numRuns: 2000 },
    );
  });
});
