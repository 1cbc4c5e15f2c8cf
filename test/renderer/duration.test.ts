import { describe, expect, it } from 'vitest';
import {
  formatCount,
  formatDuration,
  formatElapsed,
  formatMicroseconds,
} from '../../renderer/format/duration.ts';

describe('durations', () => {
  it.each([
    [0, '0.00 ms'],
    [420, '0.42 ms'],
    [994, '0.99 ms'],
    [996, '1.0 ms'],
    [8_240, '8.2 ms'],
    [9_960, '10 ms'],
    [812_345, '812 ms'],
    [999_400, '999 ms'],
    [999_600, '1.00 s'],
    [3_061_000, '3.06 s'],
    [9_996_000, '10.0 s'],
    [62_100_000, '62.1 s'],
    [125_000_000, '2 min 05 s'],
    [3_720_000_000, '1 h 02 min'],
  ])('%d µs read %s', (us, text) => {
    expect(formatDuration(us)).toBe(text);
  });

  it('give every microsecond on request', () => {
    expect(formatMicroseconds(812_345.2)).toBe('812,345 µs');
  });

  it('run as a clock', () => {
    expect(formatElapsed(134_900_000)).toBe('02:14');
    expect(formatElapsed(3_734_000_000)).toBe('1:02:14');
    expect(formatElapsed(-5)).toBe('00:00');
  });

  it('separate thousands', () => {
    expect([0, 999, 1000, 1_234_567].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567']);
  });
});
