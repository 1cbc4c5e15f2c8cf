import { u16At } from '../encoding/network-order.ts';
import { dnsHeaderBytes } from './dns-message.ts';
import type { Looks } from './observer.ts';

/**
 * Whether a datagram can be a DNS message: a header with a known opcode, the reserved bit unset, counts that fit its length, and a first name that
 * stays within it. Others pass by chance once in some thousands: ports decide the rest.
 */
export function looksLikeDns(bytes: Uint8Array): boolean {
  if (!fitsHeader(bytes, 0, bytes.length)) return false;
  const questions = u16At(bytes, 4);
  return questions === 0 ? u16At(bytes, 6) > 0 || (bytes[2] ?? 0) >= 0x80 : hasName(bytes, bytes.length);
}

/** A question of DNS that can be nothing else: one, of the class of the Internet, about a name of letters, digits and dashes, and nothing behind it but EDNS. */
export function looksLikeDnsQuery(bytes: Uint8Array): boolean {
  const isOne =
    u16At(bytes, 4) === 1 && u16At(bytes, 6) === 0 && u16At(bytes, 8) === 0 && u16At(bytes, 10) <= 1;
  // Opcode 0, no bit of an answer.
  if (!isOne || (u16At(bytes, 2) & 0xfecf) !== 0 || !fitsHeader(bytes, 0, bytes.length)) return false;
  let at = dnsHeaderBytes;
  for (let label = bytes[at] ?? 0; label !== 0; label = bytes[at] ?? 0) {
    if (label > 63 || at + 1 + label >= bytes.length) return false;
    for (let index = at + 1; index <= at + label; index++)
      if (!isOfHostName(bytes[index] as number)) return false;
    at += 1 + label;
  }
  const to = at + 5;
  const hasEdns = u16At(bytes, 10) === 1;
  return u16At(bytes, to - 2) === 1 && (hasEdns ? bytes.length > to && bytes[to] === 0 : bytes.length === to);
}

/** A letter, a digit, a dash, an underscore. */
function isOfHostName(byte: number): boolean {
  const lower = byte | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || byte === 0x2d || byte === 0x5f;
}

/** The same for the first bytes of a stream, where each message has its length in front (RFC 7766 section 8). */
export function looksLikeDnsStream(client: Uint8Array, server: Uint8Array): Looks {
  const bytes = client.length > 0 ? client : server;
  const isQuestion = client.length > 0;
  if (bytes.length < 2 + dnsHeaderBytes) return 'need-more';
  const message = bytes.subarray(2);
  const fits = fitsHeader(bytes, 2, u16At(bytes, 0)) && (message[2] ?? 0) >= 0x80 !== isQuestion;
  return fits && u16At(message, 4) === 1 && hasName(message, u16At(bytes, 0)) ? 'yes' : 'no';
}

/** Twelve bytes at `at` that can begin a message of `length` bytes. */
export function fitsHeader(bytes: Uint8Array, at: number, length: number): boolean {
  if (length < dnsHeaderBytes + 1 || bytes.length < at + dnsHeaderBytes) return false;
  const flags = u16At(bytes, at + 2);
  const opcode = (flags >> 11) & 15;
  if ((flags & 0x0040) !== 0 || opcode === 3 || opcode > 6) return false;
  const questions = u16At(bytes, at + 4);
  const records = u16At(bytes, at + 6) + u16At(bytes, at + 8) + u16At(bytes, at + 10);
  // The shortest question takes 5 bytes, the shortest record 11; an uncompressed answer is never that short.
  return (
    questions <= 256 && questions + records > 0 && dnsHeaderBytes + questions * 5 + records * 11 <= length
  );
}

/** The first question's name: labels of text, of which as much as there is stays within `length`. */
function hasName(message: Uint8Array, length: number): boolean {
  for (let at = dnsHeaderBytes; ;) {
    const label = message[at];
    if (label === undefined) return at < length;
    if (label === 0) return at + 5 <= length;
    if (label > 63 || at + 1 + label >= length) return false;
    at += 1 + label;
    if (at - dnsHeaderBytes > 255) return false;
  }
}
