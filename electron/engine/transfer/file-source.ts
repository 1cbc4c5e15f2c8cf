import fs from 'node:fs/promises';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { ByteSource } from '../../../core/encoding/byte-source.ts';
import { fileFailure } from './file-failure.ts';

export interface FileSource extends ByteSource {
  /** How far into the file was read at most. */
  readonly reachedBytes: () => number;
  /** Called after every read, so that progress is told inside a large body too. */
  readonly onRead: (listener: () => void) => void;
  readonly close: () => Promise<void>;
}

/** Opens an ordinary file for reading. Failures: those of `fileFailure`, `not-a-file`, `empty-file`. */
export async function openFileSource(path: string, name: string): Promise<Result<FileSource>> {
  try {
    const handle = await fs.open(path, 'r');
    const { size } = await handle.stat().then(
      (stat) => (stat.isFile() ? stat : { size: -1 }),
      () => ({ size: -1 }),
    );
    if (size <= 0) {
      await handle.close();
      return size < 0
        ? fail('not-a-file', `“${name}” is not an ordinary file.`)
        : fail('empty-file', `“${name}” is empty: there is nothing to import.`);
    }
    let reached = 0;
    let listener: () => void = () => {};
    return succeed({
      sizeBytes: size,
      read: async (from, to) => {
        const bytes = new Uint8Array(Math.max(0, Math.min(to, size) - from));
        let filled = 0;
        while (filled < bytes.length) {
          const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, from + filled);
          if (bytesRead === 0) break;
          filled += bytesRead;
        }
        reached = Math.max(reached, from + filled);
        listener();
        return filled === bytes.length ? bytes : bytes.subarray(0, filled);
      },
      reachedBytes: () => reached,
      onRead: (given) => {
        listener = given;
      },
      close: () => handle.close(),
    });
  } catch (error) {
    return fileFailure(error, path);
  }
}
