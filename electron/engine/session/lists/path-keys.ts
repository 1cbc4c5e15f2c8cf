import type { ColumnStore } from '../columns/column-store.ts';
import { blockOf, slotOf, type Ids } from '../columns/fields.ts';
import { foldedBytes } from './byte-search.ts';
import type { SortKeys } from './keys.ts';
import { sectionsOf } from './sections.ts';

/** Bytes one number tells apart: each is one of 257, and 257^6 is below 2^53. */
const keyBytes = 6;
/** Paths that are equal so far count as equal. */
const depthMax = 16_384;
/** Paths that say how much all are likely to have in common. */
const samples = 32;

/**
 * Paths, by their UTF-8 bytes. Comparing a million of them with each other takes seconds; six bytes behind what all
 * have in common sort as a number, and only those that are looked at are told apart further.
 */
export function createPathKeys(store: ColumnStore): SortKeys {
  /** Bytes that these have in common with the first of them, at most `most`. */
  function common(ids: Ids, model: Uint8Array, most: number): number {
    let depth = most;
    for (const { block, from, to } of sectionsOf(ids)) {
      const { bytes, ends } = store.paths(block);
      for (let n = from; n < to; n++) {
        const slot = slotOf(ids[n] as number);
        const start = slot === 0 ? 0 : (ends[slot - 1] as number);
        depth = Math.min(depth, (ends[slot] as number) - start);
        depth = sameBytes(bytes, start, model, depth);
      }
    }
    return depth;
  }

  /** The six bytes of each behind `depth`; null when one of them is not as the model up to there. */
  function keysAt(ids: Ids, model: Uint8Array, depth: number): Float64Array | null {
    const keys = new Float64Array(ids.length);
    for (const { block, from, to } of sectionsOf(ids)) {
      const { bytes, ends } = store.paths(block);
      for (let n = from; n < to; n++) {
        const slot = slotOf(ids[n] as number);
        const start = slot === 0 ? 0 : (ends[slot - 1] as number);
        const end = ends[slot] as number;
        if (end - start < depth || sameBytes(bytes, start, model, depth) < depth) return null;
        keys[n] = keyAt(bytes, start + depth, end);
      }
    }
    return keys;
  }

  return {
    gather: null,
    read: (ids, depth) => {
      const [first] = ids;
      if (first === undefined || depth >= depthMax) return null;
      const model = textBytes(store, first);
      // Equal up to where they end.
      if (model.length < depth) return null;
      const likely = common(sampleOf(ids), model, Math.min(model.length, depthMax));
      const likelyKeys = keysAt(ids, model, likely);
      const from = likelyKeys === null ? common(ids, model, likely) : likely;
      const keys = likelyKeys ?? keysAt(ids, model, from) ?? new Float64Array(ids.length);
      const areEqual = from >= depthMax || keys.every((key) => key === 0);
      return areEqual ? null : { keys, depth: from + keyBytes };
    },
    compare: (a, b) => {
      const one = textBytes(store, a);
      const other = textBytes(store, b);
      const length = Math.min(one.length, other.length, depthMax);
      const same = sameBytes(one, 0, other, length);
      if (same < length) {
        return (foldedBytes[one[same] as number] as number) - (foldedBytes[other[same] as number] as number);
      }
      return one.length >= depthMax && other.length >= depthMax ? 0 : one.length - other.length;
    },
    hasValue: () => true,
    isFixed: true,
    isMark: false,
  };
}

/** How many of the first `most` bytes from `start` on are those of the model, upper and lower case being the same. */
function sameBytes(bytes: Uint8Array, start: number, model: Uint8Array, most: number): number {
  let same = 0;
  while (
    same < most &&
    (bytes[start + same] === model[same] ||
      foldedBytes[bytes[start + same] as number] === foldedBytes[model[same] as number])
  ) {
    same++;
  }
  return same;
}

/** Where each byte stands among the others; the end of a text comes before them, as 0. */
const places = Uint16Array.from(foldedBytes, (byte) => byte + 1);

function keyAt(bytes: Uint8Array, at: number, end: number): number {
  if (at + keyBytes <= end) {
    const one = (placeAt(bytes, at) * 257 + placeAt(bytes, at + 1)) * 257 + placeAt(bytes, at + 2);
    const other = (placeAt(bytes, at + 3) * 257 + placeAt(bytes, at + 4)) * 257 + placeAt(bytes, at + 5);
    return one * 257 ** 3 + other;
  }
  let key = 0;
  for (let place = at; place < at + keyBytes; place++) {
    key = key * 257 + (place < end ? placeAt(bytes, place) : 0);
  }
  return key;
}

function placeAt(bytes: Uint8Array, at: number): number {
  return places[bytes[at] as number] as number;
}

function sampleOf(ids: Ids): Ids {
  if (ids.length <= samples) return ids;
  return Uint32Array.from(
    { length: samples },
    (_, n) => ids[Math.floor((n * ids.length) / samples)] as number,
  );
}

function textBytes(store: ColumnStore, id: number): Uint8Array {
  const { bytes, ends } = store.paths(blockOf(id));
  const slot = slotOf(id);
  return bytes.subarray(slot === 0 ? 0 : ends[slot - 1], ends[slot]);
}
