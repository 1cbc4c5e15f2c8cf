import { fail, succeed, type Failed, type Result } from '../../../core/model/result.ts';
import type { ExchangeFilter } from '../../../core/contract/exchanges.ts';
import type { ExchangeRecord } from '../../../core/model/exchange-record.ts';
import { exchangeColumns, selectList } from './columns.ts';
import type { ViewChange } from './reader-messages.ts';
import type { ExchangeRowReader, RawRow } from './row.ts';
import type { Sqlite } from './sqlite.ts';
import { createView, type View } from './view.ts';

/** Views open at once; a window that wants another closes one first. */
export const viewsMax = 16;
/** Committed exchanges reach the views, and listeners hear of it, at most this often. */
const updateMs = 50;
/** How long opening a view fills it before it answers; the rest follows as changes. */
const openingMs = 100;

export interface Views {
  readonly open: (filter: ExchangeFilter) => Result<{ viewId: number; count: number }>;
  readonly close: (viewId: number) => Result<Record<string, never>>;
  readonly rows: (
    viewId: number,
    from: number,
    limit: number,
  ) => Result<{ from: number; rows: ExchangeRecord[]; count: number }>;
  readonly position: (viewId: number, id: number) => Result<{ index: number | null }>;
  /** These exchanges were committed, new or changed. */
  readonly noteCommitted: (ids: Iterable<number>) => void;
  readonly closeAll: () => void;
}

export function createViews(
  db: Sqlite,
  toExchange: ExchangeRowReader,
  onChanged: (change: ViewChange) => void,
): Views {
  const views = new Map<number, View>();
  const committed = new Set<number>();
  const fetch = db
    .prepare(
      `SELECT ${selectList(exchangeColumns, 'e')}
       FROM exchanges AS e WHERE e.id IN (SELECT value FROM json_each(?)) ORDER BY e.id`,
    )
    .raw();
  let lastViewId = 0;
  let timer: NodeJS.Timeout | null = null;

  function arm(): void {
    timer ??= setTimeout(() => {
      timer = null;
      update();
    }, updateMs);
  }

  function update(): void {
    for (const [viewId, view] of views) {
      updateOrKeep(view, committed);
      const change = view.takeChange();
      if (change !== null) onChanged({ viewId, count: view.ids.length(), ...change });
    }
    committed.clear();
  }

  async function fill(viewId: number, view: View): Promise<void> {
    while (views.get(viewId) === view && !view.isFilled()) {
      view.fillSome();
      await new Promise(setImmediate);
      arm();
    }
  }

  return {
    open: (filter) => {
      if (views.size >= viewsMax) {
        return fail('too-many-views', `At most ${viewsMax} lists can be open at once. Close one first.`);
      }
      const viewId = ++lastViewId;
      const view = createView(db, filter);
      views.set(viewId, view);
      const until = performance.now() + openingMs;
      try {
        do view.fillSome();
        while (!view.isFilled() && performance.now() < until);
      } catch (error) {
        views.delete(viewId);
        throw error;
      }
      view.takeChange();
      if (!view.isFilled()) {
        void fill(viewId, view).catch(() => {
          // A damaged page ends the filling; what was found before it stays in the view.
        });
      }
      return succeed({ viewId, count: view.ids.length() });
    },
    close: (viewId) => (views.delete(viewId) ? succeed({}) : noSuchView()),
    rows: (viewId, from, limit) => {
      const view = views.get(viewId);
      if (view === undefined) return noSuchView();
      const ids = view.ids.slice(from, limit);
      const rows = fetch.all(JSON.stringify(ids)) as RawRow[];
      return succeed({ from, rows: rows.map(toExchange), count: view.ids.length() });
    },
    position: (viewId, id) => {
      const view = views.get(viewId);
      if (view === undefined) return noSuchView();
      const index = view.ids.indexOf(id);
      return succeed({ index: index < 0 ? null : index });
    },
    noteCommitted: (ids) => {
      if (views.size === 0) return;
      for (const id of ids) committed.add(id);
      arm();
    },
    closeAll: () => {
      views.clear();
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** A damaged page loses this update of the list, not the reader. */
function updateOrKeep(view: View, committed: ReadonlySet<number>): void {
  try {
    view.update(committed);
  } catch {
    return;
  }
}

function noSuchView(): Failed {
  return fail('no-such-view', 'This list is no longer open. Open it again.');
}
