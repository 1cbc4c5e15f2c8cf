/**
 * What `packet_blocks.columns` holds, little-endian as every machine we run on: seconds of the first packet (f64), count (u32), four bytes of nothing;
 * then for each packet, field by field: seconds after the first (i32), nanoseconds (u32), captured and original bytes (u32), conversation
 * (u32, 0 for none), `packetTroubles` (u32, the highest bit set: sent by end b), interface (u16), protocol (u8, core/packets/protocol-codes.ts),
 * TCP flags (u8), where its frame begins in the slab (u32; blocks of the first format lack it: their frames lie one behind the other).
 */
const headerBytes = 16;
const packetBytes = 32;
const firstPacketBytes = 28;

/** Packets of one block. */
export const blockPacketsMax = 8192;
/** Bytes of frames in one block; a longer frame has a block of its own. */
export const blockFrameBytes = 1_048_576;
/** Set in `troubles` of packets that end b sent. */
export const endBit = 0x8000_0000;

export interface PacketColumns {
  readonly count: number;
  readonly baseSeconds: number;
  readonly seconds: Int32Array;
  readonly nanos: Uint32Array;
  readonly captured: Uint32Array;
  readonly original: Uint32Array;
  readonly conversations: Uint32Array;
  /** With `endBit`. */
  readonly troubles: Uint32Array;
  readonly interfaces: Uint16Array;
  readonly protocols: Uint8Array;
  readonly tcpFlags: Uint8Array;
  /** Where each frame begins in the slab. */
  readonly offsets: Uint32Array;
}

/** Views into `buffer`, which has `count * 32 + 16` bytes from `from` on; fewer by the offsets where these are given. */
function layOut(
  buffer: ArrayBuffer,
  from: number,
  baseSeconds: number,
  count: number,
  offsets = new Uint32Array(buffer, from + headerBytes + firstPacketBytes * count, count),
): PacketColumns {
  const at = (field: number): number => from + headerBytes + field * 4 * count;
  const shorts = at(6);
  return {
    count,
    baseSeconds,
    seconds: new Int32Array(buffer, at(0), count),
    nanos: new Uint32Array(buffer, at(1), count),
    captured: new Uint32Array(buffer, at(2), count),
    original: new Uint32Array(buffer, at(3), count),
    conversations: new Uint32Array(buffer, at(4), count),
    troubles: new Uint32Array(buffer, at(5), count),
    interfaces: new Uint16Array(buffer, shorts, count),
    protocols: new Uint8Array(buffer, shorts + 2 * count, count),
    tcpFlags: new Uint8Array(buffer, shorts + 3 * count, count),
    offsets,
  };
}

/** Reads a stored block; null for what is none. */
export function readColumns(stored: Uint8Array): PacketColumns | null {
  if (stored.length < headerBytes) return null;
  // A copy, since the views need an aligned beginning.
  const bytes = stored.byteOffset % 8 === 0 ? stored : stored.slice();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const baseSeconds = view.getFloat64(0, true);
  const count = view.getUint32(8, true);
  if (!Number.isInteger(baseSeconds)) return null;
  const [buffer, from] = [bytes.buffer as ArrayBuffer, bytes.byteOffset];
  if (bytes.length === headerBytes + count * packetBytes) return layOut(buffer, from, baseSeconds, count);
  if (bytes.length !== headerBytes + count * firstPacketBytes) return null;
  const columns = layOut(buffer, from, baseSeconds, count, new Uint32Array(count));
  for (let index = 1; index < count; index++) {
    columns.offsets[index] = (columns.offsets[index - 1] as number) + (columns.captured[index - 1] as number);
  }
  return columns;
}

/** A block while it fills. */
export interface OpenColumns extends PacketColumns {
  /** A buffer with the first `count` packets, which the caller owns. */
  readonly packed: (count: number, baseSeconds: number) => ArrayBuffer;
}

export function createColumns(): OpenColumns {
  const all = layOut(new ArrayBuffer(headerBytes + blockPacketsMax * packetBytes), 0, 0, blockPacketsMax);
  return {
    ...all,
    packed: (count, baseSeconds) => {
      const buffer = new ArrayBuffer(headerBytes + count * packetBytes);
      const view = new DataView(buffer);
      view.setFloat64(0, baseSeconds, true);
      view.setUint32(8, count, true);
      const into = layOut(buffer, 0, baseSeconds, count);
      into.seconds.set(all.seconds.subarray(0, count));
      into.nanos.set(all.nanos.subarray(0, count));
      into.captured.set(all.captured.subarray(0, count));
      into.original.set(all.original.subarray(0, count));
      into.conversations.set(all.conversations.subarray(0, count));
      into.troubles.set(all.troubles.subarray(0, count));
      into.interfaces.set(all.interfaces.subarray(0, count));
      into.protocols.set(all.protocols.subarray(0, count));
      into.tcpFlags.set(all.tcpFlags.subarray(0, count));
      into.offsets.set(all.offsets.subarray(0, count));
      return buffer;
    },
  };
}
