import type { Client } from '../../core/contract/client.ts';
import {
  messageRowsMax,
  type MessageContent,
  type MessageFilter,
  type MessageRow,
} from '../../core/contract/messages.ts';
import { bodyPageBytesMax } from '../../core/contract/bodies.ts';
import { createStore, type Store } from './store.ts';

export interface MessagesPlace {
  readonly sessionId: number;
  readonly exchangeId: number;
}

export interface MessagesState {
  /** All of the exchange, and how many of them the filter leaves. */
  readonly total: number;
  readonly count: number;
  /** How many the filter has looked at. */
  readonly looked: number;
  /** Grows whenever rows arrive. */
  readonly version: number;
  readonly loaded: boolean;
  readonly close: CloseSides | null;
  /** Why they cannot be read, one sentence. */
  readonly problem: string | null;
}

/** The first close frame of a WebSocket. */
export interface CloseSides {
  readonly side: MessageRow['side'];
  readonly code: number;
}

/** The messages of one exchange, fetched by the page as they are looked at. */
export interface Messages {
  readonly state: Store<MessagesState>;
  /** The row at a place of the list; fetched when it is not here. */
  readonly row: (at: number) => MessageRow | undefined;
  /** Null for all. */
  readonly setFilter: (filter: MessageFilter | null) => void;
  /** More may have come. */
  readonly refresh: () => void;
  readonly close: () => void;
}

const pageRows = 100;
/** 10,000 rows; the least recently used go first. */
const pagesKeptMax = 100;
const nothing: MessagesState = {
  ...{ total: 0, count: 0, looked: 0, version: 0 },
  ...{ loaded: false, close: null, problem: null },
};

export function createMessages(client: () => Client | null, place: MessagesPlace): Messages {
  const state = createStore<MessagesState>(nothing);
  let pages = new Map<number, MessageRow[]>();
  let filter: MessageFilter | null = null;
  /** Answers of an earlier filter are not for this one. */
  let turn = 0;
  let wanted = new Set<number>();
  /** One page at a time: what is compressed is decoded in order, and two pages at once would begin again and again. */
  let turns: Promise<void> = Promise.resolve();
  let looking = false;
  let isClosed = false;

  async function ask(from: number, limit: number): Promise<MessageRow[] | null> {
    const asked = turn;
    const result = await client()?.services.messages.list({
      ...place,
      from,
      limit,
      ...(filter === null ? {} : { filter }),
    });
    if (result === undefined || asked !== turn || isClosed) return null;
    const before = state.get();
    if (!result.ok) {
      if (result.error.code !== 'engine-gone')
        state.set({ ...before, loaded: true, problem: result.error.message });
      return null;
    }
    const { rows, count, looked, total, close } = result.value;
    state.set({ total, count, looked, close, version: before.version + 1, loaded: true, problem: null });
    return rows;
  }

  async function fetchPage(index: number): Promise<void> {
    const held = [...(pages.get(index) ?? [])];
    const mine = pages;
    while (held.length < pageRows) {
      const rows = await ask(index * pageRows + held.length, pageRows - held.length);
      if (rows === null || pages !== mine) return;
      held.push(...rows);
      pages.delete(index);
      pages.set(index, [...held]);
      const oldest = pages.keys().next().value;
      if (pages.size > pagesKeptMax && oldest !== undefined) pages.delete(oldest);
      if (rows.length === 0 || index * pageRows + held.length >= state.get().count) break;
    }
    // Rows are told by their version once they can be had.
    const now = state.get();
    state.set({ ...now, version: now.version + 1 });
  }

  function fetch(index: number): void {
    if (wanted.has(index) || isClosed) return;
    const mine = wanted;
    mine.add(index);
    turns = turns.then(async () => {
      if (mine === wanted && !isClosed) await fetchPage(index);
      mine.delete(index);
    });
  }

  /** Goes on until the filter has looked at every message. */
  async function look(): Promise<void> {
    if (looking) return;
    looking = true;
    for (;;) {
      const { looked, total, loaded } = state.get();
      if (isClosed || filter === null || (loaded && looked >= total)) break;
      if ((await ask(0, 1)) === null) break;
    }
    looking = false;
  }

  return {
    state,
    row: (at) => {
      const index = Math.floor(at / pageRows);
      const row = pages.get(index)?.[at % pageRows];
      if (row === undefined && at < state.get().count) fetch(index);
      return row;
    },
    setFilter: (next) => {
      turn += 1;
      filter = next;
      pages = new Map();
      wanted = new Set();
      looking = false;
      state.set({ ...state.get(), count: 0, looked: 0, loaded: false });
      fetch(0);
      if (next !== null) void look();
    },
    refresh: () => {
      fetch(Math.floor(Math.max(0, state.get().count - 1) / pageRows));
      if (filter !== null) void look();
    },
    close: () => {
      isClosed = true;
      turn += 1;
    },
  };
}

export interface WholeMessage extends Omit<MessageContent, 'bytes'> {
  readonly bytes: Uint8Array;
}

/** All pages of one message, at most the 16 MiB that the engine decodes; a sentence where it cannot be read. */
export async function readMessage(
  client: Client | null,
  place: MessagesPlace,
  index: number,
  decoded: boolean,
): Promise<WholeMessage | string> {
  const parts: Uint8Array[] = [];
  let read = 0;
  for (;;) {
    const page = await client?.services.messages.get({
      ...{ ...place, index, decoded },
      ...{ from: read, limit: bodyPageBytesMax },
    });
    if (page === undefined) return 'The engine is not connected.';
    if (!page.ok) return page.error.message;
    parts.push(page.value.bytes);
    read += page.value.bytes.length;
    if (read >= page.value.totalBytes || page.value.bytes.length === 0)
      return { ...page.value, bytes: parts.length === 1 ? page.value.bytes : joined(parts, read) };
  }
}

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Indexes of the messages that a filter leaves, in order; at most `countMax`. */
export async function* rowsOf(
  client: Client | null,
  place: MessagesPlace,
  filter: MessageFilter | null,
  countMax: number,
): AsyncGenerator<MessageRow> {
  for (let from = 0; from < countMax;) {
    const page = await client?.services.messages.list({
      ...{ ...place, from, limit: messageRowsMax },
      ...(filter === null ? {} : { filter }),
    });
    if (!page?.ok) return;
    const { rows, count, looked, total } = page.value;
    yield* rows;
    from += rows.length;
    if (from >= count && looked >= total) return;
  }
}
