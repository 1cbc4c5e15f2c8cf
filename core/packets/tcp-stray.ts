import type { DecodedPacket } from './decoded-packet.ts';
import type { TcpEnd } from './tcp-end.ts';
import { tcpLimits } from './tcp-limits.ts';

/** Whether a segment is so far from what is expected that it is judged by `strayAhead` first. */
export function isFar(from: TcpEnd, seq: number): boolean {
  const ahead = seq - from.next;
  return ahead > tcpLimits.strayMax || ahead < -tcpLimits.reachMax;
}

/**
 * A segment far away from what is expected is passed over (-1), unless it goes on where the one before it did that was passed over: then
 * the capture has lost what lies between. Returns the position it has: behind what was seen, as sequence numbers only grow.
 */
export function strayAhead(from: TcpEnd, to: TcpEnd, decoded: DecodedPacket, seq: number): number {
  const ahead = seq - from.next;
  const isWithinReach = Math.abs(ahead) <= tcpLimits.reachMax;
  const isWindowKnown = to.isSeen && to.hasSyn;
  if (isWithinReach && (!isWindowKnown || seq <= from.ackedTo + to.windowMax + tcpLimits.strayMax))
    return seq;
  const counts = from.counted();
  const isNext = counts.strayNext === decoded.seq;
  counts.strayNext = (decoded.seq + Math.max(0, decoded.payloadTo - decoded.payloadFrom)) >>> 0;
  if (!isNext) return -1;
  return ahead < 0 ? seq + 2 ** 32 : seq;
}
