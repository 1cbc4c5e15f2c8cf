import { openSync, readSync } from 'node:fs';

/** Gives bytes of a file from a place on; null where it has none there. */
export type LeftBytes = (at: number, length: number) => Uint8Array | null;

/**
 * Reads what a session left in the capture that it was made from. The session says where, never in which file: one that somebody else made could name
 * any. The file is opened when it is needed, and closed with the thread.
 */
export function createLeftBytes(capture: string | null): LeftBytes {
  let file: number | null = null;
  return (at, length) => {
    if (capture === null || !Number.isSafeInteger(at) || at < 0) return null;
    try {
      file ??= openSync(capture, 'r');
      const bytes = Buffer.allocUnsafe(length);
      let read = 0;
      while (read < length) {
        const more = readSync(file, bytes, read, length - read, at + read);
        if (more === 0) return null;
        read += more;
      }
      return bytes;
    } catch {
      return null;
    }
  };
}
