import type { ViewProgress } from '../../../../core/contract/exchanges.ts';
import type { ColumnStore } from '../columns/column-store.ts';
import { blockRows, slotOf, stateCodes, type Ids } from '../columns/fields.ts';
import type { IdVector } from './id-vector.ts';
import type { SortKeys } from './keys.ts';
import { sectionsOf } from './sections.ts';
import { createSortedIds, type SortedIds } from './sorted-ids.ts';

/**
 * So many ids, or this share of those in order if that is more, are sorted in one by one (0.1 ms each); beyond, all are
 * sorted again (0.1 s for a million).
 */
const insertedMax = 64;
const insertedShareMax = 0.001;
/** While values are still being read, the list is sorted anew this often. */
const resortMs = 1000;

/** In which order the ids of a view stand. It is brought up to date when somebody looks. */
export interface ViewOrder {
  readonly slice: (from: number, limit: number) => number[];
  /** -1 when it is not there. */
  readonly indexOf: (id: number) => number;
  /** These ascending ids came to the base. `isBehind`: behind all others; `isFilled`: the view had all it looks for. */
  readonly came: (ids: Ids, isBehind: boolean, isFilled: boolean) => void;
  /** So many ids left the base: those that the test does not hold for. */
  readonly left: (isKept: (id: number) => boolean, count: number) => void;
  /** All ids left the base. */
  readonly clear: () => void;
  /** These exchanges were written again. */
  readonly renew: (ids: readonly number[]) => void;
  /** Places those of them anew that are there and whose value became known or changed; the values are renewed already. */
  readonly settle: (ids: readonly number[]) => void;
  readonly sortAgain: () => void;
  /** Reads values that take long to be read, until the time (of `performance.now`) has come. */
  readonly gather: (untilMs: number) => void;
  /** Whether all values are read. */
  readonly isGathered: () => boolean;
  /** The same, or no more are read. */
  readonly isSettled: () => boolean;
  /** No more values are read until `goOn`. */
  readonly stop: () => void;
  readonly goOn: () => void;
  /** Values read and to read; null when all are. */
  readonly progress: () => ViewProgress | null;
}

/** `base`: the ids, ascending. `keys` null: by id. `onMoved` hears when rows stand elsewhere than before. */
export function createViewOrder(
  store: ColumnStore,
  base: IdVector,
  keys: SortKeys | null,
  descending: boolean,
  isClosed: () => boolean,
  onMoved: () => void,
): ViewOrder {
  let sorted: SortedIds | null = keys === null ? null : createSortedIds(keys);
  /** Open exchanges whose value is not known yet, ascending: they stand at the end. */
  let tail: number[] = [];
  /** Found and not in the order yet. */
  let unsorted: number[] = [];
  let mustSortAll = keys !== null;
  /** As many ids, from the beginning, as have their values read; sorted with them at this time. */
  let gathered = 0;
  let gatheredSortMs = -Infinity;
  let isGatherStopped = false;

  function isGatheredUpTo(count: number): boolean {
    return isClosed() || (keys?.gather ?? null) === null || gathered >= count;
  }

  const isGathered = (): boolean => isGatheredUpTo(base.length());

  /** Ids that came to the base, ascending: to be sorted, or at the end while their value is not known. */
  function place(ids: Ids): void {
    if (keys === null || (keys.isFixed && mustSortAll)) return;
    if (keys.isFixed) {
      for (const id of ids) unsorted.push(id);
      return;
    }
    const known = tail.length;
    for (const { block: of, from, to } of sectionsOf(ids)) {
      if (mustSortAll && !store.mayHoldOpen(of)) continue;
      const states = store.numbers(of, 'state');
      for (let n = from; n < to; n++) {
        const id = ids[n] as number;
        if (((states[slotOf(id)] as number) & 3) === stateCodes.open) tail.push(id);
        else if (!mustSortAll) unsorted.push(id);
      }
    }
    if (tail.length > known) tail.sort((a, b) => a - b);
  }

  function isOpen(id: number): boolean {
    return (store.number(id, 'state') & 3) === stateCodes.open;
  }

  /** Brings the order up to date: asked for when somebody looks. */
  function order(): void {
    if (sorted === null || keys === null) return;
    if (mustSortAll || unsorted.length > Math.max(insertedMax, sorted.length() * insertedShareMax)) {
      sorted.set(tail.length === 0 ? base.all() : without(base.all(), tail));
    } else if (unsorted.length > 0) sorted.insert(unsorted);
    mustSortAll = false;
    unsorted = [];
  }

  function sliceById(from: number, limit: number): number[] {
    if (!descending) return base.slice(from, limit);
    const to = Math.max(0, base.length() - from);
    return base.slice(Math.max(0, to - limit), Math.min(limit, to)).reverse();
  }

  return {
    slice: (from, limit) => {
      order();
      if (sorted === null) return sliceById(from, limit);
      const ids: number[] = [];
      const valued = sorted.valued();
      if (descending && from < valued) {
        const to = valued - from;
        ids.push(...sorted.slice(Math.max(0, to - limit), Math.min(limit, to)).reverse());
      }
      const start = descending ? Math.max(from, valued) : from;
      if (ids.length < limit) ids.push(...sorted.slice(start, limit - ids.length));
      const inTail = Math.max(0, from - sorted.length());
      if (ids.length < limit) ids.push(...tail.slice(inTail, inTail + limit - ids.length));
      return ids;
    },
    indexOf: (id) => {
      const at = base.indexOf(id);
      if (at < 0) return -1;
      if (sorted === null) return descending ? base.length() - 1 - at : at;
      order();
      const waiting = tail.indexOf(id);
      if (waiting >= 0) return sorted.length() + waiting;
      const index = sorted.indexOf(id);
      return descending && index >= 0 && index < sorted.valued() ? sorted.valued() - 1 - index : index;
    },
    came: (ids, isBehind, isFilled) => {
      if (isFilled && isGatheredUpTo(base.length() - ids.length) && ids.length <= blockRows) {
        keys?.gather?.(ids, 0, Infinity);
        gathered = base.length();
      } else if (!isBehind) gathered = 0;
      place(ids);
    },
    left: (isKept, count) => {
      gathered = isGatheredUpTo(base.length() + count) ? base.length() : 0;
      sorted?.keep(isKept);
      tail = tail.filter(isKept);
      unsorted = unsorted.filter(isKept);
    },
    clear: () => {
      sorted = keys === null ? null : createSortedIds(keys);
      tail = [];
      unsorted = [];
      mustSortAll = keys !== null;
      gathered = 0;
    },
    renew: (ids) => keys?.renew?.(ids),
    settle: (ids) => {
      if (keys === null || sorted === null || keys.isMark) return;
      const ended = new Set(ids.filter((id) => tail.includes(id) && !isOpen(id)));
      if (ended.size > 0) {
        tail = tail.filter((id) => !ended.has(id));
        unsorted.push(...ended);
        onMoved();
      }
      const isReadOnce = keys.gather !== null && keys.renew === undefined;
      if (keys.isFixed || isReadOnce || mustSortAll) return;
      // Written again after its end: the application was named late, and may have to stand elsewhere.
      const others = new Set([...tail, ...unsorted]);
      const again = new Set(ids.filter((id) => base.indexOf(id) >= 0 && !others.has(id)));
      if (again.size === 0) return;
      sorted.keep((id) => !again.has(id));
      unsorted.push(...again);
      onMoved();
    },
    sortAgain: () => {
      mustSortAll = true;
      onMoved();
    },
    gather: (untilMs) => {
      const gather = keys?.gather ?? null;
      if (isGatherStopped || gather === null || isGathered()) return;
      gathered = gather(base.all(), gathered, untilMs);
      // Values come into the order from time to time.
      if (!isGathered() && performance.now() - gatheredSortMs < resortMs) return;
      gatheredSortMs = performance.now();
      mustSortAll = true;
      onMoved();
    },
    isGathered,
    isSettled: () => isGathered() || isGatherStopped,
    stop: () => {
      if (isGathered() || isGatherStopped) return;
      isGatherStopped = true;
      mustSortAll = true;
      onMoved();
    },
    goOn: () => {
      isGatherStopped = false;
    },
    progress: () =>
      isGathered() ? null : { done: gathered, total: base.length(), isStopped: isGatherStopped },
  };
}

/** Both ascending. */
function without(ids: Ids, others: readonly number[]): Ids {
  let next = 0;
  return ids.filter((id) => {
    while (next < others.length && (others[next] as number) < id) next++;
    return others[next] !== id;
  });
}
