/** Who waits until everything put before they asked is committed. */
export interface FlushWaiters {
  /** `recordsBefore`: records not encoded yet. `sentIn`: the batch that holds the last of it, if all was sent. */
  readonly add: (recordsBefore: number, sentIn: number | null) => Promise<void>;
  /** A batch with so many of the oldest records, and all else that waited, was sent. */
  readonly sent: (batch: number, records: number) => void;
  readonly written: (batch: number) => void;
  /** Something asked for was not sent yet. */
  readonly needSending: () => boolean;
}

interface Waiter {
  recordsBefore: number;
  sentIn: number | null;
  readonly resolve: () => void;
}

export function createFlushWaiters(): FlushWaiters {
  let waiters: Waiter[] = [];
  return {
    add: (recordsBefore, sentIn) =>
      new Promise((resolve) => waiters.push({ recordsBefore, sentIn, resolve })),
    sent: (batch, records) => {
      for (const waiter of waiters) {
        waiter.recordsBefore -= records;
        if (waiter.recordsBefore <= 0) waiter.sentIn ??= batch;
      }
    },
    written: (batch) => {
      if (waiters.length === 0) return;
      const settled = waiters.filter(({ sentIn }) => sentIn !== null && sentIn <= batch);
      waiters = waiters.filter((waiter) => !settled.includes(waiter));
      for (const { resolve } of settled) resolve();
    },
    needSending: () => waiters.some(({ sentIn }) => sentIn === null),
  };
}
