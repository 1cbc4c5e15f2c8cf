import { grpcKind } from '../decoders/grpc-call.ts';
import { mediaTypeOf } from '../decoders/decoder.ts';
import type { BodySide } from '../model/exchange-record.ts';
import { fieldValue, type HeaderFields } from '../model/header-fields.ts';
import type { MessageRecord } from '../model/message-record.ts';
import { createEventStreamObserver } from './event-stream.ts';
import { createGrpcObserver } from './grpc.ts';
import { looksLikeHttp1Request } from './http1.ts';
import { looksLikeHttp2Preface } from './http2.ts';
import type { BodyObserver } from './observer.ts';

/** A protocol that joined legs can be read as; `unknown` is passed through and counted. */
export type Recognised = 'http1' | 'http2' | 'unknown';

/**
 * What the first bytes of a conversation are, `need-more` while more of them would tell. Clients speak first in every
 * protocol known here, but an HTTP/2 server may send its SETTINGS before it has heard anything.
 */
export function recognise(client: Uint8Array, server: Uint8Array): Recognised | 'need-more' {
  if (server.length > 0 && startsLikeSettings(server) === 'no') return 'unknown';
  if (client.length === 0) return 'need-more';
  const http2 = looksLikeHttp2Preface(client, client.length);
  if (http2 !== 'no') return http2 === 'yes' ? 'http2' : http2;
  if (server.length > 0) return 'unknown';
  const http1 = looksLikeHttp1Request(client, client.length);
  return http1 === 'need-more' ? http1 : http1 === 'yes' ? 'http1' : 'unknown';
}

/** Longest SETTINGS frame that a server is believed to begin with: more than 80 settings. */
const settingsBytesMax = 500;

/** A SETTINGS frame on stream 0 that acknowledges nothing (RFC 9113 section 6.5). */
function startsLikeSettings(bytes: Uint8Array): 'maybe' | 'no' {
  const length = ((bytes[0] ?? 0) << 16) | ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0);
  if (bytes.length >= 3 && (length % 6 !== 0 || length > settingsBytesMax)) return 'no';
  const rest = [4, 0, 0, 0, 0, 0];
  return (bytes[0] ?? 0) === 0 && rest.every((byte, index) => (bytes[3 + index] ?? byte) === byte)
    ? 'maybe'
    : 'no';
}

/** What follows the messages in one body. */
export interface BodyWatch {
  /** Null: the body holds no messages, or they cannot be followed. Takes the body as it came, its framing taken off. */
  readonly observer: BodyObserver | null;
  /** Why messages that must be there cannot be followed, one sentence; else null. */
  readonly reason: string | null;
  /** Trailers that came inside the body so far (gRPC-Web); null when none did. */
  readonly trailers: () => HeaderFields | null;
}

type Watcher = (
  side: BodySide,
  contentType: string | null,
  emit: (record: MessageRecord) => void,
) => Watched | null;

/** What a watcher that takes a body gives. `name`: what the messages are called in a sentence. */
interface Watched {
  readonly name: string;
  readonly observer: BodyObserver;
  readonly trailers?: () => HeaderFields | null;
}

/** The protocols that put messages into bodies. The first one that takes a body has it. */
const watchers: readonly Watcher[] = [watchEvents, watchGrpc];

/** No other type is looked at twice. */
const perhapsMessages = /grpc|event-stream/i;

const nothing: BodyWatch = { observer: null, reason: null, trailers: () => null };

/**
 * Decides what observes a body, by the head in front of it: of the request for the request's body, of the final
 * response for the response's. Each is asked as soon as its head is there, since a gRPC client sends before it is
 * answered. WebSockets are no bodies: `createWebSocketObserver` takes over where HTTP ends.
 */
export function observeBody(
  side: BodySide,
  head: HeaderFields,
  emit: (record: MessageRecord) => void,
): BodyWatch {
  const contentType = fieldValue(head, 'content-type');
  if (contentType === null || !perhapsMessages.test(contentType)) return nothing;
  for (const watcher of watchers) {
    const watched = watcher(side, contentType, emit);
    if (watched === null) continue;
    const coding = contentCoding(head);
    if (coding !== null) return { ...nothing, reason: compressedWhole(watched.name, coding) };
    return { observer: watched.observer, reason: null, trailers: watched.trailers ?? nothing.trailers };
  }
  return nothing;
}

function watchEvents(
  side: BodySide,
  contentType: string | null,
  emit: (record: MessageRecord) => void,
): Watched | null {
  const isEvents = side === 'response' && mediaTypeOf(contentType) === 'text/event-stream';
  return isEvents ? { name: 'events', observer: createEventStreamObserver(emit) } : null;
}

function watchGrpc(
  side: BodySide,
  contentType: string | null,
  emit: (record: MessageRecord) => void,
): Watched | null {
  const kind = grpcKind(contentType);
  if (kind === null) return null;
  const observer = createGrpcObserver(kind, side, emit);
  return { name: 'gRPC messages', observer, trailers: observer.trailers };
}

/** The codings of a body (RFC 9110 section 8.4), null for none. */
function contentCoding(head: HeaderFields): string | null {
  const value = fieldValue(head, 'content-encoding')?.trim().toLowerCase() ?? '';
  return value === '' || value === 'identity' ? null : value.slice(0, 40);
}

function compressedWhole(name: string, coding: string): string {
  return `The body is compressed as a whole (${coding}), so its ${name} are not followed as they arrive; the whole body is still shown.`;
}
