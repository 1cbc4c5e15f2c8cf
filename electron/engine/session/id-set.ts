/** Remembers numbers from `firstId` on, one bit each. */
export interface IdSet {
  /** False if it was there already, or lies before `firstId`. */
  readonly add: (id: number) => boolean;
}

/** Numbers this far beyond the first are not remembered, and count as seen: 2^32 bits would be 512 MiB. */
const spanMax = 2 ** 32;

export function createIdSet(firstId: number): IdSet {
  let bits = new Uint8Array(1024);
  return {
    add: (id) => {
      const at = id - firstId;
      if (at < 0 || at >= spanMax) return false;
      const byte = Math.floor(at / 8);
      if (byte >= bits.length) {
        const grown = new Uint8Array(Math.max(bits.length * 2, byte + 1));
        grown.set(bits);
        bits = grown;
      }
      const mask = 1 << (at & 7);
      const old = bits[byte] as number;
      bits[byte] = old | mask;
      return (old & mask) === 0;
    },
  };
}
