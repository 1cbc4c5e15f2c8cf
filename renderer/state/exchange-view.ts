import type { Client } from '../../core/contract/client.ts';
import type { ListedExchange, ViewProgress } from '../../core/contract/exchanges.ts';
import { orderOfArrival, type Sort } from '../../core/model/list-columns.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import type { Session } from './session.ts';
import { createPageCache } from './page-cache.ts';
import { createStore, type Store } from './store.ts';

const pageRows = 100;
const pagesMax = 60;
/** Views of other windows, and ours being opened. */
const toldMax = 64;

export interface ExchangeViewState {
  /** What was asked for last; the rows follow a moment later. */
  readonly filter: string;
  readonly sort: Sort;
  readonly count: number;
  /** How far a filter that reads heads or bodies has come; null when all rows are known. */
  readonly progress: ViewProgress;
  /** False until the first view was opened. */
  readonly loaded: boolean;
  /** Grows when another selection of rows takes the place of this one. */
  readonly generation: number;
  /** Grows with every change of any row. */
  readonly version: number;
}

export interface ExchangeView {
  readonly state: Store<ExchangeViewState>;
  readonly setFilter: (filter: string) => void;
  readonly setSort: (sort: Sort) => void;
  /** The row if it is here; `need` fetches it otherwise. */
  readonly row: (index: number) => ListedExchange | undefined;
  readonly need: (from: number, to: number) => void;
  /** Where an exchange stands, null when it is not among the rows. */
  readonly position: (id: number) => Promise<number | null>;
  /** Ids of changed exchanges, null for any. */
  readonly onChanged: (listener: (changed: readonly number[] | null) => void) => () => void;
}

/** The rows of the exchange list: one view of the engine, its pages fetched as they are looked at. */
export function createExchangeView(
  connection: Connection,
  session: Pick<Session, 'shownId'>,
  notices: Notices,
): ExchangeView {
  const cache = createPageCache<ListedExchange>(pageRows, pagesMax);
  const fetching = new Map<number, { again: boolean }>();
  const listeners = new Set<(changed: readonly number[] | null) => void>();
  const state = createStore<ExchangeViewState>({
    filter: '',
    sort: orderOfArrival,
    count: 0,
    progress: null,
    loaded: false,
    generation: 0,
    version: 0,
  });
  let view: { readonly client: Client; readonly id: number } | null = null;
  let opening = 0;
  let neededTo = 0;
  /** Counts told of views that are not ours, among them the one whose first rows are still on their way. */
  const told = new Map<number, number>();

  const patch = (changes: Partial<ExchangeViewState>) => {
    const now = state.get();
    state.set({ ...now, version: now.version + 1, ...changes });
  };

  const open = async (client: Client) => {
    const sessionId = session.shownId.get();
    if (sessionId === null) return;
    const turn = ++opening;
    const opened = await client.services.exchanges.openView({
      sessionId,
      filter: state.get().filter,
      sort: state.get().sort,
    });
    if (turn !== opening) {
      if (opened.ok) void client.services.exchanges.closeView({ viewId: opened.value.viewId });
      return;
    }
    const value = notices.check(opened);
    if (value === null) return;
    const { viewId, count, progress } = value;
    const lastPage = Math.max(0, Math.ceil(count / pageRows) - 1);
    const pages = [...new Set([0, Math.max(0, lastPage - 1), lastPage])];
    const answers = await Promise.all(
      pages.map((page) => client.services.exchanges.rows({ viewId, from: page * pageRows, limit: pageRows })),
    );
    if (turn !== opening) {
      void client.services.exchanges.closeView({ viewId });
      return;
    }
    if (view !== null && view.client === client)
      void client.services.exchanges.closeView({ viewId: view.id });
    view = { client, id: viewId };
    cache.clear();
    fetching.clear();
    answers.forEach((answer, at) => {
      if (answer.ok) cache.put(pages[at] ?? 0, answer.value.rows);
    });
    const toldCount = told.get(viewId);
    told.clear();
    if (toldCount !== undefined) cache.markStale(null);
    patch({ count: toldCount ?? count, progress, loaded: true, generation: state.get().generation + 1 });
  };

  const fetchPage = async (page: number) => {
    const from = view;
    if (from === null) return;
    const flight = { again: false };
    fetching.set(page, flight);
    const answer = await from.client.services.exchanges.rows({
      viewId: from.id,
      from: page * pageRows,
      limit: pageRows,
    });
    if (view !== from) return;
    fetching.delete(page);
    if (!answer.ok) return;
    cache.put(page, answer.value.rows);
    if (flight.again) void fetchPage(page);
    const shown = state.get().count;
    const count = Math.max(answer.value.count, shown);
    patch({ count: isWatched(shown) && !isHere(shown, count) ? shown : count });
  };

  /** The end of the rows is in sight: new ones are fetched before they are counted, so that no gaps are seen. */
  const isWatched = (shown: number) => neededTo >= shown;
  const isHere = (shown: number, count: number) =>
    count === shown ||
    [Math.max(shown, count - pageRows), count - 1].every((index) => cache.row(index) !== undefined);

  const fetchPages = (pages: readonly number[]) => {
    for (const page of pages) {
      if (!fetching.has(page)) void fetchPage(page);
    }
  };

  connection.onClient((client) => {
    client.on('exchanges', 'viewChanged', ({ viewId, count, changed, progress }) => {
      if (view?.client !== client || view.id !== viewId) {
        if (told.size < toldMax) told.set(viewId, count);
        return;
      }
      const ids = changed === null ? null : new Set(changed);
      cache.markStale(ids === null ? null : (row) => ids.has(row.id));
      for (const flight of fetching.values()) flight.again = true;
      const shown = state.get().count;
      if (count > shown && isWatched(shown)) {
        fetchPages(cache.wanted(Math.max(0, count - pageRows), count, count));
      } else patch({ count, progress });
      for (const listener of listeners) listener(changed);
    });
    void open(client);
  });

  session.shownId.subscribe(() => {
    const client = connection.client();
    if (client !== null) void open(client);
  });

  return {
    state,
    setFilter: (filter) => {
      patch({ filter });
      const client = connection.client();
      if (client !== null) void open(client);
    },
    setSort: (sort) => {
      patch({ sort });
      const client = connection.client();
      if (client !== null) void open(client);
    },
    row: cache.row,
    need: (from, to) => {
      neededTo = to;
      fetchPages(cache.wanted(from, to, state.get().count));
    },
    position: async (id) => {
      const at = view;
      if (at === null) return null;
      const answer = await at.client.services.exchanges.position({ viewId: at.id, id });
      return answer.ok && view === at ? answer.value.index : null;
    },
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
