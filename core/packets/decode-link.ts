import { packetProblems, type DecodedPacket } from './decoded-packet.ts';
import { etherTypes, linkTypes } from './link-types.ts';
import { u16, u32, u32LittleEndian } from './read-numbers.ts';

/** VLAN tags and MPLS labels that are followed; what is stacked deeper is not read. */
const tagsMax = 8;
const labelsMax = 16;

/**
 * Reads the link's header: sets its addresses, the VLAN, `etherType` (0: none known) and `networkAt` (-1: nothing of a network layer was
 * captured). The upper bits of a link type, which say how long a frame check sequence is, are the caller's to take off.
 */
export function readLink(linkType: number, into: DecodedPacket): void {
  const { bytes, from, to } = into;
  switch (linkType) {
    case linkTypes.ethernet:
      if (from + 14 > to) return tooShort(into);
      into.macDestinationAt = from;
      into.macSourceAt = from + 6;
      return readEtherType(u16(bytes, from + 12), from + 14, into);
    case linkTypes.null:
    case linkTypes.loop:
      return from + 4 > to ? tooShort(into) : readFamily(linkType, into);
    case linkTypes.rawBsd:
    case linkTypes.rawOpenBsd:
    case linkTypes.raw:
      return readVersion(from, into);
    case linkTypes.ipv4:
      return found(etherTypes.ipv4, from, into);
    case linkTypes.ipv6:
      return found(etherTypes.ipv6, from, into);
    case linkTypes.linuxCooked:
      if (from + 16 > to) return tooShort(into);
      if (u16(bytes, from + 4) === 6) into.macSourceAt = from + 6;
      return readEtherType(u16(bytes, from + 14), from + 16, into);
    case linkTypes.linuxCooked2:
      if (from + 20 > to) return tooShort(into);
      if (bytes[from + 11] === 6) into.macSourceAt = from + 12;
      return readEtherType(u16(bytes, from), from + 20, into);
    case linkTypes.ppp:
    case linkTypes.pppHdlc: {
      const hasAddress = from + 2 <= to && bytes[from] === 0xff && bytes[from + 1] === 0x03;
      return readPpp(hasAddress ? from + 2 : from, into);
    }
    default:
      into.problems |= packetProblems.unknownLink;
  }
}

/** Follows tags (IEEE 802.1Q), LLC with SNAP (IEEE 802.2), MPLS and PPPoE to the network header. */
function readEtherType(first: number, firstAt: number, into: DecodedPacket): void {
  const bytes = into.bytes;
  let type = first;
  let at = firstAt;
  for (let tags = 0; tags < tagsMax && isTag(type); tags++) {
    if (at + 4 > into.to) return tooShort(into);
    into.vlan = u16(bytes, at) & 0xfff;
    type = u16(bytes, at + 2);
    at += 4;
  }
  // IEEE 802.3 section 3.2.6: up to 1500 it is a length; Linux writes 4 for 802.2 into its cooked header.
  if (type <= 1500) {
    if (at + 8 > into.to || bytes[at] !== 0xaa || bytes[at + 1] !== 0xaa || bytes[at + 2] !== 3) return;
    type = u16(bytes, at + 6);
    at += 8;
  }
  if (type === etherTypes.mpls || type === etherTypes.mplsMulticast) return readMpls(at, into);
  if (type === etherTypes.pppoeSession) return readPpp(at + 6, into);
  found(type, at, into);
}

function isTag(type: number): boolean {
  return type === etherTypes.vlan || type === etherTypes.serviceVlan || type === etherTypes.oldVlan;
}

/** RFC 3032: labels until one says that it is the last; what follows is told by its first four bits. */
function readMpls(from: number, into: DecodedPacket): void {
  let at = from;
  for (let labels = 0; labels < labelsMax && at + 4 <= into.to; labels++) {
    const isLast = ((into.bytes[at + 2] ?? 0) & 1) === 1;
    at += 4;
    if (isLast) return readVersion(at, into);
  }
  tooShort(into);
}

/** RFC 1661 section 2: the protocol field may be compressed to one byte. */
function readPpp(at: number, into: DecodedPacket): void {
  const bytes = into.bytes;
  if (at + 2 > into.to) return tooShort(into);
  const compressed = ((bytes[at] ?? 0) & 1) === 1;
  const protocol = compressed ? (bytes[at] ?? 0) : u16(bytes, at);
  const next = compressed ? at + 1 : at + 2;
  if (protocol === 0x21) found(etherTypes.ipv4, next, into);
  else if (protocol === 0x57) found(etherTypes.ipv6, next, into);
}

/** The address family is in the byte order of the capturing machine, or the network's, and IPv6 has a number on each system. */
function readFamily(linkType: number, into: DecodedPacket): void {
  const { bytes, from } = into;
  const bigEndian = u32(bytes, from);
  const family =
    linkType === linkTypes.loop || bigEndian <= 0xffff ? bigEndian : u32LittleEndian(bytes, from);
  if (family === 2) found(etherTypes.ipv4, from + 4, into);
  else if (family === 10 || family === 24 || family === 28 || family === 30)
    found(etherTypes.ipv6, from + 4, into);
}

function readVersion(at: number, into: DecodedPacket): void {
  if (at >= into.to) return tooShort(into);
  const version = (into.bytes[at] ?? 0) >> 4;
  if (version === 4) found(etherTypes.ipv4, at, into);
  else if (version === 6) found(etherTypes.ipv6, at, into);
  else into.problems |= packetProblems.badHeader;
}

function found(etherType: number, at: number, into: DecodedPacket): void {
  into.etherType = etherType;
  into.networkAt = at < into.to ? at : -1;
}

/** A frame that is whole and yet too short for its header cannot be right; one that was cut says so already. */
export function tooShort(into: DecodedPacket): void {
  if ((into.problems & packetProblems.cut) === 0) into.problems |= packetProblems.badLength;
}
