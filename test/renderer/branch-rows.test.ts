import { describe, expect, it } from 'vitest';
import { branchMove, branchRows } from '../../renderer/panels/exchanges/tree/branch-rows.ts';
import { branchKey, type Branches } from '../../renderer/state/tree.ts';

const branch = (name: string, hasBranches = true) => ({ name, count: 1, problems: 0, hasBranches });
const branches = new Map<string, Branches>([
  [branchKey([]), { list: [branch('api.test'), branch('www.test')], more: 0 }],
  [branchKey(['api.test']), { list: [branch('/v1', false), branch('/cart', false)], more: 0 }],
]);
const rowsOf = (open: string[][], search = '') =>
  branchRows({ branches, open: new Set(open.map(branchKey)) }, search);
const names = (rows: ReturnType<typeof rowsOf>) => rows.map((row) => row.names.join(''));

describe('the tree beside the list', () => {
  it('shows what is open', () => {
    expect(names(rowsOf([]))).toEqual(['api.test', 'www.test']);
    expect(names(rowsOf([['api.test']]))).toEqual(['api.test', 'api.test/v1', 'api.test/cart', 'www.test']);
  });

  it('keeps what contains the search, and the way to it', () => {
    expect(names(rowsOf([['api.test']], 'CART'))).toEqual(['api.test', 'api.test/cart']);
    expect(names(rowsOf([['api.test']], 'www'))).toEqual(['www.test']);
    expect(rowsOf([], 'nothing')).toEqual([]);
  });

  it('is walked by the arrows as trees are', () => {
    const rows = rowsOf([['api.test']]);
    expect(branchMove(rows, 0, 'ArrowRight')).toEqual({ to: 1 });
    expect(branchMove(rows, 0, 'ArrowLeft')).toEqual({ open: false });
    expect(branchMove(rows, 2, 'ArrowLeft')).toEqual({ to: 0 });
    expect(branchMove(rows, 3, 'ArrowRight')).toEqual({ open: true });
    expect(branchMove(rows, 3, 'ArrowDown')).toEqual({ to: 3 });
    expect(branchMove(rows, 3, 'x')).toBeNull();
  });
});
