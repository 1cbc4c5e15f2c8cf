import type { HeadView, ListedExchange } from '../../../../core/contract/exchanges.ts';
import { parseHeaderColumn } from '../../../../core/model/list-columns.ts';
import { ways, type BodySide } from '../../../../core/model/exchange-record.ts';
import { toHeadView, type ExchangeReader } from '../exchange-detail.ts';
import type { RawHeadsOfRange } from '../raw-heads.ts';
import { exchangeColumns, selectList } from '../record-columns.ts';
import type { ExchangeRowReader, RawRow } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';
import { createByteSearch } from './byte-search.ts';
import type { HeaderValueSource } from './header-keys.ts';
import type { Marks } from './marks.ts';

/** Longest value of a header column that a list is given. */
const valueCharsMax = 1024;

export type HeaderValues = (id: number, side: BodySide, name: string) => readonly string[];

export function createHeaderValues(exchanges: ExchangeReader): HeaderValues {
  return (id, side, name) => valuesIn(exchanges.head(id, side), name);
}

/** Of one field of the heads on one side, in lower case. */
export function createHeaderSource(
  values: HeaderValues,
  heads: RawHeadsOfRange,
  { side, name }: { readonly side: BodySide; readonly name: string },
): HeaderValueSource {
  const search = createByteSearch(Buffer.from(name, 'latin1'));
  return {
    of: (id) => values(id, side, name),
    ofRange: (fromId, toId, visit) => {
      heads(fromId, toId, side, (id, raw) => {
        const head = raw.at(-1);
        // Most heads that lack a field do not hold its name at all.
        if (head === undefined || search(head, 0) === -1) return;
        visit(id, valuesIn(toHeadView(head), name));
      });
    },
  };
}

function valuesIn(head: HeadView | null, name: string): string[] {
  return (head?.headers ?? [])
    .filter((line) => line[0].length === name.length && line[0].toLowerCase() === name)
    .map((line) => line[1]);
}

/** Reads rows by id, in the order of the ids; those that are not there are left out. */
export function createListedRows(
  db: Sqlite,
  toExchange: ExchangeRowReader,
  marks: Marks,
  headerValues: HeaderValues,
): (ids: readonly number[], headers: readonly string[]) => ListedExchange[] {
  const fetch = db
    .prepare(
      `SELECT ${selectList(exchangeColumns, 'e')}, c.way, c.processName, c.device, s.via FROM exchanges AS e
       LEFT JOIN conversations AS c ON c.id = e.clientConversation
       LEFT JOIN conversations AS s ON s.id = e.serverConversation
       WHERE e.id IN (SELECT value FROM json_each(?))`,
    )
    .raw();
  return (ids, headers) => {
    const columns = headers.map(parseHeaderColumn);
    const byId = new Map<number, ListedExchange>();
    for (const row of fetch.all(JSON.stringify(ids)) as RawRow[]) {
      const record = toExchange(row);
      const [way, process, device, via] = row
        .slice(-4)
        .map((value) => (typeof value === 'string' ? value : null));
      byId.set(record.id, {
        ...record,
        mark: marks.of(record.id),
        way: ways.find((each) => each === way) ?? null,
        process: process ?? null,
        device: device ?? null,
        via: via ?? null,
        headers: columns.map((column) => {
          const values = column === null ? [] : headerValues(record.id, column.side, column.name);
          return values.length === 0 ? null : values.join(', ').slice(0, valueCharsMax);
        }),
      });
    }
    return ids.flatMap((id) => byId.get(id) ?? []);
  };
}
