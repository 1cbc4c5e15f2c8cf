import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  barPx,
  bucketAt,
  bucketRange,
  counted,
  scaleRange,
  shareOf,
  stripScale,
  stripWords,
  wholeRange,
} from '../../renderer/format/strip.ts';
import { clockStepUs, clockTicks, pannedRange, zoomedRange } from '../../renderer/format/time-axis.ts';

const noonUs = Date.UTC(2026, 10, 21, 12) * 1000;

describe('requests over time', () => {
  it('has bars of a round length that stand still while time goes on', () => {
    const scale = stripScale({ fromUs: noonUs + 123, toUs: noonUs + 130e6 }, 300);
    expect(scale).toEqual({ fromUs: noonUs, bucketUs: 500_000, buckets: 260 });
    expect(stripScale({ fromUs: noonUs + 123, toUs: noonUs + 131e6 }, 300).fromUs).toBe(scale.fromUs);
  });

  it('are a thin bar in the middle of a second when there is one of them', () => {
    const whole = wholeRange({ fromUs: noonUs, toUs: noonUs + 1 });
    expect(whole.toUs - whole.fromUs).toBe(1_000_000);
    const scale = stripScale(whole, 300);
    expect(scale.buckets).toBeGreaterThan(90);
    expect(shareOf(scale, noonUs)).toBeCloseTo(0.5, 1);
    const long = { fromUs: noonUs, toUs: noonUs + 5e6 };
    expect(wholeRange(long)).toEqual(long);
  });

  it('covers the whole stretch with no more bars than there is room for', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 4e15 }),
        fc.integer({ min: 1, max: 1e15 }),
        fc.integer({ min: 2, max: 1000 }),
        (fromUs, spanUs, bucketsMax) => {
          const scale = stripScale({ fromUs, toUs: fromUs + spanUs }, bucketsMax);
          const range = scaleRange(scale);
          expect(scale.buckets).toBeLessThanOrEqual(bucketsMax);
          expect(range.fromUs).toBeLessThanOrEqual(fromUs);
          expect(range.toUs).toBeGreaterThanOrEqual(fromUs + spanUs);
        },
      ),
    );
  });

  it('selects from bar to bar in either direction', () => {
    const scale = { fromUs: 1000, bucketUs: 10, buckets: 100 };
    expect(bucketRange(scale, 5, 7)).toEqual({ fromUs: 1050, toUs: 1080 });
    expect(bucketRange(scale, 7, 5)).toEqual({ fromUs: 1050, toUs: 1080 });
    expect([bucketAt(scale, -1), bucketAt(scale, 0.5), bucketAt(scale, 1)]).toEqual([0, 50, 99]);
    expect(shareOf(scale, 1500)).toBe(0.5);
  });

  it('keeps a single request visible beside a burst', () => {
    expect([
      barPx(0, 10_000, 24),
      barPx(1, 10_000, 24),
      barPx(2500, 10_000, 24),
      barPx(10_000, 10_000, 24),
    ]).toEqual([0, 2, 12, 24]);
  });

  it('says in words what it shows', () => {
    const scale = { fromUs: noonUs, bucketUs: 1_000_000, buckets: 3 };
    const words = stripWords(scaleRange(scale), [2, 1200, 0], [0, 1, 0], scale);
    expect(words).toContain('1,202 requests, 1 with a problem from ');
    expect(words).toContain('Most in one bar: 1,200 in 1.00 s');
    expect(stripWords(scaleRange(scale), [0, 0, 0], [0, 0, 0], scale)).toBe('No requests in this time.');
    expect([counted(1, 0), counted(2, 2)]).toEqual(['1 request', '2 requests, 2 with problems']);
  });
});

describe('an axis of clock time', () => {
  it('counts in steps that people count in', () => {
    expect([1, 3, 900, 1_200_000, 7e6, 40e6, 100e6, 4 * 3600e6, 30 * 3600e6].map(clockStepUs)).toEqual([
      1,
      5,
      1000,
      2e6,
      10e6,
      60e6,
      120e6,
      6 * 3600e6,
      2 * 86_400e6,
    ]);
  });

  it('has ticks at round local times, as exact as their distance asks for', () => {
    const range = { fromUs: noonUs + 1, toUs: noonUs + 60e6 };
    expect(clockTicks(range, 4, 0).map(({ label }) => label)).toEqual(['12:00:15', '12:00:30', '12:00:45']);
    expect(clockTicks({ fromUs: noonUs, toUs: noonUs + 4000 }, 2, 330).map(({ label }) => label)).toEqual([
      '17:30:00.000',
      '17:30:00.002',
    ]);
    expect(clockTicks({ fromUs: 5, toUs: 5 }, 4, 0)).toEqual([]);
  });

  it('zooms about the pointer and stays within what there is', () => {
    const whole = { fromUs: 0, toUs: 100_000 };
    expect(zoomedRange(whole, 50_000, 0.5, whole)).toEqual({ fromUs: 25_000, toUs: 75_000 });
    expect(zoomedRange(whole, 0, 0.1, whole)).toEqual({ fromUs: 0, toUs: 10_000 });
    expect(zoomedRange({ fromUs: 0, toUs: 60_000 }, 10, 2, whole)).toBeNull();
    expect(zoomedRange({ fromUs: 0, toUs: 1000 }, 0, 0.1, whole)).toEqual({ fromUs: 0, toUs: 1000 });
    expect(pannedRange({ fromUs: 0, toUs: 20_000 }, 1e9, whole)).toEqual({ fromUs: 80_000, toUs: 100_000 });
  });
});
