import { readSync } from 'node:fs';
import fs from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { createCaptureReader } from '../../../core/packets/files/capture-read.ts';
import { gunzip, isGzip } from '../capture/gunzip.ts';
import { nodePlatform } from '../proxy/platform.ts';
import type { Intake } from './intake.ts';

/** Somebody may wait for the first packets: less of them come sooner. */
const firstChunkBytes = 64 * 1024;
/** After so many, of 1 MiB each, messages to the thread are heard. */
const chunksPerTurn = 4;

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
  const { buffers } = intake;
  const handle = await fs.open(path);
  try {
    const source = await opened(handle, buffers, reached);
    let fileAt = 0;
    for (let next = await source.chunks.next(); ; next = await source.chunks.next()) {
      if (next.done === true) {
        if (next.value !== null) problems.push(next.value);
        break;
      }
      if (isCancelled()) break;
      if (source.isLent) buffers.adopt(next.value as Uint8Array<ArrayBuffer>, source.isFile ? fileAt : null);
      fileAt += next.value.length;
      reader.bytes(next.value);
      buffers.release();
      intake.advance();
      await intake.room();
    }
    // Before its file is closed, nothing may be read into it any more.
    await source.chunks.return(null);
  } finally {
    await handle.close();
  }
  if (!isCancelled()) reader.end();
  return { packets: intake.recorder.packets() - before, problems };
}

/**
 * The file in lent buffers; who gets a chunk has its buffer. A file on a disk is read by this thread itself: waiting for another one that reads,
 * and then for a processor, costs 0.9 ms a chunk, and what one has read oneself lies in the cache.
 */
async function* chunksOf(
  handle: fs.FileHandle,
  isFile: boolean,
  buffers: Intake['buffers'],
  reached: (bytes: number) => void,
): AsyncGenerator<Buffer, null> {
  let bytes = 0;
  for (let count = 1; ; count++) {
    const { memory, at } = buffers.lend();
    const room = memory.byteLength - at;
    const into = Buffer.from(memory, at, count === 1 ? Math.min(firstChunkBytes, room) : room);
    const length = isFile ? readSync(handle.fd, into) : (await handle.read(into)).bytesRead;
    if (length === 0) {
      buffers.giveBack(memory);
      return null;
    }
    bytes += length;
    yield into.subarray(0, length);
    reached(bytes);
    // What others say to this thread is heard in between.
    if (count % chunksPerTurn === 0) await setImmediate();
  }
}

interface OpenedCapture {
  readonly chunks: AsyncGenerator<Uint8Array, string | null>;
  /** The chunks lie in buffers that were lent. */
  readonly isLent: boolean;
  /** It can be read again. */
  readonly isFile: boolean;
}

/** The chunks of the file, or what gzip holds in them. */
async function opened(
  handle: fs.FileHandle,
  buffers: Intake['buffers'],
  reached: (bytes: number) => void,
): Promise<OpenedCapture> {
  const isFile = (await handle.stat()).isFile();
  const chunks = chunksOf(handle, isFile, buffers, reached);
  const first = await chunks.next();
  async function* all(): AsyncGenerator<Buffer, null> {
    if (first.done !== true) yield first.value;
    yield* chunks;
    return null;
  }
  const isPacked = first.done !== true && isGzip(first.value);
  return isPacked
    ? { chunks: gunzip(copied(all(), buffers)), isLent: false, isFile }
    : { chunks: all(), isLent: true, isFile };
}

/** The decompressor may hold a chunk longer than until it asks for the next. */
async function* copied(
  chunks: AsyncIterable<Buffer>,
  buffers: Intake['buffers'],
): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    yield Uint8Array.from(chunk);
    buffers.giveBack(chunk.buffer as ArrayBuffer);
  }
}
