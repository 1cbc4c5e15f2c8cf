import { i32LittleAt, u32LittleAt } from '../encoding/little-endian.ts';
import { createWindowSearch } from '../encoding/window-search.ts';
import { mongodbMessageMax } from './mongodb-limits.ts';

/** The header of a message (MongoDB wire protocol, "Standard Message Header"). The same object for each. */
export interface MongodbHeader {
  bytes: number;
  requestId: number;
  responseTo: number;
  opCode: number;
  firstAtUs: number;
}

export interface MongodbFrameTaker {
  /** A header has come. */
  readonly begin: (header: MongodbHeader) => void;
  /** All of a message has come: its body is `body`, valid during the call, up to the bound or to the first byte that is missing. */
  readonly message: (header: MongodbHeader, body: Uint8Array, isWhole: boolean, atUs: number) => void;
  /** The beginning of the next message is not known; looked for from here on. */
  readonly lost: (atUs: number) => void;
  /** Bytes behind what is held of the body, the first of them at `bodyAt` in it; `body` is what is held. */
  readonly rest: (chunk: Uint8Array, from: number, to: number, bodyAt: number, body: Uint8Array) => void;
}

/** Cuts the bytes of one sender into messages, whatever is missing. */
export interface MongodbFrames {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  readonly gap: (missing: number, atUs: number) => void;
}

export const mongodbHeaderBytes = 16;
/** Header, flags and the kind of the first section: what tells a message from other bytes. */
const recognisedBytes = 21;
const heldBytesMin = 1024;
/** A buffer larger than this is given back after use. */
const heldKeptBytes = 64 * 1024;

export const opCode = { reply: 1, query: 2004, compressed: 2012, msg: 2013 } as const;
const legacy = new Set([2001, 2002, 2005, 2006, 2007]);

export function isOpCode(code: number): boolean {
  return (
    code === opCode.msg ||
    code === opCode.compressed ||
    code === opCode.query ||
    code === opCode.reply ||
    legacy.has(code)
  );
}

/** Whether the 21 bytes at `at` can begin a message. */
export function fitsMongodb(bytes: Uint8Array, at: number): boolean {
  // Codes have 16 bits at most, lengths 26: most other bytes end here.
  if (bytes[at + 15] !== 0 || bytes[at + 14] !== 0 || (bytes[at + 3] as number) > 2) return false;
  const length = i32LittleAt(bytes, at);
  const code = i32LittleAt(bytes, at + 12);
  if (length < recognisedBytes || length > mongodbMessageMax) return false;
  switch (code) {
    case opCode.msg:
      // Bits that a reader must know: only two are defined (OP_MSG, "Flag Bits").
      return (u32LittleAt(bytes, at + 16) & 0xfffc) === 0 && (bytes[at + 20] ?? 0) <= 1;
    case opCode.compressed:
      return isOpCode(i32LittleAt(bytes, at + 16));
    case opCode.query:
    case opCode.reply:
      return u32LittleAt(bytes, at + 16) < 256;
    default:
      return false;
  }
}

export function createMongodbFrames(taker: MongodbFrameTaker, bodyBytesMax: number): MongodbFrames {
  const header: MongodbHeader = { bytes: 0, requestId: 0, responseTo: 0, opCode: 0, firstAtUs: 0 };
  let held = new Uint8Array(heldBytesMin);
  let heldBytes = 0;
  /** `search`: where the next message begins is not known. */
  let state: 'header' | 'body' | 'search' = 'header';
  /** Of the body: bytes that came or are missing, and whether some are. */
  let came = 0;
  let hasHole = false;
  let firstAtUs = 0;
  const search = createWindowSearch(recognisedBytes, fitsMongodb);

  function bytes(chunk: Uint8Array, atUs: number): void {
    for (let at = 0; at < chunk.length;) at = step(chunk, at, atUs);
  }

  function step(chunk: Uint8Array, at: number, atUs: number): number {
    switch (state) {
      case 'header':
        return readHeader(chunk, at, atUs);
      case 'body':
        return readBody(chunk, at, atUs);
      case 'search':
        return lookOn(chunk, at, atUs);
      default:
        return state satisfies never;
    }
  }

  function readHeader(chunk: Uint8Array, at: number, atUs: number): number {
    if (heldBytes === 0) firstAtUs = atUs;
    const to = hold(chunk, at, mongodbHeaderBytes);
    if (heldBytes < mongodbHeaderBytes) return to;
    const length = i32LittleAt(held, 0);
    const isMessage =
      length >= mongodbHeaderBytes && length <= mongodbMessageMax && isOpCode(i32LittleAt(held, 12));
    if (isMessage) begin(atUs);
    else lose(atUs);
    return to;
  }

  function begin(atUs: number): void {
    header.bytes = i32LittleAt(held, 0);
    header.requestId = i32LittleAt(held, 4);
    header.responseTo = i32LittleAt(held, 8);
    header.opCode = i32LittleAt(held, 12);
    header.firstAtUs = firstAtUs;
    heldBytes = 0;
    came = 0;
    hasHole = false;
    state = 'body';
    taker.begin(header);
    if (header.bytes === mongodbHeaderBytes) finish(atUs);
  }

  function readBody(chunk: Uint8Array, at: number, atUs: number): number {
    const total = header.bytes - mongodbHeaderBytes;
    const to = Math.min(chunk.length, at + total - came);
    const kept = hasHole ? at : hold(chunk, at, Math.min(total, bodyBytesMax), to);
    if (kept < to) taker.rest(chunk, kept, to, came + kept - at, held.subarray(0, heldBytes));
    came += to - at;
    if (came === total) finish(atUs);
    return to;
  }

  function finish(atUs: number): void {
    const isWhole = heldBytes === header.bytes - mongodbHeaderBytes;
    state = 'header';
    taker.message(header, held.subarray(0, heldBytes), isWhole, atUs);
    heldBytes = 0;
    if (held.length > heldKeptBytes) held = new Uint8Array(heldBytesMin);
  }

  /** Holds bytes until there are `wanted`; returns where it stopped. */
  function hold(chunk: Uint8Array, at: number, wanted: number, limit = chunk.length): number {
    const to = Math.min(limit, at + Math.max(0, wanted - heldBytes));
    const size = heldBytes + to - at;
    if (size > held.length) {
      const larger = new Uint8Array(Math.max(size, Math.min(bodyBytesMax, size * 2)));
      larger.set(held.subarray(0, heldBytes));
      held = larger;
    }
    held.set(chunk.subarray(at, to), heldBytes);
    heldBytes = size;
    return to;
  }

  function lose(atUs: number): void {
    state = 'search';
    search.reset();
    // A message may begin within what was taken for a header.
    search.find(held.subarray(0, heldBytes), 1, atUs);
    taker.lost(atUs);
  }

  /** Looks for the next message; returns how far. */
  function lookOn(chunk: Uint8Array, at: number, atUs: number): number {
    const to = search.find(chunk, at, atUs);
    if (to < 0) return chunk.length;
    const found = search.found();
    heldBytes = 0;
    hold(found, 0, mongodbHeaderBytes);
    firstAtUs = search.firstAtUs();
    begin(atUs);
    readBody(found, mongodbHeaderBytes, atUs);
    return to;
  }

  function gap(missing: number, atUs: number): void {
    const left = state === 'body' ? header.bytes - mongodbHeaderBytes - came : 0;
    if (state === 'body') {
      hasHole = true;
      came += Math.min(missing, left);
      if (missing >= left) finish(atUs);
    }
    if (left > 0 && missing <= left) return;
    search.reset();
    state = 'search';
  }

  return { bytes, gap };
}
