import { monitorEventLoopDelay } from 'node:perf_hooks';
import { listenersOf, untilStopped, valueOrComplain, type ListenerOptions } from './common.ts';
import { print, printError } from './output.ts';
import { startRecorder, type RecorderOptions } from './recorder.ts';
import { startTransparent, udpLines, type TransparentOptions } from './transparent.ts';

export interface RecordOptions extends RecorderOptions, ListenerOptions, TransparentOptions {
  readonly for?: number;
  readonly stats?: boolean;
}

/** Records into a session file until told to stop; one JSON line when ready, one when stopped. */
export async function record(options: RecordOptions): Promise<void> {
  const listeners = valueOrComplain(listenersOf(options));
  if (listeners === null) return;
  const recorder = await startRecorder(options, listeners);
  if (recorder === null) return;
  const { engine, session, state, exchangeCount } = recorder;
  const transparent = valueOrComplain(await startTransparent(options, engine.redirected));
  if (transparent === null) return engine.close();
  const stopped = untilStopped(options.for ?? null);
  print(
    JSON.stringify({
      event: 'ready',
      proxy: state.listener,
      ca: engine.authority.certificatePath,
      session: session.path,
      reverse: state.reverse.map(({ address, upstream }) => ({ listen: address, upstream })),
      ...transparent.ready,
    }),
  );
  const delay = options.stats === true ? monitorEventLoopDelay({ resolution: loopDelayResolutionMs }) : null;
  delay?.enable();
  await stopped;
  delay?.disable();
  const askedAt = performance.now();
  for (const line of udpLines(await transparent.stop())) printError(line);
  await engine.stopRecording();
  await session.flush();
  const drainedMs = performance.now() - askedAt;
  await engine.close();
  const stats =
    delay === null
      ? {}
      : { drainedMs: round(drainedMs), loopDelayMs: { p50: delayMs(delay, 50), p99: delayMs(delay, 99) } };
  print(JSON.stringify({ event: 'stopped', exchanges: exchangeCount(), ...stats }));
}

/** The histogram counts the timer's own period; what is over it is delay. */
const loopDelayResolutionMs = 1;

function delayMs(histogram: ReturnType<typeof monitorEventLoopDelay>, percentile: number): number {
  const ms = histogram.percentile(percentile) / 1e6 - loopDelayResolutionMs;
  return Math.max(0, round(ms));
}

function round(ms: number): number {
  return Math.round(ms * 100) / 100;
}
