/**
 * Events of the http1 observer (RFC 9112, RFC 9110).
 *
 * Offsets count bytes of the sender's stream since the observer was created; `to` is exclusive.
 * `message` numbers requests from 0 in the order they were sent; a response carries the number of the request
 * it answers. `atUs` is the arrival time (µs since the Unix epoch) of the chunk that held the last byte of what
 * the event speaks of; `firstByteAtUs` that of its first byte.
 */

/** How the length of a message body is known (RFC 9112 section 6.3). */
export type Framing = 'none' | 'length' | 'chunked' | 'until-close';

/** A defect in the bytes. The observer goes on where it can; `fatal` means it only passes bytes from here on. */
export interface Http1Defect {
  readonly code:
    | 'head-too-large'
    | 'bad-start-line'
    | 'bad-header'
    | 'bad-chunk'
    | 'trailers-too-large'
    | 'ambiguous-length'
    | 'bad-length'
    | 'unexpected-response'
    | 'not-kept'
    | 'truncated';
  /** One plain sentence naming what was wrong. */
  readonly message: string;
  readonly fatal: boolean;
}

/** One header line: name and value as sent, surrounding white space of the value removed, obs-fold joined. */
export type HeaderLine = readonly [name: string, value: string];

export interface Http1Head {
  /** The head's raw bytes, start line to the empty line inclusive; a copy the receiver may keep, but for `headViews`. */
  readonly raw: Uint8Array;
  readonly headers: readonly HeaderLine[];
  /** Defects of this head, in order. After a fatal one (no way to know where the body ends) `unreadable` follows. */
  readonly defects: readonly Http1Defect[];
}

export interface RequestHeadEvent extends Http1Head {
  readonly type: 'request-head';
  readonly message: number;
  readonly from: number;
  readonly to: number;
  readonly firstByteAtUs: number;
  readonly atUs: number;
  readonly method: string;
  /** Request target as sent: origin, absolute, authority or asterisk form. */
  readonly target: string;
  /** As sent, e.g. `HTTP/1.1`; empty for an HTTP/0.9 style line. */
  readonly version: string;
  readonly framing: Framing;
  /** Body length when `framing` is `length`, else null. */
  readonly contentLength: number | null;
  /** True if the sender waits for 100 (Continue) before the body (RFC 9110 section 10.1.1). */
  readonly expectsContinue: boolean;
  /** True when the client asked for this connection to be closed afterwards, or speaks HTTP/1.0 without keep-alive. */
  readonly close: boolean;
}

export interface ResponseHeadEvent extends Http1Head {
  readonly type: 'response-head';
  readonly message: number;
  readonly from: number;
  readonly to: number;
  readonly firstByteAtUs: number;
  readonly atUs: number;
  readonly version: string;
  readonly status: number;
  /** Reason phrase as sent, maybe empty. */
  readonly statusText: string;
  /** True for 1xx other than 101: another head follows for the same message, and no end for this one. */
  readonly interim: boolean;
  readonly framing: Framing;
  readonly contentLength: number | null;
  readonly close: boolean;
}

/** Body bytes of one chunk handed to `bytes`: `data` is a view into it, valid only during the event. Chunked framing is not part of it. */
export interface BodyEvent {
  readonly type: 'request-body' | 'response-body';
  readonly message: number;
  readonly from: number;
  readonly to: number;
  readonly atUs: number;
  readonly data: Uint8Array;
}

/** Trailer section of a chunked body (RFC 9112 section 7.1.2); only when it holds at least one line. */
export interface TrailersEvent {
  readonly type: 'request-trailers' | 'response-trailers';
  readonly message: number;
  readonly from: number;
  readonly to: number;
  readonly atUs: number;
  readonly headers: readonly HeaderLine[];
  readonly raw: Uint8Array;
}

/**
 * The message is over; `to` is the offset just past its last byte (framing included). A message ends with this
 * or with an `unreadable` that names it, never both. A response can end without a head: nothing came, or a part
 * of the head.
 */
export interface MessageEndEvent {
  readonly type: 'request-end' | 'response-end';
  readonly message: number;
  readonly to: number;
  readonly atUs: number;
  /** False when the stream ended inside the message; a defect says how. A body that ends with the stream by design is complete. */
  readonly complete: boolean;
  /** Why the message is incomplete; of a complete one, the first thing wrong in its trailers. */
  readonly defect: Http1Defect | null;
}

/** Bytes of one sender that came before it was known that they are not HTTP. */
export interface EarlyBytes {
  readonly sender: 'client' | 'server';
  readonly from: number;
  readonly atUs: number;
  /** A copy the receiver may keep. */
  readonly data: Uint8Array;
}

/**
 * The conversation speaks another protocol from here on, both ways: after 2xx to CONNECT or after 101.
 * Bytes from these offsets on are not reported by http1.
 */
export interface HandOverEvent {
  readonly type: 'hand-over';
  readonly message: number;
  /** `tunnel` after CONNECT, else the first Upgrade token in lower case, e.g. `websocket`, `h2c`. */
  readonly to: string;
  readonly clientOffset: number;
  readonly serverOffset: number;
  readonly atUs: number;
  /**
   * What came past these offsets in chunks before the present one, in stream order: a client that sent its TLS
   * hello without waiting for the answer to CONNECT, a server that switched while the request was still being
   * sent. At most 1 MiB a sender, the first; `from` shows where the rest is missing. Mostly empty.
   */
  readonly early: readonly EarlyBytes[];
}

/** What the bytes cannot be: from `from` on this sender's bytes are not understood and not reported further. */
export interface UnreadableEvent {
  readonly type: 'unreadable';
  readonly sender: 'client' | 'server';
  /** The message the bytes would have belonged to, or null between messages. */
  readonly message: number | null;
  readonly from: number;
  readonly atUs: number;
  readonly defect: Http1Defect;
}

export type Http1Event =
  | RequestHeadEvent
  | ResponseHeadEvent
  | BodyEvent
  | TrailersEvent
  | MessageEndEvent
  | HandOverEvent
  | UnreadableEvent;
