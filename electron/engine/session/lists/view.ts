import type { ViewProgress } from '../../../../core/contract/exchanges.ts';
import type { FilterNode } from '../../../../core/filter/node.ts';
import { blockOf, blockRows, idAt, slotOf, stateCodes, type Ids } from '../columns/fields.ts';
import { errorCodeOf } from '../sqlite.ts';
import { compileFilter, verdict, type FilterSources } from './evaluate.ts';
import { createIdVector } from './id-vector.ts';
import { createSlowLook, filterNeeds, type SlowLook, type SlowSources } from './slow-look.ts';
import type { SortKeys } from './keys.ts';
import { sectionsOf } from './sections.ts';
import { createTimelineCounts, type TimelineCounts } from './timeline.ts';
import { createSortedIds, type SortedIds } from './sorted-ids.ts';

/** Changed rows that are named; beyond that any row may have changed. */
const changedNamedMax = 1000;
/**
 * So many ids, or this share of those in order if that is more, are sorted in one by one (0.1 ms each); beyond, all are
 * sorted again (0.1 s for a million).
 */
const insertedMax = 64;
const insertedShareMax = 0.001;
/** While values are still being read, the list is sorted anew this often. */
const resortMs = 1000;

/** The exchanges that match a filter, in the order asked for. */
export interface View {
  readonly length: () => number;
  readonly slice: (from: number, limit: number) => number[];
  /** -1 when it is not among them. */
  readonly indexOf: (id: number) => number;
  /** All ids, ascending; good until the next change. */
  readonly ids: () => Ids;
  /** When they began; views of the same ids share it. */
  readonly timeline: TimelineCounts;
  /** Looks at more of the table, and reads what it is sorted by, until the time (of `performance.now`) has come. Resolves when it has, or when all is seen. */
  readonly fill: (untilMs: number) => Promise<void>;
  readonly isFilled: () => boolean;
  /** Its ids are known, or no more are looked for, though their order may not be. */
  readonly isSeen: () => boolean;
  readonly has: (id: number) => boolean;
  /** Whether its filter asks for heads or bodies: filling it then takes as long as reading them. */
  readonly isSlow: boolean;
  /** What another view with the same filter can begin with; null while this one is being filled. */
  readonly found: () => FoundIds | null;
  /** Exchanges looked at and to look at; null when all are. */
  readonly progress: () => ViewProgress;
  /** Nothing more is looked at until `goOn`; what was found stays, and changes and removals still reach it. */
  readonly stop: () => void;
  readonly goOn: () => void;
  /** Takes in committed exchanges, given in any order and any number of times; the store knows them already. */
  readonly update: (changed: readonly number[]) => void;
  /** What people put on exchanges, or took out, has changed. `rows`: whose; null for any. */
  readonly marksChanged: (rows: readonly number[] | null) => void;
  /** Whether there is something to tell since the last time, and which rows: null for any. */
  readonly takeChange: () => { readonly changed: number[] | null } | null;
  /** Nobody looks any more: a look at heads or bodies ends early. */
  readonly close: () => void;
}

/** How far a view has come. */
export interface FoundIds {
  /** Ascending. */
  readonly ids: Ids;
  /** The last block of the table that was judged. */
  readonly block: number;
  readonly isFilled: boolean;
  /** Exchanges whose heads or bodies have still to be read. */
  readonly toLook: readonly number[];
  readonly isStopped: boolean;
  /** As in the view. */
  readonly removed: readonly number[];
  readonly isStale: boolean;
  /** Null when the other view may come to have other ids. */
  readonly timeline: TimelineCounts | null;
}

export interface ViewSources extends FilterSources {
  readonly slow: SlowSources;
}

/** `keys` null: by id. `same`: of a view with the same filter. */
export function createView(
  sources: ViewSources,
  node: FilterNode | null,
  keys: SortKeys | null,
  descending: boolean,
  same: FoundIds | null = null,
): View {
  const { store, marks, slow } = sources;
  const evaluate = node === null ? null : compileFilter(node, sources);
  const needs = filterNeeds(node);
  let isClosed = false;
  let isStopped = same?.isStopped ?? false;
  /** Counts the stops: a look that one of them cut short says nothing. */
  let stops = 0;
  const look =
    node === null || !needs.slow
      ? null
      : createSlowLook(
          node,
          slow,
          (part) => compileFilter(part, sources),
          () => !isClosed && !isStopped,
        );

  const base = createIdVector(same?.ids ?? null, evaluate === null ? store.lastId() : 0);
  let sorted: SortedIds | null = keys === null ? null : createSortedIds(keys);
  /** Open exchanges whose value is not known yet, ascending: they stand at the end. */
  let tail: number[] = [];
  /** Found and not in the order yet. */
  let unsorted: number[] = [];
  let mustSortAll = keys !== null;

  let block = same?.block ?? -1;
  let isFilled = same?.isFilled ?? false;
  /** Ids whose heads or bodies have to be read. */
  let toLook: number[] = [...(same?.toLook ?? [])];
  /** Those that most likely match: looked at before the others. */
  let likely: number[] = [];
  let toLookAt = 0;
  /** The look that is under way. */
  let looking: Promise<void> | null = null;
  let lookingAtId = 0;
  /** Found here and taken out of all lists since this one was stopped: to be here again when it is brought back. */
  let removed = same?.removed ?? [];
  /** Removals or marks changed while it was stopped: going on begins anew. */
  let isStale = same?.isStale ?? false;
  /** Counts the beginnings: what was looked at for an earlier one says nothing. */
  let filling = 0;
  /** As many ids, from the beginning, as have their values read; sorted with them at this time. */
  let gathered = 0;
  let gatheredSortMs = -Infinity;
  let isGatherStopped = false;
  const timeline = same?.timeline ?? createTimelineCounts(store);
  let isDirty = false;
  let changedRows: Set<number> | null = new Set();

  function noteAny(): void {
    isDirty = true;
    changedRows = null;
  }

  function noteChanged(ids: Iterable<number>): void {
    isDirty = true;
    if (changedRows === null) return;
    for (const id of ids) changedRows.add(id);
    if (changedRows.size > changedNamedMax) changedRows = null;
  }

  /** A byte a slot, as in `verdict`, of what there is in a block. */
  function judge(of: number): Uint8Array {
    const present = store.present(of).slice();
    marks.takeOutRemoved(idAt(of, 0), present);
    if (evaluate === null) return present;
    const verdicts = evaluate(of);
    for (let slot = 0; slot < blockRows; slot++) {
      verdicts[slot] = present[slot] === 1 ? (verdicts[slot] as number) : verdict.no;
    }
    return verdicts;
  }

  function fillBlock(): void {
    const next = store.nextBlock(block);
    if (next === null) {
      isFilled = true;
      if (likely.length > 0) toLook = likely.concat(toLook);
      likely = [];
      return;
    }
    block = next;
    const verdicts = judge(block);
    if (evaluate === null && !verdicts.includes(verdict.no)) {
      const first = idAt(block, 0);
      base.appendRun(first, idAt(block, blockRows - 1));
      if (keys !== null) place(base.all().subarray(base.length() - blockRows));
      noteAny();
      return;
    }
    const found: number[] = [];
    for (let slot = 0; slot < blockRows; slot++) {
      if (verdicts[slot] === verdict.no) continue;
      if (verdicts[slot] === verdict.yes) found.push(idAt(block, slot));
      else (verdicts[slot] === verdict.likely ? likely : toLook).push(idAt(block, slot));
    }
    if (found.length === 0) return;
    add(found);
    noteAny();
  }

  /** Ascending ids that are not there yet. */
  function add(ids: number[]): void {
    timeline.noteChanged(ids);
    const wasOrdered = isOrdered();
    const last = base.length() === 0 ? 0 : (base.all()[base.length() - 1] as number);
    const isBehind = (ids[0] as number) > last;
    if (isBehind) base.append(ids);
    else base.merge(ids, []);
    const added = Uint32Array.from(ids);
    if (isFilled && wasOrdered && ids.length <= blockRows) {
      keys?.gather?.(added, 0, Infinity);
      gathered = base.length();
    } else if (!isBehind) gathered = 0;
    place(added);
  }

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
  if (same !== null) place(same.ids);

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

  /** Reads on until the time has come; a look that takes longer goes on beside it. */
  async function lookAtSome(untilMs: number): Promise<void> {
    if (look === null) return;
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, Math.max(0, untilMs - performance.now()));
    });
    try {
      while (!isClosed && !isStopped && performance.now() < untilMs) {
        if (looking === null) {
          if (toLookAt === toLook.length) break;
          looking = lookAt(toLook[toLookAt++] as number, look);
          // Who fills the view next hears of it.
          looking.catch(() => undefined);
        }
        await Promise.race([looking, deadline]);
      }
    } finally {
      clearTimeout(timer);
    }
    if (toLookAt === toLook.length) {
      toLook = [];
      toLookAt = 0;
    }
  }

  /** While stopped: removals reach what was found, and nothing else is looked at. */
  function takeRemovals(): void {
    const back = removed.filter((id) => !marks.isRemoved(id) && base.indexOf(id) < 0);
    removed = [...removed, ...base.all()].filter((id) => marks.isRemoved(id));
    timeline.noteAny();
    keepOnly((id) => !marks.isRemoved(id));
    if (back.length === 0) return;
    add(back.sort((a, b) => a - b));
    noteAny();
  }

  async function lookAt(id: number, at: SlowLook): Promise<void> {
    const of = filling;
    const stopsBefore = stops;
    lookingAtId = id;
    const holds = await at(id).catch(damagedIsNoMatch);
    looking = null;
    if (of !== filling) return;
    if (stops !== stopsBefore) {
      toLook.push(id);
      return;
    }
    const isThere = base.indexOf(id) >= 0;
    if (holds && !isThere && !marks.isRemoved(id)) {
      add([id]);
      noteAny();
    } else if (!holds && isThere) takeOut(new Set([id]));
    if (isAllSeen()) isStopped = false;
  }

  /** Values that take long to be read come into the order from time to time. */
  function gatherSome(untilMs: number): void {
    const gather = keys?.gather ?? null;
    if (gather === null || isOrdered()) return;
    gathered = gather(base.all(), gathered, untilMs);
    if (!isOrdered() && performance.now() - gatheredSortMs < resortMs) return;
    gatheredSortMs = performance.now();
    mustSortAll = true;
    noteAny();
  }

  function isOrdered(): boolean {
    return isClosed || (keys?.gather ?? null) === null || gathered >= base.length();
  }

  function isSeen(): boolean {
    return isStopped || isAllSeen();
  }

  function isAllSeen(): boolean {
    return isClosed || (isFilled && looking === null && toLookAt === toLook.length);
  }

  function waiting(): number[] {
    const rest = [...likely, ...toLook.slice(toLookAt)];
    return looking === null ? rest : [lookingAtId, ...rest];
  }

  function takeOut(ids: ReadonlySet<number>): void {
    timeline.noteChanged(ids);
    keepOnly((id) => !ids.has(id));
  }

  function keepOnly(isKept: (id: number) => boolean): void {
    const wasOrdered = isOrdered();
    if (base.keep(isKept) === 0) return;
    gathered = wasOrdered ? base.length() : 0;
    sorted?.keep(isKept);
    tail = tail.filter(isKept);
    unsorted = unsorted.filter(isKept);
    noteAny();
  }

  /** Everything from the beginning. */
  function refill(): void {
    timeline.noteAny();
    base.keep(() => false);
    sorted = keys === null ? null : createSortedIds(keys);
    tail = [];
    unsorted = [];
    mustSortAll = keys !== null;
    block = -1;
    isFilled = false;
    gathered = 0;
    toLook = [];
    likely = [];
    toLookAt = 0;
    filling += 1;
    removed = [];
    isStale = false;
    noteAny();
  }

  /** Those that stay where they were when their value becomes known or changes. */
  function settle(ids: readonly number[]): void {
    if (keys === null || sorted === null || keys.isMark) return;
    const ended = new Set(ids.filter((id) => tail.includes(id) && !isOpen(id)));
    if (ended.size > 0) {
      tail = tail.filter((id) => !ended.has(id));
      unsorted.push(...ended);
      noteAny();
    }
    const isReadOnce = keys.gather !== null && keys.renew === undefined;
    if (keys.isFixed || isReadOnce || mustSortAll) return;
    // Written again after its end: the application was named late, and may have to stand elsewhere.
    const others = new Set([...tail, ...unsorted]);
    const again = new Set(ids.filter((id) => base.indexOf(id) >= 0 && !others.has(id)));
    if (again.size === 0) return;
    sorted.keep((id) => !again.has(id));
    unsorted.push(...again);
    noteAny();
  }

  function reconsider(changed: readonly number[]): void {
    timeline.noteChanged(changed);
    keys?.renew?.(changed);
    const asked = changed.filter((id) => isFilled || blockOf(id) <= block).sort((a, b) => a - b);
    const additions: number[] = [];
    const removals = new Set<number>();
    const found: number[] = [];
    let judged = -1;
    let verdicts: Uint8Array = new Uint8Array(0);
    const last = base.length() === 0 ? 0 : (base.all()[base.length() - 1] as number);
    for (const id of asked) {
      if (blockOf(id) !== judged) {
        judged = blockOf(id);
        verdicts = judge(judged);
      }
      const is = verdicts[slotOf(id)];
      const isThere = base.indexOf(id) >= 0;
      if (is === verdict.no) {
        if (isThere) removals.add(id);
      } else if (is === verdict.yes) {
        found.push(id);
        if (!isThere) additions.push(id);
      } else toLook.push(id);
    }
    if (removals.size > 0) takeOut(removals);
    settle(found);
    if (additions.length > 0) add(additions);
    if (found.length > 0) noteChanged(found);
    const isShifted = keys !== null || descending || (additions[0] ?? Infinity) < last;
    if (additions.length > 0 && isShifted) noteAny();
  }

  return {
    length: () => base.length(),
    ids: base.all,
    timeline,
    slice: (from, limit) => {
      order();
      if (sorted === null) {
        if (!descending) return base.slice(from, limit);
        const to = Math.max(0, base.length() - from);
        return base.slice(Math.max(0, to - limit), Math.min(limit, to)).reverse();
      }
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
    fill: async (untilMs) => {
      while (!isFilled && !isStopped && performance.now() < untilMs) fillBlock();
      if (isFilled) await lookAtSome(untilMs);
      if (isSeen() && !isGatherStopped) gatherSome(untilMs);
    },
    isSeen,
    isFilled: () => isSeen() && (isOrdered() || isGatherStopped),
    has: (id) => base.indexOf(id) >= 0,
    isSlow: needs.slow,
    found: () => {
      const isSettled = isFilled && look === null;
      if (!isSettled && !isStopped) return null;
      return {
        ...{ ids: base.all(), block, isFilled, toLook: waiting(), isStopped, removed, isStale },
        timeline: isSettled ? timeline : null,
      };
    },
    stop: () => {
      if (isSeen()) {
        if (isOrdered() || isGatherStopped) return;
        isGatherStopped = true;
        mustSortAll = true;
        noteAny();
        return;
      }
      isStopped = true;
      stops += 1;
    },
    goOn: () => {
      isGatherStopped = false;
      if (!isStopped) return;
      isStopped = false;
      if (isStale) refill();
    },
    progress: () => {
      if (isAllSeen()) {
        if (isOrdered()) return null;
        return { done: gathered, total: base.length(), isStopped: isGatherStopped };
      }
      const total = Math.max(1, store.lastId());
      const passed = isFilled ? total : Math.min(total, idAt(block, blockRows - 1));
      return {
        done: Math.max(0, passed - likely.length - (toLook.length - toLookAt) - (looking === null ? 0 : 1)),
        total,
        isStopped,
      };
    },
    update: reconsider,
    marksChanged: (rows) => {
      if (isStopped && (rows === null || needs.marks)) {
        isStale = true;
        if (rows === null) takeRemovals();
        else reconsider(rows);
      } else if (rows === null || needs.marks) refill();
      else if (keys?.isMark === true) {
        mustSortAll = true;
        noteAny();
      } else noteChanged(rows);
    },
    takeChange: () => {
      if (!isDirty) return null;
      const changed = changedRows === null ? null : [...changedRows];
      isDirty = false;
      changedRows = new Set();
      return { changed };
    },
    close: () => {
      isClosed = true;
    },
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

/** An exchange whose bytes are damaged matches nothing, and the others are looked at all the same. */
function damagedIsNoMatch(error: unknown): false {
  if (errorCodeOf(error) !== 'SQLITE_CORRUPT_BODY') throw error;
  return false;
}
