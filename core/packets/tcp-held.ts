import type { DecodedPacket } from './decoded-packet.ts';
import { identificationOf } from './tcp-sent-order.ts';
import { tcpLimits } from './tcp-limits.ts';
import type { TcpShared } from './tcp-shared.ts';

/** A part of a stream that waits for the bytes before it. */
export interface HeldPart {
  readonly from: number;
  readonly to: number;
  /** So many of its bytes were captured; null as `bytes` when nobody takes them. */
  readonly captured: number;
  bytes: Uint8Array | null;
  readonly packetNumber: number;
  /** TSval of the segment (RFC 7323) and identification of its packet (RFC 791), -1 for none: they tell when it was sent. */
  readonly timestamp: number;
  readonly identification: number;
  /** Its sender had sent something behind it before. */
  readonly isAgain: boolean;
}

/** Parts of one end's stream beyond a hole: sorted, never overlapping. Of bytes that come twice the first are kept. */
export class Held {
  readonly parts: HeldPart[] = [];
  private bytes = 0;
  private readonly shared: TcpShared;

  constructor(shared: TcpShared) {
    this.shared = shared;
  }

  /** A bound is reached: the first hole must be given up before anything else is held. */
  isFull(): boolean {
    return (
      this.parts.length >= tcpLimits.heldSegmentsMax ||
      this.bytes >= tcpLimits.heldBytesMax ||
      (this.bytes > 0 && this.shared.heldBytes >= this.shared.heldBytesMax)
    );
  }

  /** Behind the last part; 0 for none. */
  to(): number {
    return this.parts.at(-1)?.to ?? 0;
  }

  /** How many of the bytes `from … to` are not held. */
  missing(from: number, to: number): number {
    let missing = 0;
    let at = from;
    for (let index = this.firstAfter(from); index < this.parts.length && at < to; index++) {
      const part = this.parts[index] as HeldPart;
      if (part.from >= to) break;
      if (part.from > at) missing += part.from - at;
      at = part.to;
    }
    return at < to ? missing + to - at : missing;
  }

  /** The first part that begins at `position` or behind it and was not sent again: it tells when its sender was there. Null for none. */
  firstSentAfter(position: number): HeldPart | null {
    for (let index = this.firstAfter(position); index < this.parts.length; index++) {
      const part = this.parts[index] as HeldPart;
      if (part.from >= position && !part.isAgain) return part;
    }
    return null;
  }

  /** Whether the bytes `from … from + chunk.length` differ from those that are held of them. */
  differs(from: number, chunk: Uint8Array): boolean {
    const to = from + chunk.length;
    for (let index = this.firstAfter(from); index < this.parts.length; index++) {
      const part = this.parts[index] as HeldPart;
      if (part.from >= to) return false;
      if (part.bytes === null) continue;
      const end = Math.min(to, part.from + part.bytes.length);
      for (let at = Math.max(from, part.from); at < end; at++) {
        if (chunk[at - from] !== part.bytes[at - part.from]) return true;
      }
    }
    return false;
  }

  /** Holds what is missing of `from … to`; `chunk` are the `captured` bytes from `from` on, null for nobody takes them. */
  hold(
    from: number,
    to: number,
    captured: number,
    chunk: Uint8Array | null,
    packetNumber: number,
    decoded: DecodedPacket,
    isAgain: boolean,
  ): void {
    const timestamp = decoded.timestampValue;
    const identification = identificationOf(decoded);
    let at = from;
    let index = this.firstAfter(from);
    while (at < to) {
      const next = this.parts[index];
      const end = next === undefined ? to : Math.min(to, next.from);
      if (end > at) {
        const there = Math.max(0, Math.min(captured, end - from) - (at - from));
        const bytes = chunk === null ? null : new Uint8Array(chunk.subarray(at - from, at - from + there));
        this.count(bytes === null ? 0 : there);
        const sent = { packetNumber, timestamp, identification, isAgain };
        const part = { from: at, to: end, captured: there, bytes, ...sent };
        this.parts.splice(index, 0, part);
        index++;
      }
      if (next === undefined) return;
      at = Math.max(end, next.to);
      index++;
    }
  }

  /** The first `count` parts are done with. */
  release(count: number): void {
    for (let index = 0; index < count; index++)
      this.count(-((this.parts[index] as HeldPart).bytes?.length ?? 0));
    this.parts.splice(0, count);
  }

  /** Nobody takes the bytes any longer. */
  forgetBytes(): void {
    for (const part of this.parts) part.bytes = null;
    this.count(-this.bytes);
  }

  private count(bytes: number): void {
    this.bytes += bytes;
    this.shared.heldBytes += bytes;
  }

  /** Index of the first part that ends behind `position`. */
  private firstAfter(position: number): number {
    let low = 0;
    let high = this.parts.length;
    if (high > 0 && (this.parts[high - 1] as HeldPart).to <= position) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.parts[middle] as HeldPart).to > position) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
