import type { HeadLine } from '../model/head-text.ts';
import type { Sender } from './observer.ts';

/**
 * Events of the http2 observer (RFC 9113, RFC 7541).
 *
 * `h2Stream` is the stream's number. `atUs` is the arrival time (µs since the Unix epoch) of the chunk that held the
 * last byte of what the event speaks of; `firstByteAtUs` that of its first byte.
 *
 * Of each request that is told, one `request-end` and one `response-end` follow, also after `reset`, GOAWAY,
 * `unreadable` and the end of the connection. A promised request has no `request-end`: its `push-promise` is all of it.
 */

/** A defect in the bytes. The observer goes on where it can; `fatal` means it only passes this sender's bytes from here on. */
export interface Http2Defect {
  readonly code:
    | 'bad-preface'
    | 'bad-frame'
    | 'frame-too-large'
    | 'head-too-large'
    | 'bad-head'
    | 'hpack'
    | 'unknown-index'
    | 'too-many'
    | 'reset'
    | 'goaway'
    | 'truncated';
  /** One plain sentence naming what was wrong. */
  readonly message: string;
  readonly fatal: boolean;
}

/**
 * A decoded field section. It is immutable and may be shared by any number of events, of this stream and of others:
 * a block that repeats an earlier one is not decoded again. Whoever keeps it may keep it, nobody may change it, its
 * bytes included.
 */
export interface Http2Head {
  /**
   * Names and values in order, pseudo-header fields included, one character an octet. CR, LF and NUL, which cannot
   * stand in a field, are spaces here and a defect says so. What refers to a table entry that is not known is told as
   * a field named `unknown index N`, with the value if that was there.
   */
  readonly headers: readonly HeadLine[];
  /**
   * The same as the text of a head in ISO 8859-1: `GET /path HTTP/2` or `HTTP/2 200`, then `name: value` lines as in
   * `headers`, then an empty line, each ended by CR LF. Trailers have no first line. What is unknown in a first line
   * is `?`.
   */
  readonly raw: Uint8Array;
  /** Octets of the header block on the wire, without frame headers and padding. */
  readonly blockBytes: number;
  /** In order, at most 32. */
  readonly defects: readonly Http2Defect[];
  /** Value of the `priority` field (RFC 9218 section 5), null without one. */
  readonly priority: string | null;
}

/** The pseudo-header fields of a request (RFC 9113 section 8.3.1), as sent; empty if not there. */
export interface Http2RequestHead extends Http2Head {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly path: string;
  /** `:protocol` of an extended CONNECT (RFC 8441 section 4), e.g. `websocket`; null without one. */
  readonly protocol: string | null;
}

export interface Http2ResponseHead extends Http2Head {
  /** 100 to 999; 0 if the head says none. */
  readonly status: number;
}

export interface Http2RequestHeadEvent {
  readonly type: 'request-head';
  readonly h2Stream: number;
  readonly firstByteAtUs: number;
  readonly atUs: number;
  /** No body and no trailers: `request-end` follows at once. */
  readonly endStream: boolean;
  readonly head: Http2RequestHead;
}

export interface Http2ResponseHeadEvent {
  readonly type: 'response-head';
  readonly h2Stream: number;
  readonly firstByteAtUs: number;
  readonly atUs: number;
  readonly endStream: boolean;
  /** True for 1xx: another head follows. */
  readonly interim: boolean;
  readonly head: Http2ResponseHead;
}

/** Fields after the body (RFC 9113 section 8.1); also a second head that does not end the stream as trailers must. */
export interface Http2TrailersEvent {
  readonly type: 'request-trailers' | 'response-trailers';
  readonly h2Stream: number;
  readonly firstByteAtUs: number;
  readonly atUs: number;
  readonly endStream: boolean;
  readonly head: Http2Head;
}

/** A request that the server makes in the client's name (RFC 9113 section 8.4); its response follows on `promised`. */
export interface Http2PushPromiseEvent {
  readonly type: 'push-promise';
  /** The stream on whose behalf it is pushed. */
  readonly h2Stream: number;
  readonly promised: number;
  readonly firstByteAtUs: number;
  readonly atUs: number;
  readonly head: Http2RequestHead;
}

/** DATA without padding, as it came: `data` is a view into the chunk, valid only during the event, never empty. */
export interface Http2BodyEvent {
  readonly type: 'request-body' | 'response-body';
  readonly h2Stream: number;
  readonly atUs: number;
  readonly data: Uint8Array;
}

/** This side of the stream is over. A response can end without a head. */
export interface Http2EndEvent {
  readonly type: 'request-end' | 'response-end';
  readonly h2Stream: number;
  readonly atUs: number;
  /** True if END_STREAM ended it. */
  readonly complete: boolean;
  /** Why it is not complete. */
  readonly defect: Http2Defect | null;
}

/** RST_STREAM (RFC 9113 section 6.4) of a stream that was not over. The ends of what was open follow. */
export interface Http2ResetEvent {
  readonly type: 'reset';
  readonly h2Stream: number;
  readonly sender: Sender;
  readonly atUs: number;
  readonly errorCode: number;
  /** E.g. `CANCEL`; the number in hexadecimal if it is not registered. */
  readonly errorName: string;
}

/** A stream to depend on and a share of its parent's means (RFC 7540 section 5.3, obsolete but sent). */
export interface Http2Dependency {
  readonly parent: number;
  readonly exclusive: boolean;
  /** 1 to 256. */
  readonly weight: number;
}

/**
 * What a sender says of a stream's priority, in one of two ways; it may be a stream that is not open. Of requests the
 * event follows the head.
 */
export interface Http2PriorityEvent {
  readonly type: 'priority';
  readonly h2Stream: number;
  readonly sender: Sender;
  readonly atUs: number;
  /** A PRIORITY frame, the same in a HEADERS frame (RFC 7540), a PRIORITY_UPDATE frame, a `priority` field (RFC 9218). */
  readonly from: 'priority-frame' | 'headers-frame' | 'priority-update' | 'field';
  /** Of the first two, else null. */
  readonly dependency: Http2Dependency | null;
  /** Of the last two: the field value as sent, e.g. `u=1, i`; else null. At most `controlBytesMax` octets. */
  readonly value: string | null;
}

/** RFC 9113 section 6.5. An acknowledgement lists nothing. */
export interface Http2SettingsEvent {
  readonly type: 'settings';
  readonly sender: Sender;
  readonly atUs: number;
  readonly ack: boolean;
  /** In order. Names without `SETTINGS_`, e.g. `MAX_FRAME_SIZE`; numbers in hexadecimal if not registered. */
  readonly settings: readonly (readonly [name: string, value: number])[];
}

/** RFC 9113 section 6.7. */
export interface Http2PingEvent {
  readonly type: 'ping';
  readonly sender: Sender;
  readonly atUs: number;
  readonly ack: boolean;
  /** Of an answer: from the ping to here; null if the ping is not known. At a tap, that of one leg only. */
  readonly roundTripUs: number | null;
}

/** RFC 9113 section 6.8. Streams of the other side above `lastStream` end after it: they were not taken. */
export interface Http2GoawayEvent {
  readonly type: 'goaway';
  readonly sender: Sender;
  readonly atUs: number;
  readonly lastStream: number;
  readonly errorCode: number;
  readonly errorName: string;
  /** Debug data as UTF-8, its first 1,024 octets. */
  readonly debug: string;
}

/**
 * A sender that had used up a flow-control window (RFC 9113 section 6.9) has gone on.
 *
 * `fromUs`: arrival of the last byte of the DATA frame with which the window, as the frames that have passed here
 * show it, came to 0 or below; or of the SETTINGS acknowledgement that lowered it to that, or of the head of a stream
 * that began without a window. `toUs`: arrival of the WINDOW_UPDATE or SETTINGS that made it positive again. A sender
 * that stops with some octets left in its window is not noticed. It is told only if DATA follows that needed
 * the window: for a stream, any DATA of it that is not empty; for the connection, DATA of a stream whose head had
 * come before `toUs`. Otherwise nobody waited.
 *
 * What it does not say: how much the sender had to send. It may have had nothing ready for a part of that time, so
 * this is the most it can have waited. And the frames are seen on their way: a window that was shut at the sender for
 * less than the way to it and back can look as if it never was.
 *
 * A stream and the connection can be starved at once; each is told by itself.
 */
export interface Http2StarvationEvent {
  readonly type: 'starvation';
  /** 0: the connection. */
  readonly h2Stream: number;
  /** Who could not send. */
  readonly sender: Sender;
  readonly fromUs: number;
  readonly toUs: number;
  /** Arrival of the header of the DATA frame that went on. */
  readonly atUs: number;
}

/** Something in a frame is wrong, or past a bound; frames are followed on. */
export interface Http2DefectEvent {
  readonly type: 'defect';
  readonly sender: Sender;
  /** 0: the connection. */
  readonly h2Stream: number;
  readonly atUs: number;
  readonly defect: Http2Defect;
}

/** From `from` on (offset in the sender's bytes since the observer was created) nothing of this sender is read. The ends of its open messages follow. */
export interface Http2UnreadableEvent {
  readonly type: 'unreadable';
  readonly sender: Sender;
  readonly from: number;
  readonly atUs: number;
  readonly defect: Http2Defect;
}

export type Http2Event =
  | Http2RequestHeadEvent
  | Http2ResponseHeadEvent
  | Http2TrailersEvent
  | Http2PushPromiseEvent
  | Http2BodyEvent
  | Http2EndEvent
  | Http2ResetEvent
  | Http2PriorityEvent
  | Http2SettingsEvent
  | Http2PingEvent
  | Http2GoawayEvent
  | Http2StarvationEvent
  | Http2DefectEvent
  | Http2UnreadableEvent;
