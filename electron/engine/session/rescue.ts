import fs from 'node:fs';
import path from 'node:path';
import { fail, type Result } from '../../../core/model/result.ts';
import { checkPath, pathFailure } from './path-check.ts';
import { reopenForWriting, type WritableFile } from './session-file.ts';
import type { Sqlite } from './sqlite.ts';

/** Names that are tried beside the lost file. */
const namesMax = 100;
/** What must be free besides what the copy takes. */
const spareBytes = 4 * 1024 * 1024;

/**
 * Saves what a file that was deleted still holds, through the connection that is open: under another name in its
 * folder, or in `otherFolder` when that takes nothing. The copy appears under its name when it is complete, and is
 * open for writing. The failure is that of the last folder; then nothing is left behind.
 */
export function rescue(db: Sqlite, lostPath: string, otherFolder: string | null): Result<WritableFile> {
  const beside = path.dirname(lostPath);
  const first = attempt(db, lostPath, beside);
  if (first.ok || otherFolder === null || path.resolve(otherFolder) === beside) return first;
  return attempt(db, lostPath, otherFolder, true);
}

function attempt(db: Sqlite, lostPath: string, folder: string, make = false): Result<WritableFile> {
  const wanted = path.join(folder, path.basename(lostPath));
  let part: string | null = null;
  try {
    if (make) fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    const target = freeName(wanted);
    if (!target.ok) return target;
    const bytes = copyBytes(db);
    const { bavail, bsize, blocks } = fs.statfsSync(folder);
    if (blocks > 0 && bavail * bsize < bytes + spareBytes) {
      return fail('disk-full', `There is no room on the disk for “${path.basename(target.value)}”.`);
    }
    part = path.join(folder, `.${path.basename(target.value).slice(0, 100)}.part`);
    fs.rmSync(part, { force: true });
    fs.closeSync(fs.openSync(part, 'wx', 0o600));
    db.prepare('VACUUM INTO ?').run(part);
    syncFile(part);
    const saved = part;
    return reopenForWriting(target.value, () => fs.renameSync(saved, target.value));
  } catch (error) {
    return pathFailure(error, wanted);
  } finally {
    if (part !== null) for (const ending of ['', '-journal']) fs.rmSync(part + ending, { force: true });
  }
}

/** “name (restored).plumb”, or with a number. */
function freeName(wanted: string): Result<string> {
  const { dir, name, ext } = path.parse(wanted);
  const base = name.replace(/ \(restored(?: \d+)?\)$/, '');
  let last: Result<string> = fail('bad-path', 'There is no name left for the session.');
  for (let count = 1; count <= namesMax; count++) {
    const place = checkPath(
      path.join(dir, `${base} (restored${count === 1 ? '' : ` ${count}`})${ext}`),
      'create',
    );
    if (place.ok) return { ok: true, value: place.value.path };
    last = place;
    if (place.error.code !== 'file-exists') break;
  }
  return last;
}

/** What a copy takes at most. */
function copyBytes(db: Sqlite): number {
  return Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
}

function syncFile(file: string): void {
  const handle = fs.openSync(file, 'r+');
  try {
    fs.fsyncSync(handle);
  } finally {
    fs.closeSync(handle);
  }
}
