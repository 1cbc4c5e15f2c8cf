import type { EarlyBytes } from './http1-events.ts';
import type { Sender } from './observer.ts';

const CAPACITY_MIN = 4096;

/** Copies of bytes of one sender that are kept until it is known what they are: the first `bytesMax`. */
export interface EarlyKeeper {
  /** `from`: stream offset of the chunk's first byte. Calls follow each other without a gap. */
  readonly keep: (chunk: Uint8Array, from: number, atUs: number) => void;
  /** What follows is lost: nothing more is kept until the next `take`. */
  readonly lose: (atUs: number) => void;
  /** Everything kept, in stream order, given away; the keeper is empty afterwards. */
  readonly take: () => EarlyBytes[];
  /** Arrival of the first byte that was not kept since the last `take`, or null. */
  readonly lostAtUs: () => number | null;
}

export function createEarlyKeeper(sender: Sender, bytesMax: number): EarlyKeeper {
  let buffer: Uint8Array | null = null;
  let length = 0;
  let firstFrom = 0;
  /** Where each run of one arrival time ends, and that time. */
  let ends: number[] = [];
  let times: number[] = [];
  let lostAtUs: number | null = null;

  function keep(chunk: Uint8Array, from: number, atUs: number): void {
    if (lostAtUs !== null) return;
    const taken = Math.min(chunk.length, bytesMax - length);
    if (taken < chunk.length) lose(atUs);
    if (taken === 0) return;
    if (length === 0) firstFrom = from;
    if (buffer === null || length + taken > buffer.length) {
      const larger = new Uint8Array(Math.min(bytesMax, Math.max(CAPACITY_MIN, 2 * (length + taken))));
      if (buffer !== null) larger.set(buffer);
      buffer = larger;
    }
    buffer.set(chunk.subarray(0, taken), length);
    length += taken;
    if (times.at(-1) === atUs) ends.pop();
    else times.push(atUs);
    ends.push(length);
  }

  function lose(atUs: number): void {
    lostAtUs ??= atUs;
  }

  function take(): EarlyBytes[] {
    const pieces: EarlyBytes[] = [];
    if (buffer !== null) {
      let start = 0;
      for (const [run, end] of ends.entries()) {
        pieces.push({
          sender,
          from: firstFrom + start,
          atUs: times[run] ?? 0,
          data: buffer.subarray(start, end),
        });
        start = end;
      }
      buffer = null;
      length = 0;
      ends = [];
      times = [];
    }
    lostAtUs = null;
    return pieces;
  }

  return { keep, lose, take, lostAtUs: () => lostAtUs };
}
