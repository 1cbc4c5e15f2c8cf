import { describe, expect, it } from 'vitest';
import { createRowCache } from '../../renderer/state/row-cache.ts';

describe('the rows that are kept', () => {
  it('are found by their place, also a negative one', () => {
    const cache = createRowCache<string>(100);
    cache.put(-2, ['a', 'b', 'c']);
    expect([cache.row(-2), cache.row(0), cache.row(1)]).toEqual(['a', 'c', undefined]);
    expect(cache.lacks(-2, 1)).toBe(false);
    expect(cache.lacks(-2, 2)).toBe(true);
  });

  it('stay readable while they are stale, until they are put again', () => {
    const cache = createRowCache<string>(100);
    cache.put(0, ['a', 'b']);
    cache.markStale((row) => row === 'b');
    expect([cache.isStale(0, 1), cache.isStale(0, 2), cache.row(1)]).toEqual([false, true, 'b']);
    cache.put(1, ['B']);
    expect(cache.isStale(0, 2)).toBe(false);
    cache.markStale(null);
    expect(cache.isStale(0, 1)).toBe(true);
  });

  it('go when there are too many, those far from the last ones', () => {
    const cache = createRowCache<number>(100);
    for (let page = 0; page < 3; page += 1)
      cache.put(
        page * 50,
        Array.from({ length: 50 }, (_, at) => at),
      );
    expect(cache.row(0)).toBeUndefined();
    expect(cache.lacks(75, 150)).toBe(false);
  });
});
