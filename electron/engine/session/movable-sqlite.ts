import type { Sqlite, Statement } from './sqlite.ts';

/** A connection that can be exchanged for one to a copy of the file; what was prepared on it goes on working. */
export interface MovableSqlite {
  readonly db: Sqlite;
  /** From now on everything goes to `next`. Gives the connection before, still open. No statement may be running. */
  readonly moveTo: (next: Sqlite) => Sqlite;
}

export function createMovableSqlite(first: Sqlite): MovableSqlite {
  let current = first;

  /** `prepare` makes the statement on the connection of the moment, `raw` or `pluck` included. */
  function movable(prepare: () => Statement): Statement {
    let preparedOn = current;
    let statement = prepare();
    const now = (): Statement => {
      if (preparedOn !== current) {
        statement = prepare();
        preparedOn = current;
      }
      return statement;
    };
    return {
      run: (...values) => now().run(...values),
      get: (...values) => now().get(...values),
      all: (...values) => now().all(...values),
      iterate: (...values) => now().iterate(...values),
      raw: () => movable(() => prepare().raw()),
      pluck: () => movable(() => prepare().pluck()),
    };
  }

  const db: Sqlite = {
    prepare: (sql) => movable(() => current.prepare(sql)),
    pragma: (source, options) => current.pragma(source, options),
    transaction: (step) => current.transaction(step),
    exec: (sql) => current.exec(sql),
    backup: (file, options) => current.backup(file, options),
    close: () => current.close(),
    get inTransaction() {
      return current.inTransaction;
    },
  };
  return {
    db,
    moveTo: (next) => {
      const before = current;
      current = next;
      return before;
    },
  };
}
