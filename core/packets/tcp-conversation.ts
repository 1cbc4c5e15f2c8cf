import type { DecodedPacket } from './decoded-packet.ts';
import type { StreamTaker, TcpSummary } from './tcp-events.ts';
import type { TcpShared } from './tcp-shared.ts';
import { packetProblems, tcpFlags } from './decoded-packet.ts';
import { TcpCourse, type EndNumber } from './tcp-course.ts';
import { noteDuplicateReport } from './tcp-duplicates.ts';
import { TcpEnd } from './tcp-end.ts';
import { packetTroubles } from './tcp-events.ts';
import { Flight } from './tcp-flight.ts';
import { tcpLimits } from './tcp-limits.ts';
import { drain, endStream, giveUp, takePayload } from './tcp-reassembly.ts';
import { COUNTED, countRepeat, countTroubles } from './tcp-counts.ts';
import { ackTroubles, repeatTroubles, windowTroubles } from './tcp-segments.ts';
import { stateNumbers } from './tcp-state-log.ts';
import { isFar, strayAhead } from './tcp-stray.ts';
import { summariseTcp } from './tcp-summary.ts';
import { closeZeroWindow, noteWindow } from './tcp-window.ts';

export type { EndNumber } from './tcp-course.ts';

const { syn: SYN, fin: FIN, rst: RST, ack: ACK } = tcpFlags;
const OPENS_OR_ENDS = SYN | FIN | RST;
/** Of Ethernet and IPv4, where the SYN did not tell. */
const MSS_USUAL = 1460;
/** A full packet has so many bytes less than the MSS at most (RFC 9293 section 3.1). */
const OPTIONS_BYTES_MAX = 40;

/**
 * Whether the sender of a conversation's first packet is end `a`: it sent the SYN, or got the SYN/ACK, or has the higher port.
 */
export function sourceIsClient(decoded: DecodedPacket): boolean {
  if ((decoded.tcpFlags & SYN) !== 0) return (decoded.tcpFlags & ACK) === 0;
  return decoded.sourcePort >= decoded.destinationPort;
}

/** A SYN that no SYN was before. */
export function opensConversation({ tcpFlags }: DecodedPacket): boolean {
  return (tcpFlags & (SYN | ACK | RST)) === SYN;
}

/**
 * One TCP conversation as an onlooker sees it (RFC 9293): what is wrong with each packet, how it went, and both streams in order. It never
 * throws, whatever the packets, and reads no clock: everything is decided by the packets that follow. Bounds: `tcpLimits`.
 *
 * A segment that is next in its stream is handed on at once, as a part of the packet. One beyond a hole waits; the hole is given up, and told as
 * a gap, when its receiver has acknowledged it and 16 more packets have not brought it, when too much waits, at an RST, or at `finish`. Held
 * bytes have the time at which they could be read, which is that of the packet that filled the hole, and the number of the packet they came in.
 */
export class TcpConversation {
  readonly a = new TcpEnd('client');
  readonly b = new TcpEnd('server');
  readonly course = new TcpCourse();
  lastAtUs: number;
  nagleDelays = 0;
  nagleDelayUs = 0;
  private isReused: boolean;
  private taker: StreamTaker | null;
  private readonly shared: TcpShared;

  /** `isReused`: an earlier conversation had the same addresses and ports, so the first packet has the trouble `portReused`. */
  constructor(shared: TcpShared, taker: StreamTaker | null, atUs: number, isReused = false) {
    this.shared = shared;
    this.taker = taker;
    this.lastAtUs = atUs;
    this.isReused = isReused;
  }

  /**
   * Whether this packet of the same addresses and ports opens another conversation, to be asked before `packet`: a SYN with another initial
   * sequence number, or one after a FIN or RST.
   */
  isNewConversation(decoded: DecodedPacket, end: EndNumber): boolean {
    if (!opensConversation(decoded)) return false;
    const from = end === 0 ? this.a : this.b;
    if (!from.isSeen) return this.course.resets > 0;
    if (from.position(decoded.seq) !== 0) return true;
    return from.hasSyn && (this.course.resets > 0 || this.a.finAt >= 0 || this.b.finAt >= 0);
  }

  /** Takes the next packet in capture order and returns the sum of its `packetTroubles`. `shared` then has its figures. */
  packet(decoded: DecodedPacket, end: EndNumber, atUs: number, packetNumber: number): number {
    const from = end === 0 ? this.a : this.b;
    const to = end === 0 ? this.b : this.a;
    const flags = decoded.tcpFlags;
    const payload = Math.max(0, decoded.payloadTo - decoded.payloadFrom);
    from.packets++;
    this.lastAtUs = atUs;
    this.shared.rttUs = -1;
    let troubles = this.troublesBefore(decoded);
    if ((flags & RST) !== 0) return this.reset(from, to, decoded, end, atUs, troubles);
    if (!from.isSeen) this.beginEnd(from, to, decoded, end, atUs);

    let seq = from.position(decoded.seq);
    if (isFar(from, seq)) {
      seq = strayAhead(from, to, decoded, seq);
      if (seq < 0) return this.tell(from, decoded, 0, 0, troubles | packetTroubles.outsideWindow);
      if (seq - from.next > tcpLimits.reachMax) {
        giveUp(from, this.taker, seq, atUs);
        from.next = seq;
        troubles |= packetTroubles.gapBefore;
      }
    }
    from.payloadBytes += payload;
    let ack = 0;
    let hasAck = (flags & ACK) !== 0;
    if (hasAck) {
      if (!to.isKnown) to.begin(decoded.ack, 1);
      ack = to.position(decoded.ack);
      if (ack - to.next > tcpLimits.reachMax || ack - to.next < -tcpLimits.reachMax) {
        hasAck = false;
        ack = 0;
        troubles |= packetTroubles.outsideWindow;
      }
    }

    const dataAt = (flags & SYN) !== 0 ? seq + 1 : seq;
    const dataTo = dataAt + payload;
    const next = (flags & FIN) !== 0 ? dataTo + 1 : dataTo;
    const isRepeat = seq < from.next;
    if (isRepeat) {
      troubles |= repeatTroubles(from, to, decoded, seq, next, atUs, this.course.roundTripUs());
    } else {
      if (seq > from.next) troubles |= packetTroubles.gapBefore;
      if (payload > 0) troubles |= windowTroubles(from, to, dataTo, flags);
    }
    if ((flags & OPENS_OR_ENDS) === 0) {
      if (decoded.window === 0) troubles |= packetTroubles.zeroWindow;
      if (payload === 0 && hasAck) troubles |= ackTroubles(from, to, seq, ack, decoded.window);
    }

    if ((flags & SYN) !== 0 && seq === 0) this.course.syn(from, to, decoded, end, atUs);
    if (hasAck) {
      if (ack > to.handed && ack > to.ackedTo && to.isSeen) troubles |= packetTroubles.ackedUnseen;
      if (decoded.sackBlocks > 0) noteDuplicateReport(to, decoded, ack);
      noteWindow(from, to, decoded, seq, ack, atUs);
      if (ack > to.ackedTo) this.acknowledge(from, to, end, ack, payload === 0, atUs);
      if ((troubles & packetTroubles.duplicateAck) !== 0) from.duplicateAcks++;
      else if (ack !== from.lastAck) from.duplicateAcks = 0;
      from.lastAck = ack;
      from.lastAckAtUs = atUs;
    }
    from.rawWindow = decoded.window;

    let isProbeByte = false;
    if (payload > 0) {
      isProbeByte = payload === 1 && (troubles & packetTroubles.zeroWindowProbe) !== 0;
      if (isRepeat) countRepeat(from, dataAt, dataTo, troubles);
      else if (!isProbeByte) troubles |= this.sendNew(from, to, end, payload, dataTo, atUs);
      const isAgain = (troubles & packetTroubles.retransmission) !== 0;
      if (takePayload(from, this.taker, this.shared, decoded, dataAt, atUs, packetNumber, isAgain)) {
        troubles |= packetTroubles.contentChanged;
      }
    }
    // Whether a closed window takes the byte of a probe, only the ACK tells.
    if (next > from.next && !isProbeByte) {
      if (payload === 0 && (flags & FIN) !== 0 && from.flight !== null) from.flight.sent(next, atUs);
      from.next = next;
      from.nextAtUs = atUs;
    }
    if ((flags & FIN) !== 0) this.fin(from, to, end, dataTo, atUs);
    if (to.handed < to.ackedTo) this.waitForHole(to, atUs);
    if (from.handed < from.ackedTo) this.waitForHole(from, atUs);
    return this.tell(from, decoded, seq, ack, troubles);
  }

  /**
   * No packet follows: holes are given up, and a stream whose conversation was reset ends. One that is still open is not told to end. Without
   * this call what is held stays counted in `shared`.
   */
  finish(atUs: number): void {
    this.finishEnd(this.a, atUs);
    this.finishEnd(this.b, atUs);
  }

  /** It was closed or reset, and neither end waits for bytes that were not captured yet. */
  get isOver(): boolean {
    const { a, b } = this;
    if (a.state < stateNumbers.closed || b.state < stateNumbers.closed) return false;
    return (a.isEnded && b.isEnded) || this.course.resets > 0;
  }

  /** The streams are of no interest any longer: their bytes are neither held nor told; the analysis goes on. */
  takeNothing(): void {
    this.taker = null;
    this.a.held?.forgetBytes();
    this.b.held?.forgetBytes();
  }

  summary(): TcpSummary {
    return summariseTcp(this);
  }

  private troublesBefore(decoded: DecodedPacket): number {
    const isFaulty = (decoded.problems & (packetProblems.badLength | packetProblems.badHeader)) !== 0;
    const reused = this.isReused ? packetTroubles.portReused : 0;
    this.isReused = false;
    return isFaulty ? reused | packetTroubles.malformed : reused;
  }

  private beginEnd(from: TcpEnd, to: TcpEnd, decoded: DecodedPacket, end: EndNumber, atUs: number): void {
    const isSyn = (decoded.tcpFlags & SYN) !== 0;
    // What the other end acknowledges tells where a stream begins only if that end's own SYN was seen.
    if (!from.isKnown || isSyn || !to.hasSyn) {
      const acked = from.isKnown && to.lastAck >= 0 ? (from.base + to.lastAck) | 0 : null;
      from.begin(decoded.seq, isSyn ? 0 : 1);
      if (acked !== null) {
        to.lastAck = from.position(acked);
        from.ackedTo = Math.max(from.ackedTo, to.lastAck);
      }
    }
    from.isSeen = true;
    if (!isSyn && from.state === stateNumbers.unknown) {
      this.course.enter(from, end, stateNumbers.established, atUs);
    }
  }

  private acknowledge(
    from: TcpEnd,
    to: TcpEnd,
    end: EndNumber,
    ack: number,
    isPure: boolean,
    atUs: number,
  ): void {
    const before = to.ackedTo;
    to.ackedTo = ack;
    if (!to.isSeen) {
      if (ack > to.next) to.next = ack;
      if (!from.hasSyn) to.handed = ack;
    } else if (ack === to.next + 1 && ack === to.handed) {
      to.next = ack;
    }
    if (to.flight !== null) {
      this.shared.rttUs = to.flight.acknowledged(before, ack, atUs);
      if (ack >= to.next) to.flight.allAcknowledged(isPure, atUs);
    }
    this.course.acknowledged(from, to, end, atUs);
  }

  private sendNew(
    from: TcpEnd,
    to: TcpEnd,
    end: EndNumber,
    payload: number,
    dataTo: number,
    atUs: number,
  ): number {
    const flight = (from.flight ??= new Flight());
    flight.sent(dataTo, atUs);
    const isSmall = payload < (to.mss > 0 ? to.mss : MSS_USUAL) - OPTIONS_BYTES_MAX;
    const answerUs = this.course.answerUs(end);
    const waitedUs = flight.nagleDelayUs(isSmall, from.ackedTo >= from.next, answerUs, atUs);
    if (waitedUs <= 0) return 0;
    this.nagleDelays++;
    this.nagleDelayUs += waitedUs;
    return packetTroubles.nagleDelay;
  }

  private fin(from: TcpEnd, to: TcpEnd, end: EndNumber, at: number, atUs: number): void {
    if (from.finAt < 0 && at >= from.handed) {
      from.finAt = at;
      this.course.fin(from, to, end, atUs);
    }
    drain(from, this.taker, atUs);
  }

  private reset(
    from: TcpEnd,
    to: TcpEnd,
    decoded: DecodedPacket,
    end: EndNumber,
    atUs: number,
    troubles: number,
  ): number {
    const seq = from.isKnown ? from.position(decoded.seq) : 0;
    const told = troubles | packetTroubles.reset;
    const isOutside = from.isSeen && Math.abs(seq - from.next) > tcpLimits.reachMax;
    if (isOutside) return this.tell(from, decoded, 0, 0, told | packetTroubles.outsideWindow);
    giveUp(from, this.taker, from.next, atUs);
    giveUp(to, this.taker, to.next, atUs);
    endStream(from, this.taker, 'reset', atUs);
    this.course.reset(from, to, end, atUs);
    return this.tell(from, decoded, seq, 0, told);
  }

  private waitForHole(end: TcpEnd, atUs: number): void {
    const counts = end.counted();
    const seen = this.a.packets + this.b.packets;
    if (counts.holeAt !== end.handed) {
      counts.holeAt = end.handed;
      counts.giveUpAtPacket = seen + tcpLimits.lateCaptureMax;
    } else if (seen >= counts.giveUpAtPacket) {
      giveUp(end, this.taker, end.ackedTo, atUs);
    }
  }

  private finishEnd(end: TcpEnd, atUs: number): void {
    giveUp(end, this.taker, Math.max(end.next, end.ackedTo, end.held?.to() ?? 0), atUs);
    if (this.course.resets > 0) endStream(end, this.taker, 'reset', atUs);
    closeZeroWindow(end, this.lastAtUs);
  }

  private tell(from: TcpEnd, decoded: DecodedPacket, seq: number, ack: number, troubles: number): number {
    from.lastTroubles = troubles;
    if ((troubles & COUNTED) !== 0) countTroubles(from, troubles);
    const shared = this.shared;
    shared.seq = seq;
    shared.ack = ack;
    shared.window = (decoded.tcpFlags & SYN) !== 0 ? decoded.window : decoded.window << from.shift;
    shared.inFlight = Math.max(0, from.next - from.ackedTo);
    return troubles;
  }
}
