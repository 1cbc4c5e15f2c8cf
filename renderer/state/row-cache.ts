/** Rows by place, the ones far from where is looked dropped first. Places may be negative. */
export interface RowCache<Row> {
  readonly row: (place: number) => Row | undefined;
  readonly put: (place: number, rows: readonly Row[]) => void;
  /** Rows stay readable until they are put again. Null: every row. */
  readonly markStale: (isChanged: ((row: Row) => boolean) | null) => void;
  /** Whether a row is missing from `from` … `to` (exclusive). */
  readonly lacks: (from: number, to: number) => boolean;
  /** The missing one among `from` … `to` (exclusive) that is nearest to `from`; `to` may be the smaller one. */
  readonly firstMissing: (from: number, to: number) => number | null;
  readonly isStale: (from: number, to: number) => boolean;
  /** Forgets everything outside of `from` … `to` (exclusive). */
  readonly keepOnly: (from: number, to: number) => void;
}

/** Holds at most `rowsMax` rows; when there are more, those farther than a quarter of that from the last ones go. */
export function createRowCache<Row>(rowsMax: number): RowCache<Row> {
  const rows = new Map<number, Row>();
  const stale = new Set<number>();

  const keepOnly = (from: number, to: number) => {
    for (const place of rows.keys()) {
      if (place >= from && place < to) continue;
      rows.delete(place);
      stale.delete(place);
    }
  };
  const some = (from: number, to: number, is: (place: number) => boolean) => {
    for (let place = from; place < to; place += 1) if (is(place)) return true;
    return false;
  };
  return {
    row: (place) => rows.get(place),
    put: (place, added) => {
      for (const [at, row] of added.entries()) {
        rows.set(place + at, row);
        stale.delete(place + at);
      }
      const reach = Math.floor(rowsMax / 4);
      if (rows.size > rowsMax) keepOnly(place - reach, place + added.length + reach);
    },
    markStale: (isChanged) => {
      for (const [place, row] of rows) if (isChanged === null || isChanged(row)) stale.add(place);
    },
    lacks: (from, to) => some(from, to, (place) => !rows.has(place)),
    firstMissing: (from, to) => {
      const step = from <= to ? 1 : -1;
      for (let place = from; place !== to; place += step) if (!rows.has(place)) return place;
      return null;
    },
    isStale: (from, to) => stale.size > 0 && some(from, to, (place) => stale.has(place)),
    keepOnly,
  };
}
