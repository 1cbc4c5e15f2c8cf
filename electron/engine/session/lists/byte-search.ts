/** ASCII letters in lower case, every other byte as it is. */
export const foldedBytes = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 65 && byte <= 90 ? byte + 32 : byte,
);

/** The index of the first occurrence that begins at `from` or later; -1 when there is none. */
export type ByteSearch = (bytes: Uint8Array, from: number) => number;

const skipMax = 65_535;

/**
 * Searches bytes for others of which there is at least one, upper and lower case of ASCII letters being the same. It
 * copies nothing and passes over as many bytes as it may (Horspool): 40 MB of paths take 10 to 40 ms. At worst it takes
 * the length of the one times that of the other.
 */
export function createByteSearch(wanted: Uint8Array): ByteSearch {
  const needle = wanted.map((byte) => foldedBytes[byte] as number);
  const last = needle.length - 1;
  const skips = new Uint16Array(256).fill(Math.min(needle.length, skipMax));
  for (let at = 0; at < last; at++) skips[needle[at] as number] = Math.min(last - at, skipMax);
  /** How far to go on behind a place where only the last byte fits. */
  const skipOfLast = skips[needle[last] as number] as number;
  skips[needle[last] as number] = 0;
  for (let byte = 65; byte <= 90; byte++) skips[byte] = skips[byte + 32] as number;
  return (bytes, from) => {
    const { length } = bytes;
    for (let end = from + last; end < length;) {
      const skip = skips[bytes[end] as number] as number;
      if (skip > 0) {
        end += skip;
        continue;
      }
      let n = last - 1;
      const start = end - last;
      while (n >= 0 && foldedBytes[bytes[start + n] as number] === needle[n]) n--;
      if (n < 0) return start;
      end += skipOfLast;
    }
    return -1;
  };
}

/** Whether bytes stand at a place, which `to` ends; they are in lower case themselves. */
export function hasBytesAt(bytes: Uint8Array, from: number, to: number, wanted: Uint8Array): boolean {
  if (to - from < wanted.length) return false;
  for (let n = 0; n < wanted.length; n++) {
    if (foldedBytes[bytes[from + n] as number] !== wanted[n]) return false;
  }
  return true;
}
