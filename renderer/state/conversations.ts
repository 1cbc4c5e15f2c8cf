import type { Client } from '../../core/contract/client.ts';
import type { conversationSorts, ConversationRow } from '../../core/contract/packets.ts';
import type { Connection } from './connection.ts';
import { createRowLoader, type RowLoader } from './row-loader.ts';
import type { Session } from './session.ts';
import { createStore, type Store } from './store.ts';

export type ConversationSort = (typeof conversationSorts)[number];

export interface ConversationsState {
  readonly sort: ConversationSort;
  readonly descending: boolean;
  /** Looked for in addresses, names, ports and protocols. */
  readonly text: string;
  readonly count: number;
  readonly loaded: boolean;
  /** Why there is no list, one sentence. */
  readonly problem: string | null;
  readonly generation: number;
  readonly moved: number;
  readonly version: number;
}

/** The conversations of the session that is shown, fetched as they are looked at. */
export interface Conversations {
  readonly state: Store<ConversationsState>;
  readonly row: (index: number) => ConversationRow | undefined;
  readonly look: (first: number, last: number) => void;
  /** The greatest first; the same sort again turns it round. */
  readonly sortBy: (sort: ConversationSort) => void;
  readonly setText: (text: string) => void;
}

const firstRows = 60;
const refreshMs = 1000;
const textMax = 200;

export function createConversations(
  connection: Connection,
  session: Pick<Session, 'shownId'>,
): Conversations {
  const state = createStore<ConversationsState>({
    ...{ sort: 'started', descending: false, text: '', count: 0, loaded: false, problem: null },
    ...{ generation: 0, moved: 0, version: 0 },
  });
  let loader: RowLoader<ConversationRow> | null = null;
  let turn = 0;
  let known = 0;
  let refresh: ReturnType<typeof setTimeout> | null = null;

  const patch = (changes: Partial<ConversationsState>) => {
    const now = state.get();
    state.set({ ...now, version: now.version + 1, ...changes });
  };
  const open = async (client: Client) => {
    const sessionId = session.shownId.get();
    if (sessionId === null) return;
    const mine = ++turn;
    const { sort, descending, text } = state.get();
    const ask = (from: number, limit: number) =>
      client.services.packets.conversations({ sessionId, from, limit, sort, descending, text });
    const first = await ask(0, firstRows);
    if (mine !== turn) return;
    loader?.close();
    const generation = state.get().generation + 1;
    if (!first.ok) {
      loader = null;
      if (first.error.code !== 'engine-gone')
        patch({ count: 0, loaded: true, problem: first.error.message, generation });
      return;
    }
    const made: RowLoader<ConversationRow> = createRowLoader(
      {
        rows: async (from, limit) => {
          const answer = await ask(from, limit);
          return answer.ok ? { rows: answer.value.conversations, count: answer.value.count } : null;
        },
        // Where a conversation has gone in the order is not told: the rows in sight stay where they are.
        position: () => Promise.resolve(null),
        isSame: (a, b) => a.endedAtUs === b.endedAtUs && a.lastPacket === b.lastPacket && a.id === b.id,
      },
      { count: first.value.count, rows: [[0, first.value.conversations]] },
      () => patch({ count: made.count(), moved: made.moved() }),
    );
    loader = made;
    patch({ count: first.value.count, loaded: true, problem: null, moved: 0, generation });
  };
  const reopen = (changes: Partial<ConversationsState>) => {
    patch(changes);
    const client = connection.client();
    if (client !== null) void open(client);
  };
  connection.onClient((client) => {
    client.on('packets', 'changed', ({ sessionId, conversations }) => {
      if (sessionId !== session.shownId.get()) return;
      known = conversations;
      refresh ??= setTimeout(() => {
        refresh = null;
        if (loader === null || state.get().count === 0 || state.get().text !== '') void open(client);
        else loader.changed(known, null);
      }, refreshMs);
    });
    void open(client);
  });
  session.shownId.subscribe(() => reopen({ text: '', count: 0 }));

  return {
    state,
    row: (index) => loader?.row(index),
    look: (first, last) => loader?.look(first, last),
    sortBy: (sort) => {
      const now = state.get();
      const isSame = now.sort === sort;
      // What is sorted by is mostly looked for at its greatest; times at their first.
      reopen({ sort, descending: isSame ? !now.descending : sort !== 'started' });
    },
    setText: (text) => reopen({ text: text.slice(0, textMax) }),
  };
}
