import fs from 'node:fs';
import { succeed, type Result } from '../../../core/model/result.ts';
import { inUse, type SessionPlace } from './path-check.ts';
import { errorCodeOf, openSqlite, type Sqlite } from './sqlite.ts';

export interface FileLock {
  readonly release: () => void;
}

const triesMax = 5;
/** A reader that only looks whether the lock is held takes it for an instant. */
const lockBusyMs = 250;

/**
 * At most one engine writes to a session: an exclusive SQLite transaction on the empty file `<path>-lock`, whose
 * operating-system lock ends with the process however it ends. Fails with `session-in-use`; throws what the file
 * system throws. The lock file is removed on release; one that was left behind does no harm.
 */
export function lockForWriting(place: SessionPlace): Result<FileLock> {
  const lockPath = `${place.path}-lock`;
  for (let tries = 0; tries < triesMax; tries++) {
    const inode = inodeOf(lockPath);
    if (inode === null) {
      openSqlite(lockPath, { readonly: false, busyMs: 0, create: true }).close();
      fs.chmodSync(lockPath, 0o600);
      continue;
    }
    const db = tryLock(lockPath);
    if (db === null) return inUse(place.name);
    if (inodeOf(lockPath) === inode) return succeed({ release: () => release(db, lockPath) });
    db.close();
  }
  return inUse(place.name);
}

/** Whether an engine is writing to the session now. Leaves nothing behind. */
export function isBeingWritten(place: SessionPlace): boolean {
  const lockPath = `${place.path}-lock`;
  if (!fs.existsSync(lockPath)) return false;
  try {
    const db = tryLock(lockPath);
    db?.close();
    return db === null;
  } catch {
    return false;
  }
}

function tryLock(lockPath: string): Sqlite | null {
  let db: Sqlite | null = null;
  try {
    db = openSqlite(lockPath, { readonly: false, busyMs: lockBusyMs });
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
    return db;
  } catch (error) {
    db?.close();
    if (errorCodeOf(error).startsWith('SQLITE_BUSY')) return null;
    throw error;
  }
}

function release(db: Sqlite, lockPath: string): void {
  try {
    fs.unlinkSync(lockPath);
  } catch {
    // Not removable while it is open (Windows), or gone already: the next one to lock it does not mind.
  }
  db.close();
}

function inodeOf(file: string): bigint | null {
  return fs.statSync(file, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}
