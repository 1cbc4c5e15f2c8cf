import type { Client } from '../../core/contract/client.ts';
import type { ListedExchange, ViewProgress } from '../../core/contract/exchanges.ts';
import { orderOfArrival, type HeaderColumn, type Sort } from '../../core/model/list-columns.ts';
import type { Result } from '../../core/model/result.ts';
import { createCalmCount } from './calm-count.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import { createRowLoader, type RowLoader } from './row-loader.ts';
import type { Session } from './session.ts';
import { createStore, type Store } from './store.ts';

const firstRows = 100;
/** Views of other windows, and ours being opened. */
const toldMax = 64;
const calmCountMs = 500;

export interface ExchangeViewState {
  /** What was asked for last; the rows follow a moment later. */
  readonly filter: string;
  /** What the tree beside the list narrows it to, in the language of filters; kept apart from what a person types. */
  readonly narrowing: string;
  readonly sort: Sort;
  readonly count: number;
  /** Whether the rows that are here are those of a filter: a filter asked for may be newer than they. */
  readonly isNarrowed: boolean;
  /** How far a filter that reads heads or bodies has come; null when all rows are known. */
  readonly progress: ViewProgress;
  /** False until the first view was opened. */
  readonly loaded: boolean;
  /** Fields of heads that the rows have with them, in this order. */
  readonly headers: readonly HeaderColumn[];
  /** Grows when another selection of rows takes the place of this one. */
  readonly generation: number;
  /** Rows that came before those in sight in this generation, less those that left: the rows in sight stand this much lower. */
  readonly moved: number;
  /** Grows with every change of any row. */
  readonly version: number;
}

export interface ExchangeView {
  readonly state: Store<ExchangeViewState>;
  /** `state.count` for what only shows it: told twice a second while rows arrive. */
  readonly calmCount: Store<number>;
  readonly setFilter: (filter: string) => void;
  readonly setNarrowing: (narrowing: string) => void;
  readonly setSort: (sort: Sort) => void;
  readonly setHeaders: (headers: readonly HeaderColumn[]) => void;
  /** The row if it is here. */
  readonly row: (index: number) => ListedExchange | undefined;
  /** The rows in sight, both included: they are fetched and kept fresh. */
  readonly look: (first: number, last: number) => void;
  /** Fetches these rows once, `to` excluded, beside those in sight. */
  readonly need: (from: number, to: number) => void;
  /** Where an exchange stands, null when it is not among the rows. */
  readonly position: (id: number) => Promise<number | null>;
  /** Asks the engine about what is shown; null when there is no view or a failure was said. */
  readonly ask: <T>(question: (client: Client, viewId: number) => Promise<Result<T>>) => Promise<T | null>;
  /** No more rows are looked for, until looking goes on; those found stay. */
  readonly setLooking: (looking: boolean) => Promise<void>;
  /** Resolves when no other rows are on their way: what is less urgent is asked then. */
  readonly settled: () => Promise<void>;
  /** Ids of changed exchanges, null for any. */
  readonly onChanged: (listener: (changed: readonly number[] | null) => void) => () => void;
}

interface OpenView {
  readonly client: Client;
  readonly id: number;
  readonly loader: RowLoader<ListedExchange>;
}

/** The text of both, so that a row has to satisfy each. */
export function joinFilters(filter: string, narrowing: string): string {
  if (filter.trim() === '' || narrowing === '') return filter.trim() === '' ? narrowing : filter;
  return `(${filter}) ${narrowing}`;
}

/** The rows of the exchange list: one view of the engine, its rows fetched as they are looked at. */
export function createExchangeView(
  connection: Connection,
  session: Pick<Session, 'shownId'>,
  notices: Notices,
): ExchangeView {
  const listeners = new Set<(changed: readonly number[] | null) => void>();
  const state = createStore<ExchangeViewState>({
    filter: '',
    narrowing: '',
    sort: orderOfArrival,
    count: 0,
    isNarrowed: false,
    progress: null,
    loaded: false,
    headers: [],
    generation: 0,
    moved: 0,
    version: 0,
  });
  let view: OpenView | null = null;
  let opening = 0;
  let lastOpening: Promise<void> = Promise.resolve();
  let seen = { first: 0, last: -1 };
  /** What was told last of views that are not ours, among them the one whose first rows are still on their way. */
  const told = new Map<number, { readonly count: number; readonly progress: ViewProgress }>();

  const patch = (changes: Partial<ExchangeViewState>) => {
    const now = state.get();
    state.set({ ...now, version: now.version + 1, ...changes });
  };
  const abandon = (client: Client, viewId: number) => void client.services.exchanges.closeView({ viewId });

  const open = (client: Client) => {
    lastOpening = openNow(client);
  };
  const openNow = async (client: Client) => {
    const sessionId = session.shownId.get();
    if (sessionId === null) return;
    const turn = ++opening;
    const { filter, narrowing, sort } = state.get();
    const headers = [...state.get().headers];
    const joined = joinFilters(filter, narrowing);
    const opened = await client.services.exchanges.openView({ sessionId, filter: joined, sort });
    if (turn !== opening) {
      if (opened.ok) abandon(client, opened.value.viewId);
      return;
    }
    const value = notices.check(opened);
    if (value === null) return;
    const { viewId, count, progress } = value;
    const rows = (from: number, limit: number) =>
      client.services.exchanges.rows({ viewId, from, limit, headers });
    const froms = [...new Set([0, Math.max(0, count - firstRows), Math.max(0, seen.first)])];
    const answers = await Promise.all(froms.map((from) => rows(from, firstRows)));
    if (turn !== opening) {
      abandon(client, viewId);
      return;
    }
    if (view !== null) {
      view.loader.close();
      if (view.client === client) abandon(client, view.id);
    }
    const beginning = answers.map((answer, at) => {
      const found = answer.ok ? answer.value.rows : [];
      return [froms[at] ?? 0, found] as const;
    });
    const loader: RowLoader<ListedExchange> = createRowLoader(
      {
        rows: async (from, limit) => {
          const answer = await rows(from, limit);
          return answer.ok ? answer.value : null;
        },
        position: async (id) => {
          const answer = await client.services.exchanges.position({ viewId, id });
          return answer.ok ? answer.value.index : null;
        },
        isSame: isSameRow,
      },
      { count, rows: beginning },
      () => patch({ count: loader.count(), moved: loader.moved() }),
    );
    view = { client, id: viewId, loader };
    const generation = state.get().generation + 1;
    const since = told.get(viewId);
    told.clear();
    const { progress: progressNow } = since ?? { progress };
    const isNarrowed = joined.trim() !== '';
    patch({ count, isNarrowed, progress: progressNow, moved: 0, headers, loaded: true, generation });
    if (since !== undefined) loader.changed(since.count, null);
  };
  const reopen = (changes: Partial<ExchangeViewState>) => {
    patch(changes);
    const client = connection.client();
    if (client !== null) open(client);
  };

  connection.onClient((client) => {
    client.on('exchanges', 'viewChanged', ({ viewId, count, changed, progress }) => {
      if (view?.client !== client || view.id !== viewId) {
        if (told.size < toldMax || told.has(viewId)) told.set(viewId, { count, progress });
        return;
      }
      const before = state.get().progress;
      if (progress !== before) patch({ progress });
      view.loader.changed(count, changed, progress?.isStopped === false);
      for (const listener of listeners) listener(changed);
    });
    open(client);
  });
  session.shownId.subscribe(() => reopen({}));

  return {
    state,
    calmCount: createCalmCount(state, calmCountMs),
    setFilter: (filter) => reopen({ filter }),
    setNarrowing: (narrowing) => {
      if (narrowing !== state.get().narrowing) reopen({ narrowing });
    },
    setSort: (sort) => reopen({ sort }),
    setHeaders: (headers) => {
      if (headers.join() !== state.get().headers.join()) reopen({ headers });
    },
    row: (index) => view?.loader.row(index),
    look: (first, last) => {
      seen = { first, last };
      view?.loader.look(first, last);
    },
    need: (from, to) => view?.loader.need(from, to),
    position: async (id) => {
      const at = view;
      if (at === null) return null;
      const answer = await at.client.services.exchanges.position({ viewId: at.id, id });
      return answer.ok && view === at ? answer.value.index : null;
    },
    ask: async (question) => {
      const at = view;
      return at === null ? null : notices.check(await question(at.client, at.id));
    },
    setLooking: async (looking) => {
      const at = view;
      if (at === null) return;
      const asked = at.client.services.exchanges.stopView({ viewId: at.id, stopped: !looking });
      const answer = notices.check(await asked);
      if (answer !== null && view === at) patch({ progress: answer.progress });
    },
    settled: async () => {
      for (let awaited: Promise<void> | null = null; awaited !== lastOpening;) {
        awaited = lastOpening;
        await awaited;
      }
    },
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function isSameRow(a: ListedExchange, b: ListedExchange): boolean {
  const names = Object.keys(a) as (keyof ListedExchange)[];
  return names.every((name) => {
    const [one, other] = [a[name], b[name]];
    return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
  });
}
