import type { HpackField } from './http2-hpack-field.ts';

const CAPACITY_MIN = 16;

/**
 * The newest part of a dynamic table (RFC 7541 section 2.3.2) as far as it is known. As an index counts from the
 * newest entry on, what is known stays right whatever older entries were lost: they are only not there.
 */
export interface HpackTable {
  /** The entry `age` places behind the newest one; undefined if it is not known. */
  readonly at: (age: number) => HpackField | undefined;
  readonly insert: (field: HpackField) => void;
  /** A dynamic table size update; entries that no longer fit are gone. */
  readonly resize: (sizeBytesMax: number) => void;
  /** Nothing is known of the entries any more. */
  readonly lose: () => void;
  /** What the sender keeps in bytes, at most. */
  readonly sizeBytesMax: () => number;
  /** True if the sender may keep entries that are not known here. */
  readonly isPartial: () => boolean;
  /** Changes with each change of the table. */
  readonly version: () => number;
}

/** `keptBytesMax`: what is kept at most, whatever the sender keeps. */
export function createHpackTable(keptBytesMax: number): HpackTable {
  /** A ring: entries are `fields[(next - count) & mask]` to `fields[(next - 1) & mask]`. */
  let fields: (HpackField | undefined)[] = [];
  let mask = -1;
  let next = 0;
  let count = 0;
  let bytes = 0;
  let peerBytesMax = 4096;
  let bytesMax = Math.min(peerBytesMax, keptBytesMax);
  let isLost = false;
  let version = 0;

  function insert(field: HpackField): void {
    version += 1;
    evict(bytesMax - field.sizeBytes);
    if (field.sizeBytes > bytesMax) return;
    if (count > mask) grow();
    fields[next] = field;
    next = (next + 1) & mask;
    count += 1;
    bytes += field.sizeBytes;
  }

  /** Drops the oldest entries until the rest is no larger than `fitting`, or none is left. */
  function evict(fitting: number): void {
    while (bytes > fitting && count > 0) {
      const oldest = (next - count) & mask;
      bytes -= fields[oldest]?.sizeBytes ?? 0;
      fields[oldest] = undefined;
      count -= 1;
    }
  }

  function grow(): void {
    const larger: (HpackField | undefined)[] = [];
    for (let age = count - 1; age >= 0; age--) larger.push(at(age));
    const capacity = Math.max(CAPACITY_MIN, 2 * fields.length);
    while (larger.length < capacity) larger.push(undefined);
    fields = larger;
    mask = capacity - 1;
    next = count;
  }

  function at(age: number): HpackField | undefined {
    return age < count ? fields[(next - 1 - age) & mask] : undefined;
  }

  function resize(sizeBytesMax: number): void {
    version += 1;
    peerBytesMax = sizeBytesMax;
    bytesMax = Math.min(peerBytesMax, keptBytesMax);
    evict(bytesMax);
    if (peerBytesMax === 0) isLost = false;
  }

  function lose(): void {
    version += 1;
    evict(-1);
    isLost = true;
  }

  return {
    at,
    insert,
    resize,
    lose,
    sizeBytesMax: () => peerBytesMax,
    isPartial: () => isLost || peerBytesMax > keptBytesMax,
    version: () => version,
  };
}
