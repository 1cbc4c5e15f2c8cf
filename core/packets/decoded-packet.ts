/**
 * One packet as the decoder reads it: numbers only, one object filled again and again, so that decoding allocates nothing. `bytes` has the frame
 * from `from` up to `to`, among others it may be; or, when the packet completed a datagram from fragments, it is the whole datagram. Every offset is
 * into it.
 */
export interface DecodedPacket {
  bytes: Uint8Array;
  from: number;
  to: number;
  /** EtherType of the innermost network layer (0x0800, 0x86dd, 0x0806, …), 0 for none known. */
  etherType: number;
  /** Innermost VLAN id, -1 for none. */
  vlan: number;
  /** Link-layer addresses: offset of 6 bytes, -1 where the link has none. */
  macSourceAt: number;
  macDestinationAt: number;
  /** Offset of the network header, -1 for none, and of both addresses in it; `addressBytes` 4, 16, or 0 for none. */
  networkAt: number;
  sourceAt: number;
  destinationAt: number;
  addressBytes: number;
  /** TTL or hop limit. */
  ttl: number;
  /** Protocol or next header behind all extension headers (IANA protocol numbers), -1 for none. */
  ipProtocol: number;
  /** A fragment that completes nothing (yet): nothing of its transport is read. */
  isFragment: boolean;
  /** The packet completed a datagram from this many fragments; 0 for none. */
  fragments: number;
  /** Offset of the transport header, -1 for none. */
  transportAt: number;
  /** -1 where the transport has none. */
  sourcePort: number;
  destinationPort: number;
  /** What the transport carries, as the lengths in the headers say (`payloadTo - payloadFrom`), and how much of it was captured. */
  payloadFrom: number;
  payloadTo: number;
  payloadCaptured: number;
  /** Sum of `packetProblems`. */
  problems: number;

  /** TCP (RFC 9293): raw numbers, 0 for other protocols. */
  seq: number;
  ack: number;
  /** Sum of `tcpFlags`. */
  tcpFlags: number;
  /** As sent, not scaled. */
  window: number;
  /** Options: -1 where the packet has none. `windowScale` is the shift count (RFC 7323), `sackPermitted` RFC 2018. */
  mss: number;
  windowScale: number;
  sackPermitted: boolean;
  timestampValue: number;
  timestampEcho: number;
  /** Blocks of SACK: count and the offset of the first; each is two 32-bit numbers. */
  sackBlocks: number;
  sackAt: number;
  /** TCP Fast Open (RFC 7413): bytes of the cookie, 0 for a request of one, -1 for none. */
  fastOpenBytes: number;
}

/** RFC 9293 section 3.1. */
export const tcpFlags = { fin: 1, syn: 2, rst: 4, psh: 8, ack: 16, urg: 32, ece: 64, cwr: 128 } as const;

export const packetProblems = {
  /** The capture kept less than the packet had (snap length). */
  cut: 1,
  /** A length in a header cannot be true. */
  badLength: 2,
  /** A header's fixed fields contradict each other. */
  badHeader: 4,
  /** Fragments overlap or contradict each other, or were given up. */
  badFragments: 8,
  /** The link type is not known here; nothing was read. */
  unknownLink: 16,
} as const;

export function createDecodedPacket(): DecodedPacket {
  return {
    bytes: new Uint8Array(0),
    from: 0,
    to: 0,
    etherType: 0,
    vlan: -1,
    macSourceAt: -1,
    macDestinationAt: -1,
    networkAt: -1,
    sourceAt: -1,
    destinationAt: -1,
    addressBytes: 0,
    ttl: 0,
    ipProtocol: -1,
    isFragment: false,
    fragments: 0,
    transportAt: -1,
    sourcePort: -1,
    destinationPort: -1,
    payloadFrom: 0,
    payloadTo: 0,
    payloadCaptured: 0,
    problems: 0,
    seq: 0,
    ack: 0,
    tcpFlags: 0,
    window: 0,
    mss: -1,
    windowScale: -1,
    sackPermitted: false,
    timestampValue: -1,
    timestampEcho: -1,
    sackBlocks: 0,
    sackAt: -1,
    fastOpenBytes: -1,
  };
}
