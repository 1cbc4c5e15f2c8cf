/** Rows by index, in pages, the least recently used page dropped first. */
export interface PageCache<Row> {
  readonly row: (index: number) => Row | undefined;
  readonly put: (page: number, rows: readonly Row[]) => void;
  /** Pages that `from` … `to` (exclusive) touch and that are missing, stale or too short for `count` rows. */
  readonly wanted: (from: number, to: number, count: number) => number[];
  /** Rows stay readable until their page is put again. Null: every page. */
  readonly markStale: (isChanged: ((row: Row) => boolean) | null) => void;
  readonly clear: () => void;
}

export function createPageCache<Row>(pageRows: number, pagesMax: number): PageCache<Row> {
  const pages = new Map<number, { readonly rows: readonly Row[]; stale: boolean }>();
  return {
    row: (index) => pages.get(Math.floor(index / pageRows))?.rows[index % pageRows],
    put: (page, rows) => {
      pages.delete(page);
      pages.set(page, { rows, stale: false });
      for (const oldest of pages.keys()) {
        if (pages.size <= pagesMax) break;
        pages.delete(oldest);
      }
    },
    wanted: (from, to, count) => {
      const wanted: number[] = [];
      const last = Math.min(to, count) - 1;
      for (let page = Math.floor(from / pageRows); page * pageRows <= last; page += 1) {
        const held = pages.get(page);
        const expected = Math.min(pageRows, count - page * pageRows);
        if (held === undefined || held.stale || held.rows.length < expected) wanted.push(page);
        if (held !== undefined) {
          pages.delete(page);
          pages.set(page, held);
        }
      }
      return wanted;
    },
    markStale: (isChanged) => {
      for (const page of pages.values()) {
        if (isChanged === null || page.rows.some(isChanged)) page.stale = true;
      }
    },
    clear: () => pages.clear(),
  };
}
