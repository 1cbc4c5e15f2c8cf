import type { ConversationRecord, ExchangeRecord } from '../../../../../core/model/exchange-record.ts';
import {
  createBodyIndex,
  type BodyIndex,
} from '../../../../../electron/engine/session/body-index/body-index.ts';
import {
  createColumnStore,
  type ColumnStore,
} from '../../../../../electron/engine/session/columns/column-store.ts';
import {
  columnList,
  conversationColumns,
  exchangeColumns,
  upsertSql,
} from '../../../../../electron/engine/session/record-columns.ts';
import { createExchangeRowReader } from '../../../../../electron/engine/session/row.ts';
import { migrate } from '../../../../../electron/engine/session/schema.ts';
import { openScratchSqlite, type Sqlite } from '../../../../../electron/engine/session/sqlite.ts';
import { createMarks, type Marks } from '../../../../../electron/engine/session/lists/marks.ts';

export interface Lists {
  readonly db: Sqlite;
  readonly store: ColumnStore;
  readonly marks: Marks;
  readonly bodies: BodyIndex;
  readonly put: (...records: readonly ExchangeRecord[]) => void;
  readonly putLeg: (record: ConversationRecord) => void;
}

/** Exchanges in memory, without a writer: what lists read. */
export function createLists(): Lists {
  const db = openScratchSqlite();
  migrate(db);
  const insert = db.prepare(upsertSql('exchanges', exchangeColumns));
  const columns = columnList(exchangeColumns);
  const insertLeg = db.prepare(upsertSql('conversations', conversationColumns));
  return {
    db,
    store: createColumnStore(db, createExchangeRowReader(false)),
    marks: createMarks(db),
    bodies: createBodyIndex(db),
    putLeg: (record) => {
      const values = columnList(conversationColumns).map(({ name, kind }) => {
        if (kind === 'json') return JSON.stringify(record[name]);
        return kind === 'boolean' ? Number(record[name]) : record[name];
      });
      insertLeg.run(values);
    },
    put: (...records) => {
      for (const record of records) {
        insert.run(
          columns.map(({ name, kind }) => (kind === 'boolean' ? Number(record[name]) : record[name])),
        );
      }
    },
  };
}
