import { isIPv4, isIPv6 } from 'node:net';
import { normalizeAddress } from '../../proxy/destination.ts';

/** Addresses whose form is remembered. */
const rememberedMax = 1000;
const remembered = new Map<string, string | null>();

/**
 * The bytes of an address in the order of the network, in hexadecimal: 8 digits for IPv4 and for IPv4 mapped to IPv6,
 * 32 for IPv6. Null for what is no address.
 */
export function addressHex(address: string): string | null {
  const known = remembered.get(address);
  if (known !== undefined) return known;
  const read = readAddress(normalizeAddress(address));
  if (remembered.size >= rememberedMax) remembered.clear();
  remembered.set(address, read);
  return read;
}

function readAddress(plain: string): string | null {
  if (isIPv4(plain))
    return plain
      .split('.', 4)
      .map((byte) => hexOf(Number(byte), 2))
      .join('');
  if (!isIPv6(plain)) return null;
  const [head = '', tail = ''] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const missing = 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(missing).fill('0'), ...after];
  return groups.map((group) => hexOf(parseInt(group, 16), 4)).join('');
}

function hexOf(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
