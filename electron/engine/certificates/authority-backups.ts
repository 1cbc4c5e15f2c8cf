import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import {
  authorityPaths,
  loadAuthority,
  pathsIn,
  writePair,
  type Authority,
  type AuthorityPair,
} from './authority.ts';
import { codeOf, reasonOf } from './file-errors.ts';

/** Backups that are listed. All are kept. */
const listedMax = 50;
/** Other programs of this installation may take a number first. */
const numberTries = 20;

/** A CA that was in use before. */
export interface AuthorityBackup {
  readonly number: number;
  readonly authority: Authority;
  readonly replacedAtMs: number;
}

function backupsFolder(dataDir: string): string {
  return join(dataDir, 'certificates-before');
}

/**
 * Puts a CA in the place of the present one, which becomes the backup with the next number: whole folders are renamed,
 * so no key is ever overwritten. A program that ends between the two renames leaves the old CA among the backups and
 * the new one in a folder `certificates-new-…`. Failure: `ca-unwritable`; the present CA is then still in place.
 */
export async function replaceAuthority(dataDir: string, pair: AuthorityPair): Promise<Result<void>> {
  const { directory } = authorityPaths(dataDir);
  let temporary: string | null = null;
  try {
    temporary = await mkdtemp(join(dataDir, 'certificates-new-'));
    const made = join(temporary, 'certificates');
    await writePair(pathsIn(made), pair);
    const kept = await moveToBackups(dataDir, directory);
    try {
      await rename(made, directory);
    } catch (error) {
      await rename(kept, directory);
      throw error;
    }
    return succeed(undefined);
  } catch (error) {
    return fail(
      'ca-unwritable',
      `The CA in ${directory} could not be replaced (${reasonOf(error)}). Make the data folder writable for you.`,
    );
  } finally {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Newest first. Backups that cannot be read are left out; expired ones too. */
export async function listBackups(dataDir: string): Promise<readonly AuthorityBackup[]> {
  const found: AuthorityBackup[] = [];
  for (const number of (await backupNumbers(dataDir)).reverse()) {
    if (found.length >= listedMax) break;
    const directory = join(backupsFolder(dataDir), String(number));
    const loaded = await loadAuthority(pathsIn(directory));
    if (!loaded.ok || loaded.value === null) continue;
    // Moving a folder changes its ctime; its files keep the times of their making.
    const { ctimeMs } = await stat(directory);
    found.push({ number, authority: loaded.value, replacedAtMs: ctimeMs });
  }
  return found;
}

/** Failures: `ca-no-backup`, and those of loading a CA. */
export async function readBackup(dataDir: string, number: number): Promise<Result<Authority>> {
  const loaded = await loadAuthority(pathsIn(join(backupsFolder(dataDir), String(number))));
  if (!loaded.ok) return loaded;
  return loaded.value === null
    ? fail('ca-no-backup', `There is no CA number ${number} among the earlier ones.`)
    : succeed(loaded.value);
}

/** For one that is in use again. */
export async function removeBackup(dataDir: string, number: number): Promise<void> {
  await rm(join(backupsFolder(dataDir), String(number)), { recursive: true, force: true });
}

async function moveToBackups(dataDir: string, directory: string): Promise<string> {
  const folder = backupsFolder(dataDir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const first = ((await backupNumbers(dataDir)).at(-1) ?? 0) + 1;
  for (let number = first; ; number++) {
    const target = join(folder, String(number));
    try {
      await rename(directory, target);
      return target;
    } catch (error) {
      const taken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(codeOf(error) ?? '');
      if (!taken || number >= first + numberTries) throw error;
    }
  }
}

/** Ascending. */
async function backupNumbers(dataDir: string): Promise<number[]> {
  const names = await readdir(backupsFolder(dataDir)).catch((): string[] => []);
  return names
    .filter((name) => /^[1-9]\d{0,6}$/.test(name))
    .map(Number)
    .sort((one, other) => one - other);
}
