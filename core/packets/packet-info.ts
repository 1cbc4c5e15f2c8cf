import type { Platform } from '../model/platform.ts';
import { packetProblems, type DecodedPacket } from './decoded-packet.ts';
import { datagramInfo } from './info-datagram.ts';
import { createDnsInfo, type DnsInfo } from './info-dns.ts';
import { http2Info, httpInfo } from './info-http.ts';
import { arpInfo, fragmentInfo, icmpInfo, ipProtocolText } from './info-network.ts';
import { tcpInfo, troublePrefix } from './info-tcp.ts';
import { tlsInfo } from './info-tls.ts';
import { etherTypes, ipProtocols } from './link-types.ts';
import type { PacketInfoContext } from './packet-info-context.ts';

/** The columns Protocol and Info of a packet list, in the manner of Wireshark. */
export interface PacketInfo {
  readonly protocol: string;
  readonly info: string;
}

/** Says it of one packet that is shown; too slow for all of a capture. Never throws. */
export type PacketDescriber = (packet: DecodedPacket, context: PacketInfoContext) => PacketInfo;

export function createPacketDescriber(platform: Platform): PacketDescriber {
  const dns = createDnsInfo(platform);
  return (packet, context) => describePacket(packet, context, dns);
}

function describePacket(packet: DecodedPacket, context: PacketInfoContext, dns: DnsInfo): PacketInfo {
  const { etherType } = packet;
  if (packet.isFragment)
    return { protocol: etherType === etherTypes.ipv6 ? 'IPv6' : 'IPv4', info: fragmentInfo(packet) };
  if (etherType === etherTypes.arp) return { protocol: 'ARP', info: arpInfo(packet) };
  if (etherType === etherTypes.rarp) return { protocol: 'RARP', info: arpInfo(packet) };
  if (etherType !== etherTypes.ipv4 && etherType !== etherTypes.ipv6) return describeOther(packet);
  if (packet.transportAt < 0)
    return { protocol: etherType === etherTypes.ipv6 ? 'IPv6' : 'IPv4', info: faultWords(packet) };
  switch (packet.ipProtocol) {
    case ipProtocols.tcp:
      return describeTcp(packet, context, dns);
    case ipProtocols.udp:
    case ipProtocols.udpLite:
      return describeUdp(packet, context, dns);
    case ipProtocols.icmp:
      return { protocol: 'ICMP', info: icmpInfo(packet) };
    case ipProtocols.icmpv6:
      return { protocol: 'ICMPv6', info: icmpInfo(packet) };
    case ipProtocols.noNext:
      return { protocol: 'IPv6', info: 'No payload' };
    default:
      return {
        protocol: ipProtocolText(packet.ipProtocol),
        info:
          packet.sourcePort < 0
            ? `${lengthOf(packet)} bytes`
            : `${packet.sourcePort} → ${packet.destinationPort} Len=${lengthOf(packet)}`,
      };
  }
}

function describeTcp(packet: DecodedPacket, context: PacketInfoContext, dns: DnsInfo): PacketInfo {
  const tcp = tcpInfo(packet, context);
  if (packet.payloadCaptured === 0) return { protocol: 'TCP', info: tcp };
  const payload = payloadOf(packet);
  const prefix = troublePrefix(context.troubles);
  const isUnknown = context.protocol === '' || context.protocol === 'TCP';
  if (isUnknown || context.protocol === 'TLS') {
    const tls = tlsInfo(payload, context.tlsVersion);
    if (tls !== null) return { protocol: tls.protocol, info: `${prefix}${tls.info}` };
  }
  if (isUnknown || context.protocol === 'HTTP') {
    const line = httpInfo(payload);
    if (line !== null) return { protocol: 'HTTP', info: `${prefix}${line}` };
  }
  if (context.protocol === 'HTTP2') {
    const frames = http2Info(payload);
    if (frames !== null) return { protocol: 'HTTP2', info: `${prefix}${frames}` };
  }
  if (isUnknown || context.protocol === 'DNS') {
    const told = dns(payload, [packet.sourcePort, packet.destinationPort], context.protocol, true);
    if (told !== null) return { protocol: told.protocol, info: `${prefix}${told.info}` };
  }
  if (context.protocol === 'TLS') return { protocol: context.tlsVersion ?? 'TLS', info: tcp };
  return { protocol: isUnknown ? 'TCP' : context.protocol, info: tcp };
}

function describeUdp(packet: DecodedPacket, context: PacketInfoContext, dns: DnsInfo): PacketInfo {
  const name = packet.ipProtocol === ipProtocols.udp ? 'UDP' : 'UDP-Lite';
  if (packet.sourcePort < 0) return { protocol: name, info: faultWords(packet) };
  const payload = payloadOf(packet);
  const ports = [packet.sourcePort, packet.destinationPort] as const;
  const told = dns(payload, ports, context.protocol, false) ?? datagramInfo(payload, ports, context.protocol);
  return (
    told ?? {
      protocol: context.protocol === '' ? name : context.protocol,
      info: `${packet.sourcePort} → ${packet.destinationPort} Len=${lengthOf(packet)}`,
    }
  );
}

const etherNames: ReadonlyMap<number, string> = new Map([
  [0x0842, 'WoL'],
  [0x8809, 'LACP'],
  [0x888e, 'EAPOL'],
  [0x88cc, 'LLDP'],
  [0x88e5, 'MACsec'],
  [0x88f7, 'PTP'],
]);

function describeOther(packet: DecodedPacket): PacketInfo {
  if (packet.problems & packetProblems.unknownLink)
    return { protocol: '', info: 'This kind of link is not read here' };
  const { etherType } = packet;
  if (etherType === 0)
    return { protocol: packet.macSourceAt < 0 ? '' : 'Ethernet', info: faultWords(packet) };
  const number = `0x${etherType.toString(16).padStart(4, '0')}`;
  const tag = packet.vlan < 0 ? '' : `, VLAN ${packet.vlan}`;
  return {
    protocol: etherNames.get(etherType) ?? number,
    info: `EtherType ${number}${tag}, ${lengthOf(packet)} bytes`,
  };
}

/** Why there is nothing above this layer to tell. */
function faultWords(packet: DecodedPacket): string {
  if (packet.problems & packetProblems.badFragments) return 'Fragments that contradict each other';
  if (packet.problems & packetProblems.badHeader) return 'A header that contradicts itself';
  if (packet.problems & packetProblems.badLength) return 'A length that cannot be true';
  if (packet.problems & packetProblems.cut) return 'Header cut off';
  return 'Nothing that is read here';
}

function lengthOf(packet: DecodedPacket): number {
  return packet.payloadTo - packet.payloadFrom;
}

function payloadOf(packet: DecodedPacket): Uint8Array {
  return packet.bytes.subarray(packet.payloadFrom, packet.payloadFrom + packet.payloadCaptured);
}
