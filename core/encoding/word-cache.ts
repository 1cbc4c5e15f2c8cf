import type { Platform } from '../model/platform.ts';

/** Gives the text of short words that come again and again without making it anew. Holds at most `slots` words of at most 32 bytes. */
export interface WordCache {
  /** The bytes `from` to `to` as UTF-8. */
  readonly text: (bytes: Uint8Array, from: number, to: number) => string;
}

const wordBytesMax = 32;

/** `slots`: a power of two. Takes no memory before the first word. */
export function createWordCache(platform: Platform, slots = 64): WordCache {
  const words: string[] = [];

  return {
    text: (bytes, from, to) => {
      const length = to - from;
      if (length === 0) return '';
      if (length > wordBytesMax) return platform.utf8(bytes, from, to);
      let hash = length;
      let isAscii = true;
      for (let at = from; at < to; at++) {
        const byte = bytes[at] as number;
        if (byte > 0x7f) isAscii = false;
        hash = (Math.imul(hash, 31) + byte) | 0;
      }
      if (!isAscii) return platform.utf8(bytes, from, to);
      const slot = (hash ^ (hash >>> 12)) & (slots - 1);
      const known = words[slot];
      if (known !== undefined && isSame(known, bytes, from, length)) return known;
      return (words[slot] = platform.latin1(bytes, from, to));
    },
  };
}

function isSame(word: string, bytes: Uint8Array, from: number, length: number): boolean {
  if (word.length !== length) return false;
  for (let at = 0; at < length; at++) if (word.charCodeAt(at) !== bytes[from + at]) return false;
  return true;
}
