import { isAlone, readIpv4, readIpv6 } from './decode-ip.ts';
import { readLink } from './decode-link.ts';
import { readTransport } from './decode-transport.ts';
import { packetProblems, type DecodedPacket } from './decoded-packet.ts';
import { createFragmentTable } from './fragments.ts';
import { etherTypes, ipProtocols } from './link-types.ts';
import { u16 } from './read-numbers.ts';

/** Tunnels (IP in IP, GRE) that are followed inside each other. */
const tunnelsMax = 4;

export interface Decoder {
  /**
   * Reads the frame `bytes[from … to)` into `into`, all of whose fields are set anew. Never throws. `linkType`: a LINKTYPE_ value; `originalBytes`: what the frame
   * had on the wire; `seconds`: when it was captured, which only fragments go by. Of tunnels it tells the innermost packet. Checksums are not
   * looked at: what a machine sends itself is captured before its network card has made them.
   */
  readonly decode: (
    bytes: Uint8Array,
    from: number,
    to: number,
    linkType: number,
    originalBytes: number,
    seconds: number,
    into: DecodedPacket,
  ) => void;
}

/** A decoder for the packets of one capture, in its order; it holds fragments that wait for others (bounds: fragments.ts). */
export function createDecoder(): Decoder {
  const fragments = createFragmentTable();

  function decode(
    bytes: Uint8Array,
    from: number,
    to: number,
    linkType: number,
    originalBytes: number,
    seconds: number,
    into: DecodedPacket,
  ): void {
    reset(bytes, from, to, into);
    if (originalBytes > to - from) into.problems = packetProblems.cut;
    readLink(linkType, into);
    let end = from + Math.max(originalBytes, to - from);
    let at = into.networkAt;
    for (let depth = 0; at >= 0 && depth <= tunnelsMax; depth++) {
      if (into.etherType === etherTypes.ipv4) {
        if (!readIpv4(at, end, seconds, fragments, into)) break;
      } else if (into.etherType === etherTypes.ipv6) {
        if (!readIpv6(at, end, seconds, fragments, into)) break;
      } else {
        readOther(at, end, into);
        break;
      }
      end = into.payloadTo;
      at = depth < tunnelsMax ? enterTunnel(into) : -1;
      if (at < 0) readTransport(into);
    }
    if (into.isFragment && !isAlone(into)) {
      // It was not taken yet.
      decode(bytes.subarray(from, to), 0, to - from, linkType, originalBytes, seconds, into);
      return;
    }
    const captured = Math.min(into.to, into.payloadTo) - into.payloadFrom;
    into.payloadCaptured = captured > 0 ? captured : 0;
  }

  return { decode };
}

/** Sets `etherType` to what a tunnel carries and returns where it begins; -1 when this is none that is followed. */
function enterTunnel(into: DecodedPacket): number {
  switch (into.ipProtocol) {
    case ipProtocols.ipv4:
      return inner(etherTypes.ipv4, into.payloadFrom, into);
    case ipProtocols.ipv6:
      return inner(etherTypes.ipv6, into.payloadFrom, into);
    case ipProtocols.gre:
      return enterGre(into.payloadFrom, into);
    default:
      return -1;
  }
}

/** RFC 2784 and 2890: version 0 with IP inside; anything else stays GRE. */
function enterGre(at: number, into: DecodedPacket): number {
  if (at + 4 > into.to) return -1;
  const flags = u16(into.bytes, at);
  const type = u16(into.bytes, at + 2);
  // Bits: checksum, routing, key, sequence number; then the version.
  if ((flags & 0x4007) !== 0 || (type !== etherTypes.ipv4 && type !== etherTypes.ipv6)) return -1;
  const optional = (flags & 0x8000 ? 4 : 0) + (flags & 0x2000 ? 4 : 0) + (flags & 0x1000 ? 4 : 0);
  return inner(type, at + 4 + optional, into);
}

function inner(etherType: number, at: number, into: DecodedPacket): number {
  // Without a header to read, the tunnel itself is what can be told.
  if (at + (etherType === etherTypes.ipv4 ? 20 : 40) > Math.min(into.to, into.payloadTo)) return -1;
  into.etherType = etherType;
  return at;
}

/** Of ARP (RFC 826) the two IPv4 addresses; of anything else what follows the link's header is payload. */
function readOther(at: number, end: number, into: DecodedPacket): void {
  into.payloadFrom = at;
  into.payloadTo = end;
  const bytes = into.bytes;
  const isArp = into.etherType === etherTypes.arp || into.etherType === etherTypes.rarp;
  if (!isArp || at + 28 > into.to || u16(bytes, at + 2) !== etherTypes.ipv4) return;
  if (bytes[at + 4] !== 6 || bytes[at + 5] !== 4) return;
  into.sourceAt = at + 14;
  into.destinationAt = at + 24;
  into.addressBytes = 4;
}

function reset(bytes: Uint8Array, from: number, to: number, into: DecodedPacket): void {
  into.bytes = bytes;
  into.from = from;
  into.to = to;
  into.etherType = 0;
  into.vlan = -1;
  into.macSourceAt = -1;
  into.macDestinationAt = -1;
  into.networkAt = -1;
  into.sourceAt = -1;
  into.destinationAt = -1;
  into.addressBytes = 0;
  into.ttl = 0;
  into.ipProtocol = -1;
  into.isFragment = false;
  into.fragments = 0;
  into.transportAt = -1;
  into.sourcePort = -1;
  into.destinationPort = -1;
  into.payloadFrom = 0;
  into.payloadTo = 0;
  into.payloadCaptured = 0;
  into.problems = 0;
  into.seq = 0;
  into.ack = 0;
  into.tcpFlags = 0;
  into.window = 0;
  into.mss = -1;
  into.windowScale = -1;
  into.sackPermitted = false;
  into.timestampValue = -1;
  into.timestampEcho = -1;
  into.sackBlocks = 0;
  into.sackAt = -1;
  into.fastOpenBytes = -1;
}
