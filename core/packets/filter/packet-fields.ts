import type { DecodedPacket } from '../decoded-packet.ts';

/** What a display filter asks of one packet. `field` is a number of `fieldIds`. Nothing here allocates. */
export interface PacketFields {
  /** How many values the field has in this packet; 0: it has no such field. */
  readonly count: (field: number) => number;
  /** Value `index` of a field: a number, a flag as 0 or 1, an IPv4 or a link address as one number, of a time the whole seconds (rounded down). */
  readonly number: (field: number, index: number) => number;
  /** What a time has beyond its seconds, 0 … 999,999,999. */
  readonly nanos: (field: number) => number;
  /** 32 bits of an IPv6 address, `word` 0 … 3. */
  readonly word: (field: number, index: number, word: number) => number;
  readonly text: (field: number) => string;
}

/** One packet as the index has it; one object filled again and again. What is not in the index is decoded when a filter asks for it. */
export interface FilterRow {
  readonly number: number;
  readonly seconds: number;
  readonly nanos: number;
  /** Of the capture's first packet, and of the one before this (its own for the first). */
  readonly firstSeconds: number;
  readonly firstNanos: number;
  readonly previousSeconds: number;
  readonly previousNanos: number;
  readonly capturedBytes: number;
  readonly originalBytes: number;
  readonly interfaceNumber: number;
  readonly interfaceName: string;
  /** Sum of `packetTroubles`. */
  readonly troubles: number;
  readonly isMarked: boolean;
  /** As the packet list shows it, such as `DNS`. */
  readonly protocol: string;
  /** Number of its TCP or UDP conversation, or of the one that an ICMP error speaks of, among those of its kind, from 0; -1 for none. */
  readonly stream: number;
  /**
   * What relative numbers are counted from: this end's SYN, or the byte before the first one that was seen; -1 while not known: then the packet is
   * taken for the first one.
   */
  readonly seqBase: number;
  readonly ackBase: number;
  /** Shift of this packet's window: 0 in a SYN, and where it is not known. */
  readonly windowShift: number;
  readonly decoded: () => DecodedPacket;
}
