import { mediaTypeOf, parameterOf } from '../decoders/decoder.ts';
import { isGrpc } from '../decoders/grpc-call.ts';
import type { LongLived } from './exchange-record.ts';
import { fieldValue, type HeaderFields } from './header-fields.ts';
import { announcedWait, heldMsMin, wasHeld } from './long-poll.ts';

/** What is known of an exchange, open or over. */
export interface LongLivedSigns {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  readonly requestHeaders: HeaderFields;
  /** Of the final response; null while it has not come. */
  readonly status: number | null;
  readonly responseHeaders: HeaderFields;
  /** Messages that each side has sent, frames of trailers (`grpcTrailersFlag`) not counted. */
  readonly requestMessages: number;
  readonly responseMessages: number;
  /** From a side's first message to the end of its body, or until now: the longer of both sides; 0 without messages. */
  readonly openAfterMessageMs: number;
  /** From the last byte of the request to the last byte of the response, or until now; 0 while it is being sent. */
  readonly heldMs: number;
}

/**
 * Why an exchange lasts on purpose, so that its length is no slowness; null if nothing says so. A tunnel is no HTTP
 * exchange: its owner says `tunnel` without asking here.
 */
export function longLived(signs: LongLivedSigns): LongLived | null {
  if (isWebSocket(signs)) return 'websocket';
  if (isEventStream(signs.responseHeaders)) return 'event-stream';
  if (isGrpcStream(signs)) return 'grpc-stream';
  if (isStream(signs)) return 'stream';
  return isLongPoll(signs) ? 'long-poll' : null;
}

/** RFC 6455 section 4.2.2 over HTTP/1.1, RFC 8441 section 4 over HTTP/2. */
export function isWebSocket({ method, status, requestHeaders, responseHeaders }: LongLivedSigns): boolean {
  if (status === 101) return fieldValue(responseHeaders, 'upgrade')?.trim().toLowerCase() === 'websocket';
  const isOpened = method === 'CONNECT' && status !== null && status >= 200 && status < 300;
  return isOpened && fieldValue(requestHeaders, ':protocol') === 'websocket';
}

/** WHATWG HTML section 9.2. */
export function isEventStream(responseHeaders: HeaderFields): boolean {
  return mediaTypeOf(fieldValue(responseHeaders, 'content-type')) === 'text/event-stream';
}

/** A body that stays open for so long behind its first message waits for another one. A unary call ends it at once. */
const grpcOpenMsMin = heldMsMin;

export function isGrpcStream(signs: LongLivedSigns): boolean {
  if (!isGrpc(fieldValue(signs.requestHeaders, 'content-type'))) return false;
  if (signs.requestMessages > 1 || signs.responseMessages > 1) return true;
  return signs.openAfterMessageMs >= grpcOpenMsMin;
}

/** Media types that are read piece by piece as they come. */
const streamTypes = new Set([
  'multipart/x-mixed-replace',
  'application/x-ndjson',
  'application/ndjson',
  'application/jsonl',
  'application/stream+json',
  // RFC 7464.
  'application/json-seq',
  // Docker Engine API: logs and attach.
  'application/vnd.docker.raw-stream',
  'application/vnd.docker.multiplexed-stream',
]);

/** Longer than servers take to send a media segment as it is made: those are mostly of 2 to 10 s (RFC 8216). */
const liveMsMin = 10_000;

/** A response that goes on for at least a second, because more is made while it is read. */
export function isStream({ path, status, responseHeaders, heldMs }: LongLivedSigns): boolean {
  if (heldMs < heldMsMin || status === null || status < 200 || status > 299) return false;
  const contentType = fieldValue(responseHeaders, 'content-type') ?? '';
  const mediaType = mediaTypeOf(contentType);
  if (streamTypes.has(mediaType)) return true;
  const isEndless = fieldValue(responseHeaders, 'content-length') === null;
  // Kubernetes API, "Efficient detection of changes".
  if (parameterOf(contentType, 'stream') === 'watch') return true;
  if (isEndless && /[?&]watch=(?:1|true)(?:&|$)/.test(path)) return true;
  return (
    /^(?:audio|video)\//.test(mediaType) && isEndless && (isIcecast(responseHeaders) || heldMs >= liveMsMin)
  );
}

/** Radio: Icecast and SHOUTcast head their streams with `icy-` fields. */
function isIcecast(responseHeaders: HeaderFields): boolean {
  return responseHeaders.some(([name]) => /^icy-/i.test(name));
}

/**
 * A request that announces a wait and whose answer was held back for some of it. An answer that came later than
 * announced, or that says it failed, is none.
 */
export function isLongPoll({ method, path, requestHeaders, status, heldMs }: LongLivedSigns): boolean {
  if (heldMs < heldMsMin) return false;
  if (status !== null && status !== 304 && (status < 200 || status > 299)) return false;
  const announced = announcedWait({ method, path, headers: requestHeaders });
  return announced !== null && wasHeld(announced, heldMs);
}
