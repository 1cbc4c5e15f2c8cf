import { packetBatchBytes } from '../packets/packet-batch.ts';
import { blocksBytes, type Batch } from './batch.ts';
import type { Sqlite } from './sqlite.ts';

/**
 * Copies the log into the file: when nothing was written for `idleMs`, or when the log is large. While it copies,
 * batches wait. So bodies that pour in may fill a large log first (copying meanwhile would halve what the disk takes
 * of them), but rows, of which none shall be lost, only one that is copied in about 0.1 s.
 */
export interface Checkpointer {
  readonly wrote: (batch: Batch) => void;
  /** So many bytes went to the log beside the batches. */
  readonly added: (bytes: number) => void;
  readonly stop: () => void;
}

const idleMs = 250;
const logBytesMax = 1024 * 1024 * 1024;
const logRowBytesMax = 12 * 1024 * 1024;
/** For a file that has no log. */
export const noCheckpointer: Checkpointer = {
  wrote: () => undefined,
  added: () => undefined,
  stop: () => undefined,
};

export function createCheckpointer(db: Sqlite): Checkpointer {
  let timer: NodeJS.Timeout | undefined;
  let bytes = 0;
  let rowBytes = 0;

  function run(): void {
    bytes = 0;
    rowBytes = 0;
    try {
      db.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // The log stays as it is and is copied next time; a disk that is full says so at the next batch.
    }
  }

  function grew(): void {
    clearTimeout(timer);
    if (bytes > logBytesMax || rowBytes > logRowBytesMax) run();
    else timer = setTimeout(run, idleMs);
  }

  return {
    wrote: ({ exchanges, conversations, pieces, messages, secrets, facts, slabs, packets }) => {
      const newRowBytes = blocksBytes([exchanges, conversations, pieces, messages, secrets, facts].flat());
      rowBytes += newRowBytes;
      bytes += newRowBytes + blocksBytes(slabs) + (packets === null ? 0 : packetBatchBytes(packets));
      grew();
    },
    added: (count) => {
      bytes += count;
      grew();
    },
    stop: () => clearTimeout(timer),
  };
}
