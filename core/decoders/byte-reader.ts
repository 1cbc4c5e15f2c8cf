/** Big-endian reading that never goes beyond the end: check `left` first. */
export interface ByteReader {
  readonly bytes: Uint8Array;
  readonly at: () => number;
  readonly left: () => number;
  readonly seek: (at: number) => void;
  /** 0 where nothing is left. */
  readonly u8: () => number;
  readonly u16: () => number;
  readonly u32: () => number;
  readonly u64: () => bigint;
  readonly f32: () => number;
  readonly f64: () => number;
}

export function readBytes(bytes: Uint8Array): ByteReader {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  function take<T>(size: number, read: (from: number) => T, otherwise: T): T {
    const from = at;
    at = Math.min(bytes.length, at + size);
    return from + size <= bytes.length ? read(from) : otherwise;
  }
  return {
    bytes,
    at: () => at,
    left: () => bytes.length - at,
    seek: (to) => {
      at = Math.min(bytes.length, to);
    },
    u8: () => take(1, (from) => view.getUint8(from), 0),
    u16: () => take(2, (from) => view.getUint16(from), 0),
    u32: () => take(4, (from) => view.getUint32(from), 0),
    u64: () => take(8, (from) => view.getBigUint64(from), 0n),
    f32: () => take(4, (from) => view.getFloat32(from), 0),
    f64: () => take(8, (from) => view.getFloat64(from), 0),
  };
}

/** `de ad be ef …` of at most `bytesMax` bytes. */
export function hexOf(bytes: Uint8Array, bytesMax = 64): string {
  const shown = Array.from(bytes.subarray(0, bytesMax), (byte) => byte.toString(16).padStart(2, '0')).join(
    ' ',
  );
  return bytes.length > bytesMax ? `${shown} …` : shown;
}

/** `3 bytes` */
export function byteCount(count: number): string {
  return `${count.toLocaleString('en')} byte${count === 1 ? '' : 's'}`;
}

/** An instant as ISO 8601 in UTC; null outside of what a date can be. */
export function isoTime(milliseconds: number): string | null {
  return Math.abs(milliseconds) <= 8.64e15 ? new Date(milliseconds).toISOString() : null;
}
