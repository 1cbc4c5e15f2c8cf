import type { Decoded } from '../../core/decoders/decoder.ts';
import { startJsonScan } from '../../core/decoders/json-scan.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { runDecodeJob, type DecodeJob, type LaidOut } from './decode-job.ts';

/** Jobs of so few bytes take less than a frame. */
const atOnceBytes = 65_536;
/** Without a worker, what cannot be read in slices is read up to here. */
const withoutWorkerBytesMax = 1_048_576;
const sliceBytes = 262_144;

/**
 * Does a job without holding up the window: small ones at once, others in a worker, which is ended when `signal`
 * aborts. Where workers are forbidden, JSON is read in slices and other formats up to 1 MiB. Never rejects; an
 * aborted job is never answered.
 */
export function decode(job: DecodeJob, signal: AbortSignal): Promise<Result<Decoded | LaidOut>> {
  const bytes = job.kind === 'decode' ? job.sample.bytes : job.bytes;
  if (bytes.length <= atOnceBytes) return Promise.resolve(runDecodeJob(job));
  const worker = startWorker();
  if (worker === null) return decodeInSlices(job, bytes.length, signal);
  return new Promise((resolve) => {
    const end = (result: Result<Decoded | LaidOut>) => {
      worker.terminate();
      if (!signal.aborted) resolve(result);
    };
    signal.addEventListener('abort', () => worker.terminate(), { once: true });
    worker.addEventListener('message', ({ data }: MessageEvent<Result<Decoded | LaidOut>>) => end(data));
    worker.addEventListener('error', () => {
      worker.terminate();
      if (!signal.aborted) void decodeInSlices(job, bytes.length, signal).then(resolve);
    });
    worker.postMessage(job);
  });
}

function startWorker(): Worker | null {
  try {
    return new Worker(new URL('./decode-worker.ts', import.meta.url), { type: 'module' });
  } catch {
    return null;
  }
}

async function decodeInSlices(
  job: DecodeJob,
  bytes: number,
  signal: AbortSignal,
): Promise<Result<Decoded | LaidOut>> {
  if (job.kind === 'decode' && job.decoder === 'json') {
    const scan = startJsonScan(job.sample.bytes, job.sample.complete);
    while (!signal.aborted && !scan.step(sliceBytes)) await nextTask();
    return succeed(scan.table());
  }
  if (bytes > withoutWorkerBytesMax)
    return fail(
      'too-large',
      'This is too large to be read here without a worker thread. Text and Hex show all of it.',
    );
  return runDecodeJob(job);
}

/** Lets the window draw and answer before the work goes on. */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener('message', () => resolve());
    port1.start();
    port2.postMessage(null);
  });
}
