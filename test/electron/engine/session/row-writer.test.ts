import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exchangeColumns, columnList } from '../../../../electron/engine/session/record-columns.ts';
import { createRowWriter } from '../../../../electron/engine/session/row-writer.ts';
import { migrate } from '../../../../electron/engine/session/schema.ts';
import { openScratchSqlite } from '../../../../electron/engine/session/sqlite.ts';

type Value = number | string | null;

/** A value that a column of `exchanges` may hold; -0 is no other number for SQLite. */
function valueOfKind(kind: string): fc.Arbitrary<Value> {
  const number = fc.constantFrom(0, 0, 1, 17, 1_760_000_000_000_000, -0);
  const text = fc.constantFrom('', '0', 'a text', 'Grüße 🌍');
  switch (kind) {
    case 'number':
    case 'boolean':
      return number;
    case 'number?':
      return fc.oneof(number, fc.constant(null));
    case 'text':
      return text;
    default:
      return fc.oneof(text, fc.constant(null));
  }
}

it('writes rows of any pattern of empty values and zeros, again and again, as if all were bound', () => {
  const kinds = columnList(exchangeColumns)
    .slice(1)
    .map(({ kind }) => valueOfKind(kind));
  const row = fc
    .tuple(fc.integer({ min: 1, max: 40 }), fc.tuple(...kinds))
    .map(([id, others]): Value[] => [id, ...others]);
  fc.assert(
    fc.property(fc.array(row, { maxLength: 400 }), (rows) => {
      const db = openScratchSqlite();
      migrate(db);
      const write = createRowWriter(db, 'exchanges', exchangeColumns);
      for (const values of rows) write(values);
      const stored = db
        .prepare('SELECT * FROM exchanges ORDER BY id')
        .raw()
        .all()
        .map((values) => (values as Value[]).map((value) => (value === 0 ? 0 : value)));
      const last = new Map(rows.map((values) => [values[0] as number, values]));
      const wanted = [...last.keys()].sort((a, b) => a - b).map((id) => last.get(id) as Value[]);
      expect(stored).toEqual(wanted.map((values) => values.map((value) => (value === 0 ? 0 : value))));
      db.close();
    }),
    { numRuns: 20 },
  );
});
