import type { Branch } from '../../../../core/contract/exchanges.ts';
import { branchKey, type TreeState } from '../../../state/tree.ts';

/** One line of the tree. */
export interface BranchRow {
  readonly names: readonly string[];
  readonly branch: Branch;
  readonly isOpen: boolean;
}

/** Lines beyond this are not drawn; searching or a filter brings them up. */
export const branchRowsMax = 2000;

/** The open part of the tree from top to bottom. With `search`, branches that contain it and the ways to them. */
export function branchRows(
  { branches, open }: Pick<TreeState, 'branches' | 'open'>,
  search: string,
): BranchRow[] {
  const wanted = search.trim().toLowerCase();
  const rows: BranchRow[] = [];
  const add = (under: readonly string[], isFound: boolean): boolean => {
    let hasAny = false;
    for (const branch of branches.get(branchKey(under))?.list ?? []) {
      if (rows.length >= branchRowsMax) return hasAny;
      const names = [...under, branch.name];
      const isMatch = isFound || branch.name.toLowerCase().includes(wanted);
      const isOpen = branch.hasBranches && open.has(branchKey(names));
      const at = rows.push({ names, branch, isOpen }) - 1;
      const hasBelow = isOpen && add(names, isMatch);
      if (isMatch || hasBelow) hasAny = true;
      else rows.length = at;
    }
    return hasAny;
  };
  add([], wanted === '');
  return rows;
}

/** The line a key leads to, or what it does to the present one. Null: none of the tree's keys. */
export function branchMove(
  rows: readonly BranchRow[],
  at: number,
  key: string,
): { readonly to: number } | { readonly open: boolean } | null {
  const row = rows[at];
  const last = rows.length - 1;
  switch (key) {
    case 'ArrowDown':
      return { to: Math.min(last, at + 1) };
    case 'ArrowUp':
      return { to: Math.max(0, at - 1) };
    case 'Home':
      return { to: 0 };
    case 'End':
      return { to: last };
    case 'ArrowRight':
      if (row?.branch.hasBranches !== true) return { to: at };
      return row.isOpen ? { to: Math.min(last, at + 1) } : { open: true };
    case 'ArrowLeft': {
      if (row === undefined) return null;
      if (row.isOpen) return { open: false };
      const parent = rows.findLastIndex((each, index) => index < at && each.names.length < row.names.length);
      return { to: Math.max(0, parent) };
    }
    default:
      return null;
  }
}
