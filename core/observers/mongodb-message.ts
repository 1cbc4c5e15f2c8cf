import { i32LittleAt, u32LittleAt } from '../encoding/little-endian.ts';
import type { Platform } from '../model/platform.ts';
import { isOpCode, opCode } from './mongodb-frames.ts';

/** A list of documents beside the main one (OP_MSG, section of kind 1), or those of an OP_REPLY. */
export interface MongodbSequence {
  readonly name: string;
  /** First byte of the first document, and behind the last one. */
  readonly at: number;
  readonly to: number;
}

/** What a message carries; places are those in `bytes`. */
export interface MongodbMessage {
  readonly opCode: number;
  readonly bytes: Uint8Array;
  /** The main document; -1 where there is none. */
  readonly at: number;
  readonly to: number;
  readonly sequences: readonly MongodbSequence[];
  /** OP_MSG: no reply is wanted, or further replies follow. */
  readonly moreToCome: boolean;
  /** Of a legacy message: `db.collection`; empty otherwise. */
  readonly namespace: string;
  /** Legacy: the id of the cursor, 0 for none. */
  readonly cursorId: bigint;
}

/** Why a message cannot be read, in words that follow "It is". */
export interface MongodbUnreadable {
  readonly unreadable: string;
}

const sectionsMax = 100;
const compressors = ['', 'snappy', '', 'zstd'];
const checksumPresent = 1;
const moreToCome = 2;

/** `isWhole`: all of the body is there. `bytesMax`: what is decompressed at most. */
export function readMongodbMessage(
  platform: Platform,
  code: number,
  body: Uint8Array,
  isWhole: boolean,
  bytesMax: number,
): MongodbMessage | MongodbUnreadable {
  switch (code) {
    case opCode.compressed:
      return readCompressed(platform, body, isWhole, bytesMax);
    case opCode.msg:
      return readMsg(platform, body, isWhole);
    case opCode.query:
      return readQuery(platform, body);
    case opCode.reply:
      return readReply(body);
    default:
      return readLegacy(platform, code, body);
  }
}

/** OP_COMPRESSED: the code of what is inside, its size, and how it was compressed. */
function readCompressed(
  platform: Platform,
  body: Uint8Array,
  isWhole: boolean,
  bytesMax: number,
): MongodbMessage | MongodbUnreadable {
  const code = i32LittleAt(body, 0);
  const size = i32LittleAt(body, 4);
  const compressor = body[8] ?? 0;
  if (!isOpCode(code) || code === opCode.compressed || size < 0)
    return { unreadable: 'compressed, and its header contradicts itself' };
  const inside = body.subarray(9);
  if (compressor === 0) return readMongodbMessage(platform, code, inside, isWhole, bytesMax);
  if (compressor !== 2) {
    const name = compressors[compressor] ?? '';
    return {
      unreadable: `compressed with ${name === '' ? `method ${compressor}` : name}, which is not read here`,
    };
  }
  if (!isWhole || size > bytesMax) return { unreadable: 'compressed, and too long to be read' };
  const inflated = platform.inflate('zlib', inside, size);
  if (inflated === null) return { unreadable: 'compressed, and its bytes are damaged' };
  return readMongodbMessage(platform, code, inflated, true, bytesMax);
}

function readMsg(platform: Platform, body: Uint8Array, isWhole: boolean): MongodbMessage {
  const flags = u32LittleAt(body, 0);
  const end = body.length - (isWhole && (flags & checksumPresent) !== 0 ? 4 : 0);
  const sequences: MongodbSequence[] = [];
  let documentAt = -1;
  let documentTo = -1;
  for (let at = 4, count = 0; at < end && count < sectionsMax; count++) {
    const kind = body[at] as number;
    const size = i32LittleAt(body, at + 1);
    const to = Math.min(end, at + 1 + size);
    if (size < 5 || kind > 1 || at + 5 > end) break;
    if (kind === 0 && documentAt < 0) {
      documentAt = at + 1;
      documentTo = to;
    } else if (kind === 1) {
      const nameTo = body.indexOf(0, at + 5);
      if (nameTo < 0 || nameTo >= to) break;
      sequences.push({ name: platform.latin1(body, at + 5, Math.min(nameTo, at + 105)), at: nameTo + 1, to });
    }
    at += 1 + size;
  }
  return {
    ...{ opCode: opCode.msg, bytes: body, at: documentAt, to: documentTo, sequences },
    ...{ moreToCome: (flags & moreToCome) !== 0, namespace: '', cursorId: 0n },
  };
}

/** OP_QUERY: flags, collection, how many to skip and to return, the query. */
function readQuery(platform: Platform, body: Uint8Array): MongodbMessage {
  const namespace = cstring(platform, body, 4);
  const at = 4 + namespace.length + 1 + 8;
  return {
    ...{ opCode: opCode.query, bytes: body, at, to: body.length, sequences: [], moreToCome: false },
    ...{ namespace: namespace.text, cursorId: 0n },
  };
}

/** OP_REPLY: flags, cursor, where in it, how many, the documents. */
function readReply(body: Uint8Array): MongodbMessage {
  const sequences = [{ name: 'documents', at: 20, to: body.length }];
  return {
    ...{ opCode: opCode.reply, bytes: body, at: 20, to: body.length, sequences, moreToCome: false },
    ...{ namespace: '', cursorId: i64At(body, 4) },
  };
}

/** OP_INSERT, OP_UPDATE, OP_DELETE, OP_GET_MORE and OP_KILL_CURSORS of old drivers. */
function readLegacy(platform: Platform, code: number, body: Uint8Array): MongodbMessage {
  const killsCursors = code === 2007;
  const namespace = killsCursors ? { text: '', length: 0 } : cstring(platform, body, 4);
  const behind = 4 + namespace.length + 1;
  const isGetMore = code === 2005;
  const at = killsCursors || isGetMore ? -1 : behind + (code === 2002 ? 0 : 4);
  return {
    ...{ opCode: code, bytes: body, at, to: body.length, sequences: [], moreToCome: !isGetMore },
    ...{ namespace: namespace.text, cursorId: isGetMore ? i64At(body, behind + 4) : 0n },
  };
}

const namespaceBytesMax = 300;

function cstring(platform: Platform, bytes: Uint8Array, at: number): { text: string; length: number } {
  const end = bytes.indexOf(0, at);
  const to = end < 0 ? bytes.length : end;
  return {
    text: platform.utf8(bytes, Math.min(at, to), Math.min(to, at + namespaceBytesMax)),
    length: Math.max(0, to - at),
  };
}

function i64At(bytes: Uint8Array, at: number): bigint {
  if (at + 8 > bytes.length) return 0n;
  return new DataView(bytes.buffer, bytes.byteOffset + at, 8).getBigInt64(0, true);
}
