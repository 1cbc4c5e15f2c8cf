import type { StreamEnd } from '../observers/observer.ts';
import type { DecodedPacket } from './decoded-packet.ts';
import type { TcpEnd } from './tcp-end.ts';
import type { StreamTaker } from './tcp-events.ts';
import type { HeldPart } from './tcp-held.ts';
import type { TcpShared } from './tcp-shared.ts';
import { Held } from './tcp-held.ts';

/**
 * Takes the payload of a packet into its end's stream: what is next is handed on at once as a part of the packet, what is beyond a hole is
 * copied and held, what came before is passed over. `from … to` are its positions. Returns whether it contradicts bytes that are held.
 */
export function takePayload(
  end: TcpEnd,
  taker: StreamTaker | null,
  shared: TcpShared,
  decoded: DecodedPacket,
  from: number,
  atUs: number,
  packetNumber: number,
  isAgain: boolean,
): boolean {
  const start = decoded.payloadFrom;
  let to = from + decoded.payloadTo - start;
  if (end.finAt >= 0 && to > end.finAt) to = end.finAt;
  if (to <= end.handed || end.isEnded) return false;
  const captured = Math.max(0, Math.min(decoded.payloadCaptured, decoded.to - start, to - from));
  const firstHeld =
    end.held !== null && end.held.parts.length > 0 ? (end.held.parts[0] as HeldPart).from : Infinity;
  if (from <= end.handed && to <= firstHeld) {
    const offset = end.handed - from;
    if (taker !== null && captured > offset) {
      taker.bytes(end.sender, decoded.bytes.subarray(start + offset, start + captured), atUs, packetNumber);
    }
    if (from + captured < to) tellGap(end, taker, to - from - Math.max(captured, offset), atUs);
    end.handed = to;
    if (to === firstHeld || to === end.finAt) drain(end, taker, atUs);
    return false;
  }
  const held = (end.held ??= new Held(shared));
  const skip = Math.max(0, end.handed - from);
  const seen = Math.max(0, captured - skip);
  const chunk = taker === null ? null : decoded.bytes.subarray(start + captured - seen, start + captured);
  const differs = chunk !== null && from < end.next && held.differs(from + skip, chunk);
  held.hold(from + skip, to, seen, chunk, packetNumber, decoded, isAgain);
  drain(end, taker, atUs);
  while (held.isFull()) giveUp(end, taker, (held.parts[0] as HeldPart).from, atUs);
  return differs;
}

/** Holes below `to` are told as gaps, what is held between them is handed on. */
export function giveUp(end: TcpEnd, taker: StreamTaker | null, to: number, atUs: number): void {
  while (end.handed < to && !end.isEnded) {
    const before = end.handed;
    const first = end.held?.parts[0];
    let target = first === undefined ? to : Math.min(to, first.from);
    if (end.finAt >= 0 && target > end.finAt) target = end.finAt;
    if (target > before) tellGap(end, taker, target - before, atUs);
    end.handed = target;
    drain(end, taker, atUs);
    if (end.handed === before) break;
  }
}

/** Hands on what is held and no longer waits, and the end of the stream if it is next. */
export function drain(end: TcpEnd, taker: StreamTaker | null, atUs: number): void {
  const held = end.held;
  if (held !== null) {
    let count = 0;
    for (let part = held.parts[0]; part !== undefined && part.from <= end.handed; part = held.parts[count]) {
      const bytes = part.bytes;
      if (taker !== null && bytes !== null && bytes.length > 0) {
        taker.bytes(end.sender, bytes, atUs, part.packetNumber);
      }
      const missing = part.to - part.from - part.captured;
      if (missing > 0) tellGap(end, taker, missing, atUs);
      end.handed = part.to;
      count++;
    }
    if (count > 0) held.release(count);
  }
  if (end.finAt >= 0 && end.handed === end.finAt) {
    end.handed++;
    endStream(end, taker, 'fin', atUs);
  }
}

export function endStream(end: TcpEnd, taker: StreamTaker | null, how: StreamEnd, atUs: number): void {
  if (end.isEnded) return;
  end.isEnded = true;
  if (end.held !== null) end.held.release(end.held.parts.length);
  if (taker !== null) taker.end(end.sender, how, atUs);
}

function tellGap(end: TcpEnd, taker: StreamTaker | null, bytes: number, atUs: number): void {
  end.counted().missingBytes += bytes;
  if (taker !== null) taker.gap(end.sender, bytes, atUs);
}
