import { etherTypes, ipProtocols } from './link-types.ts';
import type { DecodedPacket } from './decoded-packet.ts';
import { u16, u32 } from './read-numbers.ts';

/** What an ICMP error speaks of: the packet whose first bytes it carries, as its sender sent it. Addresses are offsets into the packet's bytes. */
export interface EmbeddedConversation {
  readonly type: number;
  readonly code: number;
  readonly sourceAt: number;
  readonly destinationAt: number;
  readonly addressBytes: 4 | 16;
  readonly protocol: number;
  /** -1 where the transport has none, or the packet is a later fragment. */
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Offset of the transport header, -1 where there is none to read ports from. */
  readonly transportAt: number;
  /** TCP's, which tells which segment is meant; null where not enough of it is there. */
  readonly seq: number | null;
  /** Largest packet that the next link takes, where the error is about that; else null. */
  readonly mtu: number | null;
}

/** Extension headers of the embedded packet that are followed. */
const extensionHeadersMax = 8;

/** Of ICMP (RFC 792) and ICMPv6 (RFC 4443) errors; null for any other packet, and where too little of the embedded one is there. */
export function embeddedConversation(packet: DecodedPacket): EmbeddedConversation | null {
  const { bytes, transportAt, ipProtocol } = packet;
  if (transportAt < 0 || transportAt + 8 > bytes.length) return null;
  const type = bytes[transportAt] ?? 0;
  const code = bytes[transportAt + 1] ?? 0;
  const end = Math.min(bytes.length, packet.payloadTo);
  const at = transportAt + 8;
  if (ipProtocol === ipProtocols.icmp && isIcmpError(type)) {
    const mtu = type === 3 && code === 4 ? u16(bytes, transportAt + 6) : 0;
    return embeddedIpv4(bytes, at, end, type, code, mtu === 0 ? null : mtu);
  }
  if (ipProtocol === ipProtocols.icmpv6 && type < 128)
    return embeddedIpv6(bytes, at, end, type, code, type === 2 ? u32(bytes, transportAt + 4) : null);
  return null;
}

/** Unreachable, source quench, redirect, time exceeded, parameter problem. */
function isIcmpError(type: number): boolean {
  return type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
}

function embeddedIpv4(
  bytes: Uint8Array,
  at: number,
  end: number,
  type: number,
  code: number,
  mtu: number | null,
): EmbeddedConversation | null {
  const headerBytes = ((bytes[at] ?? 0) & 15) * 4;
  if (at + 20 > end || (bytes[at] ?? 0) >> 4 !== 4 || headerBytes < 20) return null;
  const protocol = bytes[at + 9] ?? 0;
  const isLaterFragment = (u16(bytes, at + 6) & 0x1fff) !== 0;
  return {
    ...{ type, code, mtu, protocol },
    ...{ sourceAt: at + 12, destinationAt: at + 16, addressBytes: 4 },
    ...portsAt(bytes, isLaterFragment ? end : at + headerBytes, end, protocol),
  };
}

function embeddedIpv6(
  bytes: Uint8Array,
  at: number,
  end: number,
  type: number,
  code: number,
  mtu: number | null,
): EmbeddedConversation | null {
  if (at + 40 > end || (bytes[at] ?? 0) >> 4 !== 6) return null;
  let protocol = bytes[at + 6] ?? 0;
  let next = at + 40;
  for (let headers = 0; headers < extensionHeadersMax && next + 8 <= end; headers++) {
    const isFragment = protocol === ipProtocols.fragment;
    const isOther =
      protocol === ipProtocols.hopByHop ||
      protocol === ipProtocols.routing ||
      protocol === ipProtocols.destination;
    if (!isFragment && !isOther) break;
    protocol = bytes[next] ?? 0;
    // The ports are in the first fragment only.
    if (isFragment && (u16(bytes, next + 2) & 0xfff8) !== 0) next = end;
    else next += isFragment ? 8 : (bytes[next + 1] ?? 0) * 8 + 8;
  }
  return {
    ...{ type, code, mtu, protocol },
    ...{ sourceAt: at + 8, destinationAt: at + 24, addressBytes: 16 },
    ...portsAt(bytes, next, end, protocol),
  };
}

function portsAt(
  bytes: Uint8Array,
  at: number,
  end: number,
  protocol: number,
): Pick<EmbeddedConversation, 'sourcePort' | 'destinationPort' | 'transportAt' | 'seq'> {
  const hasPorts =
    protocol === ipProtocols.tcp || protocol === ipProtocols.udp || protocol === ipProtocols.sctp;
  if (!hasPorts || at + 4 > end) return { sourcePort: -1, destinationPort: -1, transportAt: -1, seq: null };
  return {
    sourcePort: u16(bytes, at),
    destinationPort: u16(bytes, at + 2),
    transportAt: at,
    seq: protocol === ipProtocols.tcp && at + 8 <= end ? u32(bytes, at + 4) : null,
  };
}

/** What an ICMP message of either version is called, as RFC 792, RFC 4443, RFC 4861 and RFC 3810 do. */
export function icmpName(etherType: number, type: number, code: number): string {
  const names = etherType === etherTypes.ipv6 ? icmpv6Names : icmpNames;
  const known = names.get(type);
  if (known === undefined) return `Type ${type}, code ${code}`;
  const [name, codes] = known;
  const detail = codes[code];
  return detail === undefined ? name : `${name} (${detail})`;
}

type Names = ReadonlyMap<number, readonly [name: string, codes: readonly string[]]>;

const icmpNames: Names = new Map([
  [0, ['Echo (ping) reply', []]],
  [
    3,
    [
      'Destination unreachable',
      [
        'Network unreachable',
        'Host unreachable',
        'Protocol unreachable',
        'Port unreachable',
        'Fragmentation needed',
        'Source route failed',
        'Network unknown',
        'Host unknown',
        'Source host isolated',
        'Network administratively prohibited',
        'Host administratively prohibited',
        'Network unreachable for TOS',
        'Host unreachable for TOS',
        'Communication administratively filtered',
        'Host precedence violation',
        'Precedence cutoff in effect',
      ],
    ],
  ],
  [4, ['Source quench (flow control)', []]],
  [
    5,
    [
      'Redirect',
      [
        'Redirect for network',
        'Redirect for host',
        'Redirect for TOS and network',
        'Redirect for TOS and host',
      ],
    ],
  ],
  [8, ['Echo (ping) request', []]],
  [9, ['Mobile IP advertisement', []]],
  [10, ['Router solicitation', []]],
  [11, ['Time-to-live exceeded', ['Time to live exceeded in transit', 'Fragment reassembly time exceeded']]],
  [12, ['Parameter problem', []]],
  [13, ['Timestamp request', []]],
  [14, ['Timestamp reply', []]],
]);

const icmpv6Names: Names = new Map([
  [
    1,
    [
      'Destination Unreachable',
      [
        'no route to destination',
        'Administratively prohibited',
        'Beyond scope of source address',
        'Address unreachable',
        'Port unreachable',
        'Source address failed ingress/egress policy',
        'Reject route to destination',
      ],
    ],
  ],
  [2, ['Packet Too Big', []]],
  [3, ['Time Exceeded', ['hop limit exceeded in transit', 'fragment reassembly time exceeded']]],
  [
    4,
    [
      'Parameter Problem',
      [
        'erroneous header field encountered',
        'unrecognized Next Header type encountered',
        'unrecognized IPv6 option encountered',
      ],
    ],
  ],
  [128, ['Echo (ping) request', []]],
  [129, ['Echo (ping) reply', []]],
  [130, ['Multicast Listener Query', []]],
  [131, ['Multicast Listener Report', []]],
  [132, ['Multicast Listener Done', []]],
  [133, ['Router Solicitation', []]],
  [134, ['Router Advertisement', []]],
  [135, ['Neighbor Solicitation', []]],
  [136, ['Neighbor Advertisement', []]],
  [137, ['Redirect', []]],
  [143, ['Multicast Listener Report Message v2', []]],
]);
