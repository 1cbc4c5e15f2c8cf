import { describe, expect, it } from 'vitest';
import { rowForKey } from '../../renderer/format/list-keys.ts';

describe('keys in the list', () => {
  it('lead from row to row and stop at the ends', () => {
    expect(rowForKey('ArrowDown', 3, 10, 5)).toBe(4);
    expect(rowForKey('ArrowDown', 9, 10, 5)).toBe(9);
    expect(rowForKey('ArrowUp', 0, 10, 5)).toBe(0);
    expect(rowForKey('PageDown', 3, 10, 5)).toBe(8);
    expect(rowForKey('PageUp', 3, 10, 5)).toBe(0);
    expect(rowForKey('Home', 3, 10, 5)).toBe(0);
    expect(rowForKey('End', 3, 10, 5)).toBe(9);
  });

  it('begin at the near end when nothing is selected', () => {
    expect(rowForKey('ArrowDown', null, 10, 5)).toBe(0);
    expect(rowForKey('ArrowUp', null, 10, 5)).toBe(9);
  });

  it('lead nowhere in an empty list, nor by other keys', () => {
    expect(rowForKey('ArrowDown', null, 0, 5)).toBeNull();
    expect(rowForKey('x', 3, 10, 5)).toBeNull();
  });
});
