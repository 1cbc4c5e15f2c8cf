import { EventEmitter } from 'node:events';
import { join, resolve } from 'node:path';
import { setDefaultHighWaterMark } from 'node:stream';
import { createSecureContext } from 'node:tls';
import { parseAuthority } from './proxy/destination.ts';
import type { RecordingState } from '../../core/contract/recording.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { loadOrCreateAuthority, type Authority } from './certificates/authority.ts';
import { createMinter } from './certificates/minter.ts';
import { loadUpstreamTrust } from './certificates/trust.ts';
import { nowUs } from './proxy/clock.ts';
import { createRecorder, type Recorder } from './proxy/exchange-draft.ts';
import { createHostSet, type HostSet } from './proxy/host-policy.ts';
import { listen, refuseOwnPorts, type ProxyListener } from './proxy/proxy.ts';
import type { ProxyContext } from './proxy/proxy-context.ts';
import { openSession } from './session/session.ts';
import type { OpenSessionOptions, Session } from './session/session-api.ts';
import { openSettings, type SettingsStore } from './settings.ts';
import { createTransfers, type TransferUrls, type Transfers } from './transfer/transfers.ts';
import { engineVersion } from './version.ts';

export interface EngineOptions {
  readonly dataDir: string;
  readonly upstreamCaFiles: readonly string[];
  /** For this run only; the settings' own lists count as well. */
  readonly insecureHosts: readonly string[];
  readonly passThroughHosts: readonly string[];
  readonly workers: TransferUrls;
  /** Ports of the control door, not to be reached through the proxy. */
  readonly controlPorts: () => readonly number[];
}

/** What a change was about, so that windows are told. */
interface EngineEvents {
  recording: [RecordingState];
  sessionReplaced: [Session];
}

/** The parts that do the work, wired by hand. One per process. */
export interface Engine {
  readonly authority: Authority;
  readonly settings: SettingsStore;
  readonly recorder: Recorder;
  readonly transfers: Transfers;
  readonly insecureHosts: HostSet;
  readonly passThroughHosts: HostSet;
  readonly events: EventEmitter<EngineEvents>;
  readonly dataDir: string;
  readonly session: () => Session | null;
  readonly openSession: (options: OpenSessionOptions) => Promise<Result<Session>>;
  readonly recording: () => RecordingState;
  /** Starts, or moves to another address. Failures: those of `listen`, `bad-address`. */
  readonly startRecording: (listenOn?: string) => Promise<Result<RecordingState>>;
  readonly stopRecording: () => Promise<RecordingState>;
  readonly hostsChanged: () => Promise<Result<RecordingState>>;
  readonly setProblem: (problem: string | null) => void;
  readonly close: () => Promise<void>;
}

/**
 * What a socket buffers before its sender is paused. At the runtime's 64 KiB, four TLS records, every turn of a
 * download over TLS pauses and resumes its sender: a tenth of the throughput, and a third of the CPU.
 */
const socketBufferBytes = 256 * 1024;

/** Failures are those of the settings, the CA and the upstream roots. Nothing listens yet. */
export async function createEngine(options: EngineOptions): Promise<Result<Engine>> {
  const { dataDir } = options;
  setDefaultHighWaterMark(false, socketBufferBytes);
  const settings = await openSettings(dataDir);
  if (!settings.ok) return settings;
  const trust = await loadUpstreamTrust({ extraCaFiles: options.upstreamCaFiles });
  if (!trust.ok) return trust;
  const authority = await loadOrCreateAuthority(dataDir);
  if (!authority.ok) return authority;
  const minter = createMinter(authority.value);
  await minter.warmUp();

  const events = new EventEmitter<EngineEvents>();
  const own = { insecure: new Set(options.insecureHosts), passThrough: new Set(options.passThroughHosts) };
  const insecureHosts = createHostSet([...settings.value.current().insecureHosts, ...own.insecure]);
  const passThroughHosts = createHostSet([...settings.value.current().passThroughHosts, ...own.passThrough]);
  let session: Session | null = null;
  let listener: ProxyListener | null = null;
  let startedAtUs: number | null = null;
  let problem: string | null = null;
  const recorder = createRecorder(() => (listener === null ? null : (session?.sink ?? null)));
  const transfers = createTransfers(options.workers);
  const context: ProxyContext = {
    recorder,
    minter,
    upstreamContext: createSecureContext({ ca: trust.value.ca }),
    insecureHosts,
    passThroughHosts,
    refuse: refuseOwnPorts(() => [...(listener === null ? [] : [listener.port]), ...options.controlPorts()]),
  };

  const recording = (): RecordingState => ({
    recording: listener !== null,
    listener: listener?.address ?? null,
    problem,
    startedAtUs,
    passThroughHosts: passThroughHosts.list(),
    insecureHosts: insecureHosts.list(),
  });
  const tell = (): RecordingState => {
    const state = recording();
    events.emit('recording', state);
    return state;
  };
  /** Listeners that were stopped; their open connections go on until the engine closes. */
  const stopped = new Set<ProxyListener>();
  const stop = async (): Promise<void> => {
    const closing = listener;
    listener = null;
    startedAtUs = null;
    if (closing === null) return;
    stopped.add(closing);
    await closing.close(false);
  };

  const engine: Engine = {
    authority: authority.value,
    settings: settings.value,
    recorder,
    transfers,
    insecureHosts,
    passThroughHosts,
    events,
    dataDir,
    session: () => session,
    openSession: async (wanted) => {
      const path = resolve(wanted.path);
      if (session !== null && session.path === path) return succeed(session);
      const opened = await openSession({ ...wanted, path }, options.workers, {
        programVersion: engineVersion,
      });
      if (!opened.ok) return opened;
      const before = session;
      const replacement = opened.value;
      session = replacement;
      replacement.onProblem((text) => {
        engine.setProblem(text);
      });
      problem = null;
      await before?.close();
      const recent = settings.value.current().recentSessions.filter((each) => each !== path);
      await settings.value.update({ recentSessions: [path, ...recent].slice(0, 20) });
      events.emit('sessionReplaced', replacement);
      return opened;
    },
    recording,
    startRecording: async (listenOn) => {
      const address = listenOn ?? settings.value.current().listen;
      const wanted = parseListenAddress(address);
      if (wanted === null) {
        return fail('bad-address', `"${address}" is no address to listen on. Write it as 127.0.0.1:8888.`);
      }
      if (listener !== null && (listenOn === undefined || listener.address === address))
        return succeed(recording());
      const made = await listen(context, wanted.host, wanted.port);
      if (!made.ok) return made;
      const before = listener;
      listener = made.value;
      startedAtUs = nowUs();
      if (before !== null) stopped.add(before);
      await before?.close(false);
      return succeed(tell());
    },
    stopRecording: async () => {
      await stop();
      return tell();
    },
    hostsChanged: async () => {
      const saved = await settings.value.update({
        insecureHosts: insecureHosts.list().filter((host) => !own.insecure.has(host)),
        passThroughHosts: passThroughHosts.list().filter((host) => !own.passThrough.has(host)),
      });
      return saved.ok ? succeed(tell()) : saved;
    },
    setProblem: (text) => {
      problem = text;
      tell();
    },
    close: async () => {
      await stop();
      await Promise.all([...stopped].map((each) => each.close(true)));
      recorder.close();
      await transfers.close();
      await session?.close();
      session = null;
    },
  };
  return succeed(engine);
}

/** A new session file in the data folder, named by the time of day. */
export function newSessionPath(dataDir: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  return join(dataDir, 'sessions', `${stamp}.plumb`);
}

function parseListenAddress(text: string): { host: string; port: number } | null {
  const port = /:(\d+)$/.exec(text)?.[1];
  if (port === '0') {
    const host = parseAuthority(text.replace(/:0$/, ':1'), null)?.host;
    return host === undefined ? null : { host, port: 0 };
  }
  return parseAuthority(text, null);
}
