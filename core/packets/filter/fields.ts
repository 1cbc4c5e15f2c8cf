import { packetTroubles } from '../tcp-events.ts';

/** `presence`: only whether it is there can be asked. */
export type FieldKind = 'presence' | 'number' | 'flag' | 'ipv4' | 'ipv6' | 'mac' | 'time' | 'text';

export interface FieldInfo {
  readonly id: number;
  readonly kind: FieldKind;
  /** Largest value of a number. */
  readonly max: number;
  /** What it is, for completion. */
  readonly label: string;
}

const u8 = 255;
const u12 = 4095;
const u16 = 65_535;
const u32 = 4_294_967_295;

type Row = readonly [name: string, kind: FieldKind, label: string, max?: number];

/** Names, kinds and words as Wireshark has them. */
const rows = [
  ['frame', 'presence', 'Frame'],
  ['frame.number', 'number', 'Frame Number', u32],
  ['frame.len', 'number', 'Frame length on the wire', u32],
  ['frame.cap_len', 'number', 'Frame length stored into the capture file', u32],
  ['frame.time_epoch', 'time', 'Epoch Arrival Time'],
  ['frame.time_relative', 'time', 'Time since reference or first frame'],
  ['frame.time_delta', 'time', 'Time delta from previous captured frame'],
  ['frame.interface_id', 'number', 'Interface id', u32],
  ['frame.interface_name', 'text', 'Interface name'],
  ['frame.marked', 'flag', 'Frame is marked'],
  ['eth', 'presence', 'Ethernet'],
  ['eth.addr', 'mac', 'Address'],
  ['eth.src', 'mac', 'Source'],
  ['eth.dst', 'mac', 'Destination'],
  ['vlan', 'presence', '802.1Q Virtual LAN'],
  ['vlan.id', 'number', 'ID', u12],
  ['arp', 'presence', 'Address Resolution Protocol'],
  ['ip', 'presence', 'Internet Protocol Version 4'],
  ['ip.addr', 'ipv4', 'Source or Destination Address'],
  ['ip.src', 'ipv4', 'Source Address'],
  ['ip.dst', 'ipv4', 'Destination Address'],
  ['ip.proto', 'number', 'Protocol', u8],
  ['ip.ttl', 'number', 'Time to Live', u8],
  ['ipv6', 'presence', 'Internet Protocol Version 6'],
  ['ipv6.addr', 'ipv6', 'Source or Destination Address'],
  ['ipv6.src', 'ipv6', 'Source Address'],
  ['ipv6.dst', 'ipv6', 'Destination Address'],
  ['ipv6.hlim', 'number', 'Hop Limit', u8],
  ['icmp', 'presence', 'Internet Control Message Protocol'],
  ['icmp.type', 'number', 'Type', u8],
  ['icmp.code', 'number', 'Code', u8],
  ['icmpv6', 'presence', 'Internet Control Message Protocol v6'],
  ['icmpv6.type', 'number', 'Type', u8],
  ['icmpv6.code', 'number', 'Code', u8],
  ['tcp', 'presence', 'Transmission Control Protocol'],
  ['tcp.port', 'number', 'Source or Destination Port', u16],
  ['tcp.srcport', 'number', 'Source Port', u16],
  ['tcp.dstport', 'number', 'Destination Port', u16],
  ['tcp.stream', 'number', 'Stream index', u32],
  ['tcp.len', 'number', 'TCP Segment Len', u32],
  ['tcp.seq', 'number', 'Sequence Number', u32],
  ['tcp.ack', 'number', 'Acknowledgment Number', u32],
  ['tcp.seq_raw', 'number', 'Sequence Number (raw)', u32],
  ['tcp.ack_raw', 'number', 'Acknowledgment number (raw)', u32],
  ['tcp.hdr_len', 'number', 'Header Length', u8],
  ['tcp.window_size_value', 'number', 'Window', u16],
  ['tcp.window_size', 'number', 'Calculated window size', u32],
  ['tcp.flags', 'number', 'Flags', u16],
  ['tcp.flags.fin', 'flag', 'Fin'],
  ['tcp.flags.syn', 'flag', 'Syn'],
  ['tcp.flags.reset', 'flag', 'Reset'],
  ['tcp.flags.push', 'flag', 'Push'],
  ['tcp.flags.ack', 'flag', 'Acknowledgment'],
  ['tcp.flags.urg', 'flag', 'Urgent'],
  ['tcp.flags.ece', 'flag', 'ECN-Echo'],
  ['tcp.flags.cwr', 'flag', 'Congestion Window Reduced'],
  ['udp', 'presence', 'User Datagram Protocol'],
  ['udp.port', 'number', 'Source or Destination Port', u16],
  ['udp.srcport', 'number', 'Source Port', u16],
  ['udp.dstport', 'number', 'Destination Port', u16],
  ['udp.length', 'number', 'Length', u16],
  ['udp.stream', 'number', 'Stream index', u32],
] as const satisfies readonly Row[];

type FieldName = (typeof rows)[number][0];

/** Numbers of the fields, for `PacketFields`. */
export const fieldIds = Object.fromEntries(rows.map(([name], id) => [name, id])) as Readonly<
  Record<FieldName, number>
>;

/** Fields from here on ask for one of some troubles (`troubleSums`), and those after them for a protocol (`protocolFields`). */
export const firstTroubleId = rows.length;

const t = packetTroubles;
const repeated = t.retransmission | t.fastRetransmission | t.spuriousRetransmission | t.synRetransmission;
const analysis: readonly (readonly [name: string, label: string, troubles: number])[] = [
  ['retransmission', 'This frame is a (suspected) retransmission', repeated],
  ['fast_retransmission', 'This frame is a (suspected) fast retransmission', t.fastRetransmission],
  [
    'spurious_retransmission',
    'This frame is a (suspected) spurious retransmission',
    t.spuriousRetransmission,
  ],
  ['duplicate_ack', 'Duplicate ACK', t.duplicateAck],
  ['out_of_order', 'This frame is a (suspected) out-of-order segment', t.outOfOrder],
  ['lost_segment', 'Previous segment(s) not captured', t.gapBefore],
  ['zero_window', 'TCP Zero Window segment', t.zeroWindow],
  ['window_update', 'TCP window update', t.windowUpdate],
  ['window_full', 'TCP window specified by the receiver is now completely full', t.windowFull],
  ['zero_window_probe', 'TCP Zero Window Probe', t.zeroWindowProbe],
  ['keep_alive', 'TCP keep-alive segment', t.keepAlive],
  ['keep_alive_ack', 'ACK to a TCP keep-alive segment', t.keepAliveAck],
  ['ack_lost_segment', 'ACKed segment that was not captured', t.ackedUnseen],
  ['reused_ports', 'A new tcp session is started with the same ports', t.portReused],
];
const anyFlag = analysis.reduce((sum, [, , troubles]) => sum | troubles, 0);

/** Sums of `packetTroubles`, by field less `firstTroubleId`. */
export const troubleSums: readonly number[] = [anyFlag, ...analysis.map(([, , troubles]) => troubles)];

/** Display filters that name a protocol of an application, and how the packet list shows it. */
const protocolWords: readonly (readonly [name: string, label: string, shown: readonly string[]])[] = [
  ['dns', 'Domain Name System', ['DNS']],
  ['mdns', 'Multicast Domain Name System', ['MDNS']],
  ['llmnr', 'Link-local Multicast Name Resolution', ['LLMNR']],
  ['http', 'Hypertext Transfer Protocol', ['HTTP']],
  ['http2', 'HyperText Transfer Protocol 2', ['HTTP2']],
  ['websocket', 'WebSocket', ['WebSocket']],
  ['tls', 'Transport Layer Security', ['TLS']],
  ['dtls', 'Datagram Transport Layer Security', ['DTLS']],
  ['quic', 'QUIC IETF', ['QUIC']],
  ['pgsql', 'PostgreSQL', ['PGSQL']],
  ['mysql', 'MySQL Protocol', ['MySQL']],
  ['mongo', 'Mongo Wire Protocol', ['MONGO']],
  ['resp', 'REdis Serialization Protocol', ['RESP']],
  ['stun', 'Session Traversal Utilities for NAT', ['STUN']],
  ['dhcp', 'Dynamic Host Configuration Protocol', ['DHCP']],
  ['ntp', 'Network Time Protocol', ['NTP']],
  ['igmp', 'Internet Group Management Protocol', ['IGMP']],
];

export const firstProtocolId = firstTroubleId + troubleSums.length;

/** What the packet list shows for a protocol, by field less `firstProtocolId`. */
export const protocolsShown: readonly (readonly string[])[] = protocolWords.map(([, , shown]) => shown);

const table: ReadonlyMap<string, FieldInfo> = new Map([
  ...rows.map(([name, kind, label, max], id): [string, FieldInfo] => [
    name,
    { id, kind, label, max: max ?? 0 },
  ]),
  ...[['flags', 'TCP Analysis Flags'] as const, ...analysis].map(
    ([name, label], index): [string, FieldInfo] => [
      `tcp.analysis.${name}`,
      { id: firstTroubleId + index, kind: 'presence', label, max: 0 },
    ],
  ),
  ...protocolWords.map(([name, label], index): [string, FieldInfo] => [
    name,
    { id: firstProtocolId + index, kind: 'presence', label, max: 0 },
  ]),
]);

/** The field of this name that the index can answer; undefined for any other. */
export function indexField(name: string): FieldInfo | undefined {
  return table.get(name);
}

/** The fields of the index whose name begins like this, by name. */
export function indexFields(prefix: string): readonly { readonly name: string; readonly label: string }[] {
  return [...table]
    .filter(([name]) => name.startsWith(prefix))
    .map(([name, { label }]) => ({ name, label }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}
