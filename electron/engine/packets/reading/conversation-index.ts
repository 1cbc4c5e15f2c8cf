import type { TcpSummary } from '../../../../core/packets/tcp-events.ts';
import type { Sqlite } from '../../session/sqlite.ts';
import { readSummary } from './read-summary.ts';

/** Summaries that are held parsed. */
const summariesKept = 500;

/** What is needed of a conversation for each of its packets. */
export interface ConversationFacts {
  readonly id: number;
  readonly transport: string;
  readonly addressA: string;
  readonly portA: number;
  readonly addressB: string;
  readonly portB: number;
  /** Number among those of its transport, from 0. */
  readonly stream: number;
}

export interface ConversationIndex {
  readonly refresh: () => void;
  readonly get: (id: number) => ConversationFacts | null;
  /** Null for what is no TCP. */
  readonly summary: (id: number) => TcpSummary | null;
  readonly count: () => number;
}

export function createConversationIndex(db: Sqlite): ConversationIndex {
  const more = db
    .prepare(
      'SELECT id, transport, addressA, portA, addressB, portB FROM packet_conversations WHERE id > ? ORDER BY id',
    )
    .raw();
  const one = db
    .prepare('SELECT id, transport, addressA, portA, addressB, portB FROM packet_conversations WHERE id = ?')
    .raw();
  const summaryOf = db.prepare('SELECT summary FROM packet_conversations WHERE id = ?').pluck();
  const streamOf = db
    .prepare('SELECT count(*) FROM packet_conversations WHERE transport = ? AND id < ?')
    .pluck();
  const known = new Map<number, ConversationFacts>();
  const streams = new Map<string, number>();
  const summaries = new Map<number, TcpSummary | null>();
  let last = 0;
  let isStale = true;

  function factsOf(row: unknown, stream: number): ConversationFacts {
    // Nothing of a forged file is as its column says.
    const [id, transport, addressA, portA, addressB, portB] = row as [number, ...unknown[]];
    return {
      id,
      transport: textOf(transport),
      ...{ addressA: textOf(addressA), portA: portOf(portA) },
      ...{ addressB: textOf(addressB), portB: portOf(portB) },
      stream,
    };
  }

  /** Not before somebody asks: lists of conversations need none of it, and of a million it takes seconds. */
  function load(): void {
    if (!isStale) return;
    isStale = false;
    // A conversation is written when it is over or changed, so that smaller ids may come later.
    for (const row of more.iterate(last)) {
      const [id, transport] = row as [number, string];
      const stream = streams.get(transport) ?? 0;
      streams.set(transport, stream + 1);
      known.set(id, factsOf(row, stream));
      last = Math.max(last, id);
    }
  }

  return {
    refresh: () => {
      summaries.clear();
      isStale = true;
    },
    get: (id) => {
      load();
      const found = known.get(id);
      if (found !== undefined) return found;
      const row = one.get(id) as unknown[] | undefined;
      if (row === undefined) return null;
      const facts = factsOf(row, streamOf.get(row[1], id) as number);
      known.set(id, facts);
      return facts;
    },
    summary: (id) => {
      const found = summaries.get(id);
      if (found !== undefined) return found;
      const text = summaryOf.get(id);
      const summary = typeof text === 'string' ? readSummary(text) : null;
      if (summaries.size >= summariesKept) summaries.clear();
      summaries.set(id, summary);
      return summary;
    },
    count: () => {
      load();
      return known.size;
    },
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function portOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
