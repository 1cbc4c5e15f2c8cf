import type { DecodedPacket } from '../decoded-packet.ts';
import { embeddedConversation, type EmbeddedConversation } from '../icmp.ts';
import { etherTypes, ipProtocols } from '../link-types.ts';
import { u16, u32 } from '../read-numbers.ts';
import { fieldIds as f, firstProtocolId, firstTroubleId, protocolsShown, troubleSums } from './fields.ts';
import type { FilterRow, PacketFields } from './packet-fields.ts';

const tagType = 0x8100;
const tagsMax = 8;

/**
 * Answers for one row after the other: from the index where that is enough, else from the decoded packet. The addresses and ports that an ICMP error
 * quotes count as values too, as in Wireshark. Of a packet in a tunnel only the innermost addresses are known.
 */
export class RowFields implements PacketFields {
  #row: FilterRow;
  #packet: DecodedPacket | null = null;
  #quoted: EmbeddedConversation | null = null;

  constructor(row: FilterRow) {
    this.#row = row;
  }

  /** What follows is asked of this row. */
  at(row: FilterRow): this {
    this.#row = row;
    this.#packet = null;
    this.#quoted = null;
    return this;
  }

  count = (field: number): number => {
    if (field >= firstProtocolId)
      return protocolsShown[field - firstProtocolId]?.includes(this.#row.protocol) === true ? 1 : 0;
    if (field >= firstTroubleId)
      return (this.#row.troubles & (troubleSums[field - firstTroubleId] ?? 0)) === 0 ? 0 : 1;
    switch (field) {
      case f.frame:
      case f['frame.number']:
      case f['frame.len']:
      case f['frame.cap_len']:
      case f['frame.time_epoch']:
      case f['frame.time_relative']:
      case f['frame.time_delta']:
      case f['frame.interface_id']:
      case f['frame.marked']:
        return 1;
      case f['frame.interface_name']:
        return this.#row.interfaceName === '' ? 0 : 1;
      case f.eth:
      case f['eth.src']:
      case f['eth.dst']:
        return this.#hasEthernet() ? 1 : 0;
      case f['eth.addr']:
        return this.#hasEthernet() ? 2 : 0;
      case f.vlan:
      case f['vlan.id']:
        return this.#tags();
      case f.arp:
        return this.#decoded().etherType === etherTypes.arp ? 1 : 0;
      case f.ip:
      case f['ip.src']:
      case f['ip.dst']:
      case f['ip.proto']:
      case f['ip.ttl']:
        return this.#networks(4);
      case f['ip.addr']:
        return 2 * this.#networks(4);
      case f.ipv6:
      case f['ipv6.src']:
      case f['ipv6.dst']:
      case f['ipv6.hlim']:
        return this.#networks(6);
      case f['ipv6.addr']:
        return 2 * this.#networks(6);
      case f.icmp:
      case f['icmp.type']:
      case f['icmp.code']:
        return this.#ownTransport() === ipProtocols.icmp ? 1 : 0;
      case f.icmpv6:
      case f['icmpv6.type']:
      case f['icmpv6.code']:
        return this.#ownTransport() === ipProtocols.icmpv6 ? 1 : 0;
      case f.tcp:
      case f['tcp.srcport']:
      case f['tcp.dstport']:
        return this.#transports(ipProtocols.tcp);
      case f['tcp.port']:
        return 2 * this.#transports(ipProtocols.tcp);
      case f.udp:
      case f['udp.srcport']:
      case f['udp.dstport']:
        return this.#transports(ipProtocols.udp);
      case f['udp.port']:
        return 2 * this.#transports(ipProtocols.udp);
      case f['udp.length']:
        return this.#transports(ipProtocols.udp);
      case f['udp.stream']:
        return this.#row.stream < 0 ? 0 : this.#transports(ipProtocols.udp);
      case f['tcp.stream']:
        return this.#row.stream < 0 ? 0 : this.#transports(ipProtocols.tcp);
      case f['tcp.seq']:
        return this.#transports(ipProtocols.tcp);
      case f['tcp.len']:
      case f['tcp.seq_raw']:
        return this.#ownTransport() === ipProtocols.tcp ? 1 : 0;
      default:
        return this.#tcpHeaders();
    }
  };

  number = (field: number, index: number): number => {
    const row = this.#row;
    switch (field) {
      case f['frame.number']:
        return row.number;
      case f['frame.len']:
        return row.originalBytes;
      case f['frame.cap_len']:
        return row.capturedBytes;
      case f['frame.time_epoch']:
        return row.seconds;
      case f['frame.time_relative']:
        return row.seconds - row.firstSeconds - (row.nanos < row.firstNanos ? 1 : 0);
      case f['frame.time_delta']:
        return row.seconds - row.previousSeconds - (row.nanos < row.previousNanos ? 1 : 0);
      case f['frame.interface_id']:
        return row.interfaceNumber;
      case f['frame.marked']:
        return row.isMarked ? 1 : 0;
      case f['eth.src']:
        return this.#mac(this.#decoded().macSourceAt);
      case f['eth.dst']:
        return this.#mac(this.#decoded().macDestinationAt);
      case f['eth.addr']:
        return this.#mac(index === 0 ? this.#decoded().macSourceAt : this.#decoded().macDestinationAt);
      case f['vlan.id']:
        return u16(this.#decoded().bytes, this.#decoded().macSourceAt + 8 + 4 * index) & 0xfff;
      case f['ip.src']:
        return this.#address(4, index, 0, 0);
      case f['ip.dst']:
        return this.#address(4, index, 1, 0);
      case f['ip.addr']:
        return this.#address(4, index >> 1, index & 1, 0);
      case f['ip.proto']:
        return this.#isOwn(4, index) ? this.#decoded().ipProtocol : (this.#quoted?.protocol ?? 0);
      case f['ip.ttl']:
        return this.#isOwn(4, index) ? this.#decoded().ttl : this.#quotedByte(-4);
      case f['ipv6.hlim']:
        return this.#isOwn(6, index) ? this.#decoded().ttl : this.#quotedByte(-1);
      case f['icmp.type']:
      case f['icmpv6.type']:
        return this.#byte(0, this.#decoded().ipProtocol);
      case f['icmp.code']:
      case f['icmpv6.code']:
        return this.#byte(1, this.#decoded().ipProtocol);
      case f['tcp.srcport']:
        return this.#port(ipProtocols.tcp, index, 0);
      case f['tcp.dstport']:
        return this.#port(ipProtocols.tcp, index, 1);
      case f['tcp.port']:
        return this.#port(ipProtocols.tcp, index >> 1, index & 1);
      case f['udp.srcport']:
        return this.#port(ipProtocols.udp, index, 0);
      case f['udp.dstport']:
        return this.#port(ipProtocols.udp, index, 1);
      case f['udp.port']:
        return this.#port(ipProtocols.udp, index >> 1, index & 1);
      case f['udp.length']:
        return u16(this.#decoded().bytes, this.#headerAt(ipProtocols.udp) + 4);
      case f['tcp.stream']:
      case f['udp.stream']:
        return row.stream;
      default:
        return this.#tcp(field);
    }
  };

  nanos = (field: number): number => {
    const { nanos, firstNanos, previousNanos } = this.#row;
    if (field === f['frame.time_relative']) return (nanos - firstNanos + 1e9) % 1e9;
    if (field === f['frame.time_delta']) return (nanos - previousNanos + 1e9) % 1e9;
    return nanos;
  };

  word = (field: number, index: number, word: number): number => {
    if (field === f['ipv6.src']) return this.#address(6, index, 0, word);
    if (field === f['ipv6.dst']) return this.#address(6, index, 1, word);
    return this.#address(6, index >> 1, index & 1, word);
  };

  text = (): string => this.#row.interfaceName;

  /** Of the packet's own TCP header, or of the one that it quotes: what that says is never relative. */
  #tcp(field: number): number {
    const row = this.#row;
    const isOwn = this.#ownTransport() === ipProtocols.tcp;
    const flags = this.#byte(13);
    switch (field) {
      case f['tcp.flags.fin']:
        return flags & 1;
      case f['tcp.flags.syn']:
        return (flags >> 1) & 1;
      case f['tcp.flags.reset']:
        return (flags >> 2) & 1;
      case f['tcp.flags.push']:
        return (flags >> 3) & 1;
      case f['tcp.flags.ack']:
        return (flags >> 4) & 1;
      case f['tcp.flags.urg']:
        return (flags >> 5) & 1;
      case f['tcp.flags.ece']:
        return (flags >> 6) & 1;
      case f['tcp.flags.cwr']:
        return (flags >> 7) & 1;
      case f['tcp.flags']:
        return ((this.#byte(12) & 15) << 8) | flags;
      case f['tcp.hdr_len']:
        return (this.#byte(12) >> 4) * 4;
      case f['tcp.len']:
        return this.#decoded().payloadTo - this.#decoded().payloadFrom;
      case f['tcp.seq_raw']:
        return this.#decoded().seq;
      case f['tcp.ack_raw']:
        return this.#u32(8);
      case f['tcp.seq']:
        return isOwn ? relative(this.#decoded().seq, row.seqBase) : this.#u32(4);
      case f['tcp.ack']:
        return isOwn && (flags & 16) !== 0 ? relative(this.#decoded().ack, row.ackBase) : this.#u32(8);
      case f['tcp.window_size_value']:
        return this.#byte(14) * 256 + this.#byte(15);
      case f['tcp.window_size']:
        return (this.#byte(14) * 256 + this.#byte(15)) * (isOwn ? 2 ** row.windowShift : 1);
      default:
        return 0;
    }
  }

  /** Decoded when it is asked for, once for each row. */
  #decoded(): DecodedPacket {
    if (this.#packet === null) {
      this.#packet = this.#row.decoded();
      const { ipProtocol } = this.#packet;
      if (ipProtocol === ipProtocols.icmp || ipProtocol === ipProtocols.icmpv6)
        this.#quoted = embeddedConversation(this.#packet);
    }
    return this.#packet;
  }

  #ownVersion(): number {
    const { etherType, sourceAt } = this.#decoded();
    if (sourceAt < 0) return 0;
    return etherType === etherTypes.ipv4 ? 4 : etherType === etherTypes.ipv6 ? 6 : 0;
  }

  /** -1 where there is none to read. */
  #ownTransport(): number {
    const { ipProtocol, transportAt, isFragment, sourcePort } = this.#decoded();
    if (isFragment || transportAt < 0) return -1;
    const hasPorts = ipProtocol === ipProtocols.tcp || ipProtocol === ipProtocols.udp;
    return hasPorts && sourcePort < 0 ? -1 : ipProtocol;
  }

  #networks(version: 4 | 6): number {
    const own = this.#ownVersion() === version ? 1 : 0;
    return own + (this.#quoted !== null && this.#quoted.addressBytes === bytesOf(version) ? 1 : 0);
  }

  #transports(protocol: number): number {
    const own = this.#ownTransport() === protocol ? 1 : 0;
    return (
      own +
      (this.#quoted !== null && this.#quoted.protocol === protocol && this.#quoted.sourcePort >= 0 ? 1 : 0)
    );
  }

  #isOwn(version: 4 | 6, index: number): boolean {
    return index === 0 && this.#ownVersion() === version;
  }

  /** 32 bits of the source (`side` 0) or destination of the packet itself, or of the one it quotes. */
  #address(version: 4 | 6, index: number, side: number, word: number): number {
    if (this.#isOwn(version, index)) {
      const { bytes, sourceAt, destinationAt } = this.#decoded();
      return u32(bytes, (side === 0 ? sourceAt : destinationAt) + 4 * word);
    }
    const { bytes } = this.#decoded();
    if (this.#quoted === null) return 0;
    return u32(bytes, (side === 0 ? this.#quoted.sourceAt : this.#quoted.destinationAt) + 4 * word);
  }

  #port(protocol: number, index: number, side: number): number {
    if (index === 0 && this.#ownTransport() === protocol) {
      return side === 0 ? this.#decoded().sourcePort : this.#decoded().destinationPort;
    }
    return (side === 0 ? this.#quoted?.sourcePort : this.#quoted?.destinationPort) ?? 0;
  }

  #hasEthernet(): boolean {
    const { macSourceAt, macDestinationAt } = this.#decoded();
    return macDestinationAt >= 0 && macSourceAt === macDestinationAt + 6;
  }

  #mac(at: number): number {
    const { bytes } = this.#decoded();
    return u16(bytes, at) * 4_294_967_296 + u32(bytes, at + 2);
  }

  /** IEEE 802.1Q tags, outermost first. */
  #tags(): number {
    if (!this.#hasEthernet()) return 0;
    const { bytes, macSourceAt } = this.#decoded();
    let tags = 0;
    for (
      let at = macSourceAt + 6;
      tags < tagsMax && at + 4 <= bytes.length && u16(bytes, at) === tagType;
      at += 4
    )
      tags++;
    return tags;
  }

  /** TCP headers that were captured whole: the packet's own, and one that it quotes. */
  #tcpHeaders(): number {
    const own = this.#ownTransport() === ipProtocols.tcp ? 1 : 0;
    const quoted = this.#quoted;
    if (quoted?.protocol !== ipProtocols.tcp || quoted.transportAt < 0) return own;
    return own + (quoted.transportAt + 20 <= this.#decoded().bytes.length ? 1 : 0);
  }

  /** Where the packet's own header of this transport begins, or that of the packet that it quotes. */
  #headerAt(protocol: number): number {
    const { transportAt, ipProtocol } = this.#decoded();
    return ipProtocol === protocol || this.#quoted === null ? transportAt : this.#quoted.transportAt;
  }

  /** A byte of the transport header: of ICMP, else of the TCP header. */
  #byte(offset: number, protocol: number = ipProtocols.tcp): number {
    return this.#decoded().bytes[this.#headerAt(protocol) + offset] ?? 0;
  }

  #u32(offset: number): number {
    const at = this.#headerAt(ipProtocols.tcp) + offset;
    return at + 4 <= this.#decoded().bytes.length ? u32(this.#decoded().bytes, at) : 0;
  }

  #quotedByte(offset: number): number {
    return this.#quoted === null ? 0 : (this.#decoded().bytes[this.#quoted.sourceAt + offset] ?? 0);
  }
}

function bytesOf(version: 4 | 6): number {
  return version === 4 ? 4 : 16;
}

function relative(raw: number, base: number): number {
  return base < 0 ? 1 : (raw - base) >>> 0;
}
