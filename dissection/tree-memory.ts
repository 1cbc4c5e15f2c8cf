import type { FrameNode, Vector, Wiregasm } from './wiregasm.ts';

/** What a node says, without what is below it. */
export type NodeFields = Pick<
  FrameNode,
  'label' | 'filter' | 'start' | 'length' | 'data_source_idx' | 'severity' | 'type' | 'fnum'
>;

/** Nodes beside each other. */
export interface Branch {
  readonly size: number;
  readonly at: (index: number) => { readonly fields: NodeFields; readonly below: Branch };
  /** Nothing more is asked of it. */
  readonly done: () => void;
}

/** Where the fields of a node lie in memory, in version 1.9.1: strings and vectors as libc++ has them on 32 bits. */
const offsets = {
  label: 0,
  filter: 12,
  severity: 24,
  type: 36,
  fnum: 60,
  start: 64,
  length: 68,
  source: 72,
  tree: 76,
};
const nodeBytes = 88;
/** In the last byte of a string: it lies elsewhere. */
const isLongBit = 0x80;
const stringLastByte = 11;

/**
 * Reads the engine's trees. Asked for a node, the engine copies everything below it, for each level once more: a tree of 2,649 nodes took 61 ms, 23 µs
 * a node. So they are read where they lie in its memory, after the first tree showed that they lie there as they should; else they are asked for.
 */
export class TreeMemory {
  readonly #engine: Wiregasm;
  #isAsKnown: boolean | null = null;

  constructor(engine: Wiregasm) {
    this.#engine = engine;
  }

  /** `vector` is deleted by `done`; until then nothing else may be asked of the engine. */
  branchOf(vector: Vector<FrameNode>): Branch {
    const pointer = vector.$$?.ptr;
    if (pointer === undefined || this.#isAsKnown === false) return askedBranch(vector);
    const bytes = Buffer.from(this.#engine.HEAPU8.buffer);
    const branch = branchAt(bytes, pointer);
    this.#isAsKnown ??= branch !== null && isSame(branch, vector);
    if (branch === null || !this.#isAsKnown) return askedBranch(vector);
    return { ...branch, done: () => vector.delete() };
  }
}

/** Each node as the engine hands it over. */
export function askedBranch(vector: Vector<FrameNode>): Branch {
  return {
    size: vector.size(),
    at: (index) => {
      const node = vector.get(index);
      return { fields: node, below: askedBranch(node.tree) };
    },
    done: () => vector.delete(),
  };
}

/** Null for what cannot be a vector of nodes. */
function branchAt(bytes: Buffer, pointer: number): Branch | null {
  if (pointer + 8 > bytes.length) return null;
  const [from, to] = [bytes.readUInt32LE(pointer), bytes.readUInt32LE(pointer + 4)];
  const size = (to - from) / nodeBytes;
  if (to > bytes.length || size < 0 || !Number.isInteger(size)) return null;
  return {
    size,
    at: (index) => {
      const node = from + index * nodeBytes;
      const fields = {
        label: textAt(bytes, node + offsets.label),
        filter: textAt(bytes, node + offsets.filter),
        severity: textAt(bytes, node + offsets.severity),
        type: textAt(bytes, node + offsets.type),
        fnum: bytes.readInt32LE(node + offsets.fnum),
        start: bytes.readInt32LE(node + offsets.start),
        length: bytes.readInt32LE(node + offsets.length),
        data_source_idx: bytes.readInt32LE(node + offsets.source),
      };
      return { fields, below: branchAt(bytes, node + offsets.tree) ?? empty };
    },
    done: () => undefined,
  };
}

const empty: Branch = {
  size: 0,
  at: () => {
    throw new RangeError('There is no node.');
  },
  done: () => undefined,
};

function textAt(bytes: Buffer, at: number): string {
  const last = bytes.readUInt8(at + stringLastByte);
  if ((last & isLongBit) === 0) return bytes.toString('utf8', at, at + last);
  const from = bytes.readUInt32LE(at);
  return bytes.toString('utf8', from, Math.min(bytes.length, from + bytes.readUInt32LE(at + 4)));
}

/** Whether both ways give the same, of the nodes at the top and how many are below each. */
function isSame(branch: Branch, vector: Vector<FrameNode>): boolean {
  if (branch.size !== vector.size()) return false;
  for (let index = 0; index < branch.size; index++) {
    const asked = vector.get(index);
    const below = asked.tree.size();
    asked.tree.delete();
    const read = branch.at(index);
    if (read.below.size !== below) return false;
    const names = Object.keys(read.fields) as (keyof NodeFields)[];
    if (names.some((name) => read.fields[name] !== asked[name])) return false;
  }
  return true;
}
