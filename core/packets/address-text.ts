import { ipv4Text, ipv6Text } from '../model/ip-address.ts';
import type { DecodedPacket } from './decoded-packet.ts';

/** The address at `at`: four bytes as dotted decimal, sixteen as RFC 5952 writes them. */
export function addressText(bytes: Uint8Array, at: number, addressBytes: number): string {
  const address = bytes.subarray(at, at + addressBytes);
  return addressBytes === 4 ? ipv4Text(address) : ipv6Text(address);
}

/** Six bytes in lower-case hexadecimal, with colons. */
export function macText(bytes: Uint8Array, at: number): string {
  return Array.from(bytes.subarray(at, at + 6), (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** Where a packet came from as a list shows it: its network address, else its link's, else nothing. */
export function sourceText(packet: DecodedPacket): string {
  if (packet.addressBytes > 0) return addressText(packet.bytes, packet.sourceAt, packet.addressBytes);
  return packet.macSourceAt < 0 ? '' : macText(packet.bytes, packet.macSourceAt);
}

export function destinationText(packet: DecodedPacket): string {
  if (packet.addressBytes > 0) return addressText(packet.bytes, packet.destinationAt, packet.addressBytes);
  return packet.macDestinationAt < 0 ? '' : macText(packet.bytes, packet.macDestinationAt);
}
