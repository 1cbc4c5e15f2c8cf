import { tcpFlags } from '../../core/packets/decoded-packet.ts';
import { packetTroubles as troubles } from '../../core/packets/tcp-events.ts';
import type { OraclePacket } from './tcp-oracle.ts';

/** What a sender did, as a capture on its own machine shows: there nothing is lost or overtaken before it is seen. */
export type Sent = 'first' | 'again' | 'copy';

export interface Truth {
  /** What is true of a packet of the other machine's capture; `copy` for one that the wire repeated. */
  readonly of: (packet: OraclePacket) => Sent;
  /** Why a difference from tshark is one; null if nothing explains it. */
  readonly explain: (packet: OraclePacket) => string | null;
}

/** `own`: the capture at the machine of that end; `seen`: the capture whose packets are judged. */
export function createTruth(own: readonly [OraclePacket[], OraclePacket[]], seen: OraclePacket[]): Truth {
  const sent = new Map<string, Sent>();
  own.forEach((packets, end) => {
    const next = new Map<number, number>();
    for (const packet of packets) {
      if (packet.end !== end || lengthOf(packet) === 0) continue;
      const highest = next.get(packet.stream.index) ?? 0;
      sent.set(keyOf(packet), packet.seq < highest ? 'again' : 'first');
      next.set(packet.stream.index, Math.max(highest, packet.seq + lengthOf(packet)));
    }
  });
  const copies = new Set<OraclePacket>();
  const repeats = new Set<OraclePacket>();
  const met = new Set<string>();
  const highest = Math.max(0, ...seen.map((packet) => packet.seq + lengthOf(packet)));
  const bytes = new Map<string, Uint8Array>();
  for (const packet of seen) {
    const length = lengthOf(packet);
    if (length === 0) continue;
    if (met.has(keyOf(packet))) copies.add(packet);
    met.add(keyOf(packet));
    const key = `${packet.stream.index} ${packet.end}`;
    const before = bytes.get(key) ?? new Uint8Array(highest);
    bytes.set(key, before);
    if (!before.subarray(packet.seq, packet.seq + length).includes(0)) repeats.add(packet);
    before.fill(1, packet.seq, packet.seq + length);
  }

  function of(packet: OraclePacket): Sent {
    return copies.has(packet) ? 'copy' : (sent.get(keyOf(packet)) ?? 'first');
  }

  function explain(packet: OraclePacket): string | null {
    const isAgain = (packet.troubles & troubles.retransmission) !== 0;
    const isOvertaken = (packet.troubles & troubles.outOfOrder) !== 0;
    if (isAgain && packet.theirs.has('out_of_order')) {
      if (of(packet) === 'again') return 'its sender sent it again; tshark says that it was overtaken';
      if (repeats.has(packet)) return 'all its bytes had been seen; tshark says that it was overtaken';
    }
    if (isOvertaken && packet.theirs.has('retransmission') && of(packet) === 'first') {
      return 'its sender sent it once; tshark says that it was sent again';
    }
    const isProbe = (packet.troubles & troubles.zeroWindowProbe) !== 0;
    if (isProbe && packet.theirs.has('keep_alive'))
      return 'a probe of a closed window; tshark says keep-alive';
    return null;
  }

  return { of, explain };
}

/** Sequence numbers that a packet takes. */
export function lengthOf(packet: OraclePacket): number {
  return packet.payload + ((packet.flags & (tcpFlags.syn | tcpFlags.fin)) !== 0 ? 1 : 0);
}

function keyOf({ stream, end, seq, payload, flags, timestamp, ipId }: OraclePacket): string {
  return [stream.index, end, seq, payload, flags, timestamp, ipId].join(' ');
}
