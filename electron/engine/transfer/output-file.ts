import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { fileFailure } from './file-failure.ts';

/** A file that appears under its name only when it is complete; mode 0600. */
export interface OutputFile {
  readonly write: (bytes: Uint8Array) => Promise<void>;
  readonly writtenBytes: () => number;
  readonly finish: () => Promise<void>;
  /** Removes what was written. */
  readonly discard: () => Promise<void>;
}

/** Beside the file, so that the last step is a renaming; hidden, so that nobody takes it for the file. */
export function temporaryPath(file: string): string {
  return path.join(
    path.dirname(file),
    `.${path.basename(file).slice(0, 100)}.${randomUUID().slice(0, 8)}.part`,
  );
}

/** Failures: those of `fileFailure`. Writing and finishing throw what the file system throws. */
export async function createOutputFile(file: string, overwrite: boolean): Promise<Result<OutputFile>> {
  const temporary = temporaryPath(file);
  try {
    const existing = await fs.stat(file).catch(() => null);
    if (existing !== null && !existing.isFile()) {
      return fail('not-a-file', `“${path.basename(file)}” is not an ordinary file.`);
    }
    if (existing !== null && !overwrite) return exists(file);
    const folder = await fs.stat(path.dirname(file)).catch(() => null);
    if (folder?.isDirectory() !== true) {
      return fail('folder-missing', `The folder ${path.dirname(path.resolve(file))} does not exist.`);
    }
    const handle = await fs.open(temporary, 'wx', 0o600);
    let written = 0;
    return succeed({
      write: async (bytes) => {
        for (let at = 0; at < bytes.length;) {
          at += (await handle.write(bytes, at, bytes.length - at)).bytesWritten;
        }
        written += bytes.length;
      },
      writtenBytes: () => written,
      finish: async () => {
        await handle.sync();
        await handle.close();
        await fs.rename(temporary, file);
      },
      discard: async () => {
        await handle.close().catch(() => undefined);
        await fs.rm(temporary, { force: true });
      },
    });
  } catch (error) {
    return fileFailure(error, file);
  }
}

function exists(file: string): ReturnType<typeof fail> {
  return fail(
    'file-exists',
    `“${path.basename(file)}” exists already. Choose another name, or overwrite it.`,
  );
}
