import fs from 'node:fs/promises';

/**
 * Gives a file another name in its file system. A link fails where a file appeared in the meantime; a renaming would
 * replace it. Throws what the file system throws, `EEXIST` among it.
 */
export async function moveToNew(from: string, to: string): Promise<void> {
  try {
    await fs.link(from, to);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS') throw error;
    await fs.rename(from, to);
    return;
  }
  await fs.rm(from);
}
