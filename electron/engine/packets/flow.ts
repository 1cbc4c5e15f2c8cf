import type { DatagramObserver } from '../../../core/observers/observer.ts';
import type { TcpConversation } from '../../../core/packets/tcp-conversation.ts';
import type { PacketConversationRecord } from './packet-batch.ts';
import type { PacketLeg } from './packet-leg.ts';
import type { StreamReader } from './stream-reader.ts';

/** One conversation while it is captured. End `a` is the one that opened it. */
export class Flow {
  readonly id: number;
  readonly transport: string;
  readonly addressA: string;
  readonly portA: number;
  readonly addressB: string;
  readonly portB: number;
  /** The table's end 0 is our end b. */
  readonly isFlipped: boolean;
  application = '';
  /** Code of the protocol that packets with content are shown as; 0 for the transport. */
  protocol = 0;
  packetsA = 0;
  packetsB = 0;
  bytesA = 0;
  bytesB = 0;
  firstPacket = 0;
  lastPacket = 0;
  startedAtUs = 0;
  endedAtUs = 0;
  troubles = 0;
  exchanges = 0;
  tcp: TcpConversation | null = null;
  reader: StreamReader | null = null;
  datagrams: DatagramObserver | null = null;
  /** What read its datagrams had nothing open: it is among those that may go, or has gone and is made again when more come. */
  isIdle = false;
  leg: PacketLeg | null = null;
  /** Why its TLS cannot be read; null where it can, or there is none. */
  locked: string | null = null;
  isChanged = false;
  /** What reads it waits for keys that may yet come. */
  waitsForKeys = false;
  /** It was closed or reset. */
  isClosed = false;
  /** Both its streams are read to their ends. */
  isRead = false;
  isOver = false;
  /** It was closed long ago: what is known of its TCP is written, and no packet adds to it. */
  isSettled = false;

  constructor(
    id: number,
    transport: string,
    addressA: string,
    portA: number,
    addressB: string,
    portB: number,
    isFlipped: boolean,
  ) {
    this.id = id;
    this.transport = transport;
    this.addressA = addressA;
    this.portA = portA;
    this.addressB = addressB;
    this.portB = portB;
    this.isFlipped = isFlipped;
  }

  count(end: 0 | 1, bytes: number, number: number, atUs: number): void {
    if (end === 0) {
      this.packetsA += 1;
      this.bytesA += bytes;
    } else {
      this.packetsB += 1;
      this.bytesB += bytes;
    }
    if (this.firstPacket === 0) {
      this.firstPacket = number;
      this.startedAtUs = atUs;
    }
    this.lastPacket = number;
    if (atUs > this.endedAtUs) this.endedAtUs = atUs;
  }

  record(): PacketConversationRecord {
    const summary = this.tcp?.summary() ?? null;
    const { a, b } = summary?.ends ?? { a: null, b: null };
    const hasPorts = this.transport === 'tcp' || this.transport === 'udp' || this.transport === 'sctp';
    return {
      id: this.id,
      transport: this.transport,
      application: this.application,
      addressA: this.addressA,
      portA: hasPorts ? this.portA : null,
      addressB: this.addressB,
      portB: hasPorts ? this.portB : null,
      opener: 'a',
      startedAtUs: this.startedAtUs,
      endedAtUs: this.endedAtUs,
      firstPacket: this.firstPacket,
      lastPacket: this.lastPacket,
      packetsA: this.packetsA,
      packetsB: this.packetsB,
      bytesA: this.bytesA,
      bytesB: this.bytesB,
      troubles: this.troubles,
      exchanges: this.exchanges,
      locked: this.locked,
      rttUs: summary?.rttUs?.p50 ?? null,
      retransmissions: (a?.retransmissions ?? 0) + (b?.retransmissions ?? 0),
      zeroWindowUs: (a?.zeroWindowUs ?? 0) + (b?.zeroWindowUs ?? 0),
      summary: summary === null ? null : JSON.stringify(summary),
    };
  }
}
