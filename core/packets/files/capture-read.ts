import type { Platform } from '../../model/platform.ts';
import type { CaptureEvents, CaptureReader } from '../capture-events.ts';
import { u32 } from '../read-numbers.ts';
import { createPcapReader, isPcapMagic } from './pcap-read.ts';
import { blockTypes } from './pcapng-blocks.ts';
import { createPcapngReader } from './pcapng-read.ts';

/** Reads a capture file of either format, told apart by its first four bytes. Compression is for the caller to undo. */
export function createCaptureReader(events: CaptureEvents, platform: Platform): CaptureReader {
  const first = new Uint8Array(4);
  let firstBytes = 0;
  let reader: CaptureReader | null = null;

  function bytes(chunk: Uint8Array): void {
    let from = 0;
    while (firstBytes < 4 && from < chunk.length) first[firstBytes++] = chunk[from++] ?? 0;
    if (firstBytes < 4) return;
    if (reader === null) {
      reader = readerOf(u32(first, 0), events, platform);
      reader.bytes(first);
    }
    if (from < chunk.length) reader.bytes(from === 0 ? chunk : chunk.subarray(from));
  }

  function end(): void {
    if (reader !== null) reader.end();
    else events.problem(firstBytes === 0 ? 'The file is empty.' : 'The file ends inside its header.', 0);
  }

  return { bytes, end };
}

function readerOf(magic: number, events: CaptureEvents, platform: Platform): CaptureReader {
  if (magic === blockTypes.section) return createPcapngReader(events, platform);
  if (isPcapMagic(magic)) return createPcapReader(events);
  events.problem(
    magic >>> 16 === 0x1f8b
      ? 'The file is compressed inside its compression; decompress it once before opening it.'
      : 'This is neither a pcap nor a pcapng file: its first four bytes are none of a capture.',
    0,
  );
  return { bytes: () => undefined, end: () => undefined };
}
