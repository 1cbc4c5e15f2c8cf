import { createWordCache } from '../encoding/word-cache.ts';
import type { Platform } from '../model/platform.ts';

/** Longest name on the wire (RFC 1035 section 2.3.4). */
const nameBytesMax = 255;

/** Follows names through a message. One reader serves one message at a time and allocates no more than the text. */
export interface DnsNames {
  /**
   * The name at `at`, labels joined by dots without the last one, `.` for the root; null when it is malformed: it goes beyond the message, is longer than
   * 255 bytes, or its pointers do not point backwards (so that no loop is possible). Ends at `end()`.
   */
  readonly read: (bytes: Uint8Array, at: number) => string | null;
  /** Where the name that was read last ends in the message; its pointers are not followed. */
  readonly end: () => number;
}

/** `keepsUtf8`: labels are UTF-8 (RFC 6762 section 16), shown as such; else every byte that is not printable ASCII is escaped (RFC 1035 section 5.1). */
export function createDnsNames(platform: Platform, keepsUtf8: boolean): DnsNames {
  const words = createWordCache(platform);
  let end = 0;

  function read(bytes: Uint8Array, from: number): string | null {
    let text = '';
    let at = from;
    let total = 0;
    let lowest = from;
    end = -1;
    while (true) {
      const length = bytes[at];
      if (length === undefined) return null;
      if (length === 0) break;
      if (length >= 0xc0) {
        const low = bytes[at + 1];
        if (low === undefined) return null;
        if (end < 0) end = at + 2;
        at = ((length & 0x3f) << 8) | low;
        if (at >= lowest) return null;
        lowest = at;
        continue;
      }
      total += length + 1;
      if (length > 63 || at + 1 + length > bytes.length || total >= nameBytesMax) return null;
      text += `${text === '' ? '' : '.'}${label(bytes, at + 1, at + 1 + length)}`;
      at += 1 + length;
    }
    if (end < 0) end = at + 1;
    return text === '' ? '.' : text;
  }

  function label(bytes: Uint8Array, from: number, to: number): string {
    let isPlain = true;
    for (let at = from; at < to && isPlain; at++) isPlain = isPlainByte(bytes[at] as number);
    if (isPlain) return words.text(bytes, from, to);
    if (keepsUtf8) {
      const decoded = platform.utf8(bytes, from, to);
      if (!/[\ufffd\u0000-\u001f\u007f-\u009f]/.test(decoded)) return decoded.replace(/[.\\]/g, '\\$&');
    }
    let text = '';
    for (let at = from; at < to; at++) text += escaped(bytes[at] as number);
    return text;
  }

  return { read, end: () => end };
}

const dot = 0x2e;
const backslash = 0x5c;

/** Printable, and not one that a name in a text must escape. */
function isPlainByte(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f && byte !== dot && byte !== backslash;
}

function escaped(byte: number): string {
  if (isPlainByte(byte)) return String.fromCharCode(byte);
  if (byte === dot || byte === backslash) return `\\${String.fromCharCode(byte)}`;
  return byte === 0x20 ? ' ' : `\\${byte.toString().padStart(3, '0')}`;
}
