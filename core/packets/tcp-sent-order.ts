import type { DecodedPacket } from './decoded-packet.ts';
import { u16 } from './read-numbers.ts';
import { seqDistance } from './sequence.ts';

/** Identifications further apart say nothing: some systems choose them at random (RFC 7739 section 5), others use up one a packet. */
const IDENTIFICATION_REACH = 256;

/** Identification of an IPv4 packet (RFC 791 section 3.1), -1 for none. */
export function identificationOf(decoded: DecodedPacket): number {
  return decoded.addressBytes === 4 && decoded.networkAt >= 0
    ? u16(decoded.bytes, decoded.networkAt + 4)
    : -1;
}

/**
 * Whether a segment was sent before (-1) or after (1) another one of the same end: senders' timestamps never run backwards (RFC 7323 section
 * 4.1), and while they stand still the identification of IPv4 goes on with most systems. 0 if neither tells.
 */
export function sentOrder(
  decoded: DecodedPacket,
  other: { readonly timestamp: number; readonly identification: number },
): number {
  if (decoded.timestampValue >= 0 && other.timestamp >= 0) {
    const distance = seqDistance(decoded.timestampValue, other.timestamp);
    if (distance !== 0) return Math.sign(distance);
  }
  const identification = identificationOf(decoded);
  if (identification < 0 || other.identification < 0) return 0;
  const distance = ((identification - other.identification) << 16) >> 16;
  return Math.abs(distance) <= IDENTIFICATION_REACH ? Math.sign(distance) : 0;
}
