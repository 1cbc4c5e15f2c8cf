import { createGunzip } from 'node:zlib';

/** The first two bytes of a gzip file (RFC 1952 section 2.3.1). */
export function isGzip(firstBytes: Uint8Array): boolean {
  return firstBytes[0] === 0x1f && firstBytes[1] === 0x8b;
}

/** What is decompressed at once. */
const pieceBytes = 256 * 1024;

/**
 * Undoes gzip as a stream: members that follow each other are one, zeros behind the last are passed over (RFC 1952 section 2.2). Yields all that
 * can be decompressed and returns one sentence on what is wrong with the rest, or null. Holds a piece at a time; stops reading `chunks` when the
 * caller stops.
 */
export async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, string | null> {
  const inflate = createGunzip({ chunkSize: pieceBytes });
  const fed = feed(chunks, inflate);
  try {
    for await (const piece of inflate) yield piece as Uint8Array;
    await fed;
    return null;
  } catch (error) {
    return sentenceOf(error);
  } finally {
    inflate.destroy();
    await fed.catch(() => undefined);
  }
}

type Inflate = ReturnType<typeof createGunzip>;

/** Waits while the decompressor has enough; a source that fails makes it fail, so that whoever reads learns of it. */
async function feed(chunks: AsyncIterable<Uint8Array>, inflate: Inflate): Promise<void> {
  try {
    for await (const chunk of chunks) {
      if (inflate.destroyed) return;
      if (!inflate.write(chunk)) await roomOf(inflate);
    }
    inflate.end();
  } catch (error) {
    inflate.destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function roomOf(inflate: Inflate): Promise<void> {
  return new Promise((resolve) => {
    const go = (): void => {
      inflate.off('drain', go);
      inflate.off('close', go);
      resolve();
    };
    inflate.on('drain', go);
    inflate.on('close', go);
  });
}

function sentenceOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  if (code === 'Z_BUF_ERROR')
    return 'The compressed file ends too early; what could be decompressed was read.';
  if (code === 'Z_DATA_ERROR')
    return 'The compressed file is damaged; what stands before the damage was read.';
  throw error;
}
