import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rangeOf, withoutRange, withRange } from '../../renderer/format/time-range.ts';

const clock = { nowUs: 1_795_000_000_000_000, zoneOffsetMinutes: 60 };
const range = { fromUs: 1_795_000_000_000_250, toUs: 1_795_000_060_000_000 };

describe('a stretch of time in the filter', () => {
  it('is added as one term and read back to the microsecond', () => {
    const text = withRange('host:api status:>=400', range, clock);
    expect(text).toMatch(/^host:api status:>=400 started:\S+$/);
    expect(rangeOf(text, clock)).toEqual(range);
    expect(withoutRange(text, clock)).toBe('host:api status:>=400');
  });

  it('takes the place of the one before', () => {
    const later = { fromUs: range.toUs, toUs: range.toUs + 5 };
    const text = withRange(withRange('a or b', range, clock), later, clock);
    expect(text.match(/started:/g)).toHaveLength(1);
    expect(rangeOf(text, clock)).toEqual(later);
    expect(withRange(text, null, clock)).toBe('a or b');
  });

  it('is found and taken away however it was typed', () => {
    const typed = 'host:api started:2026-11-20T10:00..2026-11-20T10:05';
    expect(rangeOf(typed, clock)).toEqual({ fromUs: 1_795_165_200_000_000, toUs: 1_795_165_500_000_001 });
    expect(withoutRange(typed, clock)).toBe('host:api');
  });

  it('is not seen in an open end, below an or, or in a mistaken filter', () => {
    for (const text of ['started:>10:30', 'started:5m', 'a or started:10:00..11:00', 'started:((']) {
      expect(rangeOf(text, clock)).toBeNull();
      expect(withoutRange(text, clock)).toBe(text);
    }
  });

  it('goes in and out of any filter without changing what it means', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('', 'a', 'a b', 'a or b', '"x y" not b', '(a or b) c'),
        fc.integer({ min: 0, max: 4e15 }),
        fc.integer({ min: 1, max: 1e12 }),
        (text, fromUs, spanUs) => {
          const limited = withRange(text, { fromUs, toUs: fromUs + spanUs }, clock);
          expect(rangeOf(limited, clock)).toEqual({ fromUs, toUs: fromUs + spanUs });
          expect(withRange(limited, null, clock)).toBe(text);
        },
      ),
    );
  });
});
