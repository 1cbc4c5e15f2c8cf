import type { TreeSource } from './tree-source.ts';

type Shape = Pick<TreeSource, 'count' | 'depths' | 'next'>;

export function holdsOthers({ next }: Shape, index: number): boolean {
  return (next[index] ?? 0) > index + 1;
}

/** Rows in sight, in order, while only those flagged in `open` show what they hold. Linear in what is in sight. */
export function visibleRows(tree: Shape, open: Uint8Array): Uint32Array {
  const rows = new Uint32Array(tree.count);
  let length = 0;
  for (let at = 0; at < tree.count;) {
    rows[length++] = at;
    at = open[at] === 1 ? at + 1 : Math.max(at + 1, tree.next[at] ?? at + 1);
  }
  return rows.slice(0, length);
}

/** Rows flagged in `found`, and those that hold them. */
export function foundRows(tree: Shape, found: Uint8Array): Uint32Array {
  const rows: number[] = [];
  const path: number[] = [];
  let shown = 0;
  for (let at = 0; at < tree.count; at += 1) {
    const depth = tree.depths[at] ?? 0;
    path.length = Math.min(path.length, depth);
    shown = Math.min(shown, depth);
    path.push(at);
    if (found[at] !== 1) continue;
    rows.push(...path.slice(shown));
    shown = path.length;
  }
  return Uint32Array.from(rows);
}

/** Flags every row of less than `level` levels; Infinity opens all. */
export function openToLevel(tree: Shape, level: number): Uint8Array {
  const open = new Uint8Array(tree.count);
  for (let at = 0; at < tree.count; at += 1) if ((tree.depths[at] ?? 0) < level) open[at] = 1;
  return open;
}

const allOpenRows = 2000;
const screenRows = 60;
const levelsMax = 4;

/** As much opened as is read easily: all of a small tree, else as many levels as begin to fill a screen. */
export function openAtFirst(tree: Shape): Uint8Array {
  if (tree.count <= allOpenRows) return openToLevel(tree, Infinity);
  const rowsAt = new Uint32Array(levelsMax + 1);
  for (let at = 0; at < tree.count; at += 1) {
    const depth = tree.depths[at] ?? 0;
    if (depth <= levelsMax) rowsAt[depth] = (rowsAt[depth] ?? 0) + 1;
  }
  let level = 0;
  for (let rows = rowsAt[0] ?? 0; rows < screenRows && level < levelsMax; rows += rowsAt[level] ?? 0)
    level += 1;
  return openToLevel(tree, level);
}
