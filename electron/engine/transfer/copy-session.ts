import fs from 'node:fs';
import path from 'node:path';
import type { TransferSummary } from '../../../core/contract/transfers.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { removeSessionFile } from '../session/remove-session-file.ts';
import { isBeingWritten } from '../session/file-lock.ts';
import { purgeRemoved } from '../session/purge.ts';
import { openForReading, openForWriting } from '../session/session-file.ts';
import type { Sqlite } from '../session/sqlite.ts';
import { engineVersion } from '../version.ts';
import { cancelled, type TransferControl } from './transfer-control.ts';
import { fileFailure } from './file-failure.ts';
import { temporaryPath } from './output-file.ts';
import type { CopyJob } from './transfer-messages.ts';

/** Pages of 32 KiB copied between two looks whether it was cancelled: about 8 MB. */
const pagesAtOnce = 256;

/**
 * Copies a session file as it is at this moment, without what was removed from it: read on a snapshot, tidied beside
 * its place (0600), then put there in one step. Failures: those of the session and of the files, `file-exists`,
 * `session-in-use`, `cancelled`.
 */
export async function copySession(
  job: CopyJob,
  { isCancelled, progress }: TransferControl,
): Promise<Result<TransferSummary>> {
  const target = path.resolve(job.path);
  const refused = refusal(target, job.overwrite);
  if (refused !== null) return refused;
  const source = openForReading(job.sessionPath, job.live);
  if (!source.ok) return source;
  const temporary = temporaryPath(target);
  try {
    fs.closeSync(fs.openSync(temporary, 'wx', 0o600));
    const { db } = source.value;
    const pageBytes = db.pragma('page_size', { simple: true }) as number;
    await backUp(db, temporary, (totalPages, remainingPages) => {
      if (isCancelled()) throw new Error(cancelled.error.code);
      progress({
        doneExchanges: 0,
        totalExchanges: null,
        doneBytes: (totalPages - remainingPages) * pageBytes,
        totalBytes: totalPages * pageBytes,
      });
    });
    const tidied = tidy(temporary);
    if (!tidied.ok) return tidied;
    if (isCancelled()) return cancelled;
    putInPlace(temporary, target, job.overwrite);
    const summary = {
      path: target,
      exchanges: tidied.value,
      skipped: 0,
      skips: [],
      warnings: [],
      cut: false,
    };
    return succeed(summary);
  } catch (error) {
    return isCancelled() ? cancelled : fileFailure(error, target);
  } finally {
    source.value.db.close();
    await removeSessionFile(temporary);
  }
}

function refusal(target: string, overwrite: boolean): ReturnType<typeof fail> | null {
  const name = path.basename(target);
  const existing = fs.statSync(target, { throwIfNoEntry: false });
  if (existing === undefined) {
    const folder = fs.statSync(path.dirname(target), { throwIfNoEntry: false });
    if (folder?.isDirectory() === true) return null;
    return fail('folder-missing', `The folder ${path.dirname(target)} does not exist.`);
  }
  if (!existing.isFile()) return fail('not-a-file', `“${name}” is not an ordinary file.`);
  if (!overwrite)
    return fail('file-exists', `“${name}” exists already. Choose another name, or overwrite it.`);
  if (!isBeingWritten({ path: fs.realpathSync(target), name, exists: true })) return null;
  return fail('session-in-use', `“${name}” is open in a Plumbline. Close it there, or choose another name.`);
}

/** The read transaction holds the snapshot: a copy of a session that is recorded into would else begin anew with each commit. */
async function backUp(
  db: Sqlite,
  file: string,
  told: (totalPages: number, remainingPages: number) => void,
): Promise<void> {
  db.exec('BEGIN');
  try {
    db.prepare('SELECT count(*) FROM session_info').get();
    await db.backup(file, {
      progress: ({ totalPages, remainingPages }) => {
        told(totalPages, remainingPages);
        return pagesAtOnce;
      },
    });
  } finally {
    db.exec('ROLLBACK');
  }
}

/** What was removed leaves the copy for good, and what was open in it is marked as interrupted. Gives the number of exchanges. */
function tidy(file: string): Result<number> {
  const opened = openForWriting(file, 'open', engineVersion, false);
  if (!opened.ok) return opened;
  const { db, close } = opened.value;
  try {
    purgeRemoved(db);
    const exchanges = db.prepare('SELECT count(*) FROM exchanges').pluck().get() as number;
    close(true);
    return succeed(exchanges);
  } catch (error) {
    close(false);
    throw error;
  }
}

/** A link fails where a file has appeared meanwhile; a renaming would take its place. */
function putInPlace(temporary: string, target: string, overwrite: boolean): void {
  if (overwrite) {
    fs.renameSync(temporary, target);
    return;
  }
  try {
    fs.linkSync(temporary, target);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'EEXIST' || fs.existsSync(target)) throw error;
    // The file system knows no links, as on most memory sticks.
    fs.renameSync(temporary, target);
  }
}
