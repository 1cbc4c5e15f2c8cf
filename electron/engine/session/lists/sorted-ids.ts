import { layDown, type Ties } from './lay-down.ts';
import type { SortKeys } from './keys.ts';
import type { Ids } from '../columns/fields.ts';

/**
 * Ids in the order of their values; those without a value behind, by id. Only what somebody looks at is sorted to the
 * end: the first hundred of a million by any column take a tenth of what sorting all would. 6 bytes each.
 */
export interface SortedIds {
  readonly length: () => number;
  /** Ids that have a value: these turn round in a descending list. */
  readonly valued: () => number;
  readonly slice: (from: number, limit: number) => number[];
  /** -1 when it is not there. */
  readonly indexOf: (id: number) => number;
  /** Sorts these ascending ids, in place of what was there. */
  readonly set: (ids: Ids) => void;
  /** Adds ids that are not there yet. Costs one pass from the first place that changes. */
  readonly insert: (ids: readonly number[]) => void;
  /** Keeps those that a test holds for. */
  readonly keep: (isKept: (id: number) => boolean) => void;
}

export function createSortedIds(keys: SortKeys): SortedIds {
  let order: Ids = new Uint32Array(0);
  let length = 0;
  let valued = 0;
  /** 0 for an id that comes behind the one before it; else 1 + how far they are known to be equal. */
  let ties = new Uint16Array(0);

  function set(ids: Ids): void {
    const read = keys.read(ids, 0);
    order = new Uint32Array(ids.length);
    ties = new Uint16Array(ids.length);
    length = ids.length;
    if (read === null) {
      order.set(ids);
      valued = length;
      return;
    }
    valued = layDown(ids, read.keys, { order, ties }, 0, tiesOf(0, read.depth));
  }

  /** Settles the order of everything that ties with the id at this index. */
  function settle(index: number): void {
    for (;;) {
      const tie = (ties[index] as number) || (index + 1 < valued ? (ties[index + 1] as number) : 0);
      if (tie === 0) return;
      let from = index;
      while (ties[from] !== 0) from--;
      let to = index + 1;
      while (to < valued && ties[to] !== 0) to++;
      const group = order.slice(from, to);
      const read = keys.read(group, tie - 1);
      if (read === null) {
        ties.fill(0, from, to);
        return;
      }
      layDown(group, read.keys, { order, ties }, from, tiesOf(tie - 1, read.depth));
    }
  }

  /** Index of the first id that does not come before this one. */
  function lowerBound(id: number, isValued: boolean): number {
    let low = isValued ? 0 : valued;
    let high = isValued ? valued : length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isValued) settle(middle);
      const other = order[middle] as number;
      const difference = isValued ? keys.compare(other, id) || other - id : other - id;
      if (difference < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  function makeRoom(count: number): void {
    if (length + count <= order.length) return;
    const room = Math.max(order.length + (order.length >> 1), length + count);
    const grown = new Uint32Array(room);
    grown.set(order.subarray(0, length));
    order = grown;
    const grownTies = new Uint16Array(room);
    grownTies.set(ties.subarray(0, length));
    ties = grownTies;
  }

  return {
    length: () => length,
    valued: () => valued,
    slice: (from, limit) => {
      const end = Math.min(from + limit, length);
      for (let index = from; index < Math.min(end, valued); index++) settle(index);
      return Array.from(order.subarray(Math.min(from, length), end));
    },
    indexOf: (id) => {
      const isValued = keys.hasValue(id);
      const index = lowerBound(id, isValued);
      if (index < length && order[index] === id) return index;
      // Its value was not known when all were sorted.
      const other = isValued ? lowerBound(id, false) : length;
      return other < length && order[other] === id ? other : -1;
    },
    set,
    keep: (isKept) => {
      let to = 0;
      let isBroken = false;
      let valuedLeft = 0;
      for (let index = 0; index < length; index++) {
        const id = order[index] as number;
        if (!isKept(id)) {
          // The next one ties with the one before this, or with none.
          isBroken ||= ties[index] === 0;
          continue;
        }
        order[to] = id;
        ties[to] = isBroken ? 0 : (ties[index] as number);
        isBroken = false;
        to += 1;
        if (index < valued) valuedLeft += 1;
      }
      length = to;
      valued = valuedLeft;
    },
    insert: (ids) => {
      const placed = ids
        .map((id) => {
          const isValued = keys.hasValue(id);
          return { id, at: lowerBound(id, isValued), isValued };
        })
        .sort(
          (a, b) =>
            a.at - b.at ||
            Number(b.isValued) - Number(a.isValued) ||
            (a.isValued && b.isValued ? keys.compare(a.id, b.id) : 0) ||
            a.id - b.id,
        );
      makeRoom(placed.length);
      let end = length;
      for (let n = placed.length - 1; n >= 0; n--) {
        const { id, at, isValued } = placed[n] as (typeof placed)[number];
        order.copyWithin(at + n + 1, at, end);
        ties.copyWithin(at + n + 1, at, end);
        order[at + n] = id;
        ties[at + n] = 0;
        end = at;
        if (isValued) valued += 1;
      }
      length += placed.length;
    },
  };
}

function tiesOf(before: number, after: number | null): Ties {
  return { near: before + 1, equal: after === null ? 0 : after + 1 };
}
