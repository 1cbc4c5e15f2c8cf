import { EventEmitter } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { TransferProgress, TransferSummary, TransferView } from '../../../core/contract/transfers.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { WorkerUrls } from '../session/session.ts';
import type { FromTransfer, TransferJob, TransferStart } from './transfer-messages.ts';

/** Reading a file makes much garbage that is needed for a moment: with room for it less of it is kept by mistake. */
const resourceLimits = { maxYoungGenerationSizeMb: 96 };

/** Where the entry modules of the session's threads and of the transfer thread are. */
export interface TransferUrls extends WorkerUrls {
  readonly transfer: URL;
}

interface TransferEvents {
  progress: [{ transferId: number; progress: TransferProgress }];
  finished: [{ transferId: number; summary: TransferSummary }];
  failed: [{ transferId: number; code: string; message: string }];
}

/** Exports and imports, each in a thread of its own: the event loop only passes on how far they are. */
export interface Transfers {
  readonly events: EventEmitter<TransferEvents>;
  /** Starts a thread for a transfer that is about to be started, which takes it some 200 ms. It must get one, or be terminated. */
  readonly prepare: () => Worker;
  /**
   * `after` is awaited before the transfer counts as ended; `prepared` is the thread to use, which ends with a failure too. Failure:
   * `too-many-transfers`.
   */
  readonly start: (
    job: TransferJob,
    after?: (outcome: Result<TransferSummary>) => Promise<void>,
    prepared?: Worker,
  ) => Result<{ transferId: number }>;
  /** How it ended; a transfer that is not there is `no-such-transfer`. */
  readonly ended: (transferId: number) => Promise<Result<TransferSummary>>;
  /** Those that run and the last ones that ended, oldest first. */
  readonly list: () => TransferView[];
  readonly cancel: (transferId: number) => void;
  /** Cancels what runs and waits for it. */
  readonly close: () => Promise<void>;
}

const runningMax = 4;
const endedKeptMax = 20;

interface Running {
  view: TransferView;
  readonly flag: Int32Array;
  readonly outcome: Promise<Result<TransferSummary>>;
}

export function createTransfers(urls: TransferUrls): Transfers {
  const events = new EventEmitter<TransferEvents>();
  const transfers = new Map<number, Running>();
  let lastId = 0;

  function prepare(): Worker {
    const worker = new Worker(urls.transfer, { resourceLimits });
    // `runThread` tells why, if it has begun by then.
    worker.on('error', () => undefined);
    return worker;
  }

  const isRunning = ({ view }: Running): boolean => view.state === 'running';

  function forgetOld(): void {
    const over = [...transfers].filter(([, each]) => !isRunning(each));
    for (const [id] of over.slice(0, Math.max(0, over.length - endedKeptMax))) transfers.delete(id);
  }

  function settle(transferId: number, outcome: Result<TransferSummary>): Result<TransferSummary> {
    const transfer = transfers.get(transferId);
    if (transfer === undefined) return outcome;
    if (outcome.ok) {
      transfer.view = { ...transfer.view, state: 'finished', summary: outcome.value };
      events.emit('finished', { transferId, summary: outcome.value });
    } else {
      const { code, message } = outcome.error;
      transfer.view = {
        ...transfer.view,
        state: code === 'cancelled' ? 'cancelled' : 'failed',
        problem: message,
      };
      events.emit('failed', { transferId, code, message });
    }
    forgetOld();
    return outcome;
  }

  return {
    events,
    prepare,
    start: (job, after, prepared) => {
      if ([...transfers.values()].filter(isRunning).length >= runningMax) {
        void prepared?.terminate();
        return fail(
          'too-many-transfers',
          `${runningMax} transfers are running. Wait for one of them or cancel it.`,
        );
      }
      const transferId = ++lastId;
      const cancelled = new SharedArrayBuffer(4);
      const onProgress = (progress: TransferProgress): void => {
        const transfer = transfers.get(transferId);
        if (transfer !== undefined) transfer.view = { ...transfer.view, progress };
        events.emit('progress', { transferId, progress });
      };
      const outcome = runThread(urls, prepared ?? prepare(), job, cancelled, onProgress).then(
        async (ended) => {
          await after?.(ended);
          return settle(transferId, ended);
        },
      );
      const progress = { doneExchanges: 0, totalExchanges: null, doneBytes: 0, totalBytes: null };
      const { kind, path } = job;
      const view: TransferView = {
        ...{ transferId, kind, path, state: 'running', progress },
        ...{ summary: null, problem: null },
      };
      transfers.set(transferId, { view, flag: new Int32Array(cancelled), outcome });
      return succeed({ transferId });
    },
    ended: (transferId) =>
      transfers.get(transferId)?.outcome ??
      Promise.resolve(fail('no-such-transfer', 'There is no such transfer, or it ended long ago.')),
    list: () => [...transfers.values()].map(({ view }) => view),
    cancel: (transferId) => {
      const transfer = transfers.get(transferId);
      if (transfer !== undefined) Atomics.store(transfer.flag, 0, 1);
    },
    close: async () => {
      const running = [...transfers.values()].filter(isRunning);
      for (const { flag } of running) Atomics.store(flag, 0, 1);
      await Promise.all(running.map(({ outcome }) => outcome));
    },
  };
}

/** Resolves however the thread ends. */
function runThread(
  urls: TransferUrls,
  worker: Worker,
  job: TransferJob,
  cancelled: SharedArrayBuffer,
  onProgress: (progress: TransferProgress) => void,
): Promise<Result<TransferSummary>> {
  const start: TransferStart = {
    job,
    cancelled,
    writerUrl: urls.writer.href,
  };
  return new Promise((resolve) => {
    const transferList = job.kind === 'import' && job.feed ? [job.feed.port] : [];
    // It ended before it got anything to do.
    if (worker.threadId === -1) resolve(broken);
    worker.postMessage(start, transferList);
    let outcome: Result<TransferSummary> | null = null;
    worker.on('message', (message: FromTransfer) => {
      if (message.kind === 'progress') onProgress(message.progress);
      else outcome = message.outcome;
    });
    worker.on('error', (error) => {
      const reason = error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error);
      outcome ??= fail('transfer-broke', `The transfer broke off: ${reason}.`);
    });
    worker.on('exit', () => {
      resolve(outcome ?? broken);
    });
  });
}

const broken = fail('transfer-broke', 'The transfer broke off, and its file is incomplete. Try again.');
