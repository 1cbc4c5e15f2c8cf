import type { TreeNode } from '../../core/contract/packets.ts';

/** A protocol tree as rows in their order, with the shape that `tree-rows.ts` needs. */
export interface FlatTree {
  readonly count: number;
  readonly nodes: readonly TreeNode[];
  readonly depths: Uint16Array;
  /** Of each row, the row after all it holds. */
  readonly next: Uint32Array;
  /** Names it across packets: the field names from the top down to it. */
  readonly paths: readonly string[];
}

/** Deeper nodes and later ones are left out: no packet that anybody reads has as many. */
const depthMax = 200;
const nodesMax = 200_000;

export function flattenTree(tree: readonly TreeNode[]): FlatTree {
  const nodes: TreeNode[] = [];
  const depths: number[] = [];
  const next: number[] = [];
  const paths: string[] = [];
  const add = (children: readonly TreeNode[], depth: number, holder: string) => {
    for (const node of children) {
      if (nodes.length >= nodesMax) return;
      const at = nodes.length;
      const path = `${holder}/${node.field === '' ? node.label.split(':')[0] : node.field}`;
      nodes.push(node);
      depths.push(depth);
      paths.push(path);
      next.push(at + 1);
      if (depth < depthMax) add(node.children, depth + 1, path);
      next[at] = nodes.length;
    }
  };
  add(tree, 0, '');
  return {
    count: nodes.length,
    nodes,
    depths: Uint16Array.from(depths),
    next: Uint32Array.from(next),
    paths,
  };
}

/** Flags of the rows that are open, by what was opened before in this or another packet. */
export function openRows(tree: FlatTree, open: ReadonlySet<string>): Uint8Array {
  return Uint8Array.from(tree.paths, (path) => (open.has(path) ? 1 : 0));
}

/** The row that holds another one; null at the top. */
export function holderOf(tree: FlatTree, index: number): number | null {
  const depth = tree.depths[index] ?? 0;
  for (let at = index - 1; at >= 0; at -= 1) if ((tree.depths[at] ?? 0) < depth) return at;
  return null;
}

/** The innermost row that stands for this byte: of those that cover it the shortest, of equal ones the deepest; null for none. */
export function rowOfByte(tree: FlatTree, source: number, at: number): number | null {
  let best: number | null = null;
  let bestBytes = Infinity;
  for (let index = 0; index < tree.count; index += 1) {
    const node = tree.nodes[index];
    if (node?.source !== source || node.bytes <= 0) continue;
    if (at < node.from || at >= node.from + node.bytes || node.bytes > bestBytes) continue;
    // Bits of one byte share it: the field that holds them is what was pointed at.
    if (node.bytes === bestBytes && best !== null && (tree.depths[index] ?? 0) <= (tree.depths[best] ?? 0))
      continue;
    best = index;
    bestBytes = node.bytes;
  }
  return best;
}

/** First and last byte that a row stands for, within its source; null for none. */
export function bytesOfRow(
  tree: FlatTree,
  index: number | null,
  sourceBytes: readonly number[],
): { readonly source: number; readonly first: number; readonly last: number } | null {
  const node = index === null ? undefined : tree.nodes[index];
  if (node === undefined || node.source < 0 || node.bytes <= 0) return null;
  const length = sourceBytes[node.source] ?? 0;
  if (node.from < 0 || node.from >= length) return null;
  return { source: node.source, first: node.from, last: Math.min(length, node.from + node.bytes) - 1 };
}

/** The same field in the tree of another packet; null where it has none. */
export function rowOfPath(tree: FlatTree, path: string | null): number | null {
  const at = path === null ? -1 : tree.paths.indexOf(path);
  return at < 0 ? null : at;
}

/** `Source Port: 443` says `443`; a label without a colon says itself. */
export function valueOfLabel(label: string): string {
  const at = label.indexOf(': ');
  return at < 0 ? label : label.slice(at + 2);
}
