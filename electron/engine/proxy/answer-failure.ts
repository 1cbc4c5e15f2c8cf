import { performServerHandshake, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { createHttp1Requests, type Http1Requests } from '../../../core/observers/http1.ts';
import type { Failure } from '../../../core/model/result.ts';
import { failurePage, failureText } from './answer.ts';
import { beginTunnel, type Arrival } from './arrival.ts';
import { nowUs } from './clock.ts';
import type { DialReport } from './dial.ts';
import type { ExchangeDraft } from './exchange-draft.ts';
import type { Leg } from './leg.ts';
import { nodePlatform } from './platform.ts';
import type { ProxyContext } from './proxy-context.ts';

/** How long a client of HTTP/2 may keep its connection after it was told why there is nothing behind it. */
const lingerMs = 5_000;
const badGateway = { status: 502, statusText: 'Bad Gateway' };
/** gRPC's status for a server that cannot be reached, with which clients may try again. */
const grpcUnavailable = 14;

/** A client that speaks TLS with us and whose server cannot be spoken to. */
export interface Unreachable {
  readonly arrival: Arrival;
  readonly failure: Failure;
  /** The server's leg, when it got as far as TLS. */
  readonly server: Leg | null;
  /** The dial, when it got no further. */
  readonly report?: DialReport | null;
  /** Of the URL that was asked for; `https` unless given. */
  readonly scheme?: 'http' | 'https';
  /** What a client that speaks no TLS has said already. */
  readonly first?: { readonly kind: 'http2' | 'other'; readonly bytes: Buffer; readonly atUs: number };
}

/** A row for a connection that never came to carry a request. */
export function failTls(context: ProxyContext, unreachable: Unreachable): void {
  const { arrival, failure, first } = unreachable;
  const draft = beginTunnel(context, arrival);
  draft.fields.scheme = first === undefined ? 'tls' : 'tcp';
  attachWhatWasReached(draft, unreachable);
  draft.fail(failure.code, failure.message);
}

function attachWhatWasReached(draft: ExchangeDraft, { arrival, failure, server, report }: Unreachable): void {
  const { host, port } = arrival.destination;
  if (server !== null) draft.attachServer(server);
  else if (report != null) draft.attachFailedDial(report, host, port, failure.code);
}

/** What of the protocols that a client offers the proxy itself can answer in; null: what goes without saying, HTTP/1.1. */
export function answerableProtocol(offered: readonly string[]): string | null {
  return ['http/1.1', 'h2'].find((protocol) => offered.includes(protocol)) ?? null;
}

/** The first request, or over HTTP/2 every one that comes at once, gets a page that names the cause, and a row. */
export function answerWithFailure(context: ProxyContext, unreachable: Unreachable): void {
  const speaksHttp2 = unreachable.first?.kind === 'http2' || unreachable.arrival.client.tls()?.alpn === 'h2';
  if (speaksHttp2) answerOverHttp2(context, unreachable);
  else answerOverHttp1(context, unreachable);
}

function answerOverHttp1(context: ProxyContext, unreachable: Unreachable): void {
  const { arrival, failure, first } = unreachable;
  const socket = arrival.client.socket();
  let answered = false;
  const requests: Http1Requests = createHttp1Requests(nodePlatform, (event) => {
    if (answered || (event.type !== 'request-head' && event.type !== 'unreadable')) return;
    answered = true;
    if (event.type === 'unreadable') {
      failTls(context, unreachable);
      arrival.client.reset();
      return;
    }
    const draft = beginRequest(context, unreachable, {
      protocol: event.version.toLowerCase(),
      method: event.method,
      path: event.target,
      startedAtUs: event.firstByteAtUs,
    });
    draft.putHead('request', event.raw, event.atUs);
    draft.fail(failure.code, failure.message);
    socket.end(failurePage(badGateway.status, badGateway.statusText, failure));
  });
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => {
    requests.bytes(chunk, nowUs());
  });
  socket.once('end', () => {
    if (!answered) failTls(context, unreachable);
    answered = true;
    socket.end();
  });
  if (first === undefined) return;
  requests.bytes(first.bytes, first.atUs);
  socket.resume();
}

/** For clients that speak nothing else, such as gRPC's. */
function answerOverHttp2(context: ProxyContext, unreachable: Unreachable): void {
  const { client } = unreachable.arrival;
  if (unreachable.first !== undefined) client.raw.unshift(unreachable.first.bytes);
  const session = performServerHandshake(client.socket());
  let answered = false;
  const timer = setTimeout(() => {
    session.destroy();
    client.drop();
  }, lingerMs);
  session.on('error', () => undefined);
  session.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    answered = true;
    stream.on('error', () => undefined);
    recordStream(context, unreachable, stream.id ?? null, headers);
    respond(stream, headers, unreachable.failure);
    // Streams that are already open are still answered.
    if (!session.closed) session.close();
  });
  session.once('close', () => {
    clearTimeout(timer);
    if (!answered) failTls(context, unreachable);
    client.drop();
  });
}

function respond(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, failure: Failure): void {
  stream.resume();
  if (isGrpc(headers)) {
    stream.respond(
      {
        ':status': 200,
        'content-type': 'application/grpc',
        'grpc-status': String(grpcUnavailable),
        'grpc-message': grpcText(`${failure.message} (${failure.code})`),
      },
      { endStream: true },
    );
    return;
  }
  const { fields, body } = failureText(failure);
  stream.respond({ ':status': badGateway.status, ...fields });
  stream.end(body);
}

function recordStream(
  context: ProxyContext,
  unreachable: Unreachable,
  h2Stream: number | null,
  headers: IncomingHttpHeaders,
): void {
  const { failure } = unreachable;
  const method = headers[':method'] ?? '';
  const path = headers[':path'] ?? '';
  const draft = beginRequest(context, unreachable, { protocol: 'h2', method, path, startedAtUs: nowUs() });
  draft.fields.h2Stream = h2Stream;
  if (isGrpc(headers)) {
    draft.fields.status = 200;
    draft.fields.statusText = null;
    draft.fields.grpcStatus = grpcUnavailable;
  }
  const lines = Object.entries(headers).flatMap(([name, value]) => {
    if (name.startsWith(':') && name !== ':authority') return [];
    const shown = name === ':authority' ? 'host' : name;
    return [value ?? []].flat().map((each) => `${shown}: ${each}\r\n`);
  });
  draft.putHead(
    'request',
    Buffer.from(`${method} ${path} HTTP/2.0\r\n${lines.join('')}\r\n`, 'latin1'),
    nowUs(),
  );
  draft.fail(failure.code, failure.message);
}

interface RequestStart {
  readonly protocol: string;
  readonly method: string;
  readonly path: string;
  readonly startedAtUs: number;
}

function beginRequest(context: ProxyContext, unreachable: Unreachable, request: RequestStart): ExchangeDraft {
  const { arrival, scheme = 'https' } = unreachable;
  const { client, destination } = arrival;
  const draft = context.recorder.begin({ ...request, ...destination, scheme, clientLeg: client });
  attachWhatWasReached(draft, unreachable);
  draft.fields.status = badGateway.status;
  draft.fields.statusText = badGateway.statusText;
  return draft;
}

function isGrpc(headers: IncomingHttpHeaders): boolean {
  return /^application\/grpc(\+|;|\s|$)/i.test(headers['content-type'] ?? '');
}

/** Percent-encoded as gRPC has it in `grpc-message`: everything but printable ASCII, and the percent sign. */
function grpcText(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte < 0x7f && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}
