import { fail, succeed, type Failed, type Result } from '../../../../core/model/result.ts';
import type {
  Branch,
  ListedExchange,
  GroupField,
  GroupOrder,
  MeasuredField,
  SelectionSummary,
  ViewProgress,
} from '../../../../core/contract/exchanges.ts';
import type { FilterNode } from '../../../../core/filter/node.ts';
import type { Sort } from '../../../../core/model/list-columns.ts';
import type { Distribution, Groups, OpenedView, TextColumn, Timeline, ViewChange } from '../answers.ts';
import { blockOf, slotOf, idMax, type Ids } from '../columns/fields.ts';
import { distributionOf, summarize } from './aggregates.ts';
import { branchesOf, frequentTexts } from './branches.ts';
import { groupsOf } from './groups.ts';
import { runsOf } from './marks.ts';
import type { FoundIds, View } from './view-contract.ts';
import { createView, type ViewSources } from './view.ts';
import type { SortKeys } from './keys.ts';

/** Views open at once; a window that wants another closes one first. */
export const viewsMax = 16;
/** Committed exchanges reach the views, and listeners hear of it, at most this often. */
const updateMs = 50;
/** How long opening a view fills it before it answers; the rest follows as changes. */
const openingMs = 120;
/** The writer commits some hundred exchanges at a time. */
const untoldMax = 100_000;
/** A longer filling lets other questions through this often. */
const sliceMs = 8;
const readAheadMs = 3;

export interface Views {
  readonly open: (node: FilterNode | null, sort: Sort) => Promise<Result<OpenedView>>;
  readonly close: (viewId: number) => Result<Record<string, never>>;
  /** Ends the looking, or goes on with it; what was found stays. */
  readonly stop: (viewId: number, stopped: boolean) => Result<{ progress: ViewProgress }>;
  readonly rows: (
    viewId: number,
    from: number,
    limit: number,
    headers: readonly string[],
  ) => Result<{ from: number; rows: ListedExchange[]; count: number }>;
  readonly ids: (viewId: number, from: number, limit: number) => Result<{ ids: number[] }>;
  readonly position: (viewId: number, id: number) => Result<{ index: number | null }>;
  readonly summary: (viewId: number, ids: readonly number[] | null) => Result<SelectionSummary>;
  readonly timeline: (
    viewId: number,
    buckets: number,
    wanted: { readonly fromUs: number | null; readonly toUs: number | null },
  ) => Result<Timeline>;
  readonly distribution: (viewId: number, field: MeasuredField, buckets: number) => Result<Distribution>;
  readonly groups: (viewId: number, by: GroupField, order: GroupOrder, limit: number) => Result<Groups>;
  /** Of all exchanges that a filter shows. */
  readonly branches: (
    node: FilterNode | null,
    by: 'host' | 'app',
    under: readonly string[],
  ) => Promise<Result<{ branches: Branch[]; more: number }>>;
  readonly values: (field: TextColumn, limit: number) => Result<{ values: string[] }>;
  /**
   * The selected ids as runs, for what is to be done with them. All of a view means all it will have: the rest of
   * the table is judged first. Failure `view-incomplete`: heads or bodies are still being read for it.
   */
  readonly selectedRuns: (
    viewId: number,
    ids: readonly number[] | null,
  ) => Promise<Result<{ runs: { fromId: number; toId: number }[]; count: number }>>;
  /** Reads what the list of all exchanges needs, before the first window asks for it. */
  readonly prepare: () => Promise<void>;
  /**
   * Reads some of what a search in texts or an order by path needs, while nothing is asked; false when nothing is left
   * to be read so, or nobody looks.
   */
  readonly readAhead: () => boolean;
  /** These exchanges were committed, new or changed. */
  readonly noteCommitted: (ids: Iterable<number>) => void;
  /** Marks or removals were committed: of these exchanges, null for any. */
  readonly noteMarked: (ids: readonly number[] | null) => void;
  readonly closeAll: () => void;
}

export interface ViewsOptions extends ViewSources {
  /** Numbers of views begin behind this one, so that those of several sessions differ. */
  readonly firstViewId: number;
  readonly keysFor: (sort: Sort) => SortKeys | null;
  /** In the order of the ids; those that are not there are left out. */
  readonly readRows: (ids: readonly number[], headers: readonly string[]) => ListedExchange[];
  readonly onChanged: (change: ViewChange) => void;
}

export function createViews(options: ViewsOptions): Views {
  const { store, marks, keysFor, readRows, onChanged } = options;
  const views = new Map<number, View>();
  /** All exchanges, from the beginning until the first view is opened. */
  let prepared: View | null = null;
  /** The last exchange there was when it was begun. */
  let preparedTo = 0;
  /** Filters of the open views, to know again the one that only sorts anew. */
  const filters = new Map<View, string>();
  /** Committed, and not told to the views yet. */
  const committed = new Set<number>();
  /** Committed, and not read into the store yet. */
  const unread = new Set<number>();
  const filling = new Set<View>();
  /** Views of which windows were told that they are not complete. */
  const incomplete = new Set<View>();
  /** The greatest id that was heard of. */
  let lastTold = 0;
  /** The last block that was read ahead; null when all are. */
  let readTo: number | null = -1;
  let lastViewId = options.firstViewId;
  let timer: NodeJS.Timeout | null = null;

  function arm(): void {
    timer ??= setTimeout(() => {
      timer = null;
      update();
    }, updateMs);
  }

  /** What was committed since the last update is known to the store before anything new is asked of it. */
  function refresh(): void {
    const ids = [...unread];
    unread.clear();
    if (ids.length > 0) orKeep(() => store.refresh(ids));
  }

  /** The file may hold new exchanges before the writer's word of them comes. */
  function noteUntold(): void {
    const last = store.lastId();
    for (let id = Math.max(lastTold, last - untoldMax) + 1; id <= last && views.size > 0; id++) {
      committed.add(id);
      unread.add(id);
    }
    lastTold = Math.max(lastTold, last);
  }

  /** Takes in what was committed since all exchanges were read, or forgets them when that is much. */
  function catchUp(): void {
    if (prepared === null) return;
    const first = preparedTo + 1;
    const newer = Math.max(0, store.lastId() - first + 1);
    if (!prepared.isFilled() || newer > untoldMax) prepared = null;
    else if (newer > 0) {
      const ids = Array.from({ length: newer }, (_, at) => first + at);
      store.refresh(ids);
      prepared.update(ids);
    }
  }

  function update(): void {
    refresh();
    const ids = [...committed];
    committed.clear();
    for (const [viewId, view] of views) {
      if (ids.length > 0) orKeep(() => view.update(ids));
      const change = view.takeChange();
      const progress = view.progress();
      if (change !== null || progress !== null || incomplete.has(view)) {
        onChanged({
          viewId,
          count: view.length(),
          changed: change === null ? [] : change.changed,
          progress,
        });
      }
      if (progress === null) incomplete.delete(view);
      else incomplete.add(view);
      keepFilling(view);
    }
  }

  function keepFilling(view: View): void {
    if (view.isFilled() || filling.has(view)) return;
    filling.add(view);
    void fillOn(view).then(() => {
      filling.delete(view);
      arm();
    });
  }

  async function fillOn(view: View): Promise<void> {
    try {
      while (isOpen(view) && !view.isFilled()) {
        await view.fill(performance.now() + sliceMs);
        arm();
        await new Promise(setImmediate);
      }
    } catch {
      // A damaged page ends the filling; what was found before it stays in the view.
      view.close();
    }
  }

  function isOpen(view: View): boolean {
    return [...views.values()].includes(view);
  }

  /** What an open view with the same filter hands over: all it has, or all that was found until it was stopped. */
  function foundBefore(filter: string): FoundIds | null {
    if (prepared !== null && filter === 'null') return prepared.found();
    for (const view of views.values()) {
      const found = filters.get(view) === filter ? view.found() : null;
      if (found !== null) return found;
    }
    return null;
  }

  /** Whether the view was still open when all that columns can tell was in it. */
  async function filledByColumns(view: View): Promise<boolean> {
    while (isOpen(view) && !view.isSeen()) {
      await view.fill(performance.now() + sliceMs);
      await new Promise(setImmediate);
    }
    return isOpen(view);
  }

  /** A view that is not kept, filled to its end. */
  async function passing(node: FilterNode | null): Promise<View> {
    refresh();
    const view = createView(options, node, null, false, foundBefore(JSON.stringify(node)));
    while (!view.isFilled()) {
      await view.fill(performance.now() + sliceMs);
      if (!view.isFilled()) await new Promise(setImmediate);
    }
    return view;
  }

  function withView<T>(viewId: number, use: (view: View) => Result<T>): Result<T> {
    const view = views.get(viewId);
    return view === undefined ? noSuchView() : use(view);
  }

  function isThere(id: number): boolean {
    return id <= store.lastId() && store.present(blockOf(id))[slotOf(id)] === 1 && !marks.isRemoved(id);
  }

  function selected(view: View, ids: readonly number[] | null): Ids {
    if (ids === null) return view.ids();
    return Uint32Array.from(ids.filter(view.has)).sort();
  }

  return {
    prepare: async () => {
      if (views.size > 0) return;
      preparedTo = store.lastId();
      prepared = createView(options, null, null, false);
      for (let view = prepared; view === prepared && !view.isFilled();) {
        await view.fill(performance.now() + sliceMs);
        await new Promise(setImmediate);
      }
    },
    readAhead: () => {
      if (views.size === 0) return false;
      const untilMs = performance.now() + readAheadMs;
      while (readTo !== null && performance.now() < untilMs) readTo = store.readAhead(readTo);
      return readTo !== null;
    },
    open: async (node, sort) => {
      if (views.size >= viewsMax) {
        return fail('too-many-views', `At most ${viewsMax} lists can be open at once. Close one first.`);
      }
      // So that a view whose ids are taken over has all that was committed.
      noteUntold();
      if (committed.size > 0) update();
      catchUp();
      const viewId = ++lastViewId;
      const filter = JSON.stringify(node);
      const view = createView(options, node, keysFor(sort), sort.descending, foundBefore(filter));
      views.set(viewId, view);
      filters.set(view, filter);
      prepared = null;
      try {
        await view.fill(performance.now() + openingMs);
      } catch (error) {
        views.delete(viewId);
        throw error;
      }
      view.takeChange();
      const progress = view.progress();
      if (progress !== null) incomplete.add(view);
      keepFilling(view);
      return succeed({ viewId, count: view.length(), progress });
    },
    close: (viewId) => {
      const closing = views.get(viewId);
      closing?.close();
      if (closing !== undefined) {
        filters.delete(closing);
        incomplete.delete(closing);
      }
      return views.delete(viewId) ? succeed({}) : noSuchView();
    },
    stop: (viewId, stopped) =>
      withView(viewId, (view) => {
        if (stopped) view.stop();
        else view.goOn();
        arm();
        return succeed({ progress: view.progress() });
      }),
    rows: (viewId, from, limit, headers) =>
      withView(viewId, (view) =>
        succeed({ from, rows: readRows(view.slice(from, limit), headers), count: view.length() }),
      ),
    ids: (viewId, from, limit) => withView(viewId, (view) => succeed({ ids: view.slice(from, limit) })),
    position: (viewId, id) =>
      withView(viewId, (view) => {
        const index = view.indexOf(id);
        return succeed({ index: index < 0 ? null : index });
      }),
    summary: (viewId, ids) => withView(viewId, (view) => succeed(summarize(store, selected(view, ids)))),
    timeline: (viewId, buckets, wanted) =>
      withView(viewId, (view) => succeed(view.timeline.of(view.ids(), buckets, wanted))),
    distribution: (viewId, field, buckets) =>
      withView(viewId, (view) => succeed(distributionOf(store, view.ids(), field, buckets))),
    groups: (viewId, by, order, limit) =>
      withView(viewId, (view) => succeed(groupsOf(store, view.ids(), by, order, limit))),
    branches: async (node, by, under) => {
      const view = await passing(node);
      return succeed(branchesOf(store, view.ids(), by, under));
    },
    values: (field, limit) => {
      refresh();
      const column = field === 'error' ? 'errorCode' : field;
      return succeed({ values: frequentTexts(store, marks, column, limit) });
    },
    selectedRuns: async (viewId, ids) => {
      const view = views.get(viewId);
      if (view === undefined) return noSuchView();
      const isReading = view.isSlow && !view.isSeen();
      if (isReading && ids === null) return incompleteView();
      if (!isReading && !(await filledByColumns(view))) return noSuchView();
      // A row of before that the reading has not come to again is still what the person sees.
      const found = isReading ? Uint32Array.from(ids?.filter(isThere) ?? []).sort() : selected(view, ids);
      return succeed({ runs: runsOf(found), count: found.length });
    },
    noteCommitted: (written) => {
      const ids = [...written].filter((id) => id <= idMax);
      for (const id of ids) lastTold = Math.max(lastTold, id);
      prepared = null;
      if (views.size === 0) {
        store.forget(ids);
        return;
      }
      for (const id of ids) {
        committed.add(id);
        unread.add(id);
      }
      arm();
    },
    noteMarked: (ids) => {
      marks.reload();
      prepared = null;
      for (const view of views.values()) view.marksChanged(ids);
      arm();
    },
    closeAll: () => {
      for (const view of views.values()) view.close();
      views.clear();
      filters.clear();
      prepared = null;
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** A damaged page loses this update of the list, not the reader. */
function orKeep(step: () => void): void {
  try {
    step();
  } catch {
    return;
  }
}

function incompleteView(): Failed {
  return fail(
    'view-incomplete',
    'This list is not complete yet: heads or bodies are still being read for its filter. Wait until all are looked at, or stop that and act on what was found.',
  );
}

function noSuchView(): Failed {
  return fail('no-such-view', 'This list is no longer open. Open it again.');
}
