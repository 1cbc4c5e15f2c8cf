import type { FilterNode } from '../../../../core/filter/node.ts';
import { blockOf, blockRows, idAt, slotOf, type Ids } from '../columns/fields.ts';
import { createChangeNotes } from './change-notes.ts';
import { compileFilter, verdict, type FilterSources } from './evaluate.ts';
import { createIdVector } from './id-vector.ts';
import type { SortKeys } from './keys.ts';
import { createLookQueue } from './look-queue.ts';
import { createSlowLook, filterNeeds, type SlowSources } from './slow-look.ts';
import { createTimelineCounts } from './timeline.ts';
import type { FoundIds, View } from './view-contract.ts';
import { createViewOrder } from './view-order.ts';

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
  const goesOn = (): boolean => !isClosed && !isStopped;
  const look =
    node === null || !needs.slow
      ? null
      : createSlowLook(node, slow, (part) => compileFilter(part, sources), goesOn);
  const queue = createLookQueue(look, same?.toLook ?? [], goesOn, takeVerdict);

  const base = createIdVector(same?.ids ?? null, evaluate === null ? store.lastId() : 0);
  const notes = createChangeNotes();
  const order = createViewOrder(store, base, keys, descending, () => isClosed, notes.any);

  let block = same?.block ?? -1;
  let isFilled = same?.isFilled ?? false;
  /** Found here and taken out of all lists since this one was stopped: to be here again when it is brought back. */
  let removed = same?.removed ?? [];
  /** Removals or marks changed while it was stopped: going on begins anew. */
  let isStale = same?.isStale ?? false;
  const timeline = same?.timeline ?? createTimelineCounts(store);
  if (same !== null) order.came(same.ids, true, false);

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
      queue.begin();
      return;
    }
    block = next;
    const verdicts = judge(block);
    if (evaluate === null && !verdicts.includes(verdict.no)) {
      base.appendRun(idAt(block, 0), idAt(block, blockRows - 1));
      if (keys !== null) order.came(base.all().subarray(base.length() - blockRows), true, false);
      notes.any();
      return;
    }
    const found: number[] = [];
    for (let slot = 0; slot < blockRows; slot++) {
      if (verdicts[slot] === verdict.no) continue;
      const id = idAt(block, slot);
      if (verdicts[slot] === verdict.yes) found.push(id);
      else if (verdicts[slot] === verdict.likely) queue.pushLikely(id);
      else queue.push(id);
    }
    if (found.length === 0) return;
    add(found);
    notes.any();
  }

  function lastOf(ids: Ids): number {
    return ids.length === 0 ? 0 : (ids[ids.length - 1] as number);
  }

  /** Ascending ids that are not there yet. */
  function add(ids: number[]): void {
    timeline.noteChanged(ids);
    const isBehind = (ids[0] as number) > lastOf(base.all());
    if (isBehind) base.append(ids);
    else base.merge(ids, []);
    order.came(Uint32Array.from(ids), isBehind, isFilled);
  }

  /** While stopped: removals reach what was found, and nothing else is looked at. */
  function takeRemovals(): void {
    const back = removed.filter((id) => !marks.isRemoved(id) && base.indexOf(id) < 0);
    removed = [...removed, ...base.all()].filter((id) => marks.isRemoved(id));
    timeline.noteAny();
    keepOnly((id) => !marks.isRemoved(id));
    if (back.length === 0) return;
    add(back.sort((a, b) => a - b));
    notes.any();
  }

  /** What a look at heads or bodies found. */
  function takeVerdict(id: number, holds: boolean): void {
    const isThere = base.indexOf(id) >= 0;
    if (holds && !isThere && !marks.isRemoved(id)) {
      add([id]);
      notes.any();
    } else if (!holds && isThere) takeOut(new Set([id]));
    if (isAllSeen()) isStopped = false;
  }

  function isSeen(): boolean {
    return isStopped || isAllSeen();
  }

  function isAllSeen(): boolean {
    return isClosed || (isFilled && queue.isDone());
  }

  function takeOut(ids: ReadonlySet<number>): void {
    timeline.noteChanged(ids);
    keepOnly((id) => !ids.has(id));
  }

  function keepOnly(isKept: (id: number) => boolean): void {
    const count = base.keep(isKept);
    if (count === 0) return;
    order.left(isKept, count);
    notes.any();
  }

  /** Everything from the beginning. */
  function refill(): void {
    timeline.noteAny();
    base.keep(() => false);
    order.clear();
    block = -1;
    isFilled = false;
    queue.clear();
    removed = [];
    isStale = false;
    notes.any();
  }

  function reconsider(changed: readonly number[]): void {
    timeline.noteChanged(changed);
    order.renew(changed);
    const asked = changed.filter((id) => isFilled || blockOf(id) <= block).sort((a, b) => a - b);
    const additions: number[] = [];
    const removals = new Set<number>();
    const found: number[] = [];
    let judged = -1;
    let verdicts: Uint8Array = new Uint8Array(0);
    const last = lastOf(base.all());
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
      } else queue.push(id);
    }
    if (removals.size > 0) takeOut(removals);
    order.settle(found);
    if (additions.length > 0) add(additions);
    if (found.length > 0) notes.rows(found);
    const isShifted = keys !== null || descending || (additions[0] ?? Infinity) < last;
    if (additions.length > 0 && isShifted) notes.any();
  }

  return {
    length: () => base.length(),
    ids: base.all,
    timeline,
    slice: order.slice,
    indexOf: order.indexOf,
    fill: async (untilMs) => {
      while (!isFilled && !isStopped && performance.now() < untilMs) fillBlock();
      if (isFilled) await queue.run(untilMs);
      if (isSeen()) order.gather(untilMs);
    },
    isSeen,
    isFilled: () => isSeen() && order.isSettled(),
    has: (id) => base.indexOf(id) >= 0,
    isSlow: needs.slow,
    found: () => {
      const isSettled = isFilled && look === null;
      if (!isSettled && !isStopped) return null;
      return {
        ...{ ids: base.all(), block, isFilled, toLook: queue.waiting(), isStopped, removed, isStale },
        timeline: isSettled ? timeline : null,
      };
    },
    stop: () => {
      if (isSeen()) {
        order.stop();
        return;
      }
      isStopped = true;
      queue.interrupt();
    },
    goOn: () => {
      order.goOn();
      if (!isStopped) return;
      isStopped = false;
      if (isStale) refill();
    },
    progress: () => {
      if (isAllSeen()) return order.progress();
      const total = Math.max(1, store.lastId());
      const passed = isFilled ? total : Math.min(total, idAt(block, blockRows - 1));
      return { done: Math.max(0, passed - queue.left()), total, isStopped };
    },
    update: reconsider,
    marksChanged: (rows) => {
      if (isStopped && (rows === null || needs.marks)) {
        isStale = true;
        if (rows === null) takeRemovals();
        else reconsider(rows);
      } else if (rows === null || needs.marks) refill();
      else if (keys?.isMark === true) order.sortAgain();
      else notes.rows(rows);
    },
    takeChange: notes.take,
    close: () => {
      isClosed = true;
    },
  };
}
