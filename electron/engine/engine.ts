import { EventEmitter } from 'node:events';
import { join } from 'node:path';
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
import { createOpenSessions, type OpenSession, type OpenSessions } from './open-sessions.ts';
import type { WorkerUrls } from './session/session.ts';
import type { OpenSessionOptions } from './session/session-api.ts';
import { openSettings, type SettingsStore } from './settings.ts';

export interface EngineOptions {
  readonly dataDir: string;
  readonly upstreamCaFiles: readonly string[];
  /** For this run only; the settings' own lists count as well. */
  readonly insecureHosts: readonly string[];
  readonly passThroughHosts: readonly string[];
  readonly workers: WorkerUrls;
  /** Ports of the control door, not to be reached through the proxy. */
  readonly controlPorts: () => readonly number[];
}

/** What a change was about, so that windows are told. */
interface EngineEvents {
  recording: [RecordingState];
  /** One was opened or closed, or another one is recorded into. */
  sessions: [];
}

/** The parts that do the work, wired by hand. One per process. */
export interface Engine {
  readonly authority: Authority;
  readonly settings: SettingsStore;
  readonly recorder: Recorder;
  readonly insecureHosts: HostSet;
  readonly passThroughHosts: HostSet;
  readonly events: EventEmitter<EngineEvents>;
  readonly dataDir: string;
  readonly sessions: OpenSessions;
  /** Beside those that are open; `recordInto` has new exchanges go there. Failures: those of `OpenSessions`. */
  readonly openSession: (options: OpenSessionOptions) => Promise<Result<OpenSession>>;
  readonly recordInto: (id: number) => Promise<Result<OpenSession>>;
  readonly closeSession: (id: number) => Promise<Result<OpenSession>>;
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
  const sessions = createOpenSessions(options.workers);
  let listener: ProxyListener | null = null;
  let startedAtUs: number | null = null;
  let problem: string | null = null;
  const recorder = createRecorder(() =>
    listener === null ? null : (sessions.recorded()?.session.sink ?? null),
  );
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
    insecureHosts,
    passThroughHosts,
    events,
    dataDir,
    sessions,
    openSession: async (wanted) => {
      const opened = await sessions.open(wanted);
      if (!opened.ok) return opened;
      const { path } = opened.value.session;
      const recent = settings.value.current().recentSessions.filter((each) => each !== path);
      await settings.value.update({ recentSessions: [path, ...recent].slice(0, 20) });
      events.emit('sessions');
      return opened;
    },
    recordInto: async (id) => {
      const before = sessions.recorded()?.session;
      const wanted = sessions.record(id);
      if (!wanted.ok) return wanted;
      const { session } = wanted.value;
      if (session === before) return wanted;
      engine.setProblem(null);
      session.onProblem((text) => {
        if (sessions.recorded()?.session === session) engine.setProblem(text);
      });
      await before?.flush();
      events.emit('sessions');
      return wanted;
    },
    closeSession: async (id) => {
      const closed = await sessions.close(id);
      if (closed.ok) events.emit('sessions');
      return closed;
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
      await sessions.closeAll();
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
