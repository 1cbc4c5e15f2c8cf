import { upsertSql, type Columns } from './record-columns.ts';
import type { BoundValue } from './record-codec.ts';
import type { Sqlite, Statement } from './sqlite.ts';

/** Patterns with a statement of their own; rows of any other bind all values. */
const shapesMax = 256;
const [bound, zero, empty] = [0, 1, 2] as const;

/** Rows whose empty values, and zeros, are the same ones. */
interface Shape {
  readonly pattern: Uint8Array;
  readonly statement: Statement;
  /** The values to be bound, for one call. */
  readonly values: BoundValue[];
  readonly from: readonly number[];
}

/**
 * Writes rows of a record, whether or not their ids are there already; takes the values in declaration order. Half of a row is null or 0: that stands
 * in the statement, of which there is one for each such pattern, since binding a value costs more than storing it. Throws what SQLite throws.
 */
export function createRowWriter<R>(
  db: Sqlite,
  table: string,
  columns: Columns<R>,
): (values: readonly BoundValue[]) => void {
  const names = Object.keys(columns);
  const whole = db.prepare(upsertSql(table, columns));
  const shapes = new Map<number, Shape>();
  const pattern = new Uint8Array(names.length);

  function createShape(): Shape {
    const from = names.map((_, at) => at).filter((at) => pattern[at] === bound);
    const literals = Array.from(pattern, (kind) => (kind === bound ? '?' : kind === zero ? '0' : 'NULL'));
    return {
      pattern: pattern.slice(),
      statement: db.prepare(upsertSql(table, columns, literals)),
      values: from.map(() => null),
      from,
    };
  }

  function shapeOf(values: readonly BoundValue[]): Shape | null {
    let hash = 0;
    for (let at = 0; at < pattern.length; at++) {
      const value = values[at];
      // The id is always bound, and with it whatever else tells what went wrong.
      const kind = at === 0 ? bound : value === null ? empty : value === 0 ? zero : bound;
      pattern[at] = kind;
      hash = (Math.imul(hash, 31) + kind) | 0;
    }
    let shape = shapes.get(hash);
    if (shape === undefined) {
      if (shapes.size >= shapesMax) return null;
      shapes.set(hash, (shape = createShape()));
    }
    for (let at = 0; at < pattern.length; at++) if (shape.pattern[at] !== pattern[at]) return null;
    return shape;
  }

  return (values) => {
    const shape = shapeOf(values);
    // Spread: better-sqlite3 takes arguments quicker than an array.
    if (shape === null) {
      whole.run(...values);
      return;
    }
    for (let at = 0; at < shape.from.length; at++) {
      shape.values[at] = values[shape.from[at] as number] as BoundValue;
    }
    shape.statement.run(...shape.values);
  };
}
