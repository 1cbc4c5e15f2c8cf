import fs from 'node:fs/promises';
import { createCaptureReader } from '../../../core/packets/files/capture-read.ts';
import { gunzip, isGzip } from '../capture/gunzip.ts';
import { nodePlatform } from '../proxy/platform.ts';
import type { Intake } from './intake.ts';

const chunkBytes = 1024 * 1024;
/** Somebody may wait for the first packets: less of them come sooner. */
const firstChunkBytes = 64 * 1024;

/** How a file was read. */
export interface CaptureReading {
  readonly packets: number;
  /** What was wrong with it, at most 100 sentences. */
  readonly problems: readonly string[];
}

const problemsMax = 100;

/**
 * Reads a capture file (pcap, pcapng, gzip around either) into a session as fast as its writer takes it. `reached` is told how far into the file it
 * is. Rejects with the errors of the file system.
 */
export async function readCapture(
  path: string,
  intake: Intake,
  isCancelled: () => boolean,
  reached: (bytes: number) => void,
): Promise<CaptureReading> {
  const problems: string[] = [];
  const before = intake.recorder.packets();
  const reader = createCaptureReader(
    intake.source((sentence, atByte) => {
      if (problems.length < problemsMax)
        problems.push(`${sentence} (at byte ${atByte.toLocaleString('en')})`);
    }),
    nodePlatform,
  );
  const handle = await fs.open(path);
  try {
    const source = await decompressed(chunksOf(handle, reached));
    for (let next = await source.next(); ; next = await source.next()) {
      if (next.done === true) {
        if (next.value !== null) problems.push(next.value);
        break;
      }
      if (isCancelled()) break;
      reader.bytes(next.value);
      intake.advance();
      await intake.room();
    }
    // Before its file is closed, nothing may be read into it any more.
    await source.return(null);
  } finally {
    await handle.close();
  }
  if (!isCancelled()) reader.end();
  return { packets: intake.recorder.packets() - before, problems };
}

/** The file in two buffers by turns: while one is read from, the next part comes into the other. A chunk is valid until the next is asked for. */
async function* chunksOf(
  handle: fs.FileHandle,
  reached: (bytes: number) => void,
): AsyncGenerator<Uint8Array> {
  let [current, other] = [Buffer.allocUnsafe(chunkBytes), Buffer.allocUnsafe(chunkBytes)];
  let bytes = 0;
  let coming = handle.read(current, 0, firstChunkBytes);
  try {
    for (;;) {
      const { bytesRead } = await coming;
      if (bytesRead === 0) return;
      coming = handle.read(other);
      bytes += bytesRead;
      yield current.subarray(0, bytesRead);
      reached(bytes);
      [current, other] = [other, current];
    }
  } finally {
    await coming.catch(() => undefined);
  }
}

/** The same chunks, or what gzip holds. */
async function decompressed(
  chunks: AsyncGenerator<Uint8Array>,
): Promise<AsyncGenerator<Uint8Array, string | null>> {
  const first = await chunks.next();
  async function* all(): AsyncGenerator<Uint8Array, null> {
    if (first.done !== true) yield first.value;
    yield* chunks;
    return null;
  }
  return first.done !== true && isGzip(first.value) ? gunzip(copied(all())) : all();
}

/** The decompressor may hold a chunk longer than until it asks for the next. */
async function* copied(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) yield Uint8Array.from(chunk);
}
