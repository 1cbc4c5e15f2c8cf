import { createRowCache } from './row-cache.ts';

/** What the loader needs of an ordered list that lives elsewhere and changes. Null: there was no answer. */
export interface RowSource<Row> {
  readonly rows: (
    from: number,
    limit: number,
  ) => Promise<{ readonly rows: readonly Row[]; readonly count: number } | null>;
  readonly position: (id: number) => Promise<number | null>;
  /** Whether a row that was fetched again says the same; the object that is here then stays. */
  readonly isSame: (a: Row, b: Row) => boolean;
}

export interface RowLoader<Row> {
  readonly count: () => number;
  /** Rows that came before those in sight, less those that left, since the beginning. */
  readonly moved: () => number;
  readonly row: (index: number) => Row | undefined;
  /** The rows in sight, both included: they are fetched and kept fresh. */
  readonly look: (first: number, last: number) => void;
  /** Fetches these rows once, `to` excluded, beside those in sight. */
  readonly need: (from: number, to: number) => void;
  /**
   * `ids` names rows that changed where they stand or were added at the end; null: any row may stand elsewhere. Of a list
   * that is being filled anew (`isPartial`) the rows of before stay until as many are there, or it is whole.
   */
  readonly changed: (count: number, ids: readonly number[] | null, isPartial?: boolean) => void;
  readonly close: () => void;
}

/** Rows by index, `to` excluded. */
interface Range {
  readonly from: number;
  readonly to: number;
}

const rowsAtOnceMax = 500;
const keptRowsMax = 6000;
/** Fetched with the rows in sight, on both sides. */
const marginRows = 30;
/** When rows are missing this near in the direction of scrolling, … */
const nearRows = 300;
/** … so many are fetched, while nothing else is to be done: few, since taking them in is part of one frame. */
const aheadRows = 120;
/** Rows that are there but no longer true are fetched again at most this often. */
const refreshMs = 100;

/**
 * Keeps the rows in sight here, one request at a time, so that nothing waits behind rows that were scrolled past. When
 * rows come or go above, the first row in sight keeps its place on the screen: its index grows, and `moved` says by
 * how many.
 */
export function createRowLoader<Row extends { readonly id: number }>(
  source: RowSource<Row>,
  beginning: { readonly count: number; readonly rows: readonly (readonly [number, readonly Row[]])[] },
  onChange: () => void,
): RowLoader<Row> {
  const cache = createRowCache<Row>(keptRowsMax);
  for (const [from, rows] of beginning.rows) cache.put(from, rows);
  let count = beginning.count;
  let known = count;
  let moved = 0;
  let seen = { first: 0, last: -1, isForward: true };
  let asked: Range | null = null;
  let mayHaveMoved = false;
  /** What was told to have changed while rows were on their way: those may not show it yet. */
  let changedMeanwhile: (((row: Row) => boolean) | null)[] = [];
  let isRefilled = false;
  let isBusy = false;
  let isClosed = false;
  let refreshedAtMs = -Infinity;
  let timer: ReturnType<typeof setTimeout> | null = null;

  /** The end is in sight: new rows are fetched before they are counted, so that no gaps are seen. */
  const isWatched = () => seen.last >= count - 1;
  const clamp = (from: number, to: number) => ({ from: Math.max(0, from), to: Math.min(to, count) });

  const next = (): Range | null => {
    if (isRefilled) return null;
    const shown = clamp(seen.first, seen.last + 1);
    const around = clamp(seen.first - marginRows, seen.last + 1 + marginRows);
    if (cache.lacks(shown.from - moved, shown.to - moved)) {
      return seen.isForward
        ? clamp(around.from, around.to + nearRows)
        : clamp(around.from - nearRows, around.to);
    }
    if (asked !== null) {
      const { from, to } = clamp(asked.from, asked.to);
      if (cache.lacks(from - moved, to - moved)) return { from, to };
      asked = null;
    }
    const needsRefresh =
      mayHaveMoved || known !== count || cache.isStale(around.from - moved, around.to - moved);
    if (needsRefresh) {
      const waitMs = refreshedAtMs + refreshMs - performance.now();
      if (waitMs <= 0) {
        refreshedAtMs = performance.now();
        if (known <= count || !isWatched()) return around;
        return { from: Math.max(0, known - (seen.last - seen.first + 1 + marginRows)), to: known };
      }
      timer ??= setTimeout(() => {
        timer = null;
        void pump();
      }, waitMs);
    }
    return seen.isForward ? below(seen.last + 1) : above(seen.first - 1);
  };
  /** What to fetch before it is scrolled to, once it comes near. */
  const below = (index: number): Range | null => {
    const near = Math.min(count, index + nearRows);
    const place = cache.firstMissing(index - moved, Math.max(index, near) - moved);
    return place === null ? null : clamp(place + moved, place + moved + aheadRows);
  };
  const above = (index: number): Range | null => {
    const near = Math.max(-1, index - nearRows);
    const place = cache.firstMissing(index - moved, Math.min(index, near) - moved);
    return place === null ? null : clamp(place + moved + 1 - aheadRows, place + moved + 1);
  };

  const load = async (range: Range): Promise<boolean> => {
    const anchorPlace = seen.first - moved;
    const anchor = cache.row(anchorPlace);
    let nowMoved = moved;
    const isMoving = mayHaveMoved;
    mayHaveMoved = false;
    changedMeanwhile = [];
    if (isMoving && anchor !== undefined && seen.last >= seen.first) {
      const index = await source.position(anchor.id);
      if (index !== null) nowMoved = index - anchorPlace;
    }
    const from = Math.max(0, range.from - moved + nowMoved);
    const limit = Math.max(1, Math.min(rowsAtOnceMax, range.to - range.from));
    const answer = await source.rows(from, limit);
    if (answer === null || isClosed) return false;
    if (answer.count < count && answer.count !== known) {
      // Fewer than was told of: more is about to be told.
      mayHaveMoved = true;
      return false;
    }
    const found = anchor === undefined ? -1 : answer.rows.findIndex((row) => row.id === anchor.id);
    if (found >= 0) nowMoved = from + found - anchorPlace;
    const by = nowMoved - moved;
    if (isMoving || by !== 0) cache.markStale(null);
    known = answer.count;
    count = known > count && isWatched() ? Math.max(count, from + answer.rows.length) : known;
    seen = { ...seen, first: seen.first + by, last: seen.last + by };
    moved = nowMoved;
    const place = from - moved;
    const kept = answer.rows.map((row, at) => {
      const old = cache.row(place + at);
      return old !== undefined && source.isSame(old, row) ? old : row;
    });
    cache.put(place, kept);
    for (const isChanged of changedMeanwhile) cache.markStale(isChanged);
    cache.keepOnly(-moved, count - moved);
    onChange();
    return true;
  };

  const pump = async () => {
    if (isBusy) return;
    isBusy = true;
    for (let range = next(); range !== null && !isClosed; range = next()) {
      if (!(await load(range))) break;
    }
    isBusy = false;
  };

  return {
    count: () => count,
    moved: () => moved,
    row: (index) => cache.row(index - moved),
    look: (first, last) => {
      if (first === seen.first && last === seen.last) return;
      seen = { first, last, isForward: first >= seen.first };
      void pump();
    },
    need: (from, to) => {
      asked = { from, to };
      void pump();
    },
    changed: (nowCount, ids, isPartial = false) => {
      if (ids === null) mayHaveMoved = true;
      isRefilled = isPartial && nowCount < count;
      if (isRefilled) return;
      known = nowCount;
      const names = ids === null ? null : new Set(ids);
      const isChanged = names === null ? null : (row: Row) => names.has(row.id);
      cache.markStale(isChanged);
      changedMeanwhile.push(isChanged);
      if (known === 0 || (known > count && !isWatched())) {
        count = known;
        if (known === 0) cache.keepOnly(0, 0);
        onChange();
      }
      void pump();
    },
    close: () => {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
