import fs from 'node:fs/promises';

/** What SQLite and our lock leave beside a session file. */
const endings = ['', '-wal', '-shm', '-lock', '-journal'];

/** Removes a session file that nobody has open, with all that belongs to it. What is not there does not matter. */
export async function removeSessionFile(path: string): Promise<void> {
  for (const ending of endings) await fs.rm(path + ending, { force: true });
}
