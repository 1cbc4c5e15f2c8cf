import { describe, expect, it } from 'vitest';
import { createPageCache } from '../../renderer/state/page-cache.ts';

const rows = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

describe('the page cache', () => {
  it('asks for the pages a range touches, once', () => {
    const cache = createPageCache<number>(10, 5);
    expect(cache.wanted(5, 25, 100)).toEqual([0, 1, 2]);
    cache.put(0, rows(0, 10));
    cache.put(1, rows(10, 10));
    expect(cache.wanted(5, 25, 100)).toEqual([2]);
    expect([cache.row(12), cache.row(25)]).toEqual([12, undefined]);
  });

  it('asks again for a last page that became longer', () => {
    const cache = createPageCache<number>(10, 5);
    cache.put(0, rows(0, 4));
    expect(cache.wanted(0, 10, 4)).toEqual([]);
    expect(cache.wanted(0, 10, 5)).toEqual([0]);
    expect(cache.wanted(0, 10, 0)).toEqual([]);
  });

  it('keeps stale rows readable until they are replaced', () => {
    const cache = createPageCache<number>(10, 5);
    cache.put(0, rows(0, 10));
    cache.put(1, rows(10, 10));
    cache.markStale((row) => row === 12);
    expect(cache.wanted(0, 20, 20)).toEqual([1]);
    expect(cache.row(12)).toBe(12);
    cache.markStale(null);
    expect(cache.wanted(0, 20, 20)).toEqual([0, 1]);
  });

  it('drops the page that was used longest ago', () => {
    const cache = createPageCache<number>(10, 2);
    cache.put(0, rows(0, 10));
    cache.put(1, rows(10, 10));
    cache.wanted(0, 10, 100);
    cache.put(2, rows(20, 10));
    expect([cache.row(0), cache.row(10), cache.row(20)]).toEqual([0, undefined, 20]);
  });
});
