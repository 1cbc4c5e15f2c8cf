/** What a node of a tree is, for its look and for what can be done with it. */
export const treeKinds = [
  'object',
  'array',
  'string',
  'number',
  'word',
  'bytes',
  'date',
  'element',
  'text',
  'comment',
  'message',
  'bad',
] as const;
export type TreeKind = (typeof treeKinds)[number];

/**
 * A tree as columns, in document order: node `i` has its descendants at `i + 1` … `next[i] - 1`. Labels, texts and
 * notes are slices of one string, so that it crosses threads as a handful of buffers.
 */
export interface TreeTable {
  readonly kind: 'tree';
  readonly count: number;
  /** Index into `treeKinds`. */
  readonly kinds: Uint8Array<ArrayBuffer>;
  readonly depths: Uint16Array<ArrayBuffer>;
  readonly next: Uint32Array<ArrayBuffer>;
  /** Children of the node itself. */
  readonly members: Uint32Array<ArrayBuffer>;
  /** Three ends a node: of its label, text and note; each begins where the one before it ends. */
  readonly ends: Uint32Array<ArrayBuffer>;
  readonly strings: string;
  readonly notes: readonly string[];
  /** Where and why reading ended early. */
  readonly problem: string | null;
}

export const treeDepthMax = 256;
const nodesMax = 500_000;
const charsMax = 33_554_432;
/** A longer text is cut in the tree; it is whole in the text or bytes view. */
const textCharsMax = 65_536;

export interface TreeBuilder {
  /** False, and nothing is added, when a bound is reached: stop reading. */
  readonly leaf: (label: string, kind: TreeKind, text: string, note?: string) => boolean;
  /** As `leaf`; what follows is inside it until `close`. */
  readonly open: (label: string, kind: TreeKind, text: string, note?: string) => boolean;
  readonly close: () => void;
  readonly depth: () => number;
  /** Why the last `leaf` or `open` was refused. */
  readonly bound: () => string | null;
  readonly finish: (problem: string | null, notes?: readonly string[]) => TreeTable;
}

/** Builds a tree of at most 500,000 nodes, 256 levels and 32 Mi characters. */
export function buildTree(): TreeBuilder {
  const kinds: number[] = [];
  const depths: number[] = [];
  const next: number[] = [];
  const members: number[] = [];
  const ends: number[] = [];
  const strings: string[] = [];
  const open: number[] = [];
  let chars = 0;
  let bound: string | null = null;

  function put(text: string): void {
    const kept = text.length > textCharsMax ? `${text.slice(0, textCharsMax)}…` : text;
    strings.push(kept);
    chars += kept.length;
    ends.push(chars);
  }

  function leaf(label: string, kind: TreeKind, text: string, note = ''): boolean {
    if (kinds.length >= nodesMax) bound = `Only the first ${nodesMax.toLocaleString('en')} values are shown.`;
    if (chars >= charsMax) bound = 'Only the first 32 Mi characters are shown.';
    if (bound !== null) return false;
    const parent = open.at(-1);
    if (parent !== undefined) members[parent] = (members[parent] ?? 0) + 1;
    depths.push(open.length);
    kinds.push(treeKinds.indexOf(kind));
    members.push(0);
    put(label);
    put(text);
    put(note);
    next.push(kinds.length);
    return true;
  }

  return {
    leaf,
    open: (label, kind, text, note) => {
      if (open.length >= treeDepthMax) {
        bound = `Nesting deeper than ${treeDepthMax} levels is not shown as a tree.`;
        return false;
      }
      if (!leaf(label, kind, text, note)) return false;
      open.push(kinds.length - 1);
      return true;
    },
    close: () => {
      const closed = open.pop();
      if (closed !== undefined) next[closed] = kinds.length;
    },
    depth: () => open.length,
    bound: () => bound,
    finish: (problem, notes = []) => {
      for (const node of open) next[node] = kinds.length;
      return {
        kind: 'tree',
        count: kinds.length,
        kinds: Uint8Array.from(kinds),
        depths: Uint16Array.from(depths),
        next: Uint32Array.from(next),
        members: Uint32Array.from(members),
        ends: Uint32Array.from(ends),
        strings: strings.join(''),
        notes: [...notes],
        problem: problem ?? bound,
      };
    },
  };
}

/** Label, text and note of a node. */
export function treeNode(
  tree: TreeTable,
  index: number,
): { readonly label: string; readonly text: string; readonly note: string } {
  const end = (at: number) => (at < 0 ? 0 : (tree.ends[at] ?? 0));
  const [from, label, text, note] = [-1, 0, 1, 2].map((at) => end(index * 3 + at));
  return {
    label: tree.strings.slice(from, label),
    text: tree.strings.slice(label, text),
    note: tree.strings.slice(text, note),
  };
}

export function treeKind(tree: TreeTable, index: number): TreeKind {
  return treeKinds[tree.kinds[index] ?? 0] ?? 'bad';
}
