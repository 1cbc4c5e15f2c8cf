import { EventEmitter } from 'node:events';
import { join } from 'node:path';
import { setDefaultHighWaterMark } from 'node:stream';
import { createSecureContext } from 'node:tls';
import { parseAuthority } from './proxy/destination.ts';
import type { RecordingState } from '../../core/contract/recording.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import { changeSettings, type Settings } from '../../core/model/settings.ts';
import { createAuthorityKeeper, type AuthorityKeeper } from './certificates/authority-keeper.ts';
import { loadOrCreateAuthority, type Authority } from './certificates/authority.ts';
import { createMinter } from './certificates/minter.ts';
import { loadUpstreamTrust } from './certificates/trust.ts';
import { nowUs } from './proxy/clock.ts';
import { createRecorder, type Recorder } from './proxy/exchange-draft.ts';
import { createHostSet, type HostSet } from './proxy/host-policy.ts';
import { listen, refuseOwnPorts, type ProxyListener } from './proxy/proxy.ts';
import type { ProxyContext } from './proxy/proxy-context.ts';
import { createRecordingGuard } from './recording-guard.ts';
import { createOpenSessions, type OpenSession, type OpenSessions } from './open-sessions.ts';
import type { OpenSessionOptions, Session } from './session/session-api.ts';
import { openSettings, type SettingsStore } from './settings.ts';
import { createClientNaming } from './system/client-naming.ts';
import { createTransfers, type TransferUrls, type Transfers } from './transfer/transfers.ts';
import { createUploads, type Uploads } from './transfer/uploads.ts';

/** Where the entry modules of all threads are. Without `finder` no process is named. */
export interface EngineUrls extends TransferUrls {
  readonly finder?: URL;
}

export interface EngineOptions {
  readonly dataDir: string;
  readonly upstreamCaFiles: readonly string[];
  /** For this run only; the settings' own lists count as well. */
  readonly insecureHosts: readonly string[];
  readonly passThroughHosts: readonly string[];
  readonly workers: EngineUrls;
  /** Ports of the control door, not to be reached through the proxy. */
  readonly controlPorts: () => readonly number[];
}

/** What a change was about, so that windows are told. */
interface EngineEvents {
  recording: [RecordingState];
  /** One was opened or closed, or another one is recorded into. */
  sessions: [];
  settings: [];
  authority: [];
}

/** The parts that do the work, wired by hand. One per process. */
export interface Engine {
  /** The CA in use; another one after `authorities` changed it. */
  readonly authority: Authority;
  readonly authorities: AuthorityKeeper;
  readonly settings: SettingsStore;
  readonly recorder: Recorder;
  readonly transfers: Transfers;
  /** Files that windows hand over instead of naming them. */
  readonly uploads: Uploads;
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
  /** Changes settings. A new proxy address is listened on first, while recording: failures are those of both. */
  readonly changeSettings: (change: Readonly<Record<string, unknown>>) => Promise<Result<Settings>>;
  readonly setProblem: (problem: string | null) => void;
  /** What the start has to say that is no problem of the recording, in one line; null for nothing. */
  readonly notice: () => string | null;
  readonly setNotice: (notice: string) => void;
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
  const authorities = createAuthorityKeeper(dataDir, authority.value);
  const minter = createMinter(authority.value);
  await minter.warmUp();

  const events = new EventEmitter<EngineEvents>();
  const own = {
    insecure: createHostSet(options.insecureHosts),
    passThrough: createHostSet(options.passThroughHosts),
  };
  const insecureHosts = createHostSet([]);
  const passThroughHosts = createHostSet([]);
  const takeHosts = (): void => {
    const current = settings.value.current();
    replaceHosts(insecureHosts, [...current.insecureHosts, ...own.insecure.list()]);
    replaceHosts(passThroughHosts, [...current.passThroughHosts, ...own.passThrough.list()]);
  };
  takeHosts();
  const sessions = createOpenSessions(options.workers, sessionsFolder(dataDir));
  let listener: ProxyListener | null = null;
  /** The address as it was asked for. */
  let listeningOn: string | null = null;
  let startedAtUs: number | null = null;
  let problem: string | null = null;
  let notice: string | null = null;
  const guard = createRecordingGuard({
    settings: settings.value.current,
    session: () => sessions.recorded()?.session ?? null,
    onChanged: () => void tell(),
  });
  const recorder = createRecorder(
    () => (listener === null ? null : (sessions.recorded()?.session.sink ?? null)),
    guard.limits,
  );
  const naming = createClientNaming(options.workers.finder);
  const nameIfWanted = (): void =>
    naming.setWanted(listener !== null && settings.value.current().nameProcesses);
  const transfers = createTransfers(options.workers);
  const uploads = createUploads(dataDir);
  const context: ProxyContext = {
    recorder,
    minter,
    upstreamContext: createSecureContext({ ca: trust.value.ca }),
    insecureHosts,
    passThroughHosts,
    clientFinder: naming.finder,
    refuse: refuseOwnPorts(() => [...(listener === null ? [] : [listener.port]), ...options.controlPorts()]),
  };

  const recording = (): RecordingState => ({
    recording: listener !== null,
    listener: listener?.address ?? null,
    problem: guard.problem() ?? problem,
    startedAtUs,
    paused: guard.problem() !== null,
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

  /** Sessions whose notices are passed on. */
  const noticed = new WeakSet<Session>();
  const remember = async (path: string): Promise<void> => {
    const recent = settings.value.current().recentSessions.filter((each) => each !== path);
    await settings.value.update({ recentSessions: [path, ...recent].slice(0, 20) });
  };

  authorities.onChanged((next) => {
    minter.useAuthority(next);
    events.emit('authority');
  });
  settings.value.onChanged((next, before) => {
    takeHosts();
    nameIfWanted();
    void guard.check();
    events.emit('settings');
    if (listener !== null && next.listen !== before.listen && next.listen !== listeningOn) {
      void engine.startRecording(next.listen).then((started) => {
        if (!started.ok) engine.setProblem(started.error.message);
      });
    }
    tell();
  });

  const engine: Engine = {
    get authority() {
      return authorities.current();
    },
    authorities,
    settings: settings.value,
    recorder,
    transfers,
    uploads,
    insecureHosts,
    passThroughHosts,
    events,
    dataDir,
    sessions,
    openSession: async (wanted) => {
      const opened = await sessions.open(wanted);
      if (!opened.ok) return opened;
      const { session } = opened.value;
      if (!noticed.has(session)) {
        noticed.add(session);
        session.onNotice(() => {
          void remember(session.path);
          events.emit('sessions');
        });
      }
      await remember(session.path);
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
      await guard.check();
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
      nameIfWanted();
      listeningOn = address;
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
        insecureHosts: withoutOwn(insecureHosts, own.insecure),
        passThroughHosts: withoutOwn(passThroughHosts, own.passThrough),
      });
      return saved.ok ? succeed(tell()) : saved;
    },
    changeSettings: async (change) => {
      const checked = changeSettings({}, change);
      if (!checked.ok) return checked;
      const listenOn = checked.value['listen'];
      if (listener !== null && typeof listenOn === 'string' && listenOn !== listeningOn) {
        const started = await engine.startRecording(listenOn);
        if (!started.ok) return started;
      }
      return settings.value.update(change);
    },
    setProblem: (text) => {
      problem = text;
      tell();
    },
    notice: () => notice,
    setNotice: (text) => {
      notice = text;
      events.emit('sessions');
    },
    close: async () => {
      await stop();
      await Promise.all([...stopped].map((each) => each.close(true)));
      await naming.close();
      recorder.close();
      await transfers.close();
      await uploads.close();
      guard.close();
      authorities.close();
      settings.value.close();
      await sessions.closeAll();
    },
  };
  return succeed(engine);
}

/** A new session file in the data folder, named by the time of day. */
export function newSessionPath(dataDir: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace('T', ' ').replaceAll(':', '.');
  return join(sessionsFolder(dataDir), `${stamp}.plumb`);
}

function sessionsFolder(dataDir: string): string {
  return join(dataDir, 'sessions');
}

function replaceHosts(hosts: HostSet, wanted: readonly string[]): void {
  for (const host of hosts.list()) hosts.remove(host);
  for (const host of wanted) hosts.add(host);
}

/** What of the hosts belongs into the settings. One given for this run only that was removed is forgotten. */
function withoutOwn(hosts: HostSet, own: HostSet): string[] {
  const listed = hosts.list();
  const mine = own.list();
  for (const host of mine) if (!listed.includes(host)) own.remove(host);
  return listed.filter((host) => !mine.includes(host));
}

function parseListenAddress(text: string): { host: string; port: number } | null {
  const port = /:(\d+)$/.exec(text)?.[1];
  if (port === '0') {
    const host = parseAuthority(text.replace(/:0$/, ':1'), null)?.host;
    return host === undefined ? null : { host, port: 0 };
  }
  return parseAuthority(text, null);
}
