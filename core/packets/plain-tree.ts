import type { TreeNode } from '../contract/packets.ts';
import { addressText, macText } from './address-text.ts';
import { packetProblems, tcpFlags, type DecodedPacket } from './decoded-packet.ts';
import { etherTypes, ipProtocols } from './link-types.ts';
import { u16 } from './read-numbers.ts';

/**
 * What our own decoder knows of a packet, as a tree with Wireshark's names: shown where no dissector can be asked. Every node's bytes are in
 * `packet.bytes`, source 0: the packet was decoded alone.
 */
export function plainTree(packet: DecodedPacket): readonly TreeNode[] {
  const { bytes } = packet;
  const frame = node(`Frame: ${bytes.length} bytes`, 'frame', null, 0, bytes.length);
  const headers = [...linkNodes(packet), ...networkNodes(packet), ...transportNodes(packet)];
  return [frame, ...captured(headers, bytes.length), ...restNodes(packet)];
}

/** Of a packet that was cut: headers as far as they go, fields that are there completely. */
function captured(nodes: readonly TreeNode[], end: number): readonly TreeNode[] {
  return nodes
    .filter(({ from, bytes, children }) => (children.length === 0 ? from + bytes : from + 1) <= end)
    .map((header) => ({
      ...header,
      bytes: Math.min(header.bytes, end - header.from),
      children: captured(header.children, end),
    }));
}

function linkNodes(packet: DecodedPacket): readonly TreeNode[] {
  const { bytes, macSourceAt, macDestinationAt, vlan } = packet;
  if (macDestinationAt < 0 || macSourceAt !== macDestinationAt + 6) return [];
  const [source, destination] = [macText(bytes, macSourceAt), macText(bytes, macDestinationAt)];
  const type = u16(bytes, macSourceAt + 6);
  const ethernet = node(`Ethernet, Src: ${source}, Dst: ${destination}`, 'eth', null, macDestinationAt, 14, [
    node(`Destination: ${destination}`, 'eth.dst', destination, macDestinationAt, 6),
    node(`Source: ${source}`, 'eth.src', source, macSourceAt, 6),
    node(`Type: ${hex(type, 4)}`, 'eth.type', hex(type, 4), macSourceAt + 6, 2),
  ]);
  if (vlan < 0) return [ethernet];
  // The innermost tag ends where the network layer begins.
  const at = packet.networkAt - 4;
  const children = at < 0 ? [] : [node(`ID: ${vlan}`, 'vlan.id', `${vlan}`, at, 2)];
  return [
    ethernet,
    node(`802.1Q Virtual LAN, ID: ${vlan}`, 'vlan', null, Math.max(0, at), at < 0 ? 0 : 4, children),
  ];
}

function networkNodes(packet: DecodedPacket): readonly TreeNode[] {
  const { bytes, networkAt, sourceAt, destinationAt, addressBytes, etherType, ttl, ipProtocol } = packet;
  if (networkAt < 0 || addressBytes === 0) return [];
  const source = addressText(bytes, sourceAt, addressBytes);
  const destination = addressText(bytes, destinationAt, addressBytes);
  if (etherType === etherTypes.ipv4) {
    // The header of what was in a tunnel lies behind the outermost one.
    const at = sourceAt - 12;
    return [
      node(
        `Internet Protocol Version 4, Src: ${source}, Dst: ${destination}`,
        'ip',
        null,
        at,
        ((bytes[at] ?? 0) & 15) * 4,
        [
          node(`Total Length: ${u16(bytes, at + 2)}`, 'ip.len', `${u16(bytes, at + 2)}`, at + 2, 2),
          node(`Time to Live: ${ttl}`, 'ip.ttl', `${ttl}`, at + 8, 1),
          node(`Protocol: ${ipProtocol}`, 'ip.proto', `${ipProtocol}`, at + 9, 1),
          node(`Source Address: ${source}`, 'ip.src', source, sourceAt, 4),
          node(`Destination Address: ${destination}`, 'ip.dst', destination, destinationAt, 4),
        ],
      ),
    ];
  }
  if (etherType !== etherTypes.ipv6) return [];
  const at = sourceAt - 8;
  return [
    node(`Internet Protocol Version 6, Src: ${source}, Dst: ${destination}`, 'ipv6', null, at, 40, [
      node(`Payload Length: ${u16(bytes, at + 4)}`, 'ipv6.plen', `${u16(bytes, at + 4)}`, at + 4, 2),
      node(`Next Header: ${bytes[at + 6] ?? 0}`, 'ipv6.nxt', `${bytes[at + 6] ?? 0}`, at + 6, 1),
      node(`Hop Limit: ${ttl}`, 'ipv6.hlim', `${ttl}`, at + 7, 1),
      node(`Source Address: ${source}`, 'ipv6.src', source, sourceAt, 16),
      node(`Destination Address: ${destination}`, 'ipv6.dst', destination, destinationAt, 16),
    ]),
  ];
}

function transportNodes(packet: DecodedPacket): readonly TreeNode[] {
  const { bytes, transportAt: at, sourcePort, destinationPort, ipProtocol } = packet;
  if (at < 0 || packet.isFragment) return [];
  if (ipProtocol === ipProtocols.icmp || ipProtocol === ipProtocols.icmpv6) {
    const [name, field] =
      ipProtocol === ipProtocols.icmp
        ? ['Internet Control Message Protocol', 'icmp']
        : ['Internet Control Message Protocol v6', 'icmpv6'];
    const [type, code] = [bytes[at] ?? 0, bytes[at + 1] ?? 0];
    return [
      node(name, field, null, at, packet.payloadFrom - at, [
        node(`Type: ${type}`, `${field}.type`, `${type}`, at, 1),
        node(`Code: ${code}`, `${field}.code`, `${code}`, at + 1, 1),
      ]),
    ];
  }
  if (sourcePort < 0) return [];
  const ports = (field: string): TreeNode[] => [
    node(`Source Port: ${sourcePort}`, `${field}.srcport`, `${sourcePort}`, at, 2),
    node(`Destination Port: ${destinationPort}`, `${field}.dstport`, `${destinationPort}`, at + 2, 2),
  ];
  const ends = `Src Port: ${sourcePort}, Dst Port: ${destinationPort}`;
  if (ipProtocol === ipProtocols.udp) {
    const length = u16(bytes, at + 4);
    const fields = [...ports('udp'), node(`Length: ${length}`, 'udp.length', `${length}`, at + 4, 2)];
    return [node(`User Datagram Protocol, ${ends}`, 'udp', null, at, 8, fields)];
  }
  if (ipProtocol !== ipProtocols.tcp) return [];
  const length = packet.payloadTo - packet.payloadFrom;
  return [
    node(`Transmission Control Protocol, ${ends}, Len: ${length}`, 'tcp', null, at, packet.payloadFrom - at, [
      ...ports('tcp'),
      node(`Sequence Number (raw): ${packet.seq}`, 'tcp.seq_raw', `${packet.seq}`, at + 4, 4),
      node(`Acknowledgment number (raw): ${packet.ack}`, 'tcp.ack_raw', `${packet.ack}`, at + 8, 4),
      flagsNode(packet),
      node(`Window: ${packet.window}`, 'tcp.window_size_value', `${packet.window}`, at + 14, 2),
    ]),
  ];
}

const flagNames: readonly (readonly [name: string, field: string, bit: number])[] = [
  ['Congestion Window Reduced', 'cwr', tcpFlags.cwr],
  ['ECN-Echo', 'ece', tcpFlags.ece],
  ['Urgent', 'urg', tcpFlags.urg],
  ['Acknowledgment', 'ack', tcpFlags.ack],
  ['Push', 'push', tcpFlags.psh],
  ['Reset', 'reset', tcpFlags.rst],
  ['Syn', 'syn', tcpFlags.syn],
  ['Fin', 'fin', tcpFlags.fin],
];

function flagsNode({ bytes, transportAt, tcpFlags: flags }: DecodedPacket): TreeNode {
  const all = (((bytes[transportAt + 12] ?? 0) & 15) << 8) | flags;
  const children = flagNames.map(([name, field, bit]) => {
    const isSet = (flags & bit) !== 0;
    return node(
      `${name}: ${isSet ? 'Set' : 'Not set'}`,
      `tcp.flags.${field}`,
      isSet ? '1' : '0',
      transportAt + 13,
      1,
    );
  });
  const set = flagNames.filter(([, , bit]) => (flags & bit) !== 0).map(([name]) => name);
  return node(
    `Flags: ${hex(all, 3)} (${set.join(', ')})`,
    'tcp.flags',
    hex(all, 3),
    transportAt + 12,
    2,
    children,
  );
}

function restNodes(packet: DecodedPacket): readonly TreeNode[] {
  const nodes: TreeNode[] = [];
  if (packet.payloadCaptured > 0)
    nodes.push(
      node(
        `Data (${packet.payloadCaptured} bytes)`,
        'data',
        null,
        packet.payloadFrom,
        packet.payloadCaptured,
      ),
    );
  if ((packet.problems & packetProblems.cut) !== 0)
    nodes.push({
      ...node('The capture kept only the beginning of this packet', '', null, 0, 0),
      severity: 'note',
    });
  if ((packet.problems & ~packetProblems.cut) !== 0)
    nodes.push({ ...node('A header of this packet cannot be true', '', null, 0, 0), severity: 'error' });
  return nodes;
}

/** `value` null: the field itself is the filter. */
function node(
  label: string,
  field: string,
  value: string | null,
  from: number,
  bytes: number,
  children: readonly TreeNode[] = [],
): TreeNode {
  const filter = value === null ? field : `${field} == ${value}`;
  return {
    label,
    field,
    filter,
    source: bytes > 0 ? 0 : -1,
    from: bytes > 0 ? from : 0,
    bytes,
    severity: null,
    children,
  };
}

function hex(value: number, digits: number): string {
  return `0x${value.toString(16).padStart(digits, '0')}`;
}
