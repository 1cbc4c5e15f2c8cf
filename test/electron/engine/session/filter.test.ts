import { describe, expect, it } from 'vitest';
import type { FilterClause } from '../../../../core/contract/exchanges.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { columnList, exchangeColumns, upsertSql } from '../../../../electron/engine/session/columns.ts';
import { migrate } from '../../../../electron/engine/session/schema.ts';
import { openScratchSqlite } from '../../../../electron/engine/session/sqlite.ts';
import { createView } from '../../../../electron/engine/session/view.ts';
import { exchange } from './support.ts';

describe('a filter', () => {
  const rows = [
    exchange(1, { method: 'POST', host: 'shop.example', port: 8443, path: '/Cart/100%_sure' }),
    exchange(2, { status: 404, statusText: 'Not Found', contentType: 'text/html', protocol: 'h2' }),
    exchange(3, {
      state: 'failed',
      status: null,
      host: '2001:db8::1',
      errorCode: 'upstream-reset',
      errorMessage: 'The server hung up.',
    }),
    exchange(4, { scheme: 'http', port: 80, host: 'plain.example', path: '/back\\slash', contentType: null }),
  ];

  it.each<[FilterClause[], number[]]>([
    [[], [1, 2, 3, 4]],
    [[{ column: 'any', text: '' }], [1, 2, 3, 4]],
    [[{ column: 'method', text: 'post' }], [1]],
    [[{ column: 'status', text: '40' }], [2]],
    [[{ column: 'status', text: 'UPSTREAM' }], [3]],
    [[{ column: 'host', text: 'EXAMPLE' }], [1, 2, 4]],
    [[{ column: 'host', text: 'shop.example:84' }], [1]],
    [[{ column: 'host', text: '[2001:db8::1]:443' }], [3]],
    [[{ column: 'path', text: '%' }], [1]],
    [[{ column: 'path', text: '0%_S' }], [1]],
    [[{ column: 'path', text: '_' }], [1]],
    [[{ column: 'path', text: 'back\\' }], [4]],
    [[{ column: 'path', text: `'; DROP TABLE exchanges; --` }], []],
    [[{ column: 'type', text: 'HTML' }], [2]],
    [[{ column: 'protocol', text: 'h2' }], [2]],
    [[{ column: 'error', text: 'hung up' }], [3]],
    [[{ column: 'any', text: 'hung' }], [3]],
    [[{ column: 'any', text: '404' }], [2]],
    [[{ column: 'any', text: 'http://plain.example/back' }], [4]],
    [[{ column: 'any', text: 'shop.example:8443/cart' }], [1]],
    [
      [
        { column: 'host', text: 'example' },
        { column: 'method', text: 'GET' },
        { column: 'type', text: 'json' },
      ],
      [],
    ],
    [
      [
        { column: 'host', text: 'example' },
        { column: 'protocol', text: '1.1' },
      ],
      [1, 4],
    ],
  ])('%j finds %j, before and after it is opened', (filter, expected) => {
    const db = openScratchSqlite();
    migrate(db);
    const insert = db.prepare(upsertSql('exchanges', exchangeColumns));
    const put = (row: ExchangeRecord): void => {
      insert.run(
        columnList(exchangeColumns).map(({ name, kind }) => (kind === 'boolean' ? +row[name]! : row[name])),
      );
    };
    rows.forEach(put);
    const view = createView(db, filter);
    view.fillSome();
    expect(view.isFilled()).toBe(true);
    expect(view.ids.slice(0, 100)).toEqual(expected);

    rows.forEach((row) => put({ ...row, id: row.id + 10 }));
    view.update(new Set(rows.flatMap(({ id }) => [id + 10, id])));
    expect(view.ids.slice(0, 100)).toEqual([...expected, ...expected.map((id) => id + 10)]);
    db.close();
  });
});
