import type { ListedExchange } from '../../../../core/contract/exchanges.ts';
import { parseHeaderColumn } from '../../../../core/model/list-columns.ts';
import type { BodySide } from '../../../../core/model/exchange-record.ts';
import type { ExchangeReader } from '../exchange-detail.ts';
import { exchangeColumns, selectList } from '../record-columns.ts';
import type { ExchangeRowReader, RawRow } from '../row.ts';
import type { Sqlite } from '../sqlite.ts';
import type { Marks } from './marks.ts';

/** Longest value of a header column that a list is given. */
const valueCharsMax = 1024;

export type HeaderValues = (id: number, side: BodySide, name: string) => readonly string[];

export function createHeaderValues(exchanges: ExchangeReader): HeaderValues {
  return (id, side, name) =>
    (exchanges.head(id, side)?.headers ?? [])
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
      `SELECT ${selectList(exchangeColumns, 'e')} FROM exchanges AS e WHERE e.id IN (SELECT value FROM json_each(?))`,
    )
    .raw();
  return (ids, headers) => {
    const columns = headers.map(parseHeaderColumn);
    const byId = new Map<number, ListedExchange>();
    for (const row of fetch.all(JSON.stringify(ids)) as RawRow[]) {
      const record = toExchange(row);
      byId.set(record.id, {
        ...record,
        mark: marks.of(record.id),
        headers: columns.map((column) => {
          const values = column === null ? [] : headerValues(record.id, column.side, column.name);
          return values.length === 0 ? null : values.join(', ').slice(0, valueCharsMax);
        }),
      });
    }
    return ids.flatMap((id) => byId.get(id) ?? []);
  };
}
