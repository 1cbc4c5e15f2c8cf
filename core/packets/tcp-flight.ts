import { RoundTrips } from './tcp-round-trips.ts';
import { tcpLimits } from './tcp-limits.ts';

/** The timer of a delayed ACK is 40 ms and more; that much is left when the segment's own way is taken off. */
const DELAYED_ACK_US = 35_000;
/** A sender that only waited for the ACK goes on at once. */
const AT_ONCE_US = 1000;

/**
 * What one end has sent and not seen acknowledged, for the round trip and for the pair of Nagle and delayed ACK. Made with the end's first
 * byte of data.
 */
export class Flight {
  readonly roundTrips = new RoundTrips();
  /** A ring of pairs: position after the segment, time it was sent. */
  private ring = new Float64Array(8);
  private head = 0;
  private count = 0;
  /** Up to here there are segments that are not in the ring, because it was full. */
  private untimedTo = 0;
  /** Up to here something was sent again: an ACK of it may be of either copy (Karn's algorithm, RFC 6298 section 3). */
  private resentTo = 0;
  /** When the last segment was sent that did not fill a packet, while it is all that is on the way; -1 for none. */
  private smallAtUs = -1;
  /** When a delayed ACK without data came for it, -1 for none. */
  private delayedAckAtUs = -1;

  /** New data up to `end` was sent. */
  sent(end: number, atUs: number): void {
    const capacity = this.ring.length >> 1;
    if (this.count === capacity && !this.grow(capacity)) {
      this.untimedTo = end;
      return;
    }
    const at = ((this.head + this.count) & ((this.ring.length >> 1) - 1)) << 1;
    this.ring[at] = end;
    this.ring[at + 1] = atUs;
    this.count++;
  }

  /** Data up to `end` was sent that had been sent before, or that fills a hole. */
  resent(end: number): void {
    if (end > this.resentTo) this.resentTo = end;
    this.smallAtUs = -1;
  }

  /**
   * Everything below `to` is acknowledged, which `before` was until now. The sample is of the last segment that is acknowledged as a
   * whole: the time since it was sent; -1 for none.
   */
  acknowledged(before: number, to: number, atUs: number): number {
    let sentAtUs = -1;
    let end = 0;
    const mask = (this.ring.length >> 1) - 1;
    while (this.count > 0) {
      const at = this.head << 1;
      if ((this.ring[at] as number) > to) break;
      end = this.ring[at] as number;
      sentAtUs = this.ring[at + 1] as number;
      this.head = (this.head + 1) & mask;
      this.count--;
    }
    const isLast = end === to || end >= this.untimedTo;
    if (sentAtUs < 0 || !isLast || before < this.resentTo || atUs < sentAtUs) return -1;
    this.roundTrips.add(atUs - sentAtUs);
    return atUs - sentAtUs;
  }

  /**
   * New data is sent: how long it waited for a delayed ACK because of Nagle's algorithm (RFC 1122 section 4.2.3.4, facts), 0 for not at
   * all. It leaves at most 1 ms after an ACK without data that came at least 35 ms after the small segment before. `answerUs`, the time this
   * end needs to answer as seen here, is added to the 1 ms, give or take half of it.
   */
  nagleDelayUs(isSmall: boolean, isAlone: boolean, answerUs: number, atUs: number): number {
    const sinceAckUs = atUs - this.delayedAckAtUs;
    const isPair =
      isSmall &&
      isAlone &&
      this.delayedAckAtUs >= 0 &&
      sinceAckUs >= answerUs / 2 - AT_ONCE_US &&
      sinceAckUs <= answerUs * 1.5 + AT_ONCE_US;
    const waitedUs = isPair ? atUs - this.smallAtUs : 0;
    this.smallAtUs = isSmall && isAlone ? atUs : -1;
    this.delayedAckAtUs = -1;
    return waitedUs;
  }

  /** An ACK of all that was sent; `isPure` without data of its own. */
  allAcknowledged(isPure: boolean, atUs: number): void {
    if (this.smallAtUs < 0) return;
    if (isPure && atUs - this.smallAtUs >= DELAYED_ACK_US) this.delayedAckAtUs = atUs;
    else this.smallAtUs = -1;
  }

  private grow(capacity: number): boolean {
    if (capacity >= tcpLimits.timedSegmentsMax) return false;
    const larger = new Float64Array(Math.min(tcpLimits.timedSegmentsMax, capacity * 4) * 2);
    const tail = this.ring.subarray(this.head << 1);
    larger.set(tail);
    larger.set(this.ring.subarray(0, this.head << 1), tail.length);
    this.ring = larger;
    this.head = 0;
    return true;
  }
}
