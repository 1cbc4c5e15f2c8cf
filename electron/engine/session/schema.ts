import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { migrations, schemaVersion } from './migrations/index.ts';
import { openScratchSqlite, type Sqlite } from './sqlite.ts';
import { idMax } from './columns/fields.ts';

/** Applies the steps the file lacks, each in its own transaction. Nothing happens to a file that has them all. */
export function migrate(db: Sqlite, version = schemaVersion): void {
  for (let step = userVersion(db); step < version; step++) {
    db.transaction(() => {
      db.exec(migrations[step] as string);
      db.pragma(`user_version = ${step + 1}`);
    })();
  }
}

export function userVersion(db: Sqlite): number {
  return db.pragma('user_version', { simple: true }) as number;
}

/**
 * Whether the file holds exactly what the migrations up to its version make: no table, column, index, trigger or
 * view more or less, nothing spelt differently. Gives the version.
 */
export function checkSchema(db: Sqlite, name: string): Result<number> {
  const version = userVersion(db);
  if (version > schemaVersion) {
    return fail(
      'session-newer',
      `“${name}” was made by a newer Plumbline. Update this one to open it; the file was left as it is.`,
    );
  }
  if (version < 1) return fail('not-a-session', `“${name}” is not a complete Plumbline session.`);
  const expected = expectedSchema(version);
  const found = readSchema(db);
  const foreign = found.find(
    (entry) => !expected.some(({ key, sql }) => key === entry.key && sql === entry.sql),
  );
  if (foreign !== undefined) {
    const sentence = `“${name}” holds the ${foreign.key}, which Plumbline did not make; it is not opened for safety.`;
    return fail('session-foreign-schema', sentence);
  }
  const missing = expected.find(({ key }) => !found.some((entry) => entry.key === key));
  if (missing !== undefined) {
    return fail(
      'session-foreign-schema',
      `“${name}” lacks the ${missing.key}; it is damaged or not a session.`,
    );
  }
  const last = db.prepare('SELECT max(id) FROM exchanges').pluck().get();
  if (typeof last === 'number' && last > idMax) {
    return fail(
      'session-foreign-schema',
      `“${name}” numbers an exchange ${last}, which Plumbline never does; it is not opened for safety.`,
    );
  }
  return succeed(version);
}

interface SchemaEntry {
  /** Such as `trigger “x”`, cut to a length that fits a sentence. */
  readonly key: string;
  readonly sql: string | null;
}

function expectedSchema(version: number): SchemaEntry[] {
  const scratch = openScratchSqlite();
  try {
    migrate(scratch, version);
    return readSchema(scratch);
  } finally {
    scratch.close();
  }
}

function readSchema(db: Sqlite): SchemaEntry[] {
  const rows = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name LIMIT 1000').raw().all();
  return (rows as [unknown, unknown, unknown][]).map(([type, name, sql]) => ({
    key: `${String(type)} “${String(name).slice(0, 60)}”`,
    sql: typeof sql === 'string' ? sql : null,
  }));
}
