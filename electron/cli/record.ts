import { monitorEventLoopDelay } from 'node:perf_hooks';
import { captureOptions, type CaptureState } from '../../core/contract/capture.ts';
import type { Result } from '../../core/model/result.ts';
import type { Engine } from '../engine/engine.ts';
import { listenersOf, untilStopped, valueOrComplain, type ListenerOptions } from './common.ts';
import { print, printError } from './output.ts';
import { packetCounts, startPackets, type PacketRun } from './packets-source.ts';
import { startRecorder, type RecorderOptions } from './recorder.ts';
import { startTransparent, udpLines, type TransparentOptions } from './transparent.ts';

export interface RecordOptions extends RecorderOptions, ListenerOptions, TransparentOptions {
  readonly for?: number;
  readonly stats?: boolean;
  /** An interface whose packets are captured as well. */
  readonly packets?: string;
  readonly packetFilter: string;
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
  const packets =
    options.packets === undefined ? null : await capturePackets(engine, options.packets, options);
  if (packets?.ok === false) {
    valueOrComplain(packets);
    await transparent.stop();
    return engine.close();
  }
  const stopped = untilStopped(options.for ?? null);
  print(
    JSON.stringify({
      event: 'ready',
      proxy: state.listener,
      ca: engine.authority.certificatePath,
      session: session.path,
      reverse: state.reverse.map(({ address, upstream }) => ({ listen: address, upstream })),
      ...transparent.ready,
      ...(packets === null ? {} : { capture: packets.value.ready }),
    }),
  );
  const delay = options.stats === true ? monitorEventLoopDelay({ resolution: loopDelayResolutionMs }) : null;
  delay?.enable();
  await stopped;
  delay?.disable();
  const askedAt = performance.now();
  for (const line of udpLines(await transparent.stop())) printError(line);
  await engine.stopRecording();
  const captured = packets === null ? null : await packets.value.stop();
  await session.flush();
  const drainedMs = performance.now() - askedAt;
  await engine.close();
  const stats =
    delay === null
      ? {}
      : { drainedMs: round(drainedMs), loopDelayMs: { p50: delayMs(delay, 50), p99: delayMs(delay, 99) } };
  print(JSON.stringify({ event: 'stopped', exchanges: exchangeCount(), ...stats, ...countsOf(captured) }));
}

/** Failures: those of `Captures.start`. */
async function capturePackets(
  engine: Engine,
  name: string,
  { packetFilter: filter }: RecordOptions,
): Promise<Result<PacketRun>> {
  const source = { kind: 'interface', name } as const;
  const started = await startPackets(engine, captureOptions.parse({ source, filter }));
  if (started.ok) {
    void started.value.ended.then(({ problem }) => {
      if (problem !== null) printError(problem);
    });
  }
  return started;
}

function countsOf(captured: CaptureState | null): { readonly capture?: ReturnType<typeof packetCounts> } {
  return captured === null ? {} : { capture: packetCounts(captured) };
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
