import type { DecodedPacket } from './decoded-packet.ts';
import { ipProtocols } from './link-types.ts';

/** A conversation is found by this much of its packets: 40 bytes (protocol, address length, both ends). */
const keyBytes = 40;
const firstSlots = 1024;

/**
 * Which conversation a packet belongs to, whichever end sent it. Entries are numbered from 0 and only found here; what is known of them is kept by
 * the owner under the same number. A packet without addresses belongs to none.
 */
export class FlowTable {
  /** Of the last `find`: 0 when end a sent the packet, 1 for end b. */
  end: 0 | 1 = 0;
  /** Of the last `find`: the entry was made by it. */
  isNew = false;
  private slots = new Int32Array(firstSlots).fill(-1);
  private keys = new Uint8Array(firstSlots * keyBytes);
  private hashes = new Int32Array(firstSlots);
  private count = 0;

  /** The number of the packet's conversation, made when there is none; -1 for a packet that has no ends. */
  find(packet: DecodedPacket): number {
    const { addressBytes } = packet;
    this.isNew = false;
    if (packet.isFragment) return -1;
    const isNetwork = addressBytes > 0;
    if (!isNetwork && (packet.macSourceAt < 0 || packet.macDestinationAt < 0)) return -1;
    const length = isNetwork ? addressBytes : 6;
    const sourceAt = isNetwork ? packet.sourceAt : packet.macSourceAt;
    const destinationAt = isNetwork ? packet.destinationAt : packet.macDestinationAt;
    const hasPorts = packet.sourcePort >= 0;
    const protocol = isNetwork ? packet.ipProtocol & 0xff : 0;
    const sourcePort = hasPorts ? packet.sourcePort : isNetwork ? 0 : packet.etherType;
    const destinationPort = hasPorts ? packet.destinationPort : isNetwork ? 0 : packet.etherType;
    const hash = hashOf(packet.bytes, sourceAt, destinationAt, length, sourcePort, destinationPort, protocol);
    const mask = this.slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.slots[slot] as number;
      if (entry < 0) {
        this.end = 0;
        this.isNew = true;
        return this.add(
          packet.bytes,
          hash,
          slot,
          protocol,
          length,
          sourceAt,
          sourcePort,
          destinationAt,
          destinationPort,
        );
      }
      if (this.hashes[entry] !== hash) continue;
      const at = entry * keyBytes;
      if (this.keys[at] !== protocol || this.keys[at + 1] !== length) continue;
      if (this.isEnd(at + 2, packet.bytes, sourceAt, length, sourcePort)) {
        if (this.isEnd(at + 20, packet.bytes, destinationAt, length, destinationPort)) {
          this.end = 0;
          return entry;
        }
      }
      if (this.isEnd(at + 20, packet.bytes, sourceAt, length, sourcePort)) {
        if (this.isEnd(at + 2, packet.bytes, destinationAt, length, destinationPort)) {
          this.end = 1;
          return entry;
        }
      }
    }
  }

  /** The packet of the last `find`, which gave this number, begins another conversation between the same ends: gives it a number of its own. */
  replace(entry: number): number {
    const next = this.count++;
    this.grow();
    const mask = this.slots.length - 1;
    let slot = (this.hashes[entry] as number) & mask;
    while (this.slots[slot] !== entry) slot = (slot + 1) & mask;
    this.keys.copyWithin(next * keyBytes, entry * keyBytes, (entry + 1) * keyBytes);
    this.hashes[next] = this.hashes[entry] as number;
    this.slots[slot] = next;
    if (this.end === 1) this.swap(next * keyBytes);
    this.end = 0;
    return next;
  }

  private swap(at: number): void {
    const a = this.keys.slice(at + 2, at + 20);
    this.keys.copyWithin(at + 2, at + 20, at + 38);
    this.keys.set(a, at + 20);
  }

  private isEnd(at: number, bytes: Uint8Array, addressAt: number, length: number, port: number): boolean {
    const { keys } = this;
    if (keys[at] !== port >>> 8 || keys[at + 1] !== (port & 0xff)) return false;
    for (let n = 0; n < length; n++) if (keys[at + 2 + n] !== bytes[addressAt + n]) return false;
    return true;
  }

  private add(
    bytes: Uint8Array,
    hash: number,
    slot: number,
    protocol: number,
    length: number,
    sourceAt: number,
    sourcePort: number,
    destinationAt: number,
    destinationPort: number,
  ): number {
    const entry = this.count++;
    this.slots[slot] = entry;
    this.hashes[entry] = hash;
    const at = entry * keyBytes;
    const { keys } = this;
    keys[at] = protocol;
    keys[at + 1] = length;
    keys[at + 2] = sourcePort >>> 8;
    keys[at + 3] = sourcePort & 0xff;
    keys[at + 20] = destinationPort >>> 8;
    keys[at + 21] = destinationPort & 0xff;
    for (let n = 0; n < length; n++) {
      keys[at + 4 + n] = bytes[sourceAt + n] as number;
      keys[at + 22 + n] = bytes[destinationAt + n] as number;
    }
    this.grow();
    return entry;
  }

  /** Room for one more entry, the slots at most half full. */
  private grow(): void {
    if ((this.count + 1) * keyBytes > this.keys.length) {
      const keys = new Uint8Array(this.keys.length * 2);
      keys.set(this.keys);
      this.keys = keys;
      const hashes = new Int32Array(this.hashes.length * 2);
      hashes.set(this.hashes);
      this.hashes = hashes;
    }
    if (this.count * 2 < this.slots.length) return;
    const old = this.slots;
    const slots = new Int32Array(old.length * 2).fill(-1);
    const mask = slots.length - 1;
    for (const entry of old) {
      if (entry < 0) continue;
      let slot = (this.hashes[entry] as number) & mask;
      while ((slots[slot] as number) >= 0) slot = (slot + 1) & mask;
      slots[slot] = entry;
    }
    this.slots = slots;
  }
}

/** The same for both directions. */
function hashOf(
  bytes: Uint8Array,
  sourceAt: number,
  destinationAt: number,
  length: number,
  sourcePort: number,
  destinationPort: number,
  protocol: number,
): number {
  const one = endHash(bytes, sourceAt, length, sourcePort);
  const other = endHash(bytes, destinationAt, length, destinationPort);
  const mixed = Math.imul((one + other) ^ Math.imul(one ^ other, 0x85ebca6b), 0xc2b2ae35) + protocol;
  return (mixed ^ (mixed >>> 15)) | 0;
}

function endHash(bytes: Uint8Array, at: number, length: number, port: number): number {
  let hash = port;
  for (let n = 0; n < length; n++) hash = Math.imul(hash ^ (bytes[at + n] as number), 0x01000193);
  return Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
}

/** How conversations of this protocol are called. */
export function transportName(packet: DecodedPacket): string {
  if (packet.addressBytes === 0) return packet.etherType === 0x0806 ? 'arp' : 'ethernet';
  switch (packet.ipProtocol) {
    case ipProtocols.tcp:
      return 'tcp';
    case ipProtocols.udp:
      return 'udp';
    case ipProtocols.icmp:
      return 'icmp';
    case ipProtocols.icmpv6:
      return 'icmpv6';
    case ipProtocols.sctp:
      return 'sctp';
    default:
      return packet.etherType === 0x0806 ? 'arp' : `ip ${packet.ipProtocol}`;
  }
}
