import { Reader, ZipReader, configure, type Entry, type FileEntry } from '@zip.js/zip.js';
import { onePiece, type ByteSource, type Pieces } from '../../../core/encoding/byte-source.ts';
import type { NamedEntry } from '../../../core/formats/format.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';

/** Files of one archive; one with more is refused. Each takes about 2 KB of memory. */
const entriesMax = 400_000;

/** Gives a source to the library. */
class SourceReader extends Reader<ByteSource> {
  private readonly source: ByteSource;

  constructor(source: ByteSource) {
    super(source);
    this.source = source;
    this.size = source.sizeBytes;
  }

  override async readUint8Array(index: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.source.read(index, index + length);
    return new Uint8Array(bytes);
  }
}

/**
 * The files of a zip archive, unpacked as they are read. Failures: `archive-damaged`, `archive-too-large`,
 * `password-needed`, `wrong-password`. What is damaged inside a file ends its pieces with a sentence.
 */
export async function openZip(
  source: ByteSource,
  name: string,
  password: string | null,
): Promise<Result<NamedEntry[]>> {
  configure({ useWebWorkers: false });
  const found: FileEntry[] = [];
  try {
    const reader = new ZipReader(new SourceReader(source));
    for await (const entry of reader.getEntriesGenerator()) {
      if (isFile(entry)) found.push(entry);
      if (found.length > entriesMax) {
        return fail('archive-too-large', `“${name}” holds more than ${entriesMax} files, which is too many.`);
      }
    }
  } catch {
    return fail('archive-damaged', `“${name}” is cut off or damaged: its list of files cannot be read.`);
  }
  const locked = found.find((entry) => entry.encrypted);
  if (locked !== undefined && password === null) {
    return fail(
      'password-needed',
      `“${name}” is protected: give its password with --password or in the window.`,
    );
  }
  if (locked !== undefined && (await isRefused(locked, password))) {
    return fail('wrong-password', `The password does not fit “${name}”. Try another one.`);
  }
  return succeed(
    found.map((entry) => ({
      name: entry.filename,
      sizeBytes: entry.uncompressedSize,
      read: () => (entry.uncompressedSize === 0 ? onePiece(new Uint8Array(0)) : unpacked(entry, password)),
    })),
  );
}

function isFile(entry: Entry): entry is FileEntry {
  return !entry.directory;
}

function options(password: string | null): { password?: string } {
  return password === null ? {} : { password };
}

async function isRefused(entry: FileEntry, password: string | null): Promise<boolean> {
  try {
    await entry.getData(new WritableStream(), { ...options(password), checkPasswordOnly: true });
    return false;
  } catch (error) {
    return error instanceof Error && /password/i.test(error.message);
  }
}

/** Unpacks no further than is asked for, and no more than the archive says the file has. */
async function* unpacked(entry: FileEntry, password: string | null): Pieces {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const stop = new AbortController();
  const ending = { failed: false };
  const unpacking = entry.getData(writable, { ...options(password), signal: stop.signal }).then(
    () => undefined,
    () => {
      ending.failed = true;
      return writable.abort().catch(() => undefined);
    },
  );
  const reader = readable.getReader();
  let left = entry.uncompressedSize;
  try {
    while (left > 0) {
      const step = await reader.read().catch(() => null);
      if (step === null || step.done) break;
      const piece = step.value.subarray(0, left);
      left -= piece.length;
      yield piece;
    }
    return left > 0 || ending.failed ? `“${entry.filename.slice(0, 60)}” in the archive is damaged.` : null;
  } finally {
    stop.abort();
    await reader.cancel().catch(() => undefined);
    await unpacking;
  }
}
