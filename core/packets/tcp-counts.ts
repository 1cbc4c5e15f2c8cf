import type { TcpEnd } from './tcp-end.ts';
import { noteRetransmission } from './tcp-duplicates.ts';
import { packetTroubles } from './tcp-events.ts';
import { unseenBytes } from './tcp-segments.ts';

const {
  retransmission: AGAIN,
  fastRetransmission: FAST,
  spuriousRetransmission: SPURIOUS,
  duplicateAck: DUPLICATE_ACK,
  outOfOrder: OUT_OF_ORDER,
} = packetTroubles;

/** The troubles that an end counts one by one. */
export const COUNTED = AGAIN | FAST | SPURIOUS | DUPLICATE_ACK | OUT_OF_ORDER;

export function countTroubles(from: TcpEnd, troubles: number): void {
  const counts = from.counted();
  if ((troubles & AGAIN) !== 0) counts.retransmissions++;
  if ((troubles & FAST) !== 0) counts.fastRetransmissions++;
  if ((troubles & SPURIOUS) !== 0) counts.spuriousRetransmissions++;
  if ((troubles & DUPLICATE_ACK) !== 0) counts.duplicateAcks++;
  if ((troubles & OUT_OF_ORDER) !== 0) counts.outOfOrder++;
}

/** Data that begins before what was seen last: what of it is a repetition, before it is taken into the stream. */
export function countRepeat(from: TcpEnd, dataAt: number, dataTo: number, troubles: number): void {
  from.counted().repeatedBytes += dataTo - dataAt - unseenBytes(from, dataAt, dataTo);
  if (from.flight !== null) from.flight.resent(dataTo);
  if ((troubles & AGAIN) !== 0 && (troubles & SPURIOUS) === 0) noteRetransmission(from, dataAt, dataTo);
}
