import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createEngine } from '../engine/engine.ts';
import { parseClientCertificates } from './client-certificates.ts';
import { fail, type Result } from '../../core/model/result.ts';
import type { RecordingState } from '../../core/contract/recording.ts';
import {
  dataDirOf,
  listenersOf,
  untilStopped,
  valueOrComplain,
  waysOutOf,
  workers,
  type CommonOptions,
  type ListenerOptions,
  type UpstreamOptions,
} from './common.ts';
import { print, printError } from './output.ts';

export interface RecordOptions extends CommonOptions, ListenerOptions, UpstreamOptions {
  readonly session: string;
  readonly proxy: string;
  readonly for?: number;
  readonly upstreamCa: readonly string[];
  readonly insecureHost: readonly string[];
  readonly passThrough: readonly string[];
  readonly clientCert: readonly string[];
  readonly handshakeTimeout?: number;
  readonly stats?: boolean;
}

/** Records into a session file until told to stop; one JSON line when ready, one when stopped. */
export async function record(options: RecordOptions): Promise<void> {
  const certificates = valueOrComplain(parseClientCertificates(options.clientCert));
  if (certificates === null) return;
  const listeners = valueOrComplain(listenersOf(options));
  if (listeners === null) return;
  const engine = valueOrComplain(
    await createEngine({
      dataDir: dataDirOf(options),
      upstreamCaFiles: options.upstreamCa,
      insecureHosts: options.insecureHost,
      passThroughHosts: options.passThrough,
      waysOut: waysOutOf(options),
      clientCertificates: certificates,
      ...(options.handshakeTimeout === undefined
        ? {}
        : { handshakeTimeoutMs: options.handshakeTimeout * 1000 }),
      ...listeners,
      workers,
      controlPorts: () => [],
    }),
  );
  if (engine === null) return;
  const stopped = untilStopped(options.for ?? null);
  const opened = await engine.openSession({ path: options.session, mode: 'create-or-open' });
  const recorded = valueOrComplain(opened.ok ? await engine.recordInto(opened.value.id) : opened);
  const session = recorded?.session ?? null;
  const state =
    session === null ? null : valueOrComplain(allListen(await engine.startRecording(options.proxy)));
  if (session === null || state === null) return engine.close();
  const before = session.exchangeCount();
  session.onNotice(() => printError(session.notice ?? ''));
  print(
    JSON.stringify({
      event: 'ready',
      proxy: state.listener,
      ca: engine.authority.certificatePath,
      session: session.path,
      reverse: state.reverse.map(({ address, upstream }) => ({ listen: address, upstream })),
    }),
  );
  const delay = options.stats === true ? monitorEventLoopDelay({ resolution: loopDelayResolutionMs }) : null;
  delay?.enable();
  await stopped;
  delay?.disable();
  const askedAt = performance.now();
  await engine.stopRecording();
  await session.flush();
  const drainedMs = performance.now() - askedAt;
  await engine.close();
  const stats =
    delay === null
      ? {}
      : { drainedMs: round(drainedMs), loopDelayMs: { p50: delayMs(delay, 50), p99: delayMs(delay, 99) } };
  print(JSON.stringify({ event: 'stopped', exchanges: session.exchangeCount() - before, ...stats }));
}

/** On the command line, what was asked for and cannot listen is a failure. */
function allListen(started: Result<RecordingState>): Result<RecordingState> {
  const problem = started.ok ? started.value.reverse.find((each) => each.problem !== null)?.problem : null;
  return problem == null ? started : fail('reverse-not-listening', problem);
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
