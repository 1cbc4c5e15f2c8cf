import { grpcKind } from '../decoders/grpc-call.ts';
import { mediaTypeOf } from '../decoders/decoder.ts';
import type { BodySide } from '../model/exchange-record.ts';
import { fieldValue, type HeaderFields } from '../model/header-fields.ts';
import type { MessageRecord } from '../model/message-record.ts';
import { createEventStreamObserver } from './event-stream.ts';
import { createGrpcObserver } from './grpc.ts';
import type { BodyObserver } from './observer.ts';

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
  if (contentType === null) return nothing;
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
