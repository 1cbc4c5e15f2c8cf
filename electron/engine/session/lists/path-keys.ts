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

  /** The bytes of a path; asked for in the order of ids, each block is looked up once. */
  function reader(): (id: number) => { column: LongTextColumn; from: number; to: number } {
    let block = -1;
    let column: LongTextColumn = { bytes: new Uint8Array(0), ends: new Uint32Array(0) };
    const place = { column, from: 0, to: 0 };
    return (id) => {
      const own = blockOf(id);
      if (own !== block) {
        block = own;
        column = store.paths(block);
        place.column = column;
      }
      const slot = slotOf(id);
      place.from = slot === 0 ? 0 : (column.ends[slot - 1] as number);
      place.to = column.ends[slot] ?? 0;
      return place;
    };
  }

  /** Bytes that all of them have in common, at least `depth`; null when they are equal to their ends. */
  function commonDepth(ids: Float64Array, depth: number): number | null {
    const read = reader();
    const first = read(ids[0] as number);
    const model = first.column.bytes.subarray(first.from, first.to);
    let common = model.length;
    let areEqual = true;
    for (const id of ids) {
      const { column, from, to } = read(id);
      const length = Math.min(common, to - from);
      let same = Math.min(depth, length);
      while (
        same < length &&
        foldedBytes[column.bytes[from + same] as number] === foldedBytes[model[same] as number]
      )
        same++;
      if (same < common || to - from !== model.length) areEqual = false;
      common = same;
      if (common <= depth) break;
    }
    if (common <= depth) return depth;
    return areEqual ? null : common;
  }

  function keysAt(ids: Float64Array, depth: number): Float64Array {
    const keys = new Float64Array(ids.length);
    const read = reader();
    for (let n = 0; n < ids.length; n++) {
      const { column, from, to } = read(ids[n] as number);
      let key = 0;
      for (let at = from + depth; at < from + depth + chunkBytes; at++) {
        key = key * 257 + (at < to ? (foldedBytes[column.bytes[at] as number] as number) + 1 : 0);
      }
      keys[n] = key;
    }
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

function textBytes(store: ColumnStore, id: number): Uint8Array {
  const { bytes, ends } = store.paths(blockOf(id));
  const slot = slotOf(id);
  return bytes.subarray(slot === 0 ? 0 : ends[slot - 1], ends[slot]);
}
