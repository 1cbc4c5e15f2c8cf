import type { PacketRow } from '../../core/contract/packets.ts';
import { packetTroubles } from '../../core/packets/tcp-events.ts';
import type { Tone } from './tone.ts';

interface TroubleWords {
  readonly tone: Tone;
  /** One sentence, for whom the name is new. */
  readonly meaning: string;
}

export type TroubleName = keyof typeof packetTroubles;

/** What each trouble of a packet means, and how much trouble it is. */
export const troubleWords: Readonly<Record<TroubleName, TroubleWords>> = {
  retransmission: {
    tone: 'warning',
    meaning: 'Retransmission: these bytes were sent before and are sent again.',
  },
  fastRetransmission: {
    tone: 'warning',
    meaning: 'Fast retransmission: sent again after duplicate ACKs, without waiting for a timeout.',
  },
  spuriousRetransmission: {
    tone: 'note',
    meaning: 'Spurious retransmission: sent again although the other end had acknowledged it.',
  },
  duplicateAck: {
    tone: 'note',
    meaning: 'Duplicate ACK: the receiver asks again for the same byte, something before it is missing.',
  },
  outOfOrder: { tone: 'note', meaning: 'Out of order: arrived after bytes that follow it.' },
  gapBefore: {
    tone: 'warning',
    meaning: 'Bytes before these were never seen: lost on the way, or by the capture.',
  },
  zeroWindow: {
    tone: 'warning',
    meaning: 'Zero window: this end has no room left and lets the other one wait until it reads.',
  },
  windowUpdate: { tone: 'note', meaning: 'Window update: this end has read and has room again.' },
  windowFull: {
    tone: 'warning',
    meaning: 'Window full: the sender has filled the room that the receiver offered, and has to wait.',
  },
  zeroWindowProbe: {
    tone: 'note',
    meaning: 'Zero window probe: the sender asks whether there is room again.',
  },
  keepAlive: { tone: 'note', meaning: 'Keep-alive: an empty question whether the other end is still there.' },
  keepAliveAck: { tone: 'note', meaning: 'Keep-alive answered.' },
  reset: { tone: 'problem', meaning: 'Reset: this end breaks the connection off.' },
  ackedUnseen: {
    tone: 'warning',
    meaning: 'Acknowledges bytes that were never seen: the capture has missed packets.',
  },
  portReused: { tone: 'note', meaning: 'The same pair of ports begins a new connection.' },
  nagleDelay: {
    tone: 'note',
    meaning: 'A small segment waited for a delayed ACK (Nagle): TCP_NODELAY would have sent it at once.',
  },
  malformed: { tone: 'problem', meaning: 'A header contradicts itself.' },
  icmpError: {
    tone: 'problem',
    meaning: 'ICMP says that a packet of this conversation did not get through.',
  },
  synRetransmission: {
    tone: 'warning',
    meaning: 'The first packet of the connection was sent again: nobody answered it.',
  },
  outsideWindow: {
    tone: 'warning',
    meaning:
      'Its numbers are far outside of what this conversation can have sent, so it was left out of the streams.',
  },
  contentChanged: {
    tone: 'problem',
    meaning: 'The same bytes were sent again with another content; the first ones were kept.',
  },
};

const names = Object.keys(packetTroubles) as TroubleName[];

/** Names of the troubles in a sum of `packetTroubles`. */
export function troubleNames(troubles: number): readonly TroubleName[] {
  return names.filter((name) => (troubles & packetTroubles[name]) !== 0);
}

const sums: Readonly<Record<Tone, number>> = {
  problem: sumOf('problem'),
  warning: sumOf('warning'),
  note: sumOf('note'),
};

function sumOf(tone: Tone): number {
  return names.reduce((sum, name) => sum + (troubleWords[name].tone === tone ? packetTroubles[name] : 0), 0);
}

/** The worst of a packet's troubles; null for none. */
export function packetTone(troubles: number): Tone | null {
  if ((troubles & sums.problem) !== 0) return 'problem';
  if ((troubles & sums.warning) !== 0) return 'warning';
  return troubles === 0 ? null : 'note';
}

/** What “next trouble” goes to: warnings and problems. */
export const findableTroubles = sums.problem + sums.warning;

/** `192.168.1.23:443`, `[fe80::1]:443`, `fe80::1`. */
export function withPort(address: string, port: number | null): string {
  if (port === null) return address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** Where a packet came from or went to, as the list writes it: by name where that is wished and known. */
export function endpointText(row: PacketRow, side: 'source' | 'destination', byName: boolean): string {
  const [address, name, port] =
    side === 'source'
      ? [row.source, row.sourceName, row.sourcePort]
      : [row.destination, row.destinationName, row.destinationPort];
  return withPort(byName && name !== null ? name : address, port);
}

/** One line to paste elsewhere; `time` as the list shows it. */
export function rowText(row: PacketRow, time: string, byName: boolean): string {
  return [
    row.number,
    time,
    endpointText(row, 'source', byName),
    endpointText(row, 'destination', byName),
    row.protocol,
    row.originalBytes,
    row.info,
  ].join('\t');
}
