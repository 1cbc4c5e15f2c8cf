import { expect, it } from 'vitest';
import type { ExchangeRecord } from '../../../../../core/model/exchange-record.ts';
import { createBlockBuilder } from '../../../../../electron/engine/session/columns/block-builder.ts';
import { createDraftColumns } from '../../../../../electron/engine/session/columns/draft-columns.ts';
import {
  blockKey,
  blockRows,
  numberFieldNames,
  numberFields,
  pathCode,
  presenceCode,
  textFieldNames,
  textFields,
} from '../../../../../electron/engine/session/columns/fields.ts';
import { unpackNumbers, unpackTexts } from '../../../../../electron/engine/session/columns/packed-column.ts';
import { columnList, exchangeColumns } from '../../../../../electron/engine/session/record-columns.ts';
import { createRowWriter } from '../../../../../electron/engine/session/row-writer.ts';
import { migrate } from '../../../../../electron/engine/session/schema.ts';
import { openScratchSqlite, type Sqlite } from '../../../../../electron/engine/session/sqlite.ts';
import { exchange } from '../support.ts';

type Value = number | string | null;

const columns = columnList(exchangeColumns);

function valuesOf(record: ExchangeRecord): Value[] {
  return columns.map(({ of }) => {
    const value = of(record);
    return typeof value === 'boolean' ? Number(value) : (value as Value);
  });
}

/** Everything that is packed of a block; null where nothing is. */
function packedOf(db: Sqlite, block: number): object | null {
  const get = db.prepare('SELECT packed FROM column_blocks WHERE id = ?').pluck();
  const bytesOf = (code: number): Buffer | undefined => get.get(blockKey(code, block)) as Buffer | undefined;
  const presence = bytesOf(presenceCode);
  if (presence === undefined) return null;
  const numbers = numberFieldNames.map((name) => {
    const values = new Float64Array(blockRows);
    unpackNumbers(bytesOf(numberFields[name].code) as Buffer, values);
    return [...values];
  });
  const texts = textFieldNames.map((name) => {
    const column = unpackTexts(bytesOf(textFields[name].code) as Buffer);
    return Array.from(column?.codes ?? [], (code) => (code === 0 ? null : column?.texts[code - 1]));
  });
  return { presence: [...presence], numbers, texts, paths: bytesOf(pathCode)?.toString('latin1') };
}

/** Some stay open for long, end out of order, or are told once more. */
function records(count: number): ExchangeRecord[] {
  const all: ExchangeRecord[] = [];
  for (let id = 1; id <= count; id++) {
    const facts = { path: `/items/${id}`, status: id % 7 === 0 ? null : 200 + (id % 5), note: null };
    const ended = exchange(id, { ...facts, state: id % 11 === 0 ? 'failed' : 'done', host: `h${id % 9}` });
    if (id % 50 === 0) all.push({ ...ended, state: 'open', status: null });
    else all.push(ended);
  }
  for (let id = 50; id <= count; id += 50) all.push(exchange(id, { path: `/items/${id}`, host: 'late' }));
  return all;
}

it('packs blocks as their rows come, just as they are packed from what is stored', () => {
  const [draft, whole] = [openScratchSqlite(), openScratchSqlite()];
  for (const db of [draft, whole]) migrate(db);
  const note = createDraftColumns(draft);
  const rows = records(2 * blockRows + 100);
  for (const db of [draft, whole]) {
    const write = createRowWriter(db, 'exchanges', exchangeColumns);
    for (const record of rows) {
      write(valuesOf(record));
      if (db === draft) note(valuesOf(record));
    }
  }
  createBlockBuilder(whole).finish(Infinity);
  for (const block of [0, 1]) {
    expect(packedOf(draft, block)).toEqual(packedOf(whole, block));
    expect(packedOf(draft, block)).not.toBeNull();
  }
  expect(packedOf(draft, 2)).toBeNull();
});

it('leaves a block to whoever closes the file when a row of it changes once more', () => {
  const db = openScratchSqlite();
  migrate(db);
  const write = createRowWriter(db, 'exchanges', exchangeColumns);
  const note = createDraftColumns(db);
  for (let id = 1; id <= blockRows + 1; id++) {
    write(valuesOf(exchange(id)));
    note(valuesOf(exchange(id)));
  }
  expect(packedOf(db, 0)).not.toBeNull();
  write(valuesOf(exchange(7, { host: 'other' })));
  note(valuesOf(exchange(7, { host: 'other' })));
  expect(packedOf(db, 0)).toBeNull();
  createBlockBuilder(db).finish(Infinity);
  expect(packedOf(db, 0)).toMatchObject({ presence: expect.anything() as unknown });
});
