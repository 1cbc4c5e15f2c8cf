import type { Sender } from '../observers/observer.ts';
import type { DecodedPacket } from './decoded-packet.ts';
import type { Flight } from './tcp-flight.ts';
import type { Held } from './tcp-held.ts';
import { seqDistance } from './sequence.ts';

/** RFC 7323 section 2.3. */
const SHIFT_MAX = 14;

/** Counts that most ends never need; made with the first of them. */
export class EndCounts {
  retransmissions = 0;
  fastRetransmissions = 0;
  spuriousRetransmissions = 0;
  duplicateAcks = 0;
  outOfOrder = 0;
  missingBytes = 0;
  /** Bytes that had been seen before. */
  repeatedBytes = 0;
  zeroWindows = 0;
  zeroWindowUs = 0;
  longestZeroWindowUs = 0;
  /** Since when its window stands at zero, -1 for it does not. */
  zeroSinceUs = -1;
  /** A hole that is acknowledged, and at which packet of the conversation it is given up. */
  holeAt = -1;
  giveUpAtPacket = 0;
  /** Raw sequence number behind the last segment that was far outside, -1 for none. */
  strayNext = -1;
  /** Retransmissions that may yet prove not needed: pairs of positions (tcp-duplicates.ts). */
  readonly reportable: number[] = [];
}

/**
 * One end of a conversation, as far as its packets tell. Positions count from the initial sequence number (0 is the SYN, 1 the first byte)
 * and do not wrap.
 */
export class TcpEnd {
  readonly sender: Sender;
  /** The raw sequence number of position 0. */
  base = 0;
  /** `base` is known, if only from what the other end acknowledged. */
  isKnown = false;
  /** A packet of it was seen, other than an RST. */
  isSeen = false;
  hasSyn = false;
  hasSynAck = false;
  /** Behind the last byte (or SYN or FIN) that was seen. */
  next = 0;
  nextAtUs = 0;
  /** Up to here the stream was handed on or given up. */
  handed = 0;
  /** Position of its FIN, -1 for none seen. */
  finAt = -1;
  /** Up to here the other end has acknowledged. */
  ackedTo = 0;
  /** What its last packet acknowledged, and when. */
  lastAck = -1;
  lastAckAtUs = 0;
  /** Duplicate ACKs in a row. */
  duplicateAcks = 0;
  lastTroubles = 0;
  /** As in its last packet, -1 for none yet; and scaled, in the last packet that was not overtaken. */
  rawWindow = -1;
  window = 0;
  windowMax = 0;
  /** Options of its SYN: -1 for none. */
  windowScale = -1;
  /** The shift that is in use for its windows. */
  shift = 0;
  mss = -1;
  sackPermitted = false;
  timestamps = false;
  packets = 0;
  payloadBytes = 0;
  /** Index into `tcpStates`. */
  state = 0;
  isEnded = false;
  held: Held | null = null;
  flight: Flight | null = null;
  counts: EndCounts | null = null;

  constructor(sender: Sender) {
    this.sender = sender;
  }

  /** The position of a raw sequence number: the one that is nearest to what comes next. */
  position(raw: number): number {
    return this.next + seqDistance(raw - this.base, this.next);
  }

  /** Its first packet, or what the other end says of it, tells where it stands: `raw` is `position`. */
  begin(raw: number, position: number): void {
    this.base = (raw - position) | 0;
    this.isKnown = true;
    this.next = position;
    this.handed = position;
    this.ackedTo = position;
  }

  /** Its SYN; windows are scaled when both ends' SYNs have the option, as far as they were seen (RFC 7323 section 2.2). */
  readOptions(decoded: DecodedPacket, other: TcpEnd): void {
    this.hasSyn = true;
    this.mss = decoded.mss;
    this.sackPermitted = decoded.sackPermitted;
    this.timestamps = decoded.timestampValue >= 0;
    this.windowScale = decoded.windowScale;
    const isScaled = this.windowScale >= 0 && (other.windowScale >= 0 || !other.hasSyn);
    this.shift = isScaled ? Math.min(SHIFT_MAX, this.windowScale) : 0;
    if (!isScaled) other.shift = 0;
  }

  counted(): EndCounts {
    return (this.counts ??= new EndCounts());
  }
}
