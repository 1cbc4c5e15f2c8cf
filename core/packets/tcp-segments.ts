import type { DecodedPacket } from './decoded-packet.ts';
import type { TcpEnd } from './tcp-end.ts';
import { tcpFlags } from './decoded-packet.ts';
import { packetTroubles } from './tcp-events.ts';
import { sentOrder } from './tcp-sent-order.ts';

const { syn: SYN, fin: FIN } = tcpFlags;

/** Two duplicate ACKs are enough, though senders wait for three (RFC 5681 section 3.2): the capture may have missed one. */
const DUPLICATE_ACKS_MIN = 2;
/** A fast retransmission follows the ACK that asked for it at once, give or take the way to where the capture was made. */
const FAST_US = 20_000;
/** While no round trip is known, what comes so soon after what overtook it was not sent again. */
const REORDERED_US = 3000;

/**
 * Troubles of an empty segment that repeats an ACK: RFC 5681 section 2 calls it a duplicate if the window is the same, too. `ack` is the
 * position it acknowledges.
 */
export function ackTroubles(from: TcpEnd, to: TcpEnd, seq: number, ack: number, window: number): number {
  if (seq !== from.next || ack !== from.lastAck || window === 0) return 0;
  if (window !== from.rawWindow) return packetTroubles.windowUpdate;
  if ((to.lastTroubles & packetTroubles.keepAlive) !== 0) return packetTroubles.keepAliveAck;
  return packetTroubles.duplicateAck;
}

/**
 * Troubles of a segment that begins before the highest byte that was seen of its end, and is not an RST. `end` is the position behind its
 * data, SYN and FIN; `roundTripUs` of the handshake, -1 for not known.
 */
export function repeatTroubles(
  from: TcpEnd,
  to: TcpEnd,
  decoded: DecodedPacket,
  seq: number,
  end: number,
  atUs: number,
  roundTripUs: number,
): number {
  const payload = decoded.payloadTo - decoded.payloadFrom;
  const flags = decoded.tcpFlags;
  if (payload <= 1 && (flags & (SYN | FIN)) === 0 && seq === from.next - 1) {
    const probe = probeTroubles(from, to, payload);
    if (probe !== 0 || payload === 0) return probe;
  }
  if (end === seq) return 0;
  if ((flags & SYN) !== 0) return synTroubles(from, to, flags);
  if (payload > 0 && seq + payload <= from.ackedTo) {
    return packetTroubles.retransmission | packetTroubles.spuriousRetransmission;
  }
  const isAsked =
    to.duplicateAcks >= DUPLICATE_ACKS_MIN && to.lastAck === seq && atUs - to.lastAckAtUs < FAST_US;
  const again = packetTroubles.retransmission | (isAsked ? packetTroubles.fastRetransmission : 0);
  const isNewFin = (flags & FIN) !== 0 && from.finAt < 0;
  if (!isNewFin && unseenBytes(from, seq, Math.min(seq + payload, from.next)) === 0) return again;
  const beyond = from.held === null ? null : from.held.firstSentAfter(end);
  const sent = beyond === null ? 0 : sentOrder(decoded, beyond);
  if (sent !== 0) return sent < 0 ? packetTroubles.outOfOrder : again;
  if (isAsked) return again;
  const soonUs = roundTripUs > 0 ? roundTripUs : REORDERED_US;
  return atUs - from.nextAtUs < soonUs ? packetTroubles.outOfOrder : packetTroubles.retransmission;
}

/** How many of these bytes were never seen. */
export function unseenBytes(from: TcpEnd, start: number, end: number): number {
  const first = Math.max(start, from.handed);
  if (first >= end) return 0;
  return from.held === null ? end - first : from.held.missing(first, end);
}

/**
 * A segment one byte before what comes next asks whether the other end is there: a keep-alive when all is acknowledged (RFC 9293 section
 * 3.8.4), a probe when its window is zero (section 3.8.6.1). With a byte that is not acknowledged it is that byte, sent again; without one an
 * ACK that was overtaken.
 */
function probeTroubles(from: TcpEnd, to: TcpEnd, payload: number): number {
  if (to.rawWindow === 0) return packetTroubles.zeroWindowProbe;
  const isAllAcked = from.ackedTo >= from.next;
  const isFin = from.finAt >= 0 && from.finAt === from.next - 1;
  return isAllAcked && !(isFin && payload === 0) ? packetTroubles.keepAlive : 0;
}

/** The SYN/ACK of a simultaneous open repeats the SYN (RFC 9293 section 3.5, figure 7). */
function synTroubles(from: TcpEnd, to: TcpEnd, flags: number): number {
  const isAnswer = (flags & tcpFlags.ack) !== 0;
  if (!from.hasSyn || (isAnswer && !from.hasSynAck)) return 0;
  return packetTroubles.retransmission | (to.isSeen || isAnswer ? 0 : packetTroubles.synRetransmission);
}

/** New data that ends at `end`: what a closed window forbids is a probe; what reaches exactly to its edge fills it. */
export function windowTroubles(from: TcpEnd, to: TcpEnd, end: number, flags: number): number {
  if (to.rawWindow === 0) return from.ackedTo >= from.next ? packetTroubles.zeroWindowProbe : 0;
  if (!to.hasSyn || (flags & (SYN | FIN)) !== 0) return 0;
  return end === from.ackedTo + to.window ? packetTroubles.windowFull : 0;
}
