import { onePiece, piecesOf, type ByteSource, type Pieces } from '../encoding/byte-source.ts';
import { appFromUserAgent } from '../model/app-name.ts';
import { fieldValue, writeHeadText, type HeadLine } from '../model/head-text.ts';
import type { Platform } from '../model/platform.ts';
import {
  noBody,
  unknownConversation,
  unknownRecord,
  type FormatBody,
  type FormatConversation,
  type FormatExchange,
  type FormatLeg,
  type FormatRecord,
} from './format.ts';
import type { Tnet, TnetRange } from './mitmproxy-tnetstring.ts';

type Fields = ReadonlyMap<string, Tnet>;

/** Connections remembered; beyond, one that comes again counts as another. */
const connectionsMax = 1_000_000;

/** Reads one HTTP flow; a sentence where it is none. Keeps the connections of one file. */
export function createFlowReader(
  source: ByteSource,
  platform: Platform,
): (flow: Fields) => FormatExchange | string {
  const seen = new Set<string>();

  function isNew(key: string): boolean {
    if (seen.has(key)) return false;
    if (seen.size >= connectionsMax) seen.clear();
    seen.add(key);
    return true;
  }

  function body(content: Tnet | undefined, headers: readonly HeadLine[]): FormatBody {
    const range = rangeOf(content);
    if (range === null && (typeof content !== 'string' || content === '')) return noBody;
    const open = (): Pieces =>
      range === null
        ? onePiece(platform.bytesOfLatin1(textOf(content)))
        : piecesOf(source, range.from, range.to);
    const coding = fieldValue(headers, 'content-encoding');
    return { wire: open, content: coding === null || /^(identity)?$/i.test(coding) ? open : null };
  }

  return (flow) => {
    const type = textOf(flow.get('type'));
    if (type !== 'http')
      return `A ${/^\w{1,20}$/.test(type) ? type : 'strange'} flow: only HTTP flows come in.`;
    const request = fieldsOf(flow.get('request'));
    const response = fieldsOf(flow.get('response'));
    const host = textOf(request.get('host'));
    const requestStartUs = timeUs(request.get('timestamp_start'));
    if (host === '' || request.size === 0) return 'The flow has no request.';
    const scheme = textOf(request.get('scheme')) === 'https' ? 'https' : 'http';
    const method = textOf(request.get('method')).replace(/[^\x21-\x7e]/g, '') || 'GET';
    const requestHeaders = headersOf(request.get('headers'));
    const responseHeaders = headersOf(response.get('headers'));
    const path = textOf(request.get('path')).replace(/[\r\n ]/g, (unit) => encodeURIComponent(unit)) || '/';
    const version =
      versionOf(response.get('http_version')) ?? versionOf(request.get('http_version')) ?? 'HTTP/1.1';
    const status = response.size === 0 ? null : numberOf(response.get('status_code'));
    const reason = textOf(response.get('reason'));
    const server = serverLeg(fieldsOf(flow.get('server_conn')), host, isNew);
    const client = clientLeg(fieldsOf(flow.get('client_conn')), isNew);
    const requestBody = body(request.get('content'), requestHeaders);
    const responseBody = body(response.get('content'), responseHeaders);
    const lost = response.size > 0 && response.get('content') === null;
    const times = timesOf(request, response, server);
    const messages = fieldsOf(flow.get('websocket')).get('messages');
    const record: FormatRecord = {
      ...unknownRecord,
      ...times,
      ...failureOf(fieldsOf(flow.get('error')), status),
      app: appFromUserAgent(fieldValue(requestHeaders, 'user-agent') ?? ''),
      protocol: version === 'HTTP/2.0' ? 'h2' : version === 'HTTP/3.0' ? 'h3' : version.toLowerCase(),
      method,
      scheme,
      host,
      port: numberOf(request.get('port')) ?? (scheme === 'https' ? 443 : 80),
      path,
      status,
      statusText: status === null ? null : reason,
      contentType: mediaType(fieldValue(responseHeaders, 'content-type')),
      recorded: lost ? 'The file that was imported does not hold the response body.' : 'full',
      note: noteOf(flow, messages),
      requestBytes: lengthOf(request.get('content')),
      responseBytes: lengthOf(response.get('content')),
    };
    const failedAtUs = timeUs(fieldsOf(flow.get('error')).get('timestamp')) ?? 0;
    const endedAtUs = record.endedAtUs === null ? null : Math.max(record.endedAtUs, failedAtUs);
    return {
      record: { ...record, endedAtUs, startedAtUs: requestStartUs ?? endedAtUs ?? 0 },
      clientLeg: client,
      serverLeg: server.leg,
      heads: {
        request: writeHeadText(`${method} ${path} ${version}`, requestHeaders),
        interim: [],
        response: status === null ? null : writeHeadText(`${version} ${status} ${reason}`, responseHeaders),
        requestTrailers: trailersOf(request.get('trailers')),
        responseTrailers: trailersOf(response.get('trailers')),
      },
      requestBody,
      responseBody,
      comment: textOf(flow.get('comment')) || null,
      color: textOf(flow.get('marked')) === '' ? null : 'red',
      pinned: false,
    };
  };
}

interface ServerLeg {
  readonly leg: FormatLeg | null;
  readonly reused: boolean;
  readonly startUs: number | null;
  readonly tcpUs: number | null;
  readonly tlsUs: number | null;
}

/** mitmproxy takes `timestamp_start` before it looks a name up: the look-up is in the time to connect. */
function serverLeg(fields: Fields, host: string, isNew: (key: string) => boolean): ServerLeg {
  const startUs = timeUs(fields.get('timestamp_start'));
  const tcpUs = timeUs(fields.get('timestamp_tcp_setup'));
  const tlsUs = timeUs(fields.get('timestamp_tls_setup'));
  const id = textOf(fields.get('id'));
  if (startUs === null) return { leg: null, reused: false, startUs, tcpUs, tlsUs };
  const fresh = isNew(`server ${id}`);
  const conversation: FormatConversation = {
    ...commonOf(fields, startUs),
    hostName: host,
    connectFromUs: startUs,
    connectToUs: tcpUs,
    tlsFromUs: tlsUs === null ? null : tcpUs,
    tlsToUs: tlsUs,
    ...addressOf(fields.get('peername') ?? fields.get('ip_address') ?? fields.get('address'), 'remote'),
    ...addressOf(fields.get('sockname') ?? fields.get('source_address'), 'local'),
  };
  return {
    leg: { key: id, conversation: fresh ? conversation : null },
    reused: !fresh,
    startUs,
    tcpUs,
    tlsUs,
  };
}

function clientLeg(fields: Fields, isNew: (key: string) => boolean): FormatLeg | null {
  const startUs = timeUs(fields.get('timestamp_start'));
  const id = textOf(fields.get('id'));
  if (startUs === null) return null;
  if (!isNew(`client ${id}`)) return { key: id, conversation: null };
  return {
    key: id,
    conversation: {
      ...commonOf(fields, startUs),
      role: 'client',
      ...addressOf(fields.get('peername') ?? fields.get('address'), 'remote'),
      ...addressOf(fields.get('sockname'), 'local'),
    },
  };
}

function commonOf(fields: Fields, openedAtUs: number): FormatConversation {
  return {
    ...unknownConversation,
    openedAtUs,
    closedAtUs: timeUs(fields.get('timestamp_end')),
    tlsVersion: textOf(fields.get('tls_version')) || null,
    tlsCipher: textOf(fields.get('cipher') ?? fields.get('cipher_name')) || null,
    alpn: textOf(fields.get('alpn')) || null,
    serverName: textOf(fields.get('sni')) || null,
  };
}

function addressOf(value: Tnet | undefined, end: 'remote' | 'local'): Partial<FormatConversation> {
  if (!Array.isArray(value)) return {};
  const [address, port] = value as Tnet[];
  const shown = textOf(address).slice(0, 255);
  const number = numberOf(port) ?? 0;
  return end === 'remote'
    ? { remoteAddress: shown, remotePort: number }
    : { localAddress: shown, localPort: number };
}

/**
 * A request's and a response's `timestamp_start` say that their head had come. A body is handed on when it was
 * complete and the connection was there, so that is when sending began; how long it took is not in the file.
 */
function timesOf(
  request: Fields,
  response: Fields,
  { startUs, tcpUs, tlsUs, reused }: ServerLeg,
): Partial<FormatRecord> {
  const requestFromUs = timeUs(request.get('timestamp_start'));
  const requestEndedAtUs = timeUs(request.get('timestamp_end'));
  const responseFromUs = timeUs(response.get('timestamp_start'));
  const responseToUs = timeUs(response.get('timestamp_end'));
  const readyUs = tlsUs ?? tcpUs;
  const connected = startUs !== null && readyUs !== null;
  const begun = requestEndedAtUs ?? requestFromUs;
  const dialledInside = connected && !reused && requestFromUs !== null && startUs >= requestFromUs;
  const sentUs = begun === null || !connected ? null : dialledInside ? Math.max(begun, readyUs) : begun;
  const sentFromUs = responseFromUs === null || sentUs === null ? sentUs : Math.min(sentUs, responseFromUs);
  const connectUs = connected && !reused ? Math.max(0, readyUs - startUs) : null;
  const insideUs = dialledInside ? (connectUs ?? 0) : 0;
  const last = responseToUs ?? responseFromUs ?? sentFromUs ?? requestEndedAtUs ?? requestFromUs;
  return {
    requestEndedAtUs,
    sentFromUs,
    sentToUs: sentFromUs,
    responseFromUs,
    responseToUs,
    endedAtUs: last,
    blockedUs:
      sentFromUs === null || requestFromUs === null
        ? null
        : Math.max(0, sentFromUs - requestFromUs - insideUs),
    connectUs,
    tlsUs: connectUs !== null && tlsUs !== null && tcpUs !== null ? Math.max(0, tlsUs - tcpUs) : null,
    sendUs: sentFromUs === null ? null : 0,
    waitUs: sentFromUs === null || responseFromUs === null ? null : responseFromUs - sentFromUs,
    receiveUs:
      responseFromUs === null || responseToUs === null ? null : Math.max(0, responseToUs - responseFromUs),
    serverReused: reused,
  };
}

function failureOf(
  error: Fields,
  status: number | null,
): Pick<FormatRecord, 'state' | 'errorCode' | 'errorMessage'> {
  const message = textOf(error.get('msg')).slice(0, 500);
  if (message !== '') return { state: 'failed', errorCode: 'imported-error', errorMessage: message };
  if (status !== null) return { state: 'done', errorCode: null, errorMessage: null };
  return { state: 'failed', errorCode: 'no-response', errorMessage: 'The imported file holds no answer.' };
}

function noteOf(flow: Fields, messages: Tnet | undefined): string | null {
  const count = typeof messages === 'object' && messages !== null && 'count' in messages ? messages.count : 0;
  const notes = [
    count === 0 ? '' : `The file holds ${count} WebSocket messages, which are left out.`,
    flow.get('is_replay') === 'request' ? 'mitmproxy sent this request again.' : '',
    flow.get('is_replay') === 'response' ? 'mitmproxy answered this from a recording.' : '',
  ];
  return notes.filter((note) => note !== '').join(' ') || null;
}

function headersOf(value: Tnet | undefined): HeadLine[] {
  if (!Array.isArray(value)) return [];
  return (value as Tnet[])
    .map((pair): HeadLine => {
      const [name, text] = Array.isArray(pair) ? (pair as Tnet[]) : [];
      return [textOf(name), textOf(text)];
    })
    .filter(([name]) => name !== '' && !name.startsWith(':'));
}

function trailersOf(value: Tnet | undefined): string[] {
  const headers = headersOf(value);
  return headers.length === 0 ? [] : [writeHeadText('', headers).slice(2)];
}

function versionOf(value: Tnet | undefined): string | null {
  const version = textOf(value).toUpperCase();
  if (version === 'HTTP/3') return 'HTTP/3.0';
  return /^HTTP\/(1\.[01]|2\.0|3\.0)$/.test(version) ? version : null;
}

function mediaType(value: string | null): string | null {
  const type = (value ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type === '' ? null : type;
}

function rangeOf(value: Tnet | undefined): TnetRange | null {
  return typeof value === 'object' && value !== null && 'from' in value ? value : null;
}

function lengthOf(value: Tnet | undefined): number {
  const range = rangeOf(value);
  return range === null ? textOf(value).length : range.to - range.from;
}

export function fieldsOf(value: Tnet | undefined): Fields {
  return value instanceof Map ? (value as Fields) : new Map<string, Tnet>();
}

function textOf(value: Tnet | undefined): string {
  return typeof value === 'string' ? value : '';
}

function numberOf(value: Tnet | undefined): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_535 ? value : null;
}

/** Seconds since the epoch as whole µs. */
function timeUs(value: Tnet | undefined): number | null {
  return typeof value === 'number' && value > 0 && value < 1e11 ? Math.round(value * 1e6) : null;
}
