import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isCompressed,
  rowsInSight,
  rowsToDraw,
  scrollTopAt,
  topAfter,
  topMax,
  topRevealing,
  trackPx,
  trackPxMax,
} from '../../renderer/format/row-window.ts';

const track = (count: number, viewPx = 720) => ({ count, rowPx: 24, viewPx });

describe('the window onto rows', () => {
  it('shows the rows that are at least partly in sight', () => {
    expect(rowsInSight(track(1000), 0)).toEqual({ first: 0, last: 29 });
    expect(rowsInSight(track(1000), 12)).toEqual({ first: 0, last: 30 });
    expect(rowsInSight(track(10), 0)).toEqual({ first: 0, last: 9 });
    const none = rowsInSight(track(0), 0);
    expect(none.last).toBeLessThan(none.first);
  });

  it('draws more than that, and other rows only every few', () => {
    expect(rowsToDraw(track(1000), 24 * 100, 8)).toEqual({ from: 92, to: 143 });
    expect(rowsToDraw(track(1000), 24 * 101, 8)).toEqual({ from: 92, to: 143 });
    expect(rowsToDraw(track(5), 0, 8)).toEqual({ from: 0, to: 5 });
    expect(rowsToDraw(track(1000), topMax(track(1000)), 8)).toEqual({ from: 949, to: 1000 });
  });

  it('is one to one with the scroll bar as long as that is high enough', () => {
    expect(isCompressed(track(400_000))).toBe(false);
    expect(topAfter(track(400_000), 0, 0, 5_000_000)).toBe(5_000_000);
    expect(scrollTopAt(track(400_000), 5_000_000)).toBe(5_000_000);
  });

  it('maps a dragged bar to its share of any number of rows, and both ends to the ends', () => {
    const million = track(1_000_000);
    const end = trackPx(million) - million.viewPx;
    expect(trackPx(million)).toBe(trackPxMax);
    expect(topAfter(million, 0, 0, end / 2)).toBeCloseTo(topMax(million) / 2, 0);
    expect(topAfter(million, 0, 0, end)).toBe(topMax(million));
    expect(topAfter(million, topMax(million), end, 0)).toBe(0);
    expect(rowsInSight(million, topMax(million)).last).toBe(999_999);
  });

  it('moves by exact pixels on a small way, wherever the bar stands', () => {
    const many = track(20_000_000);
    const middle = topMax(many) / 2;
    const bar = scrollTopAt(many, middle);
    expect(topAfter(many, middle, bar, bar + 48)).toBe(middle + 48);
    expect(topAfter(many, middle, bar, bar - 100)).toBe(middle - 100);
  });

  it('reveals a row with the least movement, and never leaves the list', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50_000_000 }),
        fc.integer({ min: 24, max: 2000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (count, viewPx, share, row) => {
          const rows = track(count, viewPx);
          const top = share * topMax(rows);
          const index = Math.floor(row * (count - 1));
          const after = topRevealing(rows, top, index);
          expect(after).toBeGreaterThanOrEqual(0);
          expect(after).toBeLessThanOrEqual(Math.max(topMax(rows), top));
          expect(index * 24).toBeGreaterThanOrEqual(after - 0.001);
          expect(index * 24 + 24).toBeLessThanOrEqual(after + viewPx + 0.001);
          expect(scrollTopAt(rows, after)).toBeLessThanOrEqual(trackPxMax);
        },
      ),
    );
  });
});
