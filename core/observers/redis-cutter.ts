/** What the bytes of one side of RESP are cut into: lines, and strings whose length a line announced. */
export interface RedisTaker {
  /**
   * A line of `length` bytes without its end; of a longer one than what is kept, only the beginning lies between `from` and `to`. Returns the length of
   * the string that follows, `anotherLine`, or `unreadable`, after which the rest is passed over.
   */
  readonly line: (
    bytes: Uint8Array,
    from: number,
    to: number,
    length: number,
    firstAtUs: number,
    atUs: number,
  ) => number;
  /** A string of `length` bytes, of which the first lie between `from` and `to`. Returns as `line` does. */
  readonly payload: (bytes: Uint8Array, from: number, to: number, length: number, atUs: number) => number;
  /** The bytes from here on cannot be followed. */
  readonly lost: (atUs: number) => void;
}

export const anotherLine = -1;
export const unreadable = -2;

export interface RedisCutter {
  /** Reads the chunk from `from` on; returns where it stopped, the chunk's length unless the bytes were lost or `stop` was called. */
  readonly bytes: (chunk: Uint8Array, from: number, atUs: number) => number;
  /** Reads nothing more until `resume`. */
  readonly stop: () => void;
  /** The next byte begins a line, or, if given, a string of so many bytes. */
  readonly resume: (payloadBytes?: number) => void;
  readonly isStopped: () => boolean;
  /** Bytes were passed over while it was stopped. */
  readonly skip: (count: number) => void;
  /** Bytes of this side so far: within a call of the taker up to the end of what it is given. */
  readonly offset: () => number;
}

const lf = 10;
const cr = 13;

type State = 'line' | 'payload' | 'payload-end' | 'stopped';

/** Keeps at most `lineBytesMax` of a line and `payloadBytesMax` of a string. */
export function createRedisCutter(
  taker: RedisTaker,
  lineBytesMax: number,
  payloadBytesMax: number,
): RedisCutter {
  let state: State = 'line';
  let held = new Uint8Array(64);
  /** Bytes kept, and bytes that came, of the line or string being read. */
  let kept = 0;
  let came = 0;
  let wanted = 0;
  let lastByte = 0;
  let firstAtUs = 0;
  let offset = 0;
  /** Offset of the beginning of the chunk. */
  let base = 0;

  function bytes(chunk: Uint8Array, from: number, atUs: number): number {
    base = offset - from;
    let at = from;
    while (at < chunk.length && !isStopped()) at = step(chunk, at, atUs);
    offset = base + at;
    return at;
  }

  function step(chunk: Uint8Array, at: number, atUs: number): number {
    switch (state) {
      case 'line':
        return readLine(chunk, at, atUs);
      case 'payload':
        return readPayload(chunk, at, atUs);
      case 'payload-end':
        return readEnd(chunk, at, atUs);
      case 'stopped':
        return at;
      default:
        return state satisfies never;
    }
  }

  function readLine(chunk: Uint8Array, at: number, atUs: number): number {
    if (came === 0) firstAtUs = atUs;
    const end = chunk.indexOf(lf, at);
    if (end < 0) {
      keep(chunk, at, chunk.length, lineBytesMax);
      return chunk.length;
    }
    offset = base + end + 1;
    if (came === 0) {
      const to = end > at && chunk[end - 1] === cr ? end - 1 : end;
      follow(taker.line(chunk, at, Math.min(to, at + lineBytesMax), to - at, firstAtUs, atUs), atUs);
      return end + 1;
    }
    keep(chunk, at, end, lineBytesMax);
    const hasReturn = end > at ? chunk[end - 1] === cr : lastByte === cr;
    const length = hasReturn ? came - 1 : came;
    const to = Math.min(kept, length);
    came = 0;
    kept = 0;
    follow(taker.line(held, 0, to, length, firstAtUs, atUs), atUs);
    return end + 1;
  }

  function readPayload(chunk: Uint8Array, at: number, atUs: number): number {
    const end = at + wanted;
    if (came === 0 && chunk[end] === cr && chunk[end + 1] === lf) {
      offset = base + end + 2;
      follow(taker.payload(chunk, at, Math.min(end, at + payloadBytesMax), wanted, atUs), atUs);
      return end + 2;
    }
    const to = Math.min(chunk.length, at + wanted - came);
    keep(chunk, at, to, payloadBytesMax);
    if (came === wanted) beginEnd();
    return to;
  }

  function beginEnd(): void {
    state = 'payload-end';
    came = 0;
  }

  /** The line end behind a string, which its length does not count. */
  function readEnd(chunk: Uint8Array, at: number, atUs: number): number {
    if (chunk[at] !== (came === 0 ? cr : lf)) {
      offset = base + at;
      giveUp(atUs);
      return at;
    }
    came += 1;
    offset = base + at + 1;
    if (came === 2) {
      const to = kept;
      came = 0;
      kept = 0;
      follow(taker.payload(held, 0, to, wanted, atUs), atUs);
    }
    return at + 1;
  }

  function keep(chunk: Uint8Array, from: number, to: number, bytesMax: number): void {
    if (to > from) lastByte = chunk[to - 1] as number;
    came += to - from;
    const taken = Math.min(to - from, bytesMax - kept);
    if (taken <= 0) return;
    if (kept + taken > held.length) {
      const larger = new Uint8Array(Math.min(Math.max(bytesMax, 64), 2 * (kept + taken)));
      larger.set(held.subarray(0, kept));
      held = larger;
    }
    held.set(chunk.subarray(from, from + taken), kept);
    kept += taken;
  }

  function follow(next: number, atUs: number): void {
    if (isStopped()) return;
    if (next === unreadable) giveUp(atUs);
    else if (next === anotherLine) state = 'line';
    else beginPayload(next);
  }

  function beginPayload(length: number): void {
    wanted = length;
    if (length > 0) state = 'payload';
    else beginEnd();
  }

  function giveUp(atUs: number): void {
    stop();
    taker.lost(atUs);
  }

  function isStopped(): boolean {
    return state === 'stopped';
  }

  function stop(): void {
    state = 'stopped';
    came = 0;
    kept = 0;
  }

  function resume(payloadBytes?: number): void {
    came = 0;
    kept = 0;
    if (payloadBytes === undefined) state = 'line';
    else beginPayload(payloadBytes);
  }

  return {
    bytes,
    stop,
    resume,
    isStopped,
    skip: (count) => void (offset += count),
    offset: () => offset,
  };
}

/** A decimal number of at most 15 digits, -1 for `-1`, `streamed` for `?`, NaN for anything else. */
export function redisCount(bytes: Uint8Array, from: number, to: number): number {
  const first = bytes[from];
  if (to - from === 1 && first === 0x3f) return streamed;
  if (to - from === 2 && first === 0x2d && bytes[from + 1] === 0x31) return -1;
  if (to <= from || to - from > 15) return NaN;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 0x30;
    if (digit < 0 || digit > 9) return NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** A length that is not known in front (RESP3, streamed strings and aggregates). */
export const streamed = -3;
