import type { ColumnStore } from '../columns/column-store.ts';
import { blockOf, slotOf } from '../columns/fields.ts';
import type { LongTextColumn } from '../columns/packed-column.ts';
import { foldedBytes } from './byte-search.ts';
import type { SortKeys } from './keys.ts';

/** Bytes one number tells apart. */
const chunkBytes = 4;
/** Paths that are equal so far count as equal. */
const depthMax = 16_384;

/**
 * Paths, by their UTF-8 bytes. Comparing a million of them with each other takes seconds; four bytes behind what all
 * have in common sort as a number, and only those that are looked at are told apart further.
 */
export function createPathKeys(store: ColumnStore): SortKeys {
  let initialDepth = 0;

  /** The paths of ids in the order of which blocks follow one another: each block is looked up once. */
  function forEachPath(
    ids: Float64Array,
    visit: (n: number, bytes: Uint8Array, from: number, to: number) => boolean,
  ): void {
    let block = -1;
    let column: LongTextColumn = { bytes: new Uint8Array(0), ends: new Uint32Array(0) };
    for (let n = 0; n < ids.length; n++) {
      const id = ids[n] as number;
      const own = blockOf(id);
      if (own !== block) {
        block = own;
        column = store.paths(block);
      }
      const slot = slotOf(id);
      const { bytes, ends } = column;
      if (!visit(n, bytes, slot === 0 ? 0 : (ends[slot - 1] as number), ends[slot] ?? 0)) return;
    }
  }

  /** Bytes that all of them have in common, at least `depth`; null when they are equal to their ends. */
  function commonDepth(ids: Float64Array, depth: number): number | null {
    const model = textBytes(store, ids[0] as number);
    let common = model.length;
    let different = 0;
    forEachPath(ids, (_, bytes, from, to) => {
      const length = Math.min(common, to - from);
      let same = Math.min(depth, length);
      while (
        same < length &&
        foldedBytes[bytes[from + same] as number] === foldedBytes[model[same] as number]
      ) {
        same++;
      }
      if (same < common || to - from !== model.length) different += 1;
      common = same;
      return common > depth;
    });
    if (common <= depth) return depth;
    return different === 0 ? null : common;
  }

  function keysAt(ids: Float64Array, depth: number): Float64Array {
    const keys = new Float64Array(ids.length);
    forEachPath(ids, (n, bytes, from, to) => {
      const at = from + depth;
      keys[n] =
        ((placeOf(bytes, at, to) * 257 + placeOf(bytes, at + 1, to)) * 257 + placeOf(bytes, at + 2, to)) *
          257 +
        placeOf(bytes, at + 3, to);
      return true;
    });
    return keys;
  }

  function refine(ids: Float64Array, depth: number): { keys: Float64Array; depth: number } | null {
    if (depth >= depthMax) return null;
    const common = commonDepth(ids, depth);
    if (common === null || common >= depthMax) return null;
    return { keys: keysAt(ids, common), depth: common + chunkBytes };
  }

  return {
    initial: (ids) => {
      const first = ids.length === 0 ? null : refine(ids, 0);
      initialDepth = first?.depth ?? depthMax;
      return first?.keys ?? new Float64Array(ids.length);
    },
    initialDepth: () => initialDepth,
    refine,
    compare: (a, b) => {
      const one = textBytes(store, a);
      const other = textBytes(store, b);
      const length = Math.min(one.length, other.length, depthMax);
      for (let at = 0; at < length; at++) {
        const difference =
          (foldedBytes[one[at] as number] as number) - (foldedBytes[other[at] as number] as number);
        if (difference !== 0) return difference;
      }
      return one.length >= depthMax && other.length >= depthMax ? 0 : one.length - other.length;
    },
    hasValue: () => true,
    isFixed: true,
    isMark: false,
  };
}

/** Where a byte stands among the others; the end of the text comes before them. */
function placeOf(bytes: Uint8Array, at: number, to: number): number {
  return at < to ? (foldedBytes[bytes[at] as number] as number) + 1 : 0;
}

function textBytes(store: ColumnStore, id: number): Uint8Array {
  const { bytes, ends } = store.paths(blockOf(id));
  const slot = slotOf(id);
  return bytes.subarray(slot === 0 ? 0 : ends[slot - 1], ends[slot]);
}
