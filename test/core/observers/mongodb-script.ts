import { Buffer } from 'node:buffer';
import { deflateSync } from 'node:zlib';

/** Messages of MongoDB, written from its specification of BSON and of the wire protocol. */

/** A value of a type that JavaScript has no word for: the number of the type and its bytes. */
export class Raw {
  readonly type: number;
  readonly bytes: Buffer;
  constructor(type: number, bytes: Buffer) {
    this.type = type;
    this.bytes = bytes;
  }
}

export type Value = string | number | bigint | boolean | null | Raw | Date | readonly Value[] | Document;
export interface Document {
  readonly [name: string]: Value;
}

export function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value | 0);
  return bytes;
}

function i64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64LE(value);
  return bytes;
}

export function cstring(text: string): Buffer {
  return Buffer.concat([Buffer.from(text), Buffer.from([0])]);
}

export function bsonString(text: string): Buffer {
  const bytes = cstring(text);
  return Buffer.concat([i32(bytes.length), bytes]);
}

export function double(value: number): Raw {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return new Raw(1, bytes);
}

export function objectId(digits: string): Raw {
  return new Raw(7, Buffer.from(digits, 'hex'));
}

export function binary(kind: number, bytes: Buffer): Raw {
  return new Raw(5, Buffer.concat([i32(bytes.length), Buffer.from([kind]), bytes]));
}

/** Whole numbers are 32 bits, bigints 64, others doubles. */
export function bson(document: Document | readonly Value[]): Buffer {
  const elements = Object.entries(document).map(([name, value]) => {
    const [type, bytes] = valueOf(value);
    return Buffer.concat([Buffer.from([type]), cstring(name), bytes]);
  });
  const body = Buffer.concat([...elements, Buffer.from([0])]);
  return Buffer.concat([i32(body.length + 4), body]);
}

function valueOf(value: Value): [type: number, bytes: Buffer] {
  if (value === null) return [10, Buffer.alloc(0)];
  if (value instanceof Raw) return [value.type, value.bytes];
  if (value instanceof Date) return [9, i64(BigInt(value.getTime()))];
  if (Array.isArray(value)) return [4, bson(value as readonly Value[])];
  switch (typeof value) {
    case 'string':
      return [2, bsonString(value)];
    case 'number':
      return Number.isInteger(value) ? [16, i32(value)] : valueOf(double(value));
    case 'bigint':
      return [18, i64(value)];
    case 'boolean':
      return [8, Buffer.from([value ? 1 : 0])];
    default:
      return [3, bson(value)];
  }
}

function message(code: number, requestId: number, responseTo: number, body: Buffer): Buffer {
  return Buffer.concat([i32(16 + body.length), i32(requestId), i32(responseTo), i32(code), body]);
}

interface MsgOptions {
  /** Sections of kind 1. */
  readonly sequences?: Readonly<Record<string, readonly Document[]>>;
  readonly moreToCome?: boolean;
  readonly exhaustAllowed?: boolean;
  readonly checksum?: boolean;
}

function msgBody(
  document: Document,
  { sequences = {}, moreToCome, exhaustAllowed, checksum }: MsgOptions,
): Buffer {
  const flags =
    (checksum === true ? 1 : 0) | (moreToCome === true ? 2 : 0) | (exhaustAllowed === true ? 0x10000 : 0);
  const parts = Object.entries(sequences).map(([name, documents]) => {
    const inside = Buffer.concat([cstring(name), ...documents.map(bson)]);
    return Buffer.concat([Buffer.from([1]), i32(4 + inside.length), inside]);
  });
  const sum = checksum === true ? [Buffer.alloc(4, 0xcc)] : [];
  return Buffer.concat([i32(flags), Buffer.from([0]), bson(document), ...parts, ...sum]);
}

/** A command; `reply` answers the request with this id. */
export function command(requestId: number, document: Document, options: MsgOptions = {}): Buffer {
  return message(2013, requestId, 0, msgBody(document, options));
}

export function reply(
  responseTo: number,
  document: Document,
  options: MsgOptions & { id?: number } = {},
): Buffer {
  return message(2013, options.id ?? 9000 + responseTo, responseTo, msgBody(document, options));
}

/** OP_COMPRESSED of a message; 0 not at all, 1 snappy (not really), 2 zlib. */
export function compressed(whole: Buffer, compressor: number): Buffer {
  const body = whole.subarray(16);
  const inside = compressor === 2 ? deflateSync(body) : body;
  const head = Buffer.concat([whole.subarray(12, 16), i32(body.length), Buffer.from([compressor])]);
  return message(2012, whole.readInt32LE(4), whole.readInt32LE(8), Buffer.concat([head, inside]));
}

/** OP_QUERY of old drivers, and its OP_REPLY. */
export function query(requestId: number, namespace: string, document: Document): Buffer {
  const body = Buffer.concat([i32(4), cstring(namespace), i32(0), i32(-1), bson(document)]);
  return message(2004, requestId, 0, body);
}

export function queryReply(responseTo: number, documents: readonly Document[], cursorId = 0n): Buffer {
  const body = Buffer.concat([i32(8), i64(cursorId), i32(0), i32(documents.length), ...documents.map(bson)]);
  return message(1, 9000 + responseTo, responseTo, body);
}

/** OP_INSERT: no reply. */
export function legacyInsert(requestId: number, namespace: string, document: Document): Buffer {
  return message(2002, requestId, 0, Buffer.concat([i32(0), cstring(namespace), bson(document)]));
}

/** OP_GET_MORE. */
export function legacyGetMore(requestId: number, namespace: string, cursorId: bigint): Buffer {
  return message(2005, requestId, 0, Buffer.concat([i32(0), cstring(namespace), i32(5), i64(cursorId)]));
}
