import { orderOfNumbers } from './radix.ts';
import type { SortKeys } from './keys.ts';

/** Ids in the order of their values; those without a value behind, by id. 8 bytes each, 10 for paths. */
export interface SortedIds {
  readonly length: () => number;
  /** Ids that have a value: these turn round in a descending list. */
  readonly valued: () => number;
  readonly slice: (from: number, limit: number) => number[];
  /** -1 when it is not there. */
  readonly indexOf: (id: number) => number;
  /** Sorts these ascending ids, in place of what was there. */
  readonly set: (ids: Float64Array) => void;
  /** Adds ids that are not there yet. Costs one pass from the first place that changes. */
  readonly insert: (ids: readonly number[]) => void;
  /** Keeps those that a test holds for. */
  readonly keep: (isKept: (id: number) => boolean) => void;
}

export function createSortedIds(keys: SortKeys): SortedIds {
  let order = new Float64Array(0);
  let length = 0;
  let valued = 0;
  /** How far an id is known to equal the one before it; 0 where their order is settled. Only for keys that are refined. */
  let ties = new Uint16Array(0);

  function set(ids: Float64Array): void {
    const found = keys.initial(ids);
    const parts = partByValue(ids, found);
    order = new Float64Array(ids.length);
    ties = new Uint16Array(keys.refine === null ? 0 : ids.length);
    length = ids.length;
    valued = parts.ids.length;
    put(0, parts.ids, parts.values, keys.initialDepth());
    order.set(parts.without, valued);
  }

  /** Lays ids down from `start` in the order of their values, and notes which are equal as far as those go. */
  function put(start: number, ids: Float64Array, values: Float64Array, depth: number): void {
    const sorted = orderOfNumbers(values);
    if (keys.refine === null) {
      for (let n = 0; n < sorted.length; n++) order[start + n] = ids[sorted[n] as number] as number;
      return;
    }
    let before = NaN;
    for (let n = 0; n < sorted.length; n++) {
      const from = sorted[n] as number;
      const value = values[from] as number;
      order[start + n] = ids[from] as number;
      ties[start + n] = value === before ? depth : 0;
      before = value;
    }
  }

  /** Settles the order of everything that ties with the id at this index. */
  function settle(index: number): void {
    if (keys.refine === null) return;
    for (;;) {
      const own = ties[index] as number;
      const next = index + 1 < valued ? (ties[index + 1] as number) : 0;
      const depth = Math.max(own, next);
      if (depth === 0) return;
      let from = index;
      while (ties[from] !== 0) from--;
      let to = index + 1;
      while (to < valued && ties[to] !== 0) to++;
      const group = order.slice(from, to);
      const refined = keys.refine(group, depth);
      if (refined === null) {
        ties.fill(0, from, to);
        return;
      }
      put(from, group, refined.keys, refined.depth);
    }
  }

  /** Index of the first id that does not come before this one. */
  function lowerBound(id: number): number {
    const isValued = keys.hasValue(id);
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
    const grown = new Float64Array(room);
    grown.set(order.subarray(0, length));
    order = grown;
    if (keys.refine === null) return;
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
      const index = lowerBound(id);
      return index < length && order[index] === id ? index : -1;
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
          isBroken ||= keys.refine !== null && ties[index] === 0;
          continue;
        }
        order[to] = id;
        if (keys.refine !== null) ties[to] = isBroken ? 0 : (ties[index] as number);
        isBroken = false;
        to += 1;
        if (index < valued) valuedLeft += 1;
      }
      length = to;
      valued = valuedLeft;
    },
    insert: (ids) => {
      const placed = ids
        .map((id) => ({ id, at: lowerBound(id), isValued: keys.hasValue(id) }))
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
        if (keys.refine !== null) ties.copyWithin(at + n + 1, at, end);
        order[at + n] = id;
        if (keys.refine !== null) ties[at + n] = 0;
        end = at;
        if (isValued) valued += 1;
      }
      length += placed.length;
    },
  };
}

/** Those that have a value, with it, and those that have none. Nothing is copied when all have one. */
function partByValue(
  ids: Float64Array,
  values: Float64Array,
): { readonly ids: Float64Array; readonly values: Float64Array; readonly without: Float64Array } {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count++;
  if (count === ids.length) return { ids, values, without: new Float64Array(0) };
  const parts = {
    ids: new Float64Array(count),
    values: new Float64Array(count),
    without: new Float64Array(ids.length - count),
  };
  let n = 0;
  let m = 0;
  for (let at = 0; at < ids.length; at++) {
    const value = values[at] as number;
    if (Number.isNaN(value)) parts.without[m++] = ids[at] as number;
    else {
      parts.ids[n] = ids[at] as number;
      parts.values[n++] = value;
    }
  }
  return parts;
}
