import { i32LittleAt } from '../encoding/little-endian.ts';
import { createWordCache } from '../encoding/word-cache.ts';
import type { Platform } from '../model/platform.ts';

/** One element of a document: its value lies in `bytes` from `at` to `to`. */
export interface BsonElement {
  readonly type: number;
  readonly name: string;
  readonly at: number;
  readonly to: number;
}

export const bsonType = {
  double: 1,
  string: 2,
  document: 3,
  array: 4,
  binary: 5,
  undefined: 6,
  objectId: 7,
  boolean: 8,
  date: 9,
  null: 10,
  regex: 11,
  dbPointer: 12,
  code: 13,
  symbol: 14,
  codeWithScope: 15,
  int32: 16,
  timestamp: 17,
  int64: 18,
  decimal: 19,
  maxKey: 127,
  minKey: 255,
} as const;

const nameBytesMax = 1000;

/** Reads the elements of BSON documents (bsonspec.org, version 1.1). Never beyond `to`, and never throws. */
export interface Bson {
  /** The elements of the document at `at`, in order, as far as they lie before `to`; `take` returns false to stop. */
  readonly each: (bytes: Uint8Array, at: number, to: number, take: (element: BsonElement) => boolean) => void;
  readonly find: (bytes: Uint8Array, at: number, to: number, name: string) => BsonElement | null;
  /** Of a string, symbol or code, at most `bytesMax` bytes of it. */
  readonly string: (bytes: Uint8Array, element: BsonElement, bytesMax: number) => string;
  /** Of a number of any kind or a boolean; null for anything else. */
  readonly number: (bytes: Uint8Array, element: BsonElement | null) => number | null;
  /** How many elements the document or array has before `to`. */
  readonly count: (bytes: Uint8Array, element: BsonElement) => number;
}

export function createBson(platform: Platform): Bson {
  const words = createWordCache(platform, 256);

  function each(bytes: Uint8Array, from: number, to: number, take: (element: BsonElement) => boolean): void {
    const length = i32LittleAt(bytes, from);
    const end = Math.min(to, from + length, bytes.length);
    if (length < 5 || from + 5 > to) return;
    for (let at = from + 4; at < end;) {
      const type = bytes[at] as number;
      if (type === 0) return;
      const nameTo = nameEnd(bytes, at + 1, end);
      if (nameTo < 0) return;
      const valueAt = nameTo + 1;
      const size = valueBytes(type, bytes, valueAt, end);
      if (size < 0) return;
      const element = {
        type,
        name: words.text(bytes, at + 1, nameTo),
        at: valueAt,
        to: Math.min(end, valueAt + size),
      };
      if (!take(element) || valueAt + size > end) return;
      at = valueAt + size;
    }
  }

  function find(bytes: Uint8Array, at: number, to: number, name: string): BsonElement | null {
    let found: BsonElement | null = null;
    each(bytes, at, to, (element) => {
      if (element.name !== name) return true;
      found = element;
      return false;
    });
    return found;
  }

  return {
    each,
    find,
    string: (bytes, { at, to }, bytesMax) => {
      const end = Math.min(to, at + 4 + Math.max(0, i32LittleAt(bytes, at) - 1));
      return words.text(bytes, at + 4, Math.max(at + 4, Math.min(end, at + 4 + bytesMax)));
    },
    number: (bytes, element) => (element === null ? null : bsonNumber(bytes, element)),
    count: (bytes, { at, to }) => {
      let count = 0;
      each(bytes, at, to, (element) => {
        // One that is cut off is counted where it begins.
        if (element.at <= to) count += 1;
        return true;
      });
      return count;
    },
  };
}

/** Where the name that begins at `at` ends; -1 where it is too long or ends nowhere. */
function nameEnd(bytes: Uint8Array, at: number, end: number): number {
  const last = Math.min(end, at + nameBytesMax + 1);
  for (let to = at; to < last; to++) if (bytes[to] === 0) return to;
  return -1;
}

function bsonNumber(bytes: Uint8Array, { type, at, to }: BsonElement): number | null {
  switch (type) {
    case bsonType.double:
      return to - at < 8 ? null : new DataView(bytes.buffer, bytes.byteOffset + at, 8).getFloat64(0, true);
    case bsonType.int32:
      return i32LittleAt(bytes, at);
    case bsonType.int64:
      return to - at < 8
        ? null
        : Number(new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0, true));
    case bsonType.boolean:
      return bytes[at] === 1 ? 1 : 0;
    default:
      return null;
  }
}

/** Bytes of a value; documents, arrays and strings may go beyond `end`, other values may not. -1: it is malformed. */
function valueBytes(type: number, bytes: Uint8Array, at: number, end: number): number {
  const size = sizeOf(type, bytes, at, end);
  const mayBeCut =
    type === bsonType.document ||
    type === bsonType.array ||
    type === bsonType.string ||
    type === bsonType.binary;
  return size >= 0 && (at + size <= end || mayBeCut) ? size : -1;
}

function sizeOf(type: number, bytes: Uint8Array, at: number, end: number): number {
  switch (type) {
    case bsonType.double:
    case bsonType.date:
    case bsonType.timestamp:
    case bsonType.int64:
      return 8;
    case bsonType.string:
    case bsonType.code:
    case bsonType.symbol:
      return prefixed(bytes, at, end, 1, 4);
    case bsonType.document:
    case bsonType.array:
    case bsonType.codeWithScope:
      return prefixed(bytes, at, end, 5, 0);
    case bsonType.binary:
      return prefixed(bytes, at, end, 0, 5);
    case bsonType.undefined:
    case bsonType.null:
    case bsonType.minKey:
    case bsonType.maxKey:
      return 0;
    case bsonType.objectId:
      return 12;
    case bsonType.boolean:
      return 1;
    case bsonType.regex: {
      const patternTo = bytes.indexOf(0, at);
      const optionsTo = patternTo < 0 ? -1 : bytes.indexOf(0, patternTo + 1);
      return optionsTo < 0 || optionsTo >= end ? -1 : optionsTo + 1 - at;
    }
    case bsonType.dbPointer:
      return prefixed(bytes, at, end, 1, 16);
    case bsonType.int32:
      return 4;
    case bsonType.decimal:
      return 16;
    default:
      return -1;
  }
}

/** A length of at least `least`, and what it does not count. */
function prefixed(bytes: Uint8Array, at: number, end: number, least: number, more: number): number {
  if (at + 4 > end) return -1;
  const length = i32LittleAt(bytes, at);
  return length < least ? -1 : length + more;
}
