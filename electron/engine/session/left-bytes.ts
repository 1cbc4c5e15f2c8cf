import { fstatSync, openSync, readSync, statSync, type Stats } from 'node:fs';

/** A capture that a session was made from, which holds what the session does not: as it was before it was read. */
export interface LeftIn {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
  readonly bytes: number;
  readonly changedAtMs: number;
}

/** Throws the errors of the file system. */
export function captureAsItIs(path: string): LeftIn {
  return { path, ...stateOf(statSync(path)) };
}

function stateOf({ dev, ino, size, mtimeMs }: Stats): Omit<LeftIn, 'path'> {
  return { device: dev, inode: ino, bytes: size, changedAtMs: mtimeMs };
}

/** Gives bytes of a file from a place on; null where it has none there. */
export type LeftBytes = (at: number, length: number) => Uint8Array | null;

/**
 * Reads what a session left in the capture that it was made from. The session says where, never in which file: one that somebody else made could name
 * any. The file is opened when it is needed, and closed with the thread. Throws when it is another one by then, or cannot be read.
 */
export function createLeftBytes(capture: LeftIn | null): LeftBytes {
  let file: number | null = null;
  return (at, length) => {
    if (capture === null || !Number.isSafeInteger(at) || at < 0) return null;
    file ??= openedAsItWas(capture);
    const bytes = Buffer.allocUnsafe(length);
    let read = 0;
    while (read < length) {
      const more = readSync(file, bytes, read, length - read, at + read);
      if (more === 0) return null;
      read += more;
    }
    return bytes;
  };
}

/** More may have been written behind what it had. */
function openedAsItWas({ path, device, inode, bytes, changedAtMs }: LeftIn): number {
  const file = openSync(path, 'r');
  const now = stateOf(fstatSync(file));
  const isSame = now.device === device && now.inode === inode;
  if (!isSame || now.bytes < bytes || (now.bytes === bytes && now.changedAtMs !== changedAtMs))
    throw new Error('the capture was changed after it had been read');
  return file;
}
