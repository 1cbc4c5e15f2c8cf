import type { DecodedPacket } from './decoded-packet.ts';
import type { TcpEnd } from './tcp-end.ts';
import { u32 } from './read-numbers.ts';

/** Retransmissions of one end that may yet be reported as not needed; beyond, the oldest is forgotten. */
const reportableMax = 16;

/** `from` sent these bytes again and nothing said yet that it need not have. */
export function noteRetransmission(from: TcpEnd, start: number, end: number): void {
  const { reportable } = from.counted();
  if (reportable.length >= 2 * reportableMax) reportable.splice(0, 2);
  reportable.push(start, end);
}

/**
 * An ACK with SACK blocks for `to`: when the first tells of bytes that came twice (D-SACK, RFC 2883 section 4: below the ACK, or inside the second
 * block), and they had been sent again, that was not needed.
 */
export function noteDuplicateReport(to: TcpEnd, decoded: DecodedPacket, ack: number): void {
  if (to.counts === null || to.counts.reportable.length === 0) return;
  const { bytes, sackAt, sackBlocks } = decoded;
  const start = to.position(u32(bytes, sackAt));
  const end = to.position(u32(bytes, sackAt + 4));
  const isBelow = end <= ack;
  const isInside =
    sackBlocks > 1 &&
    start >= to.position(u32(bytes, sackAt + 8)) &&
    end <= to.position(u32(bytes, sackAt + 12));
  if (start >= end || (!isBelow && !isInside)) return;
  const { reportable } = to.counts;
  for (let at = 0; at < reportable.length; at += 2) {
    if ((reportable[at] as number) >= end || (reportable[at + 1] as number) <= start) continue;
    reportable.splice(at, 2);
    to.counts.spuriousRetransmissions++;
    return;
  }
}
