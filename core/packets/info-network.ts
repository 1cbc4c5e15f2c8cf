import { addressText, macText } from './address-text.ts';
import type { DecodedPacket } from './decoded-packet.ts';
import { embeddedConversation, icmpName } from './icmp.ts';
import { etherTypes, ipProtocols } from './link-types.ts';
import { u16, u32 } from './read-numbers.ts';

/** Names of IP protocols that lists and ICMP errors show. */
const ipProtocolNames: ReadonlyMap<number, string> = new Map([
  [ipProtocols.icmp, 'ICMP'],
  [ipProtocols.igmp, 'IGMP'],
  [ipProtocols.tcp, 'TCP'],
  [ipProtocols.udp, 'UDP'],
  [ipProtocols.gre, 'GRE'],
  [ipProtocols.esp, 'ESP'],
  [ipProtocols.icmpv6, 'ICMPv6'],
  [89, 'OSPF'],
  [103, 'PIM'],
  [112, 'VRRP'],
  [ipProtocols.sctp, 'SCTP'],
  [ipProtocols.udpLite, 'UDP-Lite'],
]);

export function ipProtocolText(protocol: number): string {
  return ipProtocolNames.get(protocol) ?? `IP protocol ${protocol}`;
}

/** RFC 826, RFC 5227. */
export function arpInfo(packet: DecodedPacket): string {
  const { bytes, networkAt, sourceAt, destinationAt, addressBytes } = packet;
  const operation = u16(bytes, networkAt + 6);
  if (addressBytes !== 4) return `Operation ${operation}`;
  const sender = addressText(bytes, sourceAt, 4);
  const target = addressText(bytes, destinationAt, 4);
  switch (operation) {
    case 1:
      if (u32(bytes, sourceAt) === 0) return `Who has ${target}? (ARP Probe)`;
      if (sender === target) return `ARP Announcement for ${sender}`;
      return `Who has ${target}? Tell ${sender}`;
    case 2:
      if (sender === target) return `Gratuitous ARP for ${sender} (Reply)`;
      return `${sender} is at ${macText(bytes, networkAt + 8)}`;
    case 3:
      return `Who is ${macText(bytes, networkAt + 18)}? Tell ${macText(bytes, networkAt + 8)}`;
    case 4:
      return `${macText(bytes, networkAt + 18)} is at ${target}`;
    default:
      return `Operation ${operation}`;
  }
}

export function fragmentInfo(packet: DecodedPacket): string {
  const { bytes, networkAt, ipProtocol } = packet;
  const name = ipProtocolText(ipProtocol);
  if (packet.addressBytes === 4) {
    const field = u16(bytes, networkAt + 6);
    const id = u16(bytes, networkAt + 4)
      .toString(16)
      .padStart(4, '0');
    return `Fragmented IP protocol (proto=${name} ${ipProtocol}, off=${(field & 0x1fff) * 8}, ID=${id})`;
  }
  // Its header is the one just before the payload.
  const at = packet.payloadFrom - 8;
  const field = u16(bytes, at + 2);
  const more = (field & 1) === 1 ? 'y' : 'n';
  const id = u32(bytes, at + 4)
    .toString(16)
    .padStart(8, '0');
  return `IPv6 fragment (off=${field & 0xfff8} more=${more} ident=0x${id} nxt=${ipProtocol})`;
}

/** ICMP of both versions; of errors also the conversation they speak of. */
export function icmpInfo(packet: DecodedPacket): string {
  const { bytes, transportAt: at, etherType } = packet;
  const type = bytes[at] ?? 0;
  const name = icmpName(etherType, type, bytes[at + 1] ?? 0);
  if (at + 8 > bytes.length) return name;
  const isIpv6 = etherType === etherTypes.ipv6;
  const isEcho = isIpv6 ? type === 128 || type === 129 : type === 0 || type === 8;
  if (isEcho) {
    const id = u16(bytes, at + 4)
      .toString(16)
      .padStart(4, '0');
    return `${name} id=0x${id}, seq=${u16(bytes, at + 6)}, ${isIpv6 ? 'hop limit' : 'ttl'}=${packet.ttl}`;
  }
  if (isIpv6 && type >= 133) return neighbourInfo(name, type, packet);
  const about = embeddedConversation(packet);
  if (about === null) return name;
  const from = addressText(bytes, about.sourceAt, about.addressBytes);
  const to = addressText(bytes, about.destinationAt, about.addressBytes);
  const ports: readonly [string, string] =
    about.sourcePort < 0 ? ['', ''] : [`:${about.sourcePort}`, `:${about.destinationPort}`];
  const mtu = about.mtu === null ? '' : `, MTU ${about.mtu}`;
  const bracket = (address: string): string =>
    about.addressBytes === 16 && ports[0] !== '' ? `[${address}]` : address;
  return `${name}${mtu}: ${ipProtocolText(about.protocol)} ${bracket(from)}${ports[0]} → ${bracket(to)}${ports[1]}`;
}

/** RFC 4861 sections 4.1 to 4.4. */
function neighbourInfo(name: string, type: number, packet: DecodedPacket): string {
  const { bytes, transportAt: at } = packet;
  switch (type) {
    case 133:
      return `${name}${fromLink(packet, at + 8, 1)}`;
    case 134:
      return `${name}${fromLink(packet, at + 16, 1)}`;
    case 135:
      if (at + 24 > bytes.length) return name;
      return `${name} for ${addressText(bytes, at + 8, 16)}${fromLink(packet, at + 24, 1)}`;
    case 136: {
      if (at + 24 > bytes.length) return name;
      const flags = bytes[at + 4] ?? 0;
      const said = [flags & 0x80 ? 'rtr' : '', flags & 0x40 ? 'sol' : '', flags & 0x20 ? 'ovr' : ''].filter(
        (word) => word !== '',
      );
      const link = linkOption(packet, at + 24, 2);
      return `${name} ${addressText(bytes, at + 8, 16)} (${said.join(', ')})${link === null ? '' : ` is at ${link}`}`;
    }
    default:
      return name;
  }
}

function fromLink(packet: DecodedPacket, at: number, type: number): string {
  const link = linkOption(packet, at, type);
  return link === null ? '' : ` from ${link}`;
}

/** The link-layer address in the options of a neighbour message; null without one. */
function linkOption(packet: DecodedPacket, from: number, type: number): string | null {
  const { bytes } = packet;
  const end = Math.min(bytes.length, packet.payloadTo);
  for (let at = from; at + 8 <= end;) {
    const length = (bytes[at + 1] ?? 0) * 8;
    if (length === 0) return null;
    if (bytes[at] === type) return macText(bytes, at + 2);
    at += length;
  }
  return null;
}
