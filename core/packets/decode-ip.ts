import { tooShort } from './decode-link.ts';
import { packetProblems, type DecodedPacket } from './decoded-packet.ts';
import type { FragmentTable } from './fragments.ts';
import { ipProtocols } from './link-types.ts';
import { u16, u32 } from './read-numbers.ts';

/** Extension headers that are followed in one packet (RFC 8200 section 4.1 allows each once, one twice). */
const extensionHeadersMax = 16;

/**
 * Reads an IPv4 header (RFC 791) at `at`; `end`: where the packet ended on the wire, as far as the layers below tell. Sets the addresses,
 * `ipProtocol`, and the payload of IP as `payloadFrom` and `payloadTo`. Returns whether there is a transport to read.
 */
export function readIpv4(
  at: number,
  end: number,
  seconds: number,
  fragments: FragmentTable,
  into: DecodedPacket,
): boolean {
  const bytes = into.bytes;
  if (at + 20 > into.to) return nothing(into);
  const first = bytes[at] ?? 0;
  const headerBytes = (first & 15) * 4;
  if (first >> 4 !== 4 || headerBytes < 20) {
    into.problems |= packetProblems.badHeader;
    return false;
  }
  setAddresses(at, at + 12, 4, bytes[at + 8] ?? 0, into);
  into.ipProtocol = bytes[at + 9] ?? 0;
  // A length of 0 stands in packets that the network card will cut into segments (TSO) and that are longer than the field can say.
  const told = u16(bytes, at + 2);
  const to = told === 0 ? end : at + told;
  if (to < at + headerBytes || at + headerBytes > end) {
    into.problems |= packetProblems.badLength;
    return false;
  }
  if (to > end) into.problems |= packetProblems.badLength;
  into.payloadFrom = at + headerBytes;
  into.payloadTo = to > end ? end : to;
  const fragment = u16(bytes, at + 6);
  if ((fragment & 0x3fff) === 0) return true;
  if (!isAlone(into)) return postponed(into);
  if (!fragments.take(at, fragment & 0x1fff, (fragment & 0x2000) !== 0, u16(bytes, at + 4), seconds, into))
    return false;
  putLength(at + 2, into.payloadTo - at, into.bytes);
  into.bytes[at + 6] = 0;
  into.bytes[at + 7] = 0;
  return true;
}

/** The same for IPv6 (RFC 8200), behind all its extension headers. */
export function readIpv6(
  at: number,
  end: number,
  seconds: number,
  fragments: FragmentTable,
  into: DecodedPacket,
): boolean {
  const head = into.bytes;
  if (at + 40 > into.to) return nothing(into);
  if ((head[at] ?? 0) >> 4 !== 6) {
    into.problems |= packetProblems.badHeader;
    return false;
  }
  setAddresses(at, at + 8, 16, head[at + 7] ?? 0, into);
  // 0: a jumbogram (RFC 2675), or TSO as above. What was captured is then all there is.
  const told = u16(head, at + 4);
  const to = told === 0 ? end : at + 40 + told;
  if (to > end) into.problems |= packetProblems.badLength;
  into.payloadTo = to > end ? end : to;
  let next = head[at + 6] ?? 0;
  let from = at + 40;
  for (let headers = 0; headers <= extensionHeadersMax; headers++) {
    const bytes = into.bytes;
    into.ipProtocol = next;
    into.payloadFrom = from;
    if (!isExtension(next)) return true;
    if (headers === extensionHeadersMax || from + 8 > into.payloadTo) break;
    if (from + 8 > into.to) return nothing(into);
    const following = bytes[from] ?? 0;
    if (next === ipProtocols.fragment) {
      const field = u16(bytes, from + 2);
      from += 8;
      into.payloadFrom = from;
      into.ipProtocol = following;
      // RFC 6946: a fragment that is all of its datagram is no fragment.
      if ((field & 0xfff9) !== 0) {
        if (!isAlone(into)) return postponed(into);
        if (!fragments.take(at, field >> 3, (field & 1) === 1, u32(bytes, from - 4), seconds, into))
          return false;
        patchIpv6(at, from, into);
      }
      next = into.ipProtocol;
      continue;
    }
    const length = bytes[from + 1] ?? 0;
    from += next === ipProtocols.authentication ? length * 4 + 8 : length * 8 + 8;
    next = following;
    if (from > into.payloadTo) break;
  }
  into.problems |= packetProblems.badLength;
  into.payloadFrom = Math.min(into.payloadFrom, into.payloadTo);
  return false;
}

/** Whether there is nothing but the frame in its bytes, as fragments are taken: their headers become those of the datagram, in bytes of its own. */
export function isAlone({ bytes, from, to }: DecodedPacket): boolean {
  return from === 0 && to === bytes.length;
}

/** A fragment that is among others: it is to be decoded alone. */
function postponed(into: DecodedPacket): boolean {
  into.isFragment = true;
  return false;
}

/** The headers in front of a reassembled datagram are those of one of its fragments: its length and place are put right. */
function patchIpv6(at: number, payloadFrom: number, into: DecodedPacket): void {
  putLength(at + 4, into.payloadTo - at - 40, into.bytes);
  into.bytes[payloadFrom - 8] = into.ipProtocol;
  into.bytes[payloadFrom - 6] = 0;
  into.bytes[payloadFrom - 5] = 0;
}

function putLength(at: number, length: number, bytes: Uint8Array): void {
  const written = length > 0xffff ? 0 : length;
  bytes[at] = written >> 8;
  bytes[at + 1] = written & 255;
}

function isExtension(next: number): boolean {
  switch (next) {
    case ipProtocols.hopByHop:
    case ipProtocols.routing:
    case ipProtocols.fragment:
    case ipProtocols.authentication:
    case ipProtocols.destination:
    case ipProtocols.mobility:
    case ipProtocols.hip:
    case ipProtocols.shim6:
      return true;
    default:
      return false;
  }
}

function setAddresses(
  at: number,
  sourceAt: number,
  addressBytes: number,
  ttl: number,
  into: DecodedPacket,
): void {
  into.networkAt = at;
  into.sourceAt = sourceAt;
  into.destinationAt = sourceAt + addressBytes;
  into.addressBytes = addressBytes;
  into.ttl = ttl;
}

function nothing(into: DecodedPacket): boolean {
  tooShort(into);
  return false;
}
