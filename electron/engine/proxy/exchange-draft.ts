import {
  noLegFacts,
  type BodySide,
  type ConversationRecord,
  type ExchangeRecord,
  type ExchangeState,
  type Tier,
} from '../../../core/model/exchange-record.ts';
import type { MessageRecord } from '../../../core/model/message-record.ts';
import type { Failure } from '../../../core/model/result.ts';
import type { Visitor } from '../devices/visitor.ts';
import type { HeadPart, SessionSink } from '../session/session-api.ts';
import { nowUs } from './clock.ts';
import type { DialReport } from './dial.ts';
import type { Renamable, SeenLeg } from './leg.ts';
import { ExchangeBodies } from './exchange-bodies.ts';
import { watchLoopDelay, type LoopDelay } from './loop-delay.ts';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export interface DraftStart {
  readonly protocol: string;
  readonly method: string;
  readonly scheme: string;
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly startedAtUs: number;
  readonly clientLeg: SeenLeg;
  /** As the request names it; the process at the other end says better, if it is found. */
  readonly app?: string | null;
}

/**
 * An exchange while it happens. Its fields are set as they become known; `changed` has it written at the next
 * tick, `finish` and `fail` write it at once and for good.
 */
export interface ExchangeDraft {
  readonly fields: Mutable<ExchangeRecord>;
  readonly putHead: (part: HeadPart, raw: Uint8Array, atUs: number) => void;
  /** What is read inside the bodies; every body byte passes it. */
  readonly bodies: ExchangeBodies;
  readonly appendBody: (side: BodySide, bytes: Uint8Array, atUs: number) => void;
  /** A message inside this exchange whose bytes were appended to its side's body. */
  readonly putMessage: (message: MessageRecord) => void;
  readonly attachServer: (leg: SeenLeg) => void;
  /** The server was never reached: what was tried is kept as a conversation that never came about. */
  readonly attachFailedDial: (report: DialReport, host: string, port: number, code: string) => void;
  /** Adds a sentence to the row's note; null for nothing. */
  readonly addNote: (note: string | null) => void;
  /** Adds to what the proxy itself cost, µs. */
  readonly addOwn: (us: number) => void;
  readonly changed: () => void;
  readonly finish: (endedAtUs: number) => void;
  /** `atUs`: when, if that is not now. */
  readonly fail: (code: string, message: string, atUs?: number) => void;
  readonly isOver: () => boolean;
}

export interface Recorder {
  readonly begin: (start: DraftStart) => ExchangeDraft;
  /** The present, µs since the epoch: that of the source, which for packets is not that of this machine. */
  readonly nowUs: () => number;
  /** Exchanges that ended since the process began. */
  readonly endedCount: () => number;
  readonly close: () => void;
}

/** Open exchanges are shown (and shown again when they change) this often, */
const showOpenEveryMs = 100;
/** but no more than so many are shown again each time: a thousand busy WebSockets are, in turn, once a second each. */
const showAgainMax = 100;

/** What of the traffic is stored. */
export interface RecordingLimits {
  /** Bytes kept of each body of an exchange that begins now; 0 for all. */
  readonly bodyBytesMax: number;
  /** Nothing of a body is stored for the moment, and no exchange begins in the session. */
  readonly paused: boolean;
}

const noLimits: RecordingLimits = { bodyBytesMax: 0, paused: false };

/** Where the exchanges of a recorder come from. */
export interface RecorderSource {
  readonly tier: Tier;
  readonly nowUs: () => number;
  /** Row of `packet_conversations` of the exchange that begins now. */
  readonly packetConversation: () => number | null;
  /** Somebody may watch exchanges that are open; else they are written when they end, or with the recorder's end. */
  readonly showsOpen: boolean;
}

const proxySource: RecorderSource = {
  tier: 'proxy',
  nowUs,
  packetConversation: () => null,
  showsOpen: true,
};

/** What the drafts of one recorder share. */
interface Shared {
  readonly limits: () => RecordingLimits;
  readonly source: RecorderSource;
  readonly loopDelay: LoopDelay | null;
  /**
   * Open drafts that were never written, each at its own `freshAt`. No Set: one that much goes in and out of leads from each table it had to the next,
   * and a table that has grown old keeps alive what was in all later ones, until the old generation is collected.
   */
  readonly fresh: Draft[];
  /** Open drafts that changed since they were last written, the longest waiting first. */
  readonly changed: Set<Draft>;
  ended: number;
  open: number;
}

/**
 * `currentSink` gives the session that new exchanges belong to, null while nothing is recorded; an exchange stays
 * with the session it began in. `limits` is asked for every body chunk: it must give a value that is there.
 */
export function createRecorder(
  currentSink: () => SessionSink | null,
  limits: () => RecordingLimits = () => noLimits,
  source: RecorderSource = proxySource,
): Recorder {
  // Of packets nothing waits for this process.
  const loopDelay = source.tier === 'proxy' ? watchLoopDelay(() => shared.open > 0) : null;
  const shared: Shared = {
    limits,
    source,
    loopDelay,
    fresh: [],
    changed: new Set(),
    ended: 0,
    open: 0,
  };
  const showChanged = (againMax: number): void => {
    for (const draft of shared.fresh.splice(0)) {
      draft.freshAt = -1;
      draft.show();
    }
    let again = 0;
    for (const draft of shared.changed) {
      if (again++ >= againMax) break;
      shared.changed.delete(draft);
      draft.show();
    }
  };
  const timer = source.showsOpen ? setInterval(() => showChanged(showAgainMax), showOpenEveryMs) : null;
  timer?.unref();
  return {
    begin: (start) => new Draft(start, limits().paused ? null : currentSink(), shared),
    nowUs: source.nowUs,
    endedCount: () => shared.ended,
    close: () => {
      if (timer !== null) clearInterval(timer);
      loopDelay?.stop();
      showChanged(Infinity);
    },
  };
}

/** Tunnels are no requests, and those that name no server are mistakes. */
function noteRequest(visitor: Visitor, { scheme, host }: DraftStart): void {
  if (host !== '' && (scheme === 'http' || scheme === 'https'))
    visitor.note({ type: 'request', scheme, host });
}

/** A class, since thousands are made a second: its methods are made once. */
class Draft implements ExchangeDraft, Renamable {
  readonly fields: Mutable<ExchangeRecord>;
  readonly bodies: ExchangeBodies;
  /** Its place among those never written; -1 when it was. */
  freshAt = -1;
  private readonly sink: SessionSink | null;
  private readonly shared: Shared;
  private readonly clientLeg: SeenLeg;
  private serverLeg: SeenLeg | null = null;
  private ownUs: number | null = null;
  private readonly bodyBytesMax: number;
  /** Sides of which nothing more is stored: a body has its beginning or all of it, never a hole. */
  private requestIsCut = false;
  private responseIsCut = false;
  private messagesAreCut = false;

  constructor(start: DraftStart, sink: SessionSink | null, shared: Shared) {
    this.sink = sink;
    this.clientLeg = start.clientLeg;
    this.shared = shared;
    this.bodyBytesMax = shared.limits().bodyBytesMax;
    this.fields = beginFields(start, sink, shared.source);
    this.bodies = new ExchangeBodies(this.fields, this.putMessage);
    start.clientLeg.named(this);
    if (start.clientLeg.visitor !== null) noteRequest(start.clientLeg.visitor, start);
    this.freshAt = shared.fresh.push(this) - 1;
    shared.open++;
    shared.loopDelay?.wake();
  }

  /** The process is known, which says better than the request what asks; that may be after the end. */
  rename(app: string): void {
    const { fields } = this;
    if (fields.app === app) return;
    fields.app = app;
    if (fields.state === 'open') this.changed();
    else this.sink?.putExchange(fields);
  }

  putHead(part: HeadPart, raw: Uint8Array, atUs: number): void {
    this.sink?.putHead(this.fields.id, part, raw, atUs);
  }

  appendBody(side: BodySide, bytes: Uint8Array, atUs: number): void {
    const { fields } = this;
    const before = side === 'request' ? fields.requestBytes : fields.responseBytes;
    if (side === 'request') fields.requestBytes = before + bytes.length;
    else fields.responseBytes = before + bytes.length;
    if (this.sink !== null && !(side === 'request' ? this.requestIsCut : this.responseIsCut)) {
      this.store(this.sink, side, bytes, before, atUs);
    }
    this.bodies.bytes(side, bytes, atUs);
    this.changed();
  }

  private store(sink: SessionSink, side: BodySide, bytes: Uint8Array, from: number, atUs: number): void {
    const { bodyBytesMax } = this;
    if (this.shared.limits().paused) {
      this.cut(side, from, 'recording was paused');
      return;
    }
    const fits = bodyBytesMax === 0 || from + bytes.length <= bodyBytesMax;
    const kept = fits ? bytes : bytes.subarray(0, Math.max(0, bodyBytesMax - from));
    if (kept.length > 0 && !sink.appendBody(this.fields.id, side, kept, atUs)) {
      this.cut(side, from, 'the disk could not keep up');
    } else if (!fits) {
      this.cut(side, bodyBytesMax, 'no more than that is kept of a body (settings)');
    }
  }

  private cut(side: BodySide, fromByte: number, why: string): void {
    if (side === 'request') this.requestIsCut = true;
    else this.responseIsCut = true;
    this.say(`The ${side} body is not stored from byte ${fromByte} on: ${why}.`);
  }

  private say(sentence: string): void {
    const { fields } = this;
    fields.recorded = fields.recorded === 'full' ? sentence : `${fields.recorded} ${sentence}`;
  }

  /** Bound to the draft: observers call it. */
  readonly putMessage = (message: MessageRecord): void => {
    const { fields } = this;
    if (message.side === 'request') fields.requestMessages += 1;
    else fields.responseMessages += 1;
    this.bodies.message(message);
    if (this.sink !== null && !this.messagesAreCut && !this.sink.putMessage(fields.id, message)) {
      this.messagesAreCut = true;
      const number = fields.requestMessages + fields.responseMessages;
      this.say(`Messages are not listed from number ${number} on: the disk could not keep up.`);
    }
    this.changed();
  };

  attachServer(leg: SeenLeg): void {
    this.serverLeg = leg;
    this.fields.serverReused = leg.countExchange() > 0;
    this.addNote(leg.dialled?.note ?? null);
    if (this.sink !== null) this.fields.serverConversation = leg.conversationId(this.sink);
  }

  attachFailedDial(report: DialReport, host: string, port: number, code: string): void {
    const { fields, sink } = this;
    this.addNote(report.note);
    if (sink === null) return;
    fields.dnsUs = span(report.dnsFromUs, report.dnsToUs);
    fields.connectUs = span(report.connectFromUs, report.connectToUs);
    fields.serverConversation = sink.nextConversationId();
    sink.putConversation(failedConversation(fields.serverConversation, report, host, port, code));
  }

  addNote(note: string | null): void {
    if (note !== null) this.fields.note = this.fields.note === null ? note : `${this.fields.note} ${note}`;
  }

  addOwn(us: number): void {
    this.ownUs = (this.ownUs ?? 0) + Math.max(0, us);
  }

  changed(): void {
    const { shared } = this;
    if (!shared.source.showsOpen) return;
    if (this.fields.state === 'open' && this.freshAt < 0) shared.changed.add(this);
  }

  /** Hands the record over as it is by now; the sink reads it at its next tick. */
  show(): void {
    settlePhases(this.fields, this.serverLeg);
    this.sink?.putExchange(this.fields);
  }

  finish(endedAtUs: number): void {
    const { fields } = this;
    if (fields.state !== 'open') return;
    const fault = this.fault();
    if (fault !== null && fields.requestBytes + fields.responseBytes === 0 && fields.status === null) {
      this.fail(fault.code, fault.message);
      return;
    }
    this.end('done', endedAtUs);
  }

  /** What a leg knows of its ending that its socket does not say. */
  private fault(): Failure | null {
    return this.serverLeg?.fault() ?? this.clientLeg.fault();
  }

  fail(code: string, message: string, atUs = this.shared.source.nowUs()): void {
    const { fields } = this;
    if (fields.state !== 'open') return;
    const fault = this.fault();
    fields.errorCode = fault?.code ?? code;
    fields.errorMessage = fault?.message ?? message;
    this.end('failed', atUs);
  }

  /** The last one takes its place. */
  private leaveFresh(): void {
    const { fresh } = this.shared;
    const last = fresh.pop();
    if (last !== undefined && last !== this) {
      fresh[this.freshAt] = last;
      last.freshAt = this.freshAt;
    }
    this.freshAt = -1;
  }

  isOver(): boolean {
    return this.fields.state !== 'open';
  }

  private end(state: ExchangeState, atUs: number): void {
    const { fields, shared, bodies } = this;
    bodies.end('request', atUs);
    bodies.end('response', atUs);
    fields.state = state;
    fields.endedAtUs = atUs;
    fields.addedUs = shared.source.tier === 'proxy' ? this.ownUs : null;
    bodies.settle(atUs);
    fields.loopDelayUs = shared.loopDelay?.longestSince(fields.startedAtUs) ?? null;
    if (this.freshAt < 0) shared.changed.delete(this);
    else this.leaveFresh();
    shared.ended++;
    shared.open--;
    this.show();
  }
}

function beginFields(
  start: DraftStart,
  sink: SessionSink | null,
  { tier, packetConversation }: RecorderSource,
): Mutable<ExchangeRecord> {
  return {
    id: sink?.nextExchangeId() ?? 0,
    state: 'open',
    protocol: start.protocol,
    method: start.method,
    scheme: start.scheme,
    host: start.host,
    port: start.port,
    path: start.path,
    status: null,
    statusText: null,
    contentType: null,
    errorCode: null,
    errorMessage: null,
    recorded: 'full',
    note: null,
    startedAtUs: start.startedAtUs,
    requestEndedAtUs: null,
    sentFromUs: null,
    sentToUs: null,
    responseFromUs: null,
    responseToUs: null,
    clientFromUs: null,
    endedAtUs: null,
    requestBytes: 0,
    responseBytes: 0,
    addedUs: null,
    blockedUs: null,
    dnsUs: null,
    connectUs: null,
    tlsUs: null,
    sendUs: null,
    waitUs: null,
    receiveUs: null,
    clientStallUs: 0,
    serverStallUs: 0,
    clientConversation: sink === null ? null : start.clientLeg.conversationId(sink),
    serverConversation: null,
    clientReused: start.clientLeg.countExchange() > 0,
    serverReused: false,
    app: start.app ?? null,
    // One by one: spread among other fields they take as long as all the rest.
    h2Stream: null,
    requestMessages: 0,
    responseMessages: 0,
    longLived: null,
    grpcStatus: null,
    requestStarvedUs: 0,
    responseStarvedUs: 0,
    loopDelayUs: null,
    tier,
    packetConversation: packetConversation(),
    grouped: null,
    rowCount: null,
  };
}

/** The server leg's phases in HAR 1.2 meaning, as far as they are known by now. */
function settlePhases(fields: Mutable<ExchangeRecord>, leg: SeenLeg | null): void {
  const { startedAtUs, sentFromUs, sentToUs, responseFromUs, responseToUs } = fields;
  let dialUs = 0;
  if (leg !== null && !fields.serverReused) {
    const { dialled } = leg;
    const tls = leg.tls();
    fields.dnsUs = span(dialled?.dnsFromUs, dialled?.dnsToUs);
    fields.tlsUs = span(tls?.fromUs, tls?.toUs);
    const tcpUs = span(dialled?.connectFromUs, dialled?.connectToUs);
    fields.connectUs = tcpUs === null ? null : tcpUs + (fields.tlsUs ?? 0);
    // Of a server that was dialled before the request came, only what the request waited for.
    const waited = (from: number | null | undefined, to: number | null | undefined): number =>
      span(Math.max(from ?? Infinity, startedAtUs), to) ?? 0;
    dialUs =
      waited(dialled?.dnsFromUs, dialled?.dnsToUs) +
      waited(dialled?.connectFromUs, dialled?.connectToUs) +
      waited(tls?.fromUs, tls?.toUs);
  }
  fields.blockedUs = sentFromUs === null ? null : Math.max(0, sentFromUs - startedAtUs - dialUs);
  fields.sendUs = span(sentFromUs, sentToUs);
  fields.waitUs = span(sentToUs, responseFromUs);
  fields.receiveUs = span(responseFromUs, responseToUs);
}

function span(from: number | null | undefined, to: number | null | undefined): number | null {
  return from == null || to == null ? null : Math.max(0, to - from);
}

function failedConversation(
  id: number,
  report: DialReport,
  hostName: string,
  port: number,
  code: string,
): ConversationRecord {
  const { connectFromUs } = report;
  // Attempts before that were made to other proxies.
  const tried = report.attempts.find(({ fromUs }) => connectFromUs !== null && fromUs >= connectFromUs);
  return {
    id,
    role: 'server',
    localAddress: '',
    localPort: 0,
    remoteAddress: tried?.address ?? '',
    remotePort: tried?.port ?? port,
    hostName,
    openedAtUs: report.openedAtUs,
    closedAtUs: report.readyAtUs ?? report.connectToUs ?? report.dnsToUs,
    closedBy: code,
    dnsFromUs: report.dnsFromUs,
    dnsToUs: report.dnsToUs,
    connectFromUs: report.connectFromUs,
    connectToUs: report.connectToUs,
    tlsFromUs: null,
    tlsToUs: null,
    tlsVersion: null,
    tlsCipher: null,
    alpn: null,
    serverName: null,
    bytesIn: 0,
    bytesOut: 0,
    dialAttempts: report.attempts,
    chain: [],
    trustProblem: null,
    ...noLegFacts,
    via: report.via,
  };
}
