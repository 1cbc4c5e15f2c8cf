import { chunksPerGroup, ownersMax, pieceBytes, rowBytes, type Owner, type Owners } from './group-format.ts';
import { addPlainTrigrams, addTrigrams, isBinary, overlapBytes, signatureBits } from './signature.ts';

/** Text of one chunk. Measured on JSON: at 12 KiB one bit in eight is set, and 1 GB takes 60 MB. */
const textChunkBytes = 12_288;
/** Of bodies that are no text, of which few trigrams count. */
const plainChunkBytes = 65_536;
/** A chunk fuller than this takes no further body: most bodies would be cut in two. */
const sharedShareMax = 0.5;

/** Collects the signatures of one group in 8 MiB. Bodies come one after the other: `begin`, any `append`, `end`, …, `close`. */
export interface GroupBuilder {
  /** Whether nothing is in it. */
  readonly isEmpty: () => boolean;
  /** No further exchange fits. */
  readonly isFull: () => boolean;
  readonly begin: () => void;
  /** The next bytes of the body; false when the group has no room for them. */
  readonly append: (bytes: Uint8Array) => boolean;
  /** The body is over. */
  readonly end: () => void;
  /** What was given since the last call was an exchange's. */
  readonly close: (id: number, kind: Owner['kind']) => void;
  /** Good until the next call. */
  readonly owners: () => Owners;
  /** Rows of one piece; good until the next call. */
  readonly piece: (index: number) => Uint8Array;
}

export function createGroupBuilder(series: number): GroupBuilder {
  const matrix = new Uint8Array(signatureBits * rowBytes);
  const bits = new Uint8Array(signatureBits / 8);
  const held = new Uint8Array(plainChunkBytes);
  const plainOnly = new Uint8Array(rowBytes);
  const list: Owner[] = [];
  /** Number of the chunk that is being filled. */
  let chunk = 0;
  let used = 0;
  /** Where the body that is being added begins in `held`. */
  let start = 0;
  let isPlainOnly = false;
  let isBegun = false;
  let firstChunk: number | null = null;
  let lastChunk = 0;

  function addHeld(): void {
    if (used === start) return;
    if (isPlainOnly) addPlainTrigrams(bits, held, start, used);
    else addTrigrams(bits, held, start, used);
    firstChunk ??= chunk;
    lastChunk = chunk;
  }

  /** The signature of the chunk goes to its column. */
  function closeChunk(): void {
    if (chunk >= chunksPerGroup) return;
    const column = chunk >> 3;
    const mask = 1 << (chunk & 7);
    for (let byte = 0; byte < bits.length; byte++) {
      for (let left = bits[byte] as number; left !== 0; left &= left - 1) {
        const at = (byte * 8 + 31 - Math.clz32(left & -left)) * rowBytes + column;
        matrix[at] = (matrix[at] as number) | mask;
      }
    }
    if (isPlainOnly) plainOnly[column] = (plainOnly[column] as number) | mask;
    bits.fill(0);
    chunk += 1;
    used = 0;
    start = 0;
  }

  const limit = (): number => (isPlainOnly ? plainChunkBytes : textChunkBytes);

  function turnOver(): void {
    addHeld();
    const shared = Math.min(overlapBytes, used - start);
    const tail = held.slice(used - shared, used);
    closeChunk();
    held.set(tail);
    used = tail.length;
  }

  return {
    isEmpty: () => list.length === 0,
    isFull: () => chunk >= chunksPerGroup || list.length >= ownersMax,
    begin: () => {
      isBegun = false;
    },
    append: (bytes) => {
      if (!isBegun && bytes.length > 0) {
        isBegun = true;
        const isOther = isBinary(bytes.subarray(0, 1024)) !== isPlainOnly;
        if (isOther && used > 0) closeChunk();
        if (isOther) isPlainOnly = !isPlainOnly;
        start = used;
      }
      for (let at = 0; at < bytes.length;) {
        if (used === limit()) turnOver();
        if (chunk >= chunksPerGroup) return false;
        const part = bytes.subarray(at, at + limit() - used);
        held.set(part, used);
        used += part.length;
        at += part.length;
      }
      return true;
    },
    end: () => {
      if (!isBegun) return;
      addHeld();
      start = used;
      if (used > limit() * sharedShareMax) closeChunk();
    },
    close: (id, kind) => {
      if (kind !== 'covered') list.push({ id, kind });
      else if (firstChunk === null) list.push({ id, kind, first: 1, last: 0 });
      else list.push({ id, kind, first: firstChunk, last: lastChunk });
      firstChunk = null;
    },
    owners: () => {
      if (used > 0) closeChunk();
      return { series, chunks: chunk, plainOnly, list };
    },
    piece: (index) => matrix.subarray(index * pieceBytes, (index + 1) * pieceBytes),
  };
}
