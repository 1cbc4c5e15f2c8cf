import type { DecodedPacket } from './decoded-packet.ts';
import type { TcpEnd } from './tcp-end.ts';
import type { TcpSummary } from './tcp-events.ts';
import { tcpFlags } from './decoded-packet.ts';
import { TcpStateLog, stateNumbers } from './tcp-state-log.ts';
import { closeZeroWindow } from './tcp-window.ts';

/** End 0 is `a`, the client, and end 1 is `b`. */
export type EndNumber = 0 | 1;

/** How a conversation opened and closed (RFC 9293 section 3.3.2), as far as an onlooker can tell. Times are -1 for not seen. */
export class TcpCourse {
  readonly states = new TcpStateLog();
  /** The first SYN, and the last one that asked. */
  synAtUs = -1;
  lastSynAtUs = -1;
  synAckAtUs = -1;
  /** When the ACK came that ended the handshake. */
  openedAtUs = -1;
  resets = 0;
  fastOpen: TcpSummary['fastOpen'] = 'none';

  /** SYN to ACK, counted from the last SYN, µs; -1 for not known. */
  roundTripUs(): number {
    return this.openedAtUs < 0 || this.lastSynAtUs < 0 ? -1 : this.openedAtUs - this.lastSynAtUs;
  }

  /** From the other end's packet to this end's answer, as seen where the capture was made, µs; 0 for not known. */
  answerUs(end: EndNumber): number {
    if (this.openedAtUs < 0 || this.lastSynAtUs < 0) return 0;
    return end === 0 ? this.openedAtUs - this.synAckAtUs : this.synAckAtUs - this.lastSynAtUs;
  }

  syn(from: TcpEnd, to: TcpEnd, decoded: DecodedPacket, end: EndNumber, atUs: number): void {
    const isAnswer = (decoded.tcpFlags & tcpFlags.ack) !== 0;
    if (!from.hasSyn) from.readOptions(decoded, to);
    if (from.handed === 0) from.handed = 1;
    if (isAnswer) {
      if (!from.hasSynAck) this.answered(from, to, decoded, end, atUs);
      return;
    }
    this.lastSynAtUs = atUs;
    if (this.synAtUs < 0) this.synAtUs = atUs;
    if (from.state === stateNumbers.unknown) this.enter(from, end, stateNumbers.synSent, atUs);
    if (decoded.fastOpenBytes >= 0 && this.fastOpen === 'none') this.fastOpen = 'requested';
  }

  /** RFC 7413 section 4.2.2: the SYN/ACK acknowledges the data that came with the SYN, or only the SYN. */
  private answered(from: TcpEnd, to: TcpEnd, decoded: DecodedPacket, end: EndNumber, atUs: number): void {
    from.hasSynAck = true;
    this.synAckAtUs = atUs;
    this.enter(from, end, stateNumbers.synReceived, atUs);
    if (to.hasSyn && to.next > 1) this.fastOpen = to.position(decoded.ack) > 1 ? 'used' : 'refused';
  }

  /** `from` acknowledges something new of `to`. */
  acknowledged(from: TcpEnd, to: TcpEnd, end: EndNumber, atUs: number): void {
    const isOpening = from.state < stateNumbers.established || to.state === stateNumbers.synReceived;
    // The SYN/ACK itself opens nothing yet.
    const isAnswer = from.state === stateNumbers.synReceived && to.state === stateNumbers.synSent;
    if (isOpening && !isAnswer) {
      if (this.openedAtUs < 0 && to.hasSynAck) this.openedAtUs = atUs;
      if (from.state < stateNumbers.established) this.enter(from, end, stateNumbers.established, atUs);
      if (to.state === stateNumbers.synReceived) this.enter(to, other(end), stateNumbers.established, atUs);
    }
    if (to.finAt >= 0 && to.ackedTo > to.finAt) this.finAcknowledged(from, to, end, atUs);
  }

  fin(from: TcpEnd, to: TcpEnd, end: EndNumber, atUs: number): void {
    this.enter(from, end, to.finAt >= 0 ? stateNumbers.closing : stateNumbers.finWait, atUs);
  }

  reset(from: TcpEnd, to: TcpEnd, end: EndNumber, atUs: number): void {
    this.resets++;
    this.enter(from, end, stateNumbers.reset, atUs);
    this.enter(to, other(end), stateNumbers.reset, atUs);
    closeZeroWindow(from, atUs);
    closeZeroWindow(to, atUs);
  }

  enter(from: TcpEnd, end: EndNumber, state: number, atUs: number): void {
    if (from.state === state || from.state === stateNumbers.reset) return;
    from.state = state;
    this.states.add(end, state, atUs);
  }

  private finAcknowledged(from: TcpEnd, to: TcpEnd, end: EndNumber, atUs: number): void {
    if (from.finAt < 0) {
      this.enter(from, end, stateNumbers.closeWait, atUs);
      return;
    }
    this.enter(to, other(end), stateNumbers.closed, atUs);
    if (from.ackedTo <= from.finAt) return;
    this.enter(from, end, stateNumbers.closed, atUs);
    closeZeroWindow(from, atUs);
    closeZeroWindow(to, atUs);
  }
}

function other(end: EndNumber): EndNumber {
  return end === 0 ? 1 : 0;
}
