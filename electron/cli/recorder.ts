import { fail, type Result } from '../../core/model/result.ts';
import type { RecordingState } from '../../core/contract/recording.ts';
import { createEngine, type Engine } from '../engine/engine.ts';
import type { Session } from '../engine/session/session-api.ts';
import { parseClientCertificates } from './client-certificates.ts';
import {
  dataDirOf,
  valueOrComplain,
  waysOutOf,
  workers,
  type CommonOptions,
  type listenersOf,
  type UpstreamOptions,
} from './common.ts';
import { printError } from './output.ts';

/** Options of the commands that record. */
export interface RecorderOptions extends CommonOptions, UpstreamOptions {
  readonly session: string;
  readonly proxy: string;
  readonly upstreamCa: readonly string[];
  readonly insecureHost: readonly string[];
  readonly passThrough: readonly string[];
  readonly clientCert: readonly string[];
  readonly handshakeTimeout?: number;
}

/** An engine that records into the session file that was asked for. */
export interface Recorder {
  readonly engine: Engine;
  readonly session: Session;
  readonly state: RecordingState;
  /** Those of this run. */
  readonly exchangeCount: () => number;
}

type Listeners = Extract<ReturnType<typeof listenersOf>, { ok: true }>['value'];

/** Null after one line on standard error. */
export async function startRecorder(
  options: RecorderOptions,
  listeners: Listeners,
): Promise<Recorder | null> {
  const certificates = valueOrComplain(parseClientCertificates(options.clientCert));
  if (certificates === null) return null;
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
  if (engine === null) return null;
  const opened = await engine.openSession({ path: options.session, mode: 'create-or-open' });
  const recorded = valueOrComplain(opened.ok ? await engine.recordInto(opened.value.id) : opened);
  const session = recorded?.session ?? null;
  const state =
    session === null ? null : valueOrComplain(allListen(await engine.startRecording(options.proxy)));
  if (session === null || state === null) {
    await engine.close();
    return null;
  }
  const before = session.exchangeCount();
  session.onNotice(() => printError(session.notice ?? ''));
  return { engine, session, state, exchangeCount: () => session.exchangeCount() - before };
}

/** On the command line, what was asked for and cannot listen is a failure. */
function allListen(started: Result<RecordingState>): Result<RecordingState> {
  const problem = started.ok ? started.value.reverse.find((each) => each.problem !== null)?.problem : null;
  return problem == null ? started : fail('reverse-not-listening', problem);
}
