import type { Platform } from '../model/platform.ts';
import { decodedBytesMax, decodeHuffman } from './http2-hpack-huffman.ts';

/** Encoded octets of the longest string that is remembered. */
const REMEMBERED_BYTES_MAX = 32;
const SLOTS = 64;
/** A scratch larger than this is given back after use. */
const SCRATCH_KEPT_BYTES = 16 * 1024;

/** Reads string literals (RFC 7541 section 5.2); short ones that came lately are the same string again. */
export interface HpackStrings {
  /** The string, or null: then ask `problem`. */
  readonly read: (bytes: Uint8Array, from: number, to: number, isHuffman: boolean) => string | null;
  /** What is wrong, to follow “The header block ”. */
  readonly problem: () => string;
}

/** Keeps at most 64 strings of at most 51 characters, and a scratch of 16 KiB. */
export function createHpackStrings(platform: Platform): HpackStrings {
  let scratch = new Uint8Array(0);
  /** Slot by hash: what was encoded, its length (64 more for Huffman) and what it says. Made at first use. */
  let keys = scratch;
  let lengths = scratch;
  let texts: string[] = [];
  let problem = '';

  function read(bytes: Uint8Array, from: number, to: number, isHuffman: boolean): string | null {
    const length = to - from;
    if (length === 0) return '';
    if (length > REMEMBERED_BYTES_MAX) return decode(bytes, from, to, isHuffman);
    if (keys.length === 0) {
      keys = new Uint8Array(SLOTS * REMEMBERED_BYTES_MAX);
      lengths = new Uint8Array(SLOTS);
      texts = new Array<string>(SLOTS).fill('');
    }
    const marked = isHuffman ? length + 64 : length;
    let hash = marked;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
    const slot = (hash ^ (hash >>> 11)) & (SLOTS - 1);
    if (lengths[slot] === marked && isAt(slot, bytes, from, length)) return texts[slot] as string;
    const text = decode(bytes, from, to, isHuffman);
    if (text === null) return null;
    for (let at = 0; at < length; at++) keys[slot * REMEMBERED_BYTES_MAX + at] = bytes[from + at] as number;
    lengths[slot] = marked;
    texts[slot] = text;
    return text;
  }

  function isAt(slot: number, bytes: Uint8Array, from: number, length: number): boolean {
    const base = slot * REMEMBERED_BYTES_MAX;
    for (let at = 0; at < length; at++) {
      if (keys[base + at] !== bytes[from + at]) return false;
    }
    return true;
  }

  function decode(bytes: Uint8Array, from: number, to: number, isHuffman: boolean): string | null {
    if (!isHuffman) return platform.latin1(bytes, from, to);
    const room = decodedBytesMax(to - from);
    if (scratch.length < room) scratch = new Uint8Array(Math.max(512, room));
    const length = decodeHuffman(bytes, from, to, scratch);
    const text = length < 0 ? null : platform.latin1(scratch, 0, length);
    if (length === -1) problem = 'holds the Huffman code for the end of a string inside one';
    else if (length < 0) problem = 'holds a Huffman string with wrong padding';
    if (scratch.length > SCRATCH_KEPT_BYTES) scratch = new Uint8Array(0);
    return text;
  }

  return { read, problem: () => problem };
}
