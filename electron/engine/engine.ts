import { EventEmitter } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setDefaultHighWaterMark } from 'node:stream';
import { createSecureContext } from 'node:tls';
import { fileURLToPath } from 'node:url';
import type { ConversationRow } from '../../core/contract/packets.ts';
import type { RecordingState } from '../../core/contract/recording.ts';
import { lanNetworks } from '../../core/devices/lan-networks.ts';
import type { ProxyAuth } from '../../core/model/proxy-auth.ts';
import { fail, succeed, type Result } from '../../core/model/result.ts';
import type { ReverseProxy } from '../../core/model/reverse-proxy.ts';
import {
  changeSettings,
  sameValue,
  type ClientCertificateSetting,
  type Settings,
} from '../../core/model/settings.ts';
import { createCaptureSetup, type CaptureSetup } from './capture/capture-setup.ts';
import { ssh } from './capture/capture-source.ts';
import { createOwnLegs } from './capture/own-legs.ts';
import { createCaptures, type Captures } from './capture/captures.ts';
import { helperPlaces } from './capture/helper.ts';
import { createPacketIntake } from './capture/packet-intake.ts';
import { createAuthorityKeeper, type AuthorityKeeper } from './certificates/authority-keeper.ts';
import { loadOrCreateAuthority, type Authority } from './certificates/authority.ts';
import { createClientIdentities } from './certificates/client-identities.ts';
import { createMinter } from './certificates/minter.ts';
import { shownCertificate } from './certificates/shown-certificate.ts';
import { loadUpstreamTrust } from './certificates/trust.ts';
import { createAdb, type Adb } from './devices/adb/adb.ts';
import { createDevices, type Devices } from './devices/devices.ts';
import { listedAddresses } from './devices/listed-addresses.ts';
import { lookForFirewall } from './devices/look-for-firewall.ts';
import { createNeighbours } from './devices/neighbours.ts';
import { createCaAcceptance } from './proxy/ca-acceptance.ts';
import { nowUs } from './proxy/clock.ts';
import { createRecorder, type Recorder } from './proxy/exchange-draft.ts';
import { createHostSet, type HostSet } from './proxy/host-policy.ts';
import { createOwnHellos } from './proxy/own-hello.ts';
import { isOwnAddress, listen, refuseOwnPorts, type ProxyListener } from './proxy/proxy.ts';
import { createCredentials } from './proxy/proxy-auth.ts';
import type { ProxyContext } from './proxy/proxy-context.ts';
import { createPacAnswers } from './proxy/upstream/pac/pac-answers.ts';
import { routeWords } from './proxy/upstream/route-words.ts';
import { createRouter } from './proxy/upstream/router.ts';
import { readWaysOut, routerSettings, type WaysOutText } from './proxy/upstream/ways-out.ts';
import { createUpstreamContexts } from './proxy/upstream-contexts.ts';
import { createUpstreamSessions } from './proxy/upstream-sessions.ts';
import { parseListenAddress } from './listen-address.ts';
import { createRecordingGuard } from './recording-guard.ts';
import { createRedirectedConnections, type RedirectedConnections } from './redirected-connections.ts';
import { createReverseListeners } from './reverse-listeners.ts';
import { createOpenSessions, type OpenSession, type OpenSessions } from './open-sessions.ts';
import { removeSessionFile } from './session/remove-session-file.ts';
import type { OpenSessionOptions, Session } from './session/session-api.ts';
import { openSettings, type SettingsStore } from './settings.ts';
import { createClientNaming } from './system/client-naming.ts';
import { createTransfers, type TransferUrls, type Transfers } from './transfer/transfers.ts';
import { createUploads, type Uploads } from './transfer/uploads.ts';

/** Where the entry modules of all threads are. Without `finder` no process is named. */
export interface EngineUrls extends TransferUrls {
  readonly finder?: URL;
  /** Runs PAC scripts. */
  readonly pac: URL;
  /** Takes the packets of one capture. */
  readonly capture: URL;
  /** The helper that captures them, built from native/plumbline-capture; it is there on Linux where it could be compiled. */
  readonly captureHelper: URL;
}

export interface EngineOptions {
  readonly dataDir: string;
  readonly upstreamCaFiles: readonly string[];
  /** For this run only; the settings' own lists count as well. */
  readonly insecureHosts: readonly string[];
  readonly passThroughHosts: readonly string[];
  /** Counted before the settings' own. */
  readonly waysOut?: WaysOutText;
  /** For this run only, before those of the settings. Relative paths are those of the process. */
  readonly clientCertificates?: readonly ClientCertificateSetting[];
  /** How long either side may take for a TLS handshake; 30 s if not given. */
  readonly handshakeTimeoutMs?: number;
  readonly workers: EngineUrls;
  /** For this run, in place of the settings' own; null: as the settings say. */
  readonly proxyAuth?: ProxyAuth | null | undefined;
  /** Whether phones can be added: the proxy is then opened to their network while they need it. */
  readonly addsPhones?: boolean;
  /** For this run: devices on the network need not be paired. */
  readonly anyDevice?: boolean;
  /** Reverse proxies for this run only. */
  readonly reverse?: readonly ReverseProxy[] | undefined;
  /** Whether those of the settings listen, too. */
  readonly reverseOfSettings?: boolean;
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
  /** Clients that know of no proxy, as the helper hands them over. */
  readonly redirected: RedirectedConnections;
  readonly transfers: Transfers;
  readonly captures: Captures;
  readonly captureSetup: CaptureSetup;
  /** Phones and others that use the proxy over the network. */
  readonly devices: Devices;
  /** Android devices and emulators that adb reaches. */
  readonly adb: Adb;
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
  /** Closes a session of which nothing is to be kept and removes its file; one that is recorded into stays. */
  readonly discardSession: (id: number) => Promise<void>;
  readonly recording: () => RecordingState;
  /** Starts, or moves to another address. Failures: those of `listen`, `bad-address`. */
  readonly startRecording: (listenOn?: string) => Promise<Result<RecordingState>>;
  readonly stopRecording: () => Promise<RecordingState>;
  readonly hostsChanged: () => Promise<Result<RecordingState>>;
  /** Changes settings. A new proxy address is listened on first, while recording: failures are those of both. */
  readonly changeSettings: (change: Readonly<Record<string, unknown>>) => Promise<Result<Settings>>;
  /** In words, how a connection to this URL would go. Failure: `bad-url`. */
  readonly route: (url: string) => Promise<Result<string>>;
  readonly setProblem: (problem: string | null) => void;
  /** What the start has to say that is no problem of the recording, in one line; null for nothing. */
  readonly notice: () => string | null;
  readonly setNotice: (notice: string) => void;
  readonly close: () => Promise<void>;
}

/** How long either side may take for a TLS handshake when nothing else is said. */
export const handshakeTimeoutMs = 30_000;

/**
 * What a socket buffers before its sender is paused. At the runtime's 64 KiB, four TLS records, every turn of a
 * download over TLS pauses and resumes its sender: a tenth of the throughput, and a third of the CPU.
 */
const socketBufferBytes = 256 * 1024;

/** Failures are those of the settings, the CA, the upstream roots and the ways out. Nothing listens yet. */
export async function createEngine(options: EngineOptions): Promise<Result<Engine>> {
  const { dataDir } = options;
  setDefaultHighWaterMark(false, socketBufferBytes);
  const settings = await openSettings(dataDir);
  if (!settings.ok) return settings;
  const waysOut = readWaysOut(options.waysOut ?? noWaysOut);
  if (!waysOut.ok) return waysOut;
  const trust = await loadUpstreamTrust({ extraCaFiles: options.upstreamCaFiles });
  if (!trust.ok) return trust;
  const authority = await loadOrCreateAuthority(dataDir);
  if (!authority.ok) return authority;
  const authorities = createAuthorityKeeper(dataDir, authority.value);
  const minter = createMinter(authority.value);
  await minter.warmUp();

  const identities = createClientIdentities();
  const useCertificates = (listed: Settings['clientCertificates']): ReturnType<typeof identities.use> =>
    identities.use([...(options.clientCertificates ?? []), ...listed]);
  const given = await identities.use(options.clientCertificates ?? []);
  if (!given.ok) return given;

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
  const listed = await useCertificates(settings.value.current().clientCertificates);
  if (!listed.ok) problem = listed.error.message;
  const transfers = createTransfers(options.workers);
  const uploads = createUploads(dataDir);
  const helpers = helperPlaces(fileURLToPath(options.workers.captureHelper));
  const intake = createPacketIntake(options.workers.capture, { helpers, ssh });
  const captures = createCaptures(intake, () => sessions.recorded()?.session.openFeed() ?? null, nowUs);
  const ownLegs = createOwnLegs(intake);
  const upstreamContext = createSecureContext({ ca: trust.value.ca });
  const waysNow = (): ReturnType<typeof routerSettings> =>
    routerSettings(settings.value.current(), waysOut.value);
  const router = createRouter(waysNow(), process.env, createPacAnswers(options.workers.pac, upstreamContext));
  let shown = shownCertificate(authority.value);
  const devices = await createDevices({
    ...{ dataDir, nowUs, isOwnAddress, lookForFirewall },
    neighbours: createNeighbours(),
    networks: () => lanNetworks(listedAddresses(), process.platform),
    admitsAnybody: () => options.anyDevice === true || settings.value.current().anyDevice,
    listen: (host, port) => listen(context, host, port),
    main: () => listener,
    mayOpen: options.addsPhones === true,
    captured: (address) => capturedOf(sessions, captures, address),
    caName: () => shown.caName,
    passesThrough: passThroughHosts.has,
  });
  const adb = createAdb({
    places: { platform: process.platform, env: process.env, home: homedir() },
    proxy: () => listener,
    authority: () => ({ certificatePem: shown.certificatePem, caName: shown.caName }),
  });
  const context: ProxyContext = {
    recorder,
    minter,
    upstreamContext,
    router,
    tls: {
      contexts: createUpstreamContexts(trust.value.ca),
      sessions: createUpstreamSessions(),
      ownHellos: createOwnHellos(),
      acceptance: createCaAcceptance(),
      identityFor: identities.of,
      keepKeys: () => settings.value.current().keepTlsKeys,
      handshakeTimeoutMs: options.handshakeTimeoutMs ?? handshakeTimeoutMs,
    },
    insecureHosts,
    passThroughHosts,
    clientFinder: naming.finder,
    credentials: createCredentials(() => options.proxyAuth ?? settings.value.current().proxyAuth),
    portal: () => shown,
    gate: devices,
    visitor: null,
    portalWantsPassword: false,
    refuse: refuseOwnPorts(() => [
      ...[listener, devices.listener()].filter((each) => each !== null),
      ...reverse.listeners(),
      ...options.controlPorts().map((port) => ({ host: null, port })),
    ]),
  };
  const reverse = createReverseListeners(
    () => context,
    () => {
      if (listener === null) return [];
      const saved = options.reverseOfSettings === true ? settings.value.current().reverse : [];
      const own = options.reverse ?? [];
      return [...own, ...saved.filter(({ listen: at }) => !own.some((each) => each.listen === at))];
    },
  );

  const redirected = createRedirectedConnections(context);

  const recording = (): RecordingState => ({
    recording: listener !== null,
    listener: listener?.address ?? null,
    problem: guard.problem() ?? problem ?? reverse.problem(),
    startedAtUs,
    paused: guard.problem() !== null,
    passThroughHosts: passThroughHosts.list(),
    insecureHosts: insecureHosts.list(),
    reverse: reverse.state(),
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
    await reverse.sync();
    await devices.mainChanged();
  };

  /** Sessions whose notices are passed on. */
  const noticed = new WeakSet<Session>();
  const remember = async (path: string): Promise<void> => {
    const recent = settings.value.current().recentSessions.filter((each) => each !== path);
    await settings.value.update({ recentSessions: [path, ...recent].slice(0, 20) });
  };

  const forgetSession = async (path: string): Promise<void> => {
    const recentSessions = settings.value.current().recentSessions.filter((each) => each !== path);
    await settings.value.update({ recentSessions });
  };

  authorities.onChanged((next) => {
    minter.useAuthority(next);
    shown = shownCertificate(next);
    devices.authorityChanged();
    events.emit('authority');
  });
  settings.value.onChanged((next, before) => {
    takeHosts();
    devices.hostsChanged();
    if (!sameValue([next.upstreamProxy, next.hosts], [before.upstreamProxy, before.hosts])) {
      router.use(waysNow());
    }
    nameIfWanted();
    if (!sameValue(next.clientCertificates, before.clientCertificates)) {
      void useCertificates(next.clientCertificates).then((used) => {
        if (!used.ok) engine.setProblem(used.error.message);
      });
    }
    void guard.check();
    events.emit('settings');
    if (listener !== null && next.listen !== before.listen && next.listen !== listeningOn) {
      void engine.startRecording(next.listen).then((started) => {
        if (!started.ok) engine.setProblem(started.error.message);
      });
    }
    if (!sameValue(next.reverse, before.reverse)) void reverse.sync().then(tell);
    tell();
  });

  const engine: Engine = {
    get authority() {
      return authorities.current();
    },
    authorities,
    settings: settings.value,
    recorder,
    redirected,
    transfers,
    uploads,
    captures,
    captureSetup: createCaptureSetup(helpers, false),
    devices,
    adb,
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
      before?.watchLegs(null);
      session.watchLegs(ownLegs.watcher);
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
    discardSession: async (id) => {
      const closed = await sessions.close(id);
      if (!closed.ok) return;
      const { path } = closed.value.session;
      await forgetSession(path);
      await removeSessionFile(path);
      events.emit('sessions');
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
      await devices.makeWay(wanted.host, wanted.port);
      const made = await listen(context, wanted.host, wanted.port);
      if (!made.ok) {
        await devices.mainChanged();
        return made;
      }
      const before = listener;
      listener = made.value;
      nameIfWanted();
      listeningOn = address;
      startedAtUs = nowUs();
      if (before !== null) stopped.add(before);
      await before?.close(false);
      await reverse.sync();
      await devices.mainChanged();
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
      const certificates = checked.value['clientCertificates'] as Settings['clientCertificates'] | undefined;
      if (certificates !== undefined) {
        const used = await useCertificates(certificates);
        if (!used.ok) return used;
      }
      return settings.value.update(change);
    },
    route: (url) => routeWords(router, url),
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
      await devices.close();
      redirected.close();
      await naming.close();
      await reverse.close();
      recorder.close();
      await captures.close();
      ownLegs.close();
      await transfers.close();
      await uploads.close();
      guard.close();
      router.close();
      authorities.close();
      settings.value.close();
      await sessions.closeAll();
    },
  };
  return succeed(engine);
}

/** Conversations of one answer: those that began last. */
const capturedMax = 50;

function capturedOf(
  sessions: OpenSessions,
  captures: Captures,
  address: string,
): Promise<readonly ConversationRow[]> | null {
  const recorded = sessions.recorded();
  if (recorded === null || !captures.list().some(({ state }) => state === 'running')) return null;
  const wanted = { from: 0, limit: capturedMax, sort: 'started', descending: true, text: address } as const;
  return recorded.session.packets
    .call('conversations', { sessionId: recorded.id, ...wanted })
    .then((answer) => (answer.ok ? answer.value.conversations : []));
}

const noWaysOut: WaysOutText = { upstream: null, upstreamPac: null, noUpstream: [], resolve: [] };

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
