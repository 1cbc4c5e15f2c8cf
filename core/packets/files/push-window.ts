/**
 * Looks at the bytes `from` … `from + available` of `bytes`, which are at least as many as it asked for last. Returns how many it is done with;
 * 0 only if it asks for more than there are, or if `isEnd` and it can do no more.
 */
export type Step = (bytes: Uint8Array, from: number, available: number, isEnd: boolean) => number;

/** Cuts bytes that are pushed in any chunks into the steps of a parser. */
export interface PushWindow {
  /** So many bytes are wanted before the next step; at least 1. A step sets it. */
  need: number;
  /** So many bytes behind what the step is done with are passed over unseen. */
  skip: number;
  /** Place in the stream of the first byte of the next step. */
  readonly at: () => number;
  readonly push: (chunk: Uint8Array) => void;
  /** Runs steps over what is left; returns how many bytes nobody took. */
  readonly end: () => number;
}

/**
 * A step sees the chunk itself where all it needs lies in it, else a copy that grows with the bytes that really came: never above twice what is
 * needed. What a step was shown is only valid during it.
 */
export function createPushWindow(step: Step): PushWindow {
  let held = new Uint8Array(0);
  let heldFrom = 0;
  let heldTo = 0;
  let position = 0;

  const window: PushWindow = { need: 1, skip: 0, at: () => position, push, end };

  function push(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.length) {
      if (heldTo > heldFrom) {
        from += hold(chunk, from, window.need - (heldTo - heldFrom));
        stepHeld(false);
        continue;
      }
      if (window.skip > 0) {
        const skipped = Math.min(window.skip, chunk.length - from);
        window.skip -= skipped;
        position += skipped;
        from += skipped;
        continue;
      }
      if (chunk.length - from < window.need) {
        hold(chunk, from, chunk.length - from);
        return;
      }
      const done = step(chunk, from, chunk.length - from, false);
      position += done;
      from += done;
    }
  }

  /** Steps until more is needed than is held. */
  function stepHeld(isEnd: boolean): void {
    while (heldTo > heldFrom && (isEnd || heldTo - heldFrom >= window.need)) {
      const done = step(held, heldFrom, heldTo - heldFrom, isEnd);
      if (done === 0 && isEnd) return;
      heldFrom += done;
      position += done;
      const skipped = Math.min(window.skip, heldTo - heldFrom);
      window.skip -= skipped;
      heldFrom += skipped;
      position += skipped;
    }
    if (heldFrom === heldTo) heldFrom = heldTo = 0;
  }

  /** Copies at most so many bytes behind what is held; returns how many it copied. */
  function hold(chunk: Uint8Array, from: number, most: number): number {
    const count = Math.min(most, chunk.length - from);
    if (count <= 0) return 0;
    const length = heldTo - heldFrom;
    if (heldTo + count > held.length) {
      const target =
        length + count > held.length ? new Uint8Array(Math.max(4096, 2 * (length + count))) : held;
      target.set(held.subarray(heldFrom, heldTo));
      held = target;
      heldFrom = 0;
      heldTo = length;
    }
    held.set(chunk.subarray(from, from + count), heldTo);
    heldTo += count;
    return count;
  }

  function end(): number {
    stepHeld(true);
    return heldTo - heldFrom;
  }

  return window;
}
