import { Worker, type ResourceLimits } from 'node:worker_threads';
import type { FromIndexer, IndexerStart, IndexProgress, ToIndexer } from './indexer-messages.ts';

/** The thread that indexes bodies. If it cannot start, or dies, bodies are searched without an index. */
export interface IndexerClient {
  /** Null when nothing is left to index, or nobody does it. */
  readonly progress: () => IndexProgress | null;
  /** Resolves when the thread has ended: within some milliseconds. */
  readonly close: () => Promise<void>;
}

export function startIndexer(
  url: URL,
  workerData: IndexerStart,
  resourceLimits: ResourceLimits,
): IndexerClient {
  const worker = new Worker(url, { workerData, transferList: [workerData.writer], resourceLimits });
  let progress: IndexProgress | null = null;
  let isGone = false;
  worker.on('message', (message: FromIndexer) => {
    progress = message.progress;
  });
  worker.on('error', () => {
    // 'exit' follows.
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      isGone = true;
      progress = null;
      resolve();
    });
  });
  return {
    progress: () => progress,
    close: async () => {
      const message: ToIndexer = { kind: 'close' };
      if (!isGone) worker.postMessage(message);
      await ended;
    },
  };
}
