import type { Ids } from '../columns/fields.ts';

/** Ascending ids without duplicates, in memory: 4 bytes each. */
export interface IdVector {
  readonly length: () => number;
  /** At most `limit` ids from index `from` on. */
  readonly slice: (from: number, limit: number) => number[];
  /** Index of an id, -1 when it is not there. */
  readonly indexOf: (id: number) => number;
  /** Ids that are all greater than those here, ascending. */
  readonly append: (ids: readonly number[]) => void;
  /** `from` … `to` (both included), all greater than those here. */
  readonly appendRun: (from: number, to: number) => void;
  /** Keeps those that a test holds for; gives how many went. */
  readonly keep: (isKept: (id: number) => boolean) => number;
  /** All of them, good until the next change. */
  readonly all: () => Ids;
  /**
   * Adds and takes out ids (each list ascending, no id in both, additions not here yet, removals here). Costs one
   * pass from the first place that changes.
   */
  readonly merge: (additions: readonly number[], removals: readonly number[]) => void;
}

/** `initial`: ascending ids it begins with; `roomFor`: so many are expected. */
export function createIdVector(initial: Ids | null = null, roomFor = 1024): IdVector {
  let ids: Ids = new Uint32Array(Math.max(initial?.length ?? 0, roomFor, 1024));
  let length = initial?.length ?? 0;
  if (initial !== null) ids.set(initial);

  /** Index of the first id that is not smaller. */
  function lowerBound(id: number): number {
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ids[middle] as number) < id) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function makeRoom(count: number): void {
    if (length + count <= ids.length) return;
    const grown = new Uint32Array(Math.max(ids.length + (ids.length >> 1), length + count));
    grown.set(ids.subarray(0, length));
    ids = grown;
  }

  function append(more: readonly number[]): void {
    makeRoom(more.length);
    ids.set(more, length);
    length += more.length;
  }

  return {
    length: () => length,
    slice: (from, limit) => Array.from(ids.subarray(Math.min(from, length), Math.min(from + limit, length))),
    indexOf: (id) => {
      const index = lowerBound(id);
      return index < length && ids[index] === id ? index : -1;
    },
    append,
    appendRun: (from, to) => {
      makeRoom(to - from + 1);
      for (let id = from; id <= to; id++) ids[length++] = id;
    },
    all: () => ids.subarray(0, length),
    keep: (isKept) => {
      const before = length;
      length = 0;
      for (let index = 0; index < before; index++) {
        const id = ids[index] as number;
        if (isKept(id)) ids[length++] = id;
      }
      return before - length;
    },
    merge: (additions, removals) => {
      const first = Math.min(additions[0] ?? Infinity, removals[0] ?? Infinity);
      if (first === Infinity) return;
      const start = lowerBound(first);
      const tail = ids.slice(start, length);
      const merged: number[] = [];
      let added = 0;
      let removed = 0;
      for (const id of tail) {
        while (added < additions.length && (additions[added] as number) < id) {
          merged.push(additions[added++] as number);
        }
        if (removals[removed] === id) removed += 1;
        else merged.push(id);
      }
      while (added < additions.length) merged.push(additions[added++] as number);
      length = start;
      append(merged);
    },
  };
}
