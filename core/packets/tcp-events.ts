import type { Sender, StreamEnd } from '../observers/observer.ts';

/** End `a` of a conversation sent the first packet that was seen; for TCP, whoever sent the SYN, else whoever has the higher port. */
export type End = 'a' | 'b';

/** What is worth seeing about one packet of a TCP conversation, as a sum: the colours of the packet list, counted in the conversation. */
export const packetTroubles = {
  /** Sent again, for whatever reason: the next two and `synRetransmission` come with it. */
  retransmission: 1,
  /** Sent again after duplicate ACKs, quicker than a timeout. */
  fastRetransmission: 2,
  /** Sent again although its bytes had been acknowledged. */
  spuriousRetransmission: 4,
  duplicateAck: 8,
  outOfOrder: 16,
  /** Bytes before these were never seen: lost on the way, or by the capture. */
  gapBefore: 32,
  zeroWindow: 64,
  windowUpdate: 128,
  /** The sender filled the receiver's window to the last byte. */
  windowFull: 256,
  zeroWindowProbe: 512,
  keepAlive: 1024,
  keepAliveAck: 2048,
  reset: 4096,
  /** Acknowledges bytes that were never seen. */
  ackedUnseen: 8192,
  portReused: 16384,
  /** A small segment that waited for a delayed ACK (facts: Nagle with delayed ACK). */
  nagleDelay: 32768,
  /** The decoder found a fault in a header. */
  malformed: 65536,
  /** ICMP about this conversation: unreachable, time exceeded, too big. */
  icmpError: 131072,
  /** A SYN that was sent again without an answer. */
  synRetransmission: 262144,
  /** Sequence or acknowledgement number far outside of what the ends can have sent; not taken into the streams. */
  outsideWindow: 524288,
  /** Sent again with other bytes than the first time; the first were kept. */
  contentChanged: 1048576,
} as const;

/** States of one end (RFC 9293 section 3.3.2), as far as an onlooker can tell. */
export const tcpStates = [
  'unknown',
  'syn-sent',
  'syn-received',
  'established',
  'fin-wait',
  'close-wait',
  'closing',
  'closed',
  'reset',
] as const;
export type TcpState = (typeof tcpStates)[number];

/** Takes the two streams of a conversation in their order. `gap`: so many bytes are missing before what follows, whether lost or never captured. */
export interface StreamTaker {
  readonly bytes: (sender: Sender, chunk: Uint8Array, atUs: number, packetNumber: number) => void;
  readonly gap: (sender: Sender, bytes: number, atUs: number) => void;
  readonly end: (sender: Sender, how: StreamEnd, atUs: number) => void;
}

/** Of the round trip as the ACKs of data show it, µs; samples of retransmitted bytes are left out (Karn). */
export interface TcpRoundTrip {
  readonly min: number;
  readonly p50: number;
  readonly p95: number;
  readonly samples: number;
}

/** What is known of a TCP conversation so far; a snapshot. Durations are µs, null where nothing tells. */
export interface TcpSummary {
  /** SYN to the ACK that ends the handshake; and its two halves as seen where the capture was made. */
  readonly handshakeUs: number | null;
  readonly synToSynAckUs: number | null;
  readonly synAckToAckUs: number | null;
  /** Of the farther end, where the capture was made nearer to the other: the nearer one shows how fast its host answers, not the way. */
  readonly rttUs: TcpRoundTrip | null;
  readonly ends: Readonly<Record<End, TcpEndSummary>>;
  readonly resets: number;
  readonly fastOpen: 'none' | 'requested' | 'used' | 'refused';
  /** When each end came into which state. */
  readonly states: readonly { readonly atUs: number; readonly end: End; readonly state: TcpState }[];
  /** Pairs of Nagle and delayed ACK: how often and how long in all (facts.md). */
  readonly nagleDelays: number;
  readonly nagleDelayUs: number;
}

/** One end: what it sent, and how it read. */
export interface TcpEndSummary {
  readonly packets: number;
  /** Of payload, what was sent again counted again; and what of it was new. */
  readonly payloadBytes: number;
  readonly streamBytes: number;
  /** Bytes of its stream that were never seen. */
  readonly missingBytes: number;
  readonly retransmissions: number;
  readonly fastRetransmissions: number;
  /** Those whose bytes had been acknowledged, or that the receiver reported as received twice (D-SACK): more than packets are marked. */
  readonly spuriousRetransmissions: number;
  readonly duplicateAcks: number;
  readonly outOfOrder: number;
  /** From data that it sent to the ACK of the other end. */
  readonly rttUs: TcpRoundTrip | null;
  /** Times at which its receive window stood at zero: how often, how long in all, and the longest. */
  readonly zeroWindows: number;
  readonly zeroWindowUs: number;
  readonly longestZeroWindowUs: number;
  /** Largest window it offered, scaled; null where the scale is not known because the SYN was not seen. */
  readonly windowMax: number | null;
  readonly mss: number | null;
  readonly windowScale: number | null;
  readonly sackPermitted: boolean | null;
  readonly timestamps: boolean | null;
  readonly initialSeq: number | null;
  readonly state: TcpState;
}

/** One point of the pictures of a conversation, in order of time. Sequence numbers are relative to the initial one (0 is the SYN), unwrapped. */
export interface TcpPoint {
  readonly packetNumber: number;
  readonly atUs: number;
  readonly end: End;
  readonly seq: number;
  readonly ack: number;
  readonly payloadBytes: number;
  /** Scaled where the scale is known. */
  readonly window: number;
  /** Sent by this end and not acknowledged yet, this packet included. */
  readonly inFlight: number;
  /** The sample of the round trip that this ACK gave, µs; -1 for none. */
  readonly rttUs: number;
  readonly flags: number;
  /** Sum of `packetTroubles`. */
  readonly troubles: number;
}
