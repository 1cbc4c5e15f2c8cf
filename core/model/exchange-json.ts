import type { ConversationRecord, ExchangeRecord } from './exchange-record.ts';
import { exchangeUrl } from './exchange-url.ts';

/** One exchange as the command line prints it. Durations are ms, sizes body bytes on the wire. */
export interface ExchangeJson {
  readonly id: number;
  readonly protocol: string;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly statusText: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly recorded: string;
  readonly note: string | null;
  readonly state: ExchangeRecord['state'];
  readonly startedAt: string;
  readonly durationMs: number | null;
  readonly addedMs: number | null;
  readonly requestBytes: number;
  readonly responseBytes: number;
  readonly timings: {
    readonly blockedMs: number | null;
    readonly dnsMs: number | null;
    readonly connectMs: number | null;
    readonly tlsMs: number | null;
    readonly sendMs: number | null;
    readonly waitMs: number | null;
    readonly receiveMs: number | null;
  };
  /** Name of the program that asked. */
  readonly app: string | null;
  readonly h2Stream: number | null;
  /** How many each side has sent inside this exchange. */
  readonly messages: { readonly request: number; readonly response: number };
  readonly longLived: ExchangeRecord['longLived'];
  readonly grpcStatus: number | null;
  /** Who saw it. */
  readonly tier: ExchangeRecord['tier'];
  /** Of a question to a database or a name server: as sent, with its values taken out, and rows of the answer. */
  readonly statement: string | null;
  readonly grouped: string | null;
  readonly rows: number | null;
  /** Row of the list of conversations; null for the proxy’s. */
  readonly packetConversation: number | null;
  /** Waiting for an HTTP/2 flow-control window. */
  readonly starvedMs: { readonly request: number; readonly response: number };
  /** The most that the proxy's event loop was late meanwhile. */
  readonly loopDelayMs: number | null;
  readonly clientLeg: LegJson | null;
  readonly serverLeg: LegJson | null;
}

export interface LegJson {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly reused: boolean;
  readonly tlsVersion: string | null;
  readonly tlsCipher: string | null;
  readonly tlsGroup: string | null;
  readonly tlsResumed: boolean;
  readonly serverName: string | null;
  readonly alpn: string | null;
  readonly alpnOffered: readonly string[];
  readonly ja3: string | null;
  readonly ja4: string | null;
  readonly clientCertificate: string | null;
  /** Of the client leg. */
  readonly way: ConversationRecord['way'];
  readonly process: {
    readonly id: number | null;
    readonly name: string | null;
    readonly path: string | null;
  } | null;
  readonly device: string | null;
  /** Of the server leg: the upstream proxy. */
  readonly via: string | null;
}

export function exchangeJson(
  exchange: ExchangeRecord,
  clientLeg: ConversationRecord | null,
  serverLeg: ConversationRecord | null,
): ExchangeJson {
  const { errorCode, errorMessage, startedAtUs, endedAtUs } = exchange;
  return {
    id: exchange.id,
    protocol: exchange.protocol,
    method: exchange.method,
    url: exchangeUrl(exchange),
    status: exchange.status,
    statusText: exchange.statusText,
    error: errorCode === null ? null : { code: errorCode, message: errorMessage ?? '' },
    recorded: exchange.recorded,
    note: exchange.note,
    state: exchange.state,
    startedAt: isoMicros(startedAtUs),
    durationMs: ms(endedAtUs === null ? null : endedAtUs - startedAtUs),
    addedMs: ms(exchange.addedUs),
    requestBytes: exchange.requestBytes,
    responseBytes: exchange.responseBytes,
    timings: {
      blockedMs: ms(exchange.blockedUs),
      dnsMs: ms(exchange.dnsUs),
      connectMs: ms(exchange.connectUs),
      tlsMs: ms(exchange.tlsUs),
      sendMs: ms(exchange.sendUs),
      waitMs: ms(exchange.waitUs),
      receiveMs: ms(exchange.receiveUs),
    },
    app: exchange.app,
    h2Stream: exchange.h2Stream,
    messages: { request: exchange.requestMessages, response: exchange.responseMessages },
    longLived: exchange.longLived,
    grpcStatus: exchange.grpcStatus,
    tier: exchange.tier,
    statement: exchange.grouped === null ? null : exchange.path,
    grouped: exchange.grouped,
    rows: exchange.rowCount,
    packetConversation: exchange.packetConversation,
    starvedMs: { request: exchange.requestStarvedUs / 1000, response: exchange.responseStarvedUs / 1000 },
    loopDelayMs: ms(exchange.loopDelayUs),
    clientLeg: legJson(clientLeg, exchange.clientReused),
    serverLeg: legJson(serverLeg, exchange.serverReused),
  };
}

function legJson(leg: ConversationRecord | null, reused: boolean): LegJson | null {
  if (leg === null) return null;
  const { processId, processName, processPath } = leg;
  return {
    localAddress: leg.localAddress,
    localPort: leg.localPort,
    remoteAddress: leg.remoteAddress,
    remotePort: leg.remotePort,
    reused,
    tlsVersion: leg.tlsVersion,
    tlsCipher: leg.tlsCipher,
    tlsGroup: leg.tlsGroup,
    tlsResumed: leg.tlsResumed,
    serverName: leg.serverName,
    alpn: leg.alpn,
    alpnOffered: leg.alpnOffered,
    ja3: leg.ja3,
    ja4: leg.ja4,
    clientCertificate: leg.clientCertificate,
    way: leg.way,
    process:
      processId === null && processName === null
        ? null
        : { id: processId, name: processName, path: processPath },
    device: leg.device,
    via: leg.via,
  };
}

function ms(us: number | null): number | null {
  return us === null ? null : us / 1000;
}

/** ISO 8601 in UTC with microseconds, e.g. `2026-01-31T12:00:00.123456Z`. */
export function isoMicros(us: number): string {
  const wholeMs = Math.floor(us / 1000);
  const rest = String(Math.round(us - wholeMs * 1000)).padStart(3, '0');
  return new Date(wholeMs).toISOString().replace('Z', `${rest}Z`);
}
