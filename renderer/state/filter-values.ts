import type { Client } from '../../core/contract/client.ts';
import { succeed, type Result } from '../../core/model/result.ts';
import type { Connection } from './connection.ts';
import type { Session } from './session.ts';
import { createStore, type Store } from './store.ts';

/** Values that the shown session has, asked for when they are first wanted. */
export interface FilterValues {
  /** Grows when values came. */
  readonly version: Store<number>;
  /**
   * The values of a field, or the header names by `header`, `request.header` and `response.header`, as far as they are
   * here, most frequent first; others are on their way.
   */
  readonly of: (field: string) => readonly string[];
}

const fields = ['method', 'scheme', 'host', 'type', 'protocol', 'app', 'statement', 'error'] as const;
/** Names of header fields: of either head, of one. All are one question. */
const headerFields = ['header', 'request.header', 'response.header'] as const;
const valuesMax = 500;
interface Known {
  values: readonly string[];
  readonly askedAtMs: number;
}

/** After that long, new exchanges may have brought new values. */
const freshMs = 5000;

export function createFilterValues(connection: Connection, session: Pick<Session, 'shownId'>): FilterValues {
  const version = createStore(0);
  const known = new Map<string, Known>();

  /** Sends for what is missing or old; the answer is the values of each name. */
  const ask = async (
    names: readonly string[],
    question: (client: Client, sessionId: number) => Promise<Result<readonly (readonly string[])[]>>,
  ) => {
    const sessionId = session.shownId.get();
    const client = connection.client();
    if (sessionId === null || client === null) return;
    const askedAtMs = performance.now();
    const entries = names.map((name): Known => ({ values: known.get(name)?.values ?? [], askedAtMs }));
    for (const [at, name] of names.entries()) known.set(name, entries[at] ?? { values: [], askedAtMs });
    const answer = await question(client, sessionId);
    if (!answer.ok || entries.some((entry, at) => known.get(names[at] ?? '') !== entry)) return;
    for (const [at, entry] of entries.entries()) entry.values = answer.value[at] ?? [];
    version.set(version.get() + 1);
  };
  const askField = (field: (typeof fields)[number]) =>
    ask([field], async ({ services }, sessionId) => {
      const answer = await services.exchanges.values({ sessionId, field, limit: valuesMax });
      return answer.ok ? succeed([answer.value.values]) : answer;
    });
  const askHeaders = () =>
    ask(headerFields, async ({ services }, sessionId) => {
      const answer = await services.exchanges.headerNames({ sessionId, limit: valuesMax });
      if (!answer.ok) return answer;
      const { request, response } = answer.value;
      return succeed([[...new Set([...request, ...response])], request, response]);
    });

  session.shownId.subscribe(() => known.clear());
  return {
    version,
    of: (name) => {
      const field = fields.find((one) => one === name);
      const isHeader = headerFields.some((one) => one === name);
      if (field === undefined && !isHeader) return [];
      const entry = known.get(name);
      if (entry === undefined || performance.now() - entry.askedAtMs > freshMs) {
        void (field === undefined ? askHeaders() : askField(field));
      }
      return entry?.values ?? [];
    },
  };
}
