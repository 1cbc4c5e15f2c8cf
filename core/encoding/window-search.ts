/** Looks for a place where so many bytes in a row fit, in bytes that come in pieces. A few nanoseconds a byte; holds less than two windows. */
export interface WindowSearch {
  /** Looks on at `from`. Where the first window that fits ends in this chunk; -1 if none does, and all of the chunk was looked at. */
  readonly find: (chunk: Uint8Array, from: number, atUs: number) => number;
  /** The window that was found, until the next call, and when its first byte came. */
  readonly found: () => Uint8Array;
  readonly firstAtUs: () => number;
  /** Forgets the bytes that came. */
  readonly reset: () => void;
}

/** `fits`: whether the window that begins at `at` does; that many bytes are there. */
export function createWindowSearch(
  windowBytes: number,
  fits: (bytes: Uint8Array, at: number) => boolean,
): WindowSearch {
  const held = new Uint8Array(windowBytes * 2);
  const window = held.subarray(0, windowBytes);
  /** When each of the bytes held came. */
  const heldAtUs = new Float64Array(windowBytes * 2);
  /** The end of what came, in which windows may begin. */
  let heldBytes = 0;
  let firstAtUs = 0;

  function find(chunk: Uint8Array, from: number, atUs: number): number {
    if (heldBytes > 0) {
      const before = heldBytes;
      const taken = Math.min(chunk.length - from, windowBytes - 1);
      hold(chunk, from, from + taken, atUs);
      for (let at = 0; at < before; at++) {
        if (at + windowBytes > heldBytes) {
          held.copyWithin(0, at, heldBytes);
          heldAtUs.copyWithin(0, at, heldBytes);
          heldBytes -= at;
          return -1;
        }
        if (!fits(held, at)) continue;
        held.copyWithin(0, at, at + windowBytes);
        firstAtUs = heldAtUs[at] as number;
        heldBytes = 0;
        return from + at + windowBytes - before;
      }
      heldBytes = 0;
    }
    let at = from;
    for (; at + windowBytes <= chunk.length; at++) {
      if (!fits(chunk, at)) continue;
      for (let index = 0; index < windowBytes; index++) held[index] = chunk[at + index] as number;
      firstAtUs = atUs;
      return at + windowBytes;
    }
    hold(chunk, at, chunk.length, atUs);
    return -1;
  }

  function hold(chunk: Uint8Array, from: number, to: number, atUs: number): void {
    for (let at = from; at < to; at++) {
      held[heldBytes] = chunk[at] as number;
      heldAtUs[heldBytes++] = atUs;
    }
  }

  return { find, found: () => window, firstAtUs: () => firstAtUs, reset: () => void (heldBytes = 0) };
}
