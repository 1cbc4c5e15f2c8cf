import Database from 'better-sqlite3';

/** The part of a prepared statement that is used here. */
export interface Statement {
  run(...values: unknown[]): { readonly changes: number };
  get(...values: unknown[]): unknown;
  all(...values: unknown[]): unknown[];
  iterate(...values: unknown[]): IterableIterator<unknown>;
  raw(): Statement;
  pluck(): Statement;
}

/** The part of a connection that is used here. */
export interface Sqlite {
  prepare(sql: string): Statement;
  pragma(source: string, options?: { simple?: boolean }): unknown;
  transaction<T>(step: () => T): () => T;
  exec(sql: string): unknown;
  /** Copies the file page by page; `progress` says how many pages come next. */
  backup(
    file: string,
    options: { progress: (done: { totalPages: number; remainingPages: number }) => number },
  ): Promise<unknown>;
  close(): unknown;
  readonly inTransaction: boolean;
}

export interface SqliteOptions {
  readonly readonly: boolean;
  /** How long a statement waits for another connection's lock. */
  readonly busyMs: number;
  /** Makes an empty file if there is none. */
  readonly create?: boolean;
}

/**
 * Opens a file as hostile input: nothing its schema holds may call functions with side effects
 * (`trusted_schema`), cells are checked as pages are read, and better-sqlite3's default, SQLite's defensive mode,
 * refuses writes to the schema and to shadow tables. Throws what SQLite throws.
 *
 * `PLUMBLINE_SQLITE_BINDING` names another native binding, for runtimes the shipped one does not load in.
 */
export function openSqlite(path: string, { readonly, busyMs, create = false }: SqliteOptions): Sqlite {
  const nativeBinding = process.env['PLUMBLINE_SQLITE_BINDING'];
  const db = new Database(path, {
    readonly,
    fileMustExist: !create,
    timeout: busyMs,
    ...(nativeBinding === undefined || nativeBinding === '' ? {} : { nativeBinding }),
  });
  try {
    db.pragma('trusted_schema = OFF');
    db.pragma('cell_size_check = ON');
    if (readonly) db.pragma('query_only = ON');
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Empty and in memory, to compare a schema with. */
export function openScratchSqlite(): Sqlite {
  const nativeBinding = process.env['PLUMBLINE_SQLITE_BINDING'];
  return new Database(
    ':memory:',
    nativeBinding === undefined || nativeBinding === '' ? {} : { nativeBinding },
  );
}

/** SQLite's (extended) result code such as `SQLITE_FULL`, or the system's such as `EACCES`; empty for other errors. */
export function errorCodeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

/** Not the disk's or the file's fault: trying again would fail again. */
export function isOurMistake(error: unknown): boolean {
  const code = errorCodeOf(error);
  return !code.startsWith('SQLITE_') || ownCodes.some((own) => code.startsWith(own));
}

/** The index of the log grows in another way than the file, and fails in another way. */
export function isFullDisk(error: unknown): boolean {
  return ['SQLITE_FULL', 'SQLITE_IOERR_SHMSIZE', 'ENOSPC', 'EDQUOT'].includes(errorCodeOf(error));
}

const ownCodes = ['SQLITE_CONSTRAINT', 'SQLITE_MISMATCH', 'SQLITE_TOOBIG', 'SQLITE_RANGE', 'SQLITE_ERROR'];

export function errorText(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}
