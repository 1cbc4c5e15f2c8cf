import type { Client } from '../../core/contract/client.ts';
import type { PacketRow, PacketScope, PacketViewProgress } from '../../core/contract/packets.ts';
import type { Result } from '../../core/model/result.ts';
import type { PacketInstant } from '../format/packet-time.ts';
import { createCalmCount } from './calm-count.ts';
import type { Connection } from './connection.ts';
import type { Notices } from './notices.ts';
import { createRowLoader, type RowLoader } from './row-loader.ts';
import type { Session } from './session.ts';
import { createStore, type Store } from './store.ts';

/** A row of the list; `id` is its number, as lists call what a row is known by. */
export type ListedPacket = PacketRow & { readonly id: number };

export interface PacketViewState {
  readonly scope: PacketScope;
  /** The display filter of the rows that are here, or are on their way. */
  readonly filter: string;
  readonly count: number;
  /** Packets in the session, whatever is shown. */
  readonly total: number;
  readonly progress: PacketViewProgress;
  /** Why there is no list, one sentence; null when there is one. */
  readonly problem: string | null;
  /** False until the first view was opened or refused. */
  readonly loaded: boolean;
  /** The first packet of the session; null while there is none. */
  readonly start: PacketInstant | null;
  readonly generation: number;
  readonly moved: number;
  readonly version: number;
}

export interface PacketView {
  readonly state: Store<PacketViewState>;
  readonly calmCount: Store<number>;
  readonly setFilter: (filter: string) => void;
  /** Another selection of packets; the filter goes, unless one is given. */
  readonly setScope: (scope: PacketScope, filter?: string) => void;
  readonly row: (index: number) => ListedPacket | undefined;
  readonly look: (first: number, last: number) => void;
  /** Fetches a row that is not in sight. */
  readonly need: (index: number) => void;
  readonly position: (number: number) => Promise<number | null>;
  readonly ask: <T>(question: (client: Client, viewId: number) => Promise<Result<T>>) => Promise<T | null>;
  /** Wireshark's engine goes on, or stops looking; packets found stay. */
  readonly setLooking: (looking: boolean) => Promise<void>;
  /** These packets say something else now: a mark, a comment. */
  readonly touched: (numbers: readonly number[]) => void;
  /** Resolves when no other rows are on their way. */
  readonly settled: () => Promise<void>;
}

interface OpenView {
  readonly client: Client;
  readonly id: number;
  readonly loader: RowLoader<ListedPacket>;
}

const firstRows = 100;
const calmCountMs = 250;
/** Views of which something was told before they were known here. */
const toldMax = 64;
const nothingLooked: PacketViewProgress = { looked: 0, total: 0, stopped: false, problem: null };

/** The rows of the packet list: one view of the engine, its rows fetched as they are looked at. */
export function createPacketView(
  connection: Connection,
  session: Pick<Session, 'shownId'>,
  notices: Notices,
): PacketView {
  const state = createStore<PacketViewState>({
    ...{ scope: { kind: 'all' }, filter: '', count: 0, total: 0, progress: nothingLooked, problem: null },
    ...{ loaded: false, start: null, generation: 0, moved: 0, version: 0 },
  });
  let view: OpenView | null = null;
  let opening = 0;
  let lastOpening: Promise<void> = Promise.resolve();
  let seen = { first: 0, last: -1 };
  const told = new Map<number, { readonly count: number; readonly progress: PacketViewProgress }>();

  const patch = (changes: Partial<PacketViewState>) => {
    const now = state.get();
    state.set({ ...now, version: now.version + 1, ...changes });
  };
  const drop = () => {
    const old = view;
    view = null;
    old?.loader.close();
    if (old !== null && old.client === connection.client())
      void old.client.services.packets.closeView({ viewId: old.id });
  };
  const openNow = async (client: Client) => {
    const sessionId = session.shownId.get();
    if (sessionId === null) return;
    const turn = ++opening;
    const { scope, filter } = state.get();
    const { packets } = client.services;
    const opened = await packets.openView({ sessionId, scope, filter });
    const close = (viewId: number) => void packets.closeView({ viewId });
    if (!opened.ok) {
      if (turn !== opening || opened.error.code === 'engine-gone') return;
      drop();
      patch({
        ...{ count: 0, total: 0, problem: opened.error.message, loaded: true },
        generation: state.get().generation + 1,
      });
      return;
    }
    const { viewId, count, progress } = opened.value;
    const rows = async (from: number, limit: number) => {
      const answer = await packets.rows({ viewId, from, limit });
      if (!answer.ok) return null;
      return {
        count: answer.value.count,
        rows: answer.value.rows.map((row) => ({ ...row, id: row.number })),
      };
    };
    const froms = [...new Set([0, Math.max(0, seen.first)])];
    const [known, ...answers] = await Promise.all([
      packets.state({ sessionId }),
      ...froms.map((from) => rows(from, firstRows)),
    ]);
    if (turn !== opening) return close(viewId);
    drop();
    const beginning = answers.map((answer, at) => [froms[at] ?? 0, answer?.rows ?? []] as const);
    const loader: RowLoader<ListedPacket> = createRowLoader(
      {
        rows,
        position: async (number) => {
          const answer = await packets.position({ viewId, number });
          return answer.ok ? answer.value.index : null;
        },
        isSame: isSameRow,
      },
      { count, rows: beginning },
      () => patch({ count: loader.count(), moved: loader.moved() }),
    );
    view = { client, id: viewId, loader };
    const since = told.get(viewId);
    told.clear();
    const isWhole = scope.kind === 'all' && filter.trim() === '';
    const firstRow = isWhole ? beginning[0]?.[1][0] : undefined;
    const total = known.ok ? known.value.packets : progress.total;
    patch({
      ...{ count, progress: since?.progress ?? progress, problem: null, moved: 0, loaded: true, total },
      start: firstRow ?? (total === 0 ? null : state.get().start),
      generation: state.get().generation + 1,
    });
    if (since !== undefined) loader.changed(since.count, null);
    if (!isWhole && total > 0 && state.get().start === null) void findStart(client, sessionId);
  };
  /** Times are counted from the first packet, also where it is not among those shown. */
  const findStart = async (client: Client, sessionId: number) => {
    const { packets } = client.services;
    const opened = await packets.openView({ sessionId, scope: { kind: 'all' }, filter: '' });
    if (!opened.ok) return;
    const { viewId } = opened.value;
    const answer = await packets.rows({ viewId, from: 0, limit: 1 });
    void packets.closeView({ viewId });
    const first = answer.ok ? answer.value.rows[0] : undefined;
    if (first !== undefined && sessionId === session.shownId.get()) patch({ start: first });
  };
  const open = (client: Client) => {
    lastOpening = openNow(client);
  };
  const reopen = (changes: Partial<PacketViewState>) => {
    patch(changes);
    const client = connection.client();
    if (client !== null) open(client);
  };

  connection.onClient((client) => {
    client.on('packets', 'viewChanged', ({ viewId, count, progress }) => {
      if (view?.client !== client || view.id !== viewId) {
        if (told.size < toldMax || told.has(viewId)) told.set(viewId, { count, progress });
        return;
      }
      // Wireshark's engine takes packets by conversation: what it finds may stand before rows that are here.
      const isFiltering = state.get().progress.looked < state.get().progress.total;
      patch({ progress });
      view.loader.changed(count, isFiltering && state.get().filter !== '' ? null : []);
    });
    client.on('packets', 'changed', ({ sessionId, packets }) => {
      if (sessionId !== session.shownId.get()) return;
      const isFirst = state.get().total === 0 && packets > 0;
      patch({ total: packets });
      if (isFirst) open(client);
    });
    open(client);
  });
  session.shownId.subscribe(() =>
    reopen({ scope: { kind: 'all' }, filter: '', start: null, total: 0, count: 0 }),
  );

  return {
    state,
    calmCount: createCalmCount(state, calmCountMs),
    setFilter: (filter) => {
      if (filter !== state.get().filter || state.get().problem !== null) reopen({ filter });
    },
    setScope: (scope, filter = '') => reopen({ scope, filter }),
    row: (index) => view?.loader.row(index),
    look: (first, last) => {
      seen = { first, last };
      view?.loader.look(first, last);
    },
    need: (index) => view?.loader.need(index, index + 1),
    position: async (number) => {
      const at = view;
      if (at === null) return null;
      const answer = await at.client.services.packets.position({ viewId: at.id, number });
      return answer.ok && view === at ? answer.value.index : null;
    },
    ask: async (question) => {
      const at = view;
      return at === null ? null : notices.check(await question(at.client, at.id));
    },
    setLooking: async (looking) => {
      const at = view;
      if (at === null) return;
      const asked = at.client.services.packets.stopView({ viewId: at.id, stopped: !looking });
      const answer = notices.check(await asked);
      if (answer !== null && view === at) patch({ progress: answer.progress });
    },
    touched: (numbers) => view?.loader.changed(state.get().count, numbers),
    settled: async () => {
      for (let awaited: Promise<void> | null = null; awaited !== lastOpening;) {
        awaited = lastOpening;
        await awaited;
      }
    },
  };
}

/** What of a packet can change after it was captured. */
function isSameRow(a: ListedPacket, b: ListedPacket): boolean {
  return (
    a.number === b.number &&
    a.marked === b.marked &&
    a.comment === b.comment &&
    a.info === b.info &&
    a.protocol === b.protocol &&
    a.troubles === b.troubles &&
    a.sourceName === b.sourceName &&
    a.destinationName === b.destinationName
  );
}
