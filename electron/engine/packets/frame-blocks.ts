import type { SessionCounters } from '../session/session-counters.ts';
import { blockFrameBytes, blockPacketsMax, createColumns, endBit } from './block-format.ts';
import type { FrameBlock } from './packet-batch.ts';

/** Buffers kept for the next blocks: as many as are on their way to a writer that is as far behind as it may be. */
const buffersKept = 32;
/** Before what is read into a lent buffer: a frame whose beginning came with the buffer before it is put together there. */
const headRoomBytes = 65_536;
/** Seconds that one block spans at most, before or after its first packet. */
const secondsMax = 0x7fff_ffff;

/** Puts frames into blocks, each with a slab of its own. */
export interface FrameBlocks {
  /**
   * A buffer into which a part of a file may be read, from `at` on. Frames that are placed between `adopt` and `release` and lie in it are not
   * copied: it becomes the slab, or is filled again at once where frames are left in their file. Nobody may hold on to a view of it beyond `release`.
   * What nobody adopts is to be given back. `fileAt`: where in a file that stays where it is the part begins, null
   * where there is none.
   */
  readonly lend: () => { readonly memory: ArrayBuffer; readonly at: number };
  readonly adopt: (chunk: Uint8Array<ArrayBuffer>, fileAt: number | null) => void;
  readonly release: () => void;
  /**
   * Copies a frame, the `length` bytes from `from` on, to its place, unless it is there. Returns what it lies in, from `placedFrom` on, until the next
   * call. `describe` must follow before anything is sealed.
   */
  readonly place: (bytes: Uint8Array, from: number, length: number, seconds: number) => Uint8Array;
  readonly placedFrom: () => number;
  /** Of the packet placed last. Packets are numbered here alone. */
  readonly packetNumber: () => number;
  /** The slab that the frame placed last lies in, for those who refer to its bytes. */
  readonly slabId: () => number;
  readonly buffer: () => ArrayBuffer | null;
  /** Where in it the slab begins. */
  readonly bufferFrom: () => number;
  /** Says what the packet placed last is. */
  readonly describe: (packet: PacketLine) => void;
  /** A frame was placed and is not described yet. */
  readonly isOpen: () => boolean;
  /** The blocks that are full. */
  readonly take: () => FrameBlock[];
  /** Ends the block that is being filled, so that `take` gives it. */
  readonly seal: () => void;
  readonly giveBack: (buffer: ArrayBuffer) => void;
  /** Memory of blocks that are full and not taken; of frames that are left in their file, what they would take. */
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

/** `areLeft`: frames are left in the file that they are read from, where there is one, and blocks say where in it. */
export function createFrameBlocks(counters: SessionCounters, areLeft = false): FrameBlocks {
  const columns = createColumns();
  const kept: ArrayBuffer[] = [];
  /** Of the block that is being filled. */
  let memory: ArrayBuffer | null = null;
  /** In `memory`: where its first frame begins, and the first byte behind the last one. */
  let from = 0;
  let to = 0;
  /** Where in the file the block begins whose frames are left there; null where they are stored. */
  let leftAt: number | null = null;
  let lent: ArrayBuffer | null = null;
  /** What was read into it, and where in it that begins. */
  let chunk: Uint8Array | null = null;
  let chunkFrom = 0;
  /** In the file, of the first byte that was read into `lent`; null where frames are not left there. */
  let lentFileAt: number | null = null;
  let isLentUsed = false;
  /** All of `memory`, once a frame was copied into it. */
  let whole: Uint8Array | null = null;
  /** Of the frame that was placed last: where it is in `memory`, and in the bytes that were given back for it. */
  let frameAt = 0;
  let placedFrom = 0;
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
    const frameBytes = to - from;
    if (leftAt !== null) {
      add(null, leftAt, frameBytes);
      return;
    }
    // Times may make blocks of single packets: those keep no more memory than they need. What is still being read from is not handed over.
    const isCopied = memory === lent || frameBytes * 2 < memory.byteLength;
    const frames = isCopied ? memory.slice(from, to) : memory;
    if (isCopied && memory !== lent) giveBack(memory);
    add(frames, isCopied ? 0 : from, frameBytes);
  }

  function add(frames: ArrayBuffer | null, framesFrom: number, frameBytes: number): void {
    const columnBytes = columns.packed(count, baseSeconds);
    const id = counters.next('packetBlock');
    full.push({ id, firstNumber, count, slabId: slab, frames, framesFrom, frameBytes, columns: columnBytes });
    fullBytes += (frames?.byteLength ?? frameBytes) + columnBytes.byteLength;
    memory = null;
    count = 0;
  }

  function giveBack(buffer: ArrayBuffer): void {
    if (buffer.byteLength === blockFrameBytes && kept.length < buffersKept) kept.push(buffer);
  }

  function emptyBuffer(): ArrayBuffer {
    return kept.pop() ?? new ArrayBuffer(blockFrameBytes);
  }

  function open(buffer: ArrayBuffer, at: number, seconds: number): void {
    seal();
    memory = buffer;
    from = at;
    to = at;
    leftAt = buffer === lent && lentFileAt !== null ? lentFileAt + at - headRoomBytes : null;
    baseSeconds = seconds;
    slab = counters.next('slab');
    firstNumber = packetNumber + 1;
  }

  /** Puts a frame to its place in `memory`, whose block is open. */
  function copyTo(
    buffer: ArrayBuffer,
    at: number,
    bytes: Uint8Array,
    start: number,
    length: number,
  ): Uint8Array {
    if (whole?.buffer !== buffer) whole = Buffer.from(buffer);
    whole.set(bytes.subarray(start, start + length), at);
    frameAt = at;
    placedFrom = at;
    return whole;
  }

  /** What the frame lies in now; its block is open. */
  function settle(bytes: Uint8Array, start: number, length: number, seconds: number): Uint8Array {
    if (lent !== null && (bytes === chunk || bytes.buffer === lent)) {
      const at = (bytes === chunk ? chunkFrom : bytes.byteOffset) + start;
      if (memory !== lent) open(lent, at, seconds);
      isLentUsed = true;
      frameAt = at;
      placedFrom = start;
      return bytes;
    }
    if (lent !== null && lentFileAt === null && !isLentUsed && length <= headRoomBytes) {
      isLentUsed = true;
      open(lent, headRoomBytes - length, seconds);
      return copyTo(lent, from, bytes, start, length);
    }
    if (memory === null || memory === lent || to + length > memory.byteLength) {
      open(length > blockFrameBytes ? new ArrayBuffer(length) : emptyBuffer(), 0, seconds);
    }
    return copyTo(memory as ArrayBuffer, to, bytes, start, length);
  }

  return {
    lend: () => ({ memory: emptyBuffer(), at: headRoomBytes }),
    adopt: (read, fileAt) => {
      lent = read.buffer;
      chunk = read;
      chunkFrom = read.byteOffset;
      lentFileAt = areLeft ? fileAt : null;
      isLentUsed = false;
    },
    release: () => {
      const buffer = lent;
      lent = null;
      chunk = null;
      if (buffer === null) return;
      const becomesSlab = memory === buffer && leftAt === null;
      if (memory === buffer) seal();
      if (!becomesSlab) giveBack(buffer);
    },
    place: (bytes, start, length, seconds) => {
      if (count === blockPacketsMax || (count > 0 && Math.abs(seconds - baseSeconds) > secondsMax)) seal();
      const placed = settle(bytes, start, length, seconds);
      to = frameAt + length;
      packetNumber += 1;
      isPlaced = true;
      return placed;
    },
    placedFrom: () => placedFrom,
    packetNumber: () => packetNumber,
    slabId: () => slab,
    buffer: () => memory,
    bufferFrom: () => from,
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
      columns.offsets[count] = frameAt - from;
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
