import type { DecodedPacket } from './decoded-packet.ts';
import type { TcpEnd } from './tcp-end.ts';
import { tcpFlags } from './decoded-packet.ts';

/**
 * Takes the window that a packet of `from` offers, and times how long it stands at zero. Packets that were overtaken by newer ones say nothing
 * (RFC 9293 section 3.10.7.4: SND.WL1 and SND.WL2); RSTs are not asked, and the window of a SYN is not scaled (RFC 7323 section 2.2).
 * `from.next` and `to.ackedTo` are still those before the packet.
 */
export function noteWindow(
  from: TcpEnd,
  to: TcpEnd,
  decoded: DecodedPacket,
  seq: number,
  ack: number,
  atUs: number,
): void {
  if (ack < to.ackedTo || (seq < from.next && ack === to.ackedTo)) return;
  const isSyn = (decoded.tcpFlags & tcpFlags.syn) !== 0;
  const window = isSyn ? decoded.window : decoded.window << from.shift;
  from.window = window;
  if (window > from.windowMax) from.windowMax = window;
  if (window > 0) {
    if (from.counts !== null) closeZeroWindow(from, atUs);
  } else if (!isSyn) {
    const counts = from.counted();
    if (counts.zeroSinceUs >= 0) return;
    counts.zeroSinceUs = atUs;
    counts.zeroWindows++;
  }
}

/** The window opens, or nothing can be sent into it any longer. */
export function closeZeroWindow(end: TcpEnd, atUs: number): void {
  const counts = end.counts;
  if (counts === null || counts.zeroSinceUs < 0) return;
  const us = Math.max(0, atUs - counts.zeroSinceUs);
  counts.zeroSinceUs = -1;
  counts.zeroWindowUs += us;
  if (us > counts.longestZeroWindowUs) counts.longestZeroWindowUs = us;
}
