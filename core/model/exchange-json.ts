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
  readonly alpn: string | null;
  /** The upstream proxy it went through, without user and password; null: directly. */
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
    clientLeg: legJson(clientLeg, exchange.clientReused),
    serverLeg: legJson(serverLeg, exchange.serverReused),
  };
}

function legJson(leg: ConversationRecord | null, reused: boolean): LegJson | null {
  if (leg === null) return null;
  const { localAddress, localPort, remoteAddress, remotePort, tlsVersion, alpn, via } = leg;
  return { localAddress, localPort, remoteAddress, remotePort, reused, tlsVersion, alpn, via };
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
