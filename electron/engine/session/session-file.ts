import fs from 'node:fs';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { isBeingWritten, lockForWriting, type FileLock } from './file-lock.ts';
import { applicationId, checkHeader, checkPath, pathFailure, type SessionPlace } from './path-check.ts';
import { checkSchema, migrate } from './schema.ts';
import { schemaVersion } from './migrations/index.ts';
import { openSqlite, type Sqlite } from './sqlite.ts';
import { interruptedCode, interruptedMessage } from './row.ts';
import type { OpenSessionOptions } from './session-api.ts';
import type { OpenedInfo } from './writer-messages.ts';

/**
 * Measured: against 8 KiB, large bodies are written at 1.6 times the speed (350 MB/s) and a busy exchange costs the
 * same 18 µs; a commit of one exchange costs 160 µs instead of 90 µs, at most once a tick.
 */
const pageBytes = 32_768;
/** A log that grew beyond this is cut when it is next reset; below, its blocks are used again. */
const logBytesMax = 320 * 1024 * 1024;
const busyMs = 5000;
/** Of each connection, KiB as SQLite wants them: negative. */
const cacheSize = -4000;
/** While closing, somebody else's reading is not waited for longer. */
const closingBusyMs = 200;

/** A session open for writing; this connection is the only one that writes. */
export interface WritableFile {
  readonly db: Sqlite;
  readonly path: string;
  /** Ends the recording: marks the file clean if `complete`, turns it into a single file without a log, unlocks it. */
  readonly close: (complete: boolean) => void;
  /** Leaves the file as it is, since its recording goes on in a copy. */
  readonly abandon: () => void;
}

/**
 * Opens or makes the file. Refusals are failures with one plain line; nothing is thrown for a file's fault. `isDraft`: it is thrown away unless it is
 * completed.
 */
export function openForWriting(
  given: string,
  mode: Exclude<OpenSessionOptions['mode'], 'read'>,
  programVersion: string,
  isDraft: boolean,
): Result<WritableFile & { readonly info: OpenedInfo }> {
  const checked = checkPath(given, mode);
  if (!checked.ok) return checked;
  const place = checked.value;
  try {
    const lock = lockForWriting(place);
    if (!lock.ok) return lock;
    const opened = attempt(
      () => (place.exists ? openExisting(place) : createFile(place, programVersion)),
      given,
    );
    if (!opened.ok) {
      lock.value.release();
      return opened;
    }
    const db = opened.value;
    const prepared = attempt(() => succeed(prepare(db, programVersion, isDraft)), given);
    if (!prepared.ok) {
      db.close();
      lock.value.release();
      return prepared;
    }
    return succeed({ ...writable(db, place.path, lock.value), info: prepared.value });
  } catch (error) {
    return pathFailure(error, given);
  }
}

/** Puts a copy of a session that is being recorded into in its place and opens it; the recording goes on in it. */
export function reopenForWriting(copyPath: string, putInPlace: () => void): Result<WritableFile> {
  const checked = checkPath(copyPath, 'create');
  if (!checked.ok) return checked;
  const lock = lockForWriting(checked.value);
  if (!lock.ok) return lock;
  let db: Sqlite | null = null;
  try {
    putInPlace();
    db = openSqlite(copyPath, { readonly: false, busyMs });
    useLog(db);
    return succeed(writable(db, copyPath, lock.value));
  } catch (error) {
    db?.close();
    for (const ending of ['', '-wal', '-shm']) fs.rmSync(copyPath + ending, { force: true });
    lock.value.release();
    throw error;
  }
}

function writable(db: Sqlite, path: string, lock: FileLock): WritableFile {
  return {
    db,
    path,
    close: (complete) => {
      try {
        finish(db, complete);
      } finally {
        db.close();
        lock.release();
      }
    },
    abandon: () => {
      db.close();
      lock.release();
    },
  };
}

/** A read-only connection, with what is to be said about the file when nobody writes it. */
export interface ReadableFile {
  readonly db: Sqlite;
  readonly exchangeCount: number;
  readonly notice: string | null;
  /** No engine is writing: exchanges that look open never will end. */
  readonly abandoned: boolean;
}

/** `live`: this engine's writer has just opened and checked the file; its count and notice are known there. */
export function openForReading(given: string, live: boolean): Result<ReadableFile> {
  const checked = checkPath(given, 'read');
  if (!checked.ok) return checked;
  const place = checked.value;
  return attempt(() => {
    const abandoned = !live && !isBeingWritten(place);
    const header = abandoned ? checkHeader(place) : succeed(place);
    if (!header.ok) return header;
    const db = openSqlite(place.path, { readonly: true, busyMs });
    const described = attempt(() => describe(db, place.name, live, abandoned), given);
    if (!described.ok) db.close();
    return described;
  }, given);
}

/** The copy that our own writer has just made and opened. Throws what SQLite throws. */
export function openCopy(path: string): Sqlite {
  const db = openSqlite(path, { readonly: true, busyMs });
  db.pragma(`cache_size = ${cacheSize}`);
  return db;
}

function describe(db: Sqlite, name: string, live: boolean, abandoned: boolean): Result<ReadableFile> {
  db.pragma(`cache_size = ${cacheSize}`);
  if (live) return succeed({ db, exchangeCount: 0, notice: null, abandoned });
  const schema = checkSchema(db, name);
  if (!schema.ok) return schema;
  if (schema.value < schemaVersion) {
    return fail(
      'session-older',
      `“${name}” was made by an older Plumbline. Open it once in the window to update it.`,
    );
  }
  const clean = db.prepare('SELECT clean FROM session_info').pluck().get() === 1;
  const notice = clean || !abandoned ? null : unfinishedNotice(countOf(db, `exchanges WHERE state = 'open'`));
  return succeed({ db, exchangeCount: exchangeCount(db), notice, abandoned });
}

function unfinishedNotice(open: number): string {
  const lost = 'what arrived in its last second may be missing';
  if (open === 0) return `The last recording into this session ended unexpectedly; ${lost}.`;
  const exchanges = open === 1 ? 'one exchange that was open is' : `${open} exchanges that were open are`;
  return `The last recording into this session ended unexpectedly; ${exchanges} marked as interrupted, and ${lost}.`;
}

function attempt<T>(step: () => Result<T>, given: string): Result<T> {
  try {
    return step();
  } catch (error) {
    return pathFailure(error, given);
  }
}

function createFile(place: SessionPlace, programVersion: string): Result<Sqlite> {
  fs.closeSync(fs.openSync(place.path, 'wx', 0o600));
  let db: Sqlite | null = null;
  try {
    db = openSqlite(place.path, { readonly: false, busyMs });
    db.pragma(`page_size = ${pageBytes}`);
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma(`application_id = ${applicationId}`);
    migrate(db);
    db.prepare(
      'INSERT INTO session_info (id, createdAtUs, createdBy, writtenBy, clean) VALUES (1, ?, ?, ?, 1)',
    ).run(Date.now() * 1000, programVersion, programVersion);
    return succeed(db);
  } catch (error) {
    db?.close();
    for (const ending of ['', '-journal']) fs.rmSync(place.path + ending, { force: true });
    throw error;
  }
}

function openExisting(place: SessionPlace): Result<Sqlite> {
  const header = checkHeader(place);
  if (!header.ok) return header;
  makePrivate(place.path);
  const db = openSqlite(place.path, { readonly: false, busyMs });
  try {
    const schema = checkSchema(db, place.name);
    if (schema.ok) {
      migrate(db);
      return succeed(db);
    }
    db.close();
    return schema;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLite gives the log and its index the mode of the file. A file of another owner stays as it is. */
function makePrivate(path: string): void {
  try {
    fs.chmodSync(path, 0o600);
  } catch {
    return;
  }
}

function useLog(db: Sqlite): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('wal_autocheckpoint = 0');
  db.pragma(`journal_size_limit = ${logBytesMax}`);
  db.pragma(`cache_size = ${cacheSize}`);
}

/** Nobody reads the file before it is closed, nor misses it when the machine loses power: each page is written once, and no disk waited for. */
function useNoLog(db: Sqlite): void {
  db.pragma('journal_mode = MEMORY');
  db.pragma('synchronous = OFF');
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma(`cache_size = ${cacheSize}`);
}

function prepare(db: Sqlite, programVersion: string, isDraft: boolean): OpenedInfo {
  if (isDraft) useNoLog(db);
  else useLog(db);
  const count = exchangeCount(db);
  const notice = db.transaction(() => {
    const clean = db.prepare('SELECT clean FROM session_info').pluck().get() === 1;
    const interrupted = interruptOpen(db);
    db.prepare('UPDATE session_info SET clean = 0, exchangeCount = NULL, writtenBy = ?').run(programVersion);
    return clean ? null : unfinishedNotice(interrupted);
  })();
  return {
    lastExchangeId: lastId(db, 'exchanges'),
    lastConversationId: lastId(db, 'conversations'),
    lastSlabId: lastId(db, 'slabs'),
    exchangeCount: count,
    lastPacket: lastPacket(db),
    lastPacketConversation: lastId(db, 'packet_conversations'),
    lastPacketBlock: lastId(db, 'packet_blocks'),
    lastPacketInterface: lastId(db, 'packet_interfaces'),
    notice,
  };
}

function finish(db: Sqlite, complete: boolean): void {
  if (!complete) return;
  db.transaction(() => {
    interruptOpen(db);
    db.prepare('UPDATE session_info SET clean = 1, exchangeCount = (SELECT count(*) FROM exchanges)').run();
  })();
  db.pragma(`busy_timeout = ${closingBusyMs}`);
  db.pragma('wal_checkpoint(TRUNCATE)');
  try {
    db.pragma('journal_mode = DELETE');
  } catch {
    // Somebody else is reading the file: it keeps an empty log.
  }
}

function interruptOpen(db: Sqlite): number {
  const sql = `UPDATE exchanges SET state = 'interrupted', errorCode = ?, errorMessage = ? WHERE state = 'open'`;
  return db.prepare(sql).run(interruptedCode, interruptedMessage).changes;
}

function lastId(db: Sqlite, table: string): number {
  const last = db.prepare(`SELECT max(id) FROM ${table}`).pluck().get();
  return typeof last === 'number' && last > 0 ? last : 0;
}

function lastPacket(db: Sqlite): number {
  const sql = 'SELECT firstNumber + count - 1 FROM packet_blocks ORDER BY id DESC LIMIT 1';
  const last = db.prepare(sql).pluck().get();
  return typeof last === 'number' && last > 0 ? last : 0;
}

/** As kept when the file was closed, else counted. */
function exchangeCount(db: Sqlite): number {
  const kept = db.prepare('SELECT exchangeCount FROM session_info').pluck().get();
  return typeof kept === 'number' && kept >= 0 ? kept : countOf(db, 'exchanges');
}

function countOf(db: Sqlite, source: string): number {
  return db.prepare(`SELECT count(*) FROM ${source}`).pluck().get() as number;
}
