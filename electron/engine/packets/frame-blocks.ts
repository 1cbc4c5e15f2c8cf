import type { SessionCounters } from '../session/session-counters.ts';
import { blockFrameBytes, blockPacketsMax, createColumns, endBit } from './block-format.ts';
import type { FrameBlock } from './packet-batch.ts';

/** Buffers kept for the next blocks: as many as are on their way to a writer that is as far behind as it may be. */
const buffersKept = 32;
/** Seconds that one block spans at most, before or after its first packet. */
const secondsMax = 0x7fff_ffff;

/** Puts frames into blocks, each with a slab of its own. */
export interface FrameBlocks {
  /** Copies a frame to its place; a view of it is valid until the next call. `describe` must follow before anything is sealed. */
  readonly place: (bytes: Uint8Array, seconds: number) => Buffer;
  /** Of the packet placed last. Packets are numbered here alone. */
  readonly packetNumber: () => number;
  /** The slab that the frame placed last lies in, for those who refer to its bytes. */
  readonly slabId: () => number;
  readonly buffer: () => ArrayBuffer | null;
  /** Says what the packet placed last is. */
  readonly describe: (packet: PacketLine) => void;
  /** A frame was placed and is not described yet. */
  readonly isOpen: () => boolean;
  /** The blocks that are full. */
  readonly take: () => FrameBlock[];
  /** Ends the block that is being filled, so that `take` gives it. */
  readonly seal: () => void;
  readonly giveBack: (buffer: ArrayBuffer) => void;
  /** Memory of blocks that are full and not taken. */
  readonly waitingBytes: () => number;
}

export interface PacketLine {
  seconds: number;
  nanos: number;
  captured: number;
  original: number;
  conversation: number;
  end: number;
  troubles: number;
  interface: number;
  protocol: number;
  tcpFlags: number;
}

export function createFrameBlocks(counters: SessionCounters): FrameBlocks {
  const columns = createColumns();
  const kept: ArrayBuffer[] = [];
  let frames: Buffer | null = null;
  let memory: ArrayBuffer | null = null;
  let usedBytes = 0;
  let count = 0;
  let baseSeconds = 0;
  let slab = 0;
  let firstNumber = 0;
  let full: FrameBlock[] = [];
  let fullBytes = 0;
  let isPlaced = false;
  let packetNumber = counters.last('packet');

  function seal(): void {
    if (memory === null || count === 0) return;
    counters.reached('packet', packetNumber);
    // Times may make blocks of single packets: those keep no more memory than they need.
    const isSmall = usedBytes * 2 < memory.byteLength;
    const columnBytes = columns.packed(count, baseSeconds);
    const own = isSmall ? memory.slice(0, usedBytes) : memory;
    if (isSmall) giveBack(memory);
    full.push({
      id: counters.next('packetBlock'),
      firstNumber,
      count,
      slabId: slab,
      frames: own,
      frameBytes: usedBytes,
      columns: columnBytes,
    });
    fullBytes += own.byteLength + columnBytes.byteLength;
    frames = null;
    memory = null;
    count = 0;
    usedBytes = 0;
  }

  function giveBack(buffer: ArrayBuffer): void {
    if (buffer.byteLength === blockFrameBytes && kept.length < buffersKept) kept.push(buffer);
  }

  function open(bytes: number, seconds: number): Buffer {
    memory =
      bytes > blockFrameBytes ? new ArrayBuffer(bytes) : (kept.pop() ?? new ArrayBuffer(blockFrameBytes));
    frames = Buffer.from(memory);
    baseSeconds = seconds;
    slab = counters.next('slab');
    firstNumber = packetNumber + 1;
    return frames;
  }

  return {
    place: (bytes, seconds) => {
      const { length } = bytes;
      if (
        frames !== null &&
        (usedBytes + length > frames.length ||
          count === blockPacketsMax ||
          Math.abs(seconds - baseSeconds) > secondsMax)
      ) {
        seal();
      }
      const into = frames ?? open(length, seconds);
      const from = usedBytes;
      into.set(bytes, from);
      usedBytes = from + length;
      packetNumber += 1;
      isPlaced = true;
      return into.subarray(from, usedBytes);
    },
    packetNumber: () => packetNumber,
    slabId: () => slab,
    buffer: () => memory,
    describe: (line) => {
      columns.seconds[count] = line.seconds - baseSeconds;
      columns.nanos[count] = line.nanos;
      columns.captured[count] = line.captured;
      columns.original[count] = line.original;
      columns.conversations[count] = line.conversation;
      columns.troubles[count] = line.end === 1 ? line.troubles | endBit : line.troubles;
      columns.interfaces[count] = line.interface;
      columns.protocols[count] = line.protocol;
      columns.tcpFlags[count] = line.tcpFlags;
      count += 1;
      isPlaced = false;
    },
    isOpen: () => isPlaced,
    take: () => {
      const blocks = full;
      full = [];
      fullBytes = 0;
      return blocks;
    },
    seal,
    giveBack,
    waitingBytes: () => fullBytes,
  };
}
