import type { ConversationRecord, ExchangeRecord } from '../../core/model/exchange-record.ts';
import { isGrpc } from '../../core/model/long-lived-words.ts';
import { exchangeUrl } from '../../core/model/exchange-url.ts';
import { exchangeDurationUs } from '../../core/model/timings.ts';
import type { MarkColor, NumberField, StateTerm, TextField, TextMatch } from '../../core/filter/node.ts';

/** What a person put on an exchange. */
export interface ExchangeMarks {
  readonly color: MarkColor | null;
  /** Empty or null where there is none. */
  readonly comment: string | null;
  readonly pinned: boolean;
}

/** What is known of the connections that carried an exchange. */
export interface ExchangeLegs {
  readonly client: ConversationRecord | null;
  readonly server: ConversationRecord | null;
}

const noLegs: ExchangeLegs = { client: null, server: null };

/**
 * The number that a term of this field looks at, null where there is none. `time` is that of an ended exchange;
 * `connect` is TCP alone, as the window shows it; `stall` is that of both legs.
 */
export function exchangeNumber(field: NumberField, exchange: ExchangeRecord): number | null {
  switch (field) {
    case 'id':
      return exchange.id;
    case 'status':
      return exchange.status;
    case 'port':
      return exchange.port;
    case 'size':
      return exchange.responseBytes;
    case 'requestSize':
      return exchange.requestBytes;
    case 'time':
      return exchange.state === 'open' ? null : exchangeDurationUs(exchange, 0);
    case 'blocked':
      return exchange.blockedUs;
    case 'dns':
      return exchange.dnsUs;
    case 'connect':
      return exchange.connectUs === null ? null : Math.max(0, exchange.connectUs - (exchange.tlsUs ?? 0));
    case 'tls':
      return exchange.tlsUs;
    case 'send':
      return exchange.sendUs;
    case 'wait':
      return exchange.waitUs;
    case 'receive':
      return exchange.receiveUs;
    case 'added':
      return exchange.addedUs;
    case 'stall':
      return exchange.clientStallUs + exchange.serverStallUs;
    case 'started':
      return exchange.startedAtUs;
    case 'messages':
      return exchange.requestMessages + exchange.responseMessages;
    case 'grpcStatus':
      return exchange.grpcStatus;
    case 'h2Stream':
      return exchange.h2Stream;
    case 'starved':
      return exchange.requestStarvedUs + exchange.responseStarvedUs;
    case 'rows':
      return exchange.rowCount;
    default:
      return field satisfies never;
  }
}

/**
 * The texts that a term of this field looks in; it holds if one of them matches. `url` also in the form that names a
 * default port; `host` with its port too if the match has a colon.
 */
export function exchangeTexts(
  field: TextField,
  match: TextMatch,
  exchange: ExchangeRecord,
  comment: string | null,
  app: string | null,
  legs: ExchangeLegs = noLegs,
): readonly (string | null)[] {
  switch (field) {
    case 'url':
      return urls(exchange);
    case 'host':
      return match.text.includes(':') ? [exchange.host, authority(exchange)] : [exchange.host];
    case 'method':
      return [exchange.method];
    case 'scheme':
      return [exchange.scheme];
    case 'path':
      return [exchange.path];
    case 'type':
      return [exchange.contentType];
    case 'protocol':
      return [exchange.protocol];
    case 'statement':
      return [exchange.grouped];
    case 'tier':
      return [exchange.tier];
    case 'app':
      return [app];
    case 'error':
      return [exchange.errorCode, exchange.errorMessage];
    case 'note':
      return [exchange.note];
    case 'comment':
      return [comment];
    case 'process':
      return [
        legs.client?.processName ?? null,
        legs.client?.processPath ?? null,
        legs.client?.processId?.toString() ?? null,
      ];
    case 'way':
      return [legs.client?.way ?? null];
    case 'device':
      return [legs.client?.device ?? null];
    case 'via':
      return [legs.server?.via ?? null];
    case 'any': {
      const { method, scheme, host, path, contentType, protocol, errorCode, errorMessage, note } = exchange;
      const columns = [method, scheme, host, path, contentType, protocol, errorCode, errorMessage, note];
      return [...urls(exchange), ...columns, app, comment];
    }
    default:
      return field satisfies never;
  }
}

/** Whether a property holds. A tunnel is never incomplete: its bytes are not recorded on purpose. */
export function hasState(state: StateTerm['state'], exchange: ExchangeRecord, marks: ExchangeMarks): boolean {
  switch (state) {
    case 'open':
    case 'done':
    case 'failed':
    case 'interrupted':
      return exchange.state === state;
    case 'tunnel':
      return exchange.method === '';
    case 'reused':
      return exchange.serverReused;
    case 'incomplete':
      return exchange.method !== '' && exchange.recorded !== 'full';
    case 'error':
      return exchange.errorCode !== null;
    case 'websocket':
      return exchange.longLived === 'websocket';
    case 'eventStream':
      return exchange.longLived === 'event-stream';
    case 'grpc':
      return isGrpc(exchange);
    case 'longLived':
      return exchange.longLived !== null;
    case 'requestBody':
      return exchange.method !== '' && exchange.requestBytes > 0;
    case 'responseBody':
      return exchange.method !== '' && exchange.responseBytes > 0;
    case 'pinned':
      return marks.pinned;
    case 'comment':
      return marks.comment !== null && marks.comment !== '';
    case 'color':
      return marks.color !== null;
    case 'red':
    case 'orange':
    case 'yellow':
    case 'green':
    case 'blue':
    case 'purple':
    case 'grey':
      return marks.color === state;
    default:
      return state satisfies never;
  }
}

/** As shown, and with the port that goes without saying. */
function urls(exchange: ExchangeRecord): readonly string[] {
  const url = exchangeUrl(exchange);
  const { scheme, path } = exchange;
  if (scheme !== 'http' && scheme !== 'https') return [url];
  const full = `${scheme}://${authority(exchange)}${path === '*' ? '' : path}`;
  return full === url ? [url] : [url, full];
}

function authority({ host, port }: ExchangeRecord): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
