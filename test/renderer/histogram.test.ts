import { describe, expect, it } from 'vitest';
import {
  bucketTerm,
  formatMeasured,
  formatShare,
  logAxis,
  logShare,
  logTicks,
} from '../../renderer/format/histogram.ts';

const buckets = [
  { from: 0, to: 2000, count: 3 },
  { from: 2000, to: 4000, count: 0 },
  { from: 4000, to: 8000, count: 7 },
];

describe('a histogram', () => {
  it('has a logarithmic axis on which all bars are equally wide', () => {
    const axis = logAxis(buckets);
    expect(axis).toEqual({ low: 1000, high: 8000 });
    if (axis === null) return;
    expect(logShare(axis, 2000)).toBeCloseTo(1 / 3);
    expect([logShare(axis, 0), logShare(axis, 8000), logShare(axis, 1e9)]).toEqual([0, 1, 1]);
    expect(logAxis([])).toBeNull();
  });

  it('has round ticks, as many as there is room for', () => {
    expect(logTicks({ low: 900, high: 12_000 }, 9)).toEqual([1000, 2000, 5000, 10_000]);
    expect(logTicks({ low: 900, high: 12_000 }, 3)).toEqual([1000, 10_000]);
    expect(logTicks({ low: 1, high: 1e8 }, 3)).toEqual([1, 1000, 1_000_000]);
  });

  it('filters by exactly the values of a bar', () => {
    expect(buckets.map((bucket) => bucketTerm('time', bucket))).toEqual([
      'time:0us..2ms',
      'time:2001us..4ms',
      'time:4001us..8ms',
    ]);
    expect(bucketTerm('requestSize', { from: 99.5, to: 2000.7, count: 1 })).toBe('request-size:100B..2k');
  });

  it('says values and shares with their units', () => {
    expect([formatMeasured('time', 812_000), formatMeasured('size', 1234.4)]).toEqual(['812 ms', '1.2 KB']);
    expect([formatShare(0, 9), formatShare(1, 8), formatShare(1, 5000), formatShare(8, 8)]).toEqual([
      '0 %',
      '12.5 %',
      '<0.1 %',
      '100 %',
    ]);
  });
});
