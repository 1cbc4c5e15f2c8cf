import type { Client } from '../../core/contract/client.ts';
import type { PacketDetail, PacketRow } from '../../core/contract/packets.ts';
import type { Result } from '../../core/model/result.ts';
import { toggledReference, type TimeReference } from '../format/packet-time.ts';
import type { Connection } from './connection.ts';
import type { Layout } from './layout.ts';
import type { Notices } from './notices.ts';
import { createPacketFilter, type PacketFilter } from './packet-filter.ts';
import { createPacketView, type ListedPacket, type PacketView } from './packet-view.ts';
import type { Session } from './session.ts';
import { createStore, type Store, type WritableStore } from './store.ts';

/** The selected packet; `index` is its place in the list, null when it is not there. */
export interface SelectedPacket {
  readonly number: number;
  readonly index: number | null;
}

export interface PacketDetailState {
  readonly number: number;
  /** Null until the first answer. */
  readonly detail: PacketDetail | null;
  readonly problem: string | null;
}

/** Packets of the session that is shown: their list, the selected one, and what is done with them. */
export interface Packets {
  readonly view: PacketView;
  readonly filter: PacketFilter;
  readonly selected: Store<SelectedPacket | null>;
  readonly detail: Store<PacketDetailState | null>;
  /** Packets that times are counted from, in order of their numbers; they last as long as the window. */
  readonly references: Store<readonly TimeReference[]>;
  /** Path of the field of the protocol tree that was looked at last: the next packet shows the same. */
  readonly field: WritableStore<string | null>;
  /** The row of a packet's tree that was selected: a path may come twice in it. */
  readonly fieldRow: WritableStore<{ readonly number: number; readonly row: number } | null>;
  /** Paths of the fields that are open. */
  readonly open: WritableStore<ReadonlySet<string>>;
  /** The conversation that is followed, null for that of the selected packet. */
  readonly followed: WritableStore<number | null>;
  /** The packet whose comment is being written; null for none. */
  readonly commenting: WritableStore<number | null>;
  /** The packet that the dialog “Decode as” is open for; null while it is not. */
  readonly decoding: WritableStore<PacketRow | null>;
  readonly select: (number: number, index: number | null) => void;
  /** Selects a packet wherever it stands in the list. */
  readonly goTo: (number: number) => Promise<boolean>;
  readonly clear: () => void;
  readonly mark: (
    numbers: readonly number[],
    change: { marked?: boolean; comment?: string },
  ) => Promise<void>;
  readonly toggleReference: (row: ListedPacket) => void;
  /** Asks the engine about the session shown; null when there is none or a failure was said. */
  readonly ask: <T>(question: (client: Client, sessionId: number) => Promise<Result<T>>) => Promise<T | null>;
  /** The same, with its failure as a value. */
  readonly tryAsk: <T>(
    question: (client: Client, sessionId: number) => Promise<Result<T>>,
  ) => Promise<Result<T> | null>;
  /** The selected packet is dissected again: what it is decoded as may be another. */
  readonly refresh: () => void;
}

export function createPackets(
  connection: Connection,
  session: Session,
  layout: Layout,
  notices: Notices,
): Packets {
  const view = createPacketView(connection, session, notices);
  const selected = createStore<SelectedPacket | null>(null);
  const detail = createStore<PacketDetailState | null>(null);
  const references = createStore<readonly TimeReference[]>([]);
  const followed = createStore<number | null>(null);
  let turn = 0;

  const tryAsk: Packets['tryAsk'] = async (question) => {
    const client = connection.client();
    const sessionId = session.shownId.get();
    return client === null || sessionId === null ? null : question(client, sessionId);
  };
  const ask: Packets['ask'] = async (question) => {
    const answer = await tryAsk(question);
    return answer === null ? null : notices.check(answer);
  };
  const load = async (number: number) => {
    const mine = ++turn;
    const answer = await tryAsk((client, sessionId) => client.services.packets.get({ sessionId, number }));
    if (mine !== turn || answer === null) return;
    if (answer.ok) detail.set({ number, detail: answer.value, problem: null });
    else if (answer.error.code !== 'engine-gone')
      detail.set({ number, detail: null, problem: answer.error.message });
  };
  const select = (number: number, index: number | null) => {
    const before = selected.get();
    if (before?.number === number && before.index === index) return;
    selected.set({ number, index });
    if (before?.number === number) return;
    // The tree that is shown stays until the next one is here.
    void load(number);
  };
  const clear = () => {
    turn += 1;
    selected.set(null);
    detail.set(null);
  };

  let shownGeneration = view.state.get().generation;
  view.state.subscribe(() => {
    const now = selected.get();
    if (now === null || view.state.get().generation === shownGeneration) return;
    shownGeneration = view.state.get().generation;
    void view.position(now.number).then((index) => {
      if (selected.get()?.number === now.number) selected.set({ number: now.number, index });
    });
  });
  let shown: string | null = null;
  session.state.subscribe(() => {
    const path = session.state.get()?.path ?? null;
    if (shown !== null && path !== shown) {
      clear();
      references.set([]);
      followed.set(null);
    }
    shown = path;
  });

  return {
    view,
    filter: createPacketFilter(connection, view, layout),
    selected,
    detail,
    references,
    field: createStore<string | null>(null),
    fieldRow: createStore<{ readonly number: number; readonly row: number } | null>(null),
    open: createStore<ReadonlySet<string>>(new Set()),
    followed,
    commenting: createStore<number | null>(null),
    decoding: createStore<PacketRow | null>(null),
    select,
    goTo: async (number) => {
      await view.settled();
      const index = await view.position(number);
      select(number, index);
      return index !== null;
    },
    clear,
    mark: async (numbers, change) => {
      const done = await ask((client, sessionId) =>
        client.services.packets.mark({ sessionId, numbers: [...numbers], ...change }),
      );
      if (done !== null) view.touched(numbers);
    },
    toggleReference: ({ number, seconds, nanos }) =>
      references.set(toggledReference(references.get(), { number, seconds, nanos })),
    ask,
    tryAsk,
    refresh: () => {
      const now = selected.get();
      if (now !== null) void load(now.number);
    },
  };
}
