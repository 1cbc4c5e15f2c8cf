import type { BodySide } from './exchange-record.ts';

/**
 * One unit inside a long exchange: a WebSocket frame (RFC 6455 section 5.2), a server-sent event, a gRPC message. Its
 * bytes rest in the body of its side as they came; this says where.
 */
export interface MessageRecord {
  /** Who sent it: `request` is the client. */
  readonly side: BodySide;
  readonly kind: MessageKind;
  /** WebSocket: opcode. gRPC: the flag byte. Event: one of `eventCodes`. */
  readonly code: number;
  /** Sum of `messageFlags`. */
  readonly flags: number;
  /** Offset of its first byte, header included, in the bytes of its side's body as they came on the wire. */
  readonly from: number;
  readonly headerBytes: number;
  /** Bytes behind the header, as they came on the wire. */
  readonly payloadBytes: number;
  /** WebSocket close frames: the close code (RFC 6455 section 7.4), 1005 for none; else 0. */
  readonly closeCode: number;
  /** Arrival of its first and last byte, µs since the epoch. */
  readonly firstAtUs: number;
  readonly lastAtUs: number;
}

export type MessageKind = 'websocket' | 'event' | 'grpc';

/**
 * What a block of an event stream is (WHATWG HTML section 9.2.6): `event` has data and is delivered, `comment` holds
 * comments only (mostly to keep the connection alive), `settings` holds `retry`, `id` or other fields without data.
 */
export const eventCodes = { event: 0, comment: 1, settings: 2 } as const;

/**
 * `final`: the last frame of its message (FIN; WebSocket only). `compressed`: RSV1 under permessage-deflate (RFC 7692),
 * or the compressed flag of gRPC. `masked`: four bytes of mask end the header. `cut`: the stream ended inside it.
 * `defective`: it breaks a rule of its protocol; what follows on this side may not be messages.
 *
 * `base64`: the body is application/grpc-web-text. Place and lengths still count bytes of the body as it came; `from`
 * is the first character of the group of four in which the message begins, `skipOne` and `skipTwo` say how many of
 * the bytes of that group belong to the message before it.
 */
export const messageFlags = {
  final: 1,
  compressed: 2,
  masked: 4,
  cut: 8,
  defective: 16,
  base64: 32,
  skipOne: 64,
  skipTwo: 128,
} as const;
