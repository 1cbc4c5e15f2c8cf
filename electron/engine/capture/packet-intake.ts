import { Worker } from 'node:worker_threads';
import type { CaptureOptions } from '../../../core/contract/capture.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import type { CaptureOutcome, CaptureProgress, FromCapture, ToCapture } from './capture-messages.ts';
import type { SessionFeed } from '../session/session-api.ts';
import type { CaptureTools } from './capture-source.ts';

/** One capture, from its start on. */
export interface CaptureRun {
  /** Resolves when packets can come. Failures: those of `openCaptureSource`. */
  readonly started: Promise<Result<null>>;
  /** What was captured before this call still comes in; resolves as `ended` does. A capture that has not started is given up. */
  readonly stop: () => Promise<CaptureOutcome>;
  /** Resolves when the last packet is in, or when it could not start. Never rejects. */
  readonly ended: Promise<CaptureOutcome>;
}

/** Where packets go. The engine's event loop hears of numbers only. */
export interface PacketIntake {
  /** `onProgress` is called at most four times a second. */
  readonly start: (
    options: CaptureOptions,
    feed: SessionFeed,
    onProgress: (progress: CaptureProgress) => void,
  ) => CaptureRun;
  /** Tells all that run. */
  readonly tell: (message: Extract<ToCapture, { readonly kind: 'secrets' | 'own' }>) => void;
  readonly isRunning: () => boolean;
  /** Ends all that run, at once. */
  readonly close: () => Promise<void>;
}

const nothingYet: CaptureProgress = {
  packets: 0,
  bytes: 0,
  droppedByKernel: null,
  droppedByInterface: null,
  droppedByUs: 0,
};

/** Longer than a source may take for its last words. */
const closeTimeoutMs = 5000;

/** One thread for each capture. `url` is that of capture-worker. */
export function createPacketIntake(url: URL, tools: CaptureTools): PacketIntake {
  const running = new Map<Worker, CaptureRun>();
  return {
    start: (options, feed, onProgress) => {
      const worker = new Worker(url);
      const run = follow(worker, onProgress);
      running.set(worker, run);
      void run.ended.then(() => running.delete(worker));
      const start: ToCapture = {
        kind: 'start',
        tools,
        options,
        context: { feed, name: options.source.name, filter: options.filter },
      };
      worker.postMessage(start, [feed.port]);
      return run;
    },
    tell: (message) => {
      for (const worker of running.keys()) send(worker, message);
    },
    isRunning: () => running.size > 0,
    close: async () => {
      await Promise.all(
        [...running].map(async ([worker, { ended }]) => {
          send(worker, { kind: 'end' });
          const timer = setTimeout(() => void worker.terminate(), closeTimeoutMs);
          await ended;
          clearTimeout(timer);
        }),
      );
    },
  };
}

function send(worker: Worker, message: ToCapture): void {
  worker.postMessage(message);
}

function follow(worker: Worker, onProgress: (progress: CaptureProgress) => void): CaptureRun {
  let progress = nothingYet;
  let outcome: CaptureOutcome | null = null;
  let begin: (result: Result<null>) => void = () => undefined;
  const started = new Promise<Result<null>>((resolve) => (begin = resolve));
  worker.on('message', (message: FromCapture) => {
    switch (message.kind) {
      case 'started':
        begin(succeed(null));
        return;
      case 'progress':
        ({ progress } = message);
        onProgress(progress);
        return;
      case 'ended':
        ({ outcome } = message);
        return;
      default:
        message satisfies never;
    }
  });
  worker.once('error', () => {
    // `exit` follows, without an outcome.
  });
  const ended = new Promise<CaptureOutcome>((resolve) => {
    worker.once('exit', () => {
      const died = fail('cannot-capture', 'The thread of the capture died. Start the capture again.').error;
      const known = outcome ?? { reason: 'failed', failure: died, progress };
      begin(known.failure === null ? stoppedEarly : { ok: false, error: known.failure });
      resolve(known);
    });
  });
  return {
    started,
    ended,
    stop: () => {
      send(worker, { kind: 'stop' });
      return ended;
    },
  };
}

const stoppedEarly = fail('stopped', 'The capture was stopped before it began.');
