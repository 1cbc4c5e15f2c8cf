import { tooShort } from './decode-link.ts';
import { packetProblems, type DecodedPacket } from './decoded-packet.ts';
import { ipProtocols } from './link-types.ts';
import { u16, u32 } from './read-numbers.ts';

/** RFC 7413 section 4.1.1 has an option kind; before it got one, RFC 6994's experimental kinds carried this number. */
const fastOpenMagic = 0xf989;

/** Reads the transport at `payloadFrom`; the payload becomes the transport's. Ports stay -1 where its fixed header was not captured whole. */
export function readTransport(into: DecodedPacket): void {
  into.transportAt = into.payloadFrom;
  switch (into.ipProtocol) {
    case ipProtocols.tcp:
      return readTcp(into.transportAt, into);
    case ipProtocols.udp:
    case ipProtocols.udpLite:
      return readUdp(into.transportAt, into);
    case ipProtocols.sctp:
      return readSctp(into.transportAt, into);
    case ipProtocols.icmp:
    case ipProtocols.icmpv6:
      return skipHeader(8, into);
    default:
  }
}

/** RFC 9293 section 3.1. */
function readTcp(at: number, into: DecodedPacket): void {
  const bytes = into.bytes;
  if (!hasHeader(20, into)) return;
  into.sourcePort = u16(bytes, at);
  into.destinationPort = u16(bytes, at + 2);
  into.seq = u32(bytes, at + 4);
  into.ack = u32(bytes, at + 8);
  into.tcpFlags = bytes[at + 13] ?? 0;
  into.window = u16(bytes, at + 14);
  const headerBytes = ((bytes[at + 12] ?? 0) >> 4) * 4;
  if (headerBytes < 20) {
    into.problems |= packetProblems.badHeader;
    into.payloadFrom = into.payloadTo;
    return;
  }
  if (at + headerBytes > into.payloadTo) {
    into.problems |= packetProblems.badLength;
    into.payloadFrom = into.payloadTo;
    return;
  }
  into.payloadFrom = at + headerBytes;
  if (headerBytes > 20) readOptions(at + 20, Math.min(into.payloadFrom, into.to), into);
}

function readOptions(from: number, to: number, into: DecodedPacket): void {
  const bytes = into.bytes;
  let at = from;
  while (at < to) {
    const kind = bytes[at] ?? 0;
    if (kind === 0) return;
    if (kind === 1) {
      at++;
      continue;
    }
    const length = at + 1 < to ? (bytes[at + 1] ?? 0) : 0;
    if (length < 2 || at + length > to) {
      // An option that the snap length cut off is no fault of its sender.
      if (to === into.payloadFrom) into.problems |= packetProblems.badHeader;
      return;
    }
    readOption(kind, length, at, into);
    at += length;
  }
}

function readOption(kind: number, length: number, at: number, into: DecodedPacket): void {
  const bytes = into.bytes;
  switch (kind) {
    case 2:
      if (length === 4) into.mss = u16(bytes, at + 2);
      return;
    case 3:
      if (length === 3) into.windowScale = bytes[at + 2] ?? 0;
      return;
    case 4:
      if (length === 2) into.sackPermitted = true;
      return;
    case 5:
      if (length < 10 || length % 8 !== 2) return;
      into.sackBlocks = (length - 2) >> 3;
      into.sackAt = at + 2;
      return;
    case 8:
      if (length !== 10) return;
      into.timestampValue = u32(bytes, at + 2);
      into.timestampEcho = u32(bytes, at + 6);
      return;
    case 34:
      into.fastOpenBytes = length - 2;
      return;
    case 253:
    case 254:
      if (length >= 4 && u16(bytes, at + 2) === fastOpenMagic) into.fastOpenBytes = length - 4;
      return;
    default:
  }
}

/** RFC 768; a length of 0 stands in datagrams too long for the field (RFC 2675), and in such that will be cut by the network card. */
function readUdp(at: number, into: DecodedPacket): void {
  if (!hasHeader(8, into)) return;
  into.sourcePort = u16(into.bytes, at);
  into.destinationPort = u16(into.bytes, at + 2);
  into.payloadFrom = at + 8;
  const told = u16(into.bytes, at + 4);
  // RFC 3828: UDP-Lite has its checksum's coverage in this place.
  if (told === 0 || into.ipProtocol === ipProtocols.udpLite) return;
  if (told < 8 || at + told > into.payloadTo) into.problems |= packetProblems.badLength;
  else into.payloadTo = at + told;
  if (told < 8) into.payloadTo = into.payloadFrom;
}

function readSctp(at: number, into: DecodedPacket): void {
  if (!hasHeader(12, into)) return;
  into.sourcePort = u16(into.bytes, at);
  into.destinationPort = u16(into.bytes, at + 2);
  into.payloadFrom = at + 12;
}

function skipHeader(headerBytes: number, into: DecodedPacket): void {
  if (hasHeader(headerBytes, into)) into.payloadFrom += headerBytes;
}

/** Whether the packet has so many bytes of transport, all captured. If not, it has no payload that could be told from its header. */
function hasHeader(headerBytes: number, into: DecodedPacket): boolean {
  const end = into.transportAt + headerBytes;
  if (end <= into.payloadTo && end <= into.to) return true;
  if (end > into.payloadTo) into.problems |= packetProblems.badLength;
  else tooShort(into);
  into.payloadFrom = Math.min(end, into.payloadTo);
  return false;
}
