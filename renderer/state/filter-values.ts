import type { Connection } from './connection.ts';
import type { Session } from './session.ts';
import { createStore, type Store } from './store.ts';

/** Values that the shown session has, asked for when they are first wanted. */
export interface FilterValues {
  /** Grows when values came. */
  readonly version: Store<number>;
  /** The values of a field as far as they are here, most frequent first; others are on their way. */
  readonly of: (field: string) => readonly string[];
}

const fields = ['method', 'scheme', 'host', 'type', 'protocol', 'app', 'error'] as const;
const valuesMax = 500;
/** After that long, new exchanges may have brought new values. */
const freshMs = 5000;

export function createFilterValues(connection: Connection, session: Pick<Session, 'shownId'>): FilterValues {
  const version = createStore(0);
  const known = new Map<string, { values: readonly string[]; askedAtMs: number }>();

  const ask = async (field: (typeof fields)[number]) => {
    const sessionId = session.shownId.get();
    if (sessionId === null) return;
    const entry = { values: known.get(field)?.values ?? [], askedAtMs: performance.now() };
    known.set(field, entry);
    const answer = await connection
      .client()
      ?.services.exchanges.values({ sessionId, field, limit: valuesMax });
    if (answer?.ok !== true || known.get(field) !== entry) return;
    entry.values = answer.value.values;
    version.set(version.get() + 1);
  };

  session.shownId.subscribe(() => known.clear());
  return {
    version,
    of: (name) => {
      const field = fields.find((one) => one === name);
      if (field === undefined) return [];
      const entry = known.get(field);
      if (entry === undefined || performance.now() - entry.askedAtMs > freshMs) void ask(field);
      return entry?.values ?? [];
    },
  };
}
