/**
 * How the indexer shares the machine with the recording: slices of work with pauses between them. Where the system
 * lets a thread step back (Linux), it does that as well.
 */
const quiet = { sliceMs: 20, pauseMs: 2 };
const busy = { sliceMs: 4, pauseMs: 36 };

export interface Pace {
  /** Waits for the end of the pause when a slice is over. False: stop. */
  readonly breathe: () => Promise<boolean>;
  /** Something was recorded. */
  readonly noteWritten: () => void;
  /** Resolves when something was recorded since the last time, or after so long without; null: however long. */
  readonly written: (withinMs: number | null) => Promise<boolean>;
  /** How much longer nothing must be recorded before it counts as quiet; 0 when it does. */
  readonly msUntilQuiet: () => number;
  readonly stop: () => void;
  readonly isStopped: () => boolean;
}

export function createPace(quietMs: number, onSlice: () => void): Pace {
  let isStopped = false;
  // Whoever opens a session waits for its first rows: they go first, as a recording does.
  let writtenAt = performance.now();
  let hasWritten = false;
  let sliceEnd = 0;
  let wake: () => void = () => undefined;

  function sleep(ms: number | null): Promise<void> {
    return new Promise((resolve) => {
      const timer = ms === null ? undefined : setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const msUntilQuiet = (): number => Math.max(0, writtenAt + quietMs - performance.now());

  return {
    breathe: async () => {
      if (isStopped) return false;
      if (performance.now() < sliceEnd) return true;
      const { sliceMs, pauseMs } = msUntilQuiet() === 0 ? quiet : busy;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      onSlice();
      sliceEnd = performance.now() + sliceMs;
      return !isStopped;
    },
    noteWritten: () => {
      writtenAt = performance.now();
      hasWritten = true;
      wake();
    },
    written: async (withinMs) => {
      if (!hasWritten && !isStopped) await sleep(withinMs);
      const was = hasWritten;
      hasWritten = false;
      return was;
    },
    msUntilQuiet,
    stop: () => {
      isStopped = true;
      wake();
    },
    isStopped: () => isStopped,
  };
}
