import { hexText } from '../encoding/hex.ts';
import { u16At } from '../encoding/network-order.ts';
import { ipv4Text, ipv6Text } from '../model/ip-address.ts';
import { dnsExtendedError } from './dns-words.ts';

/** What the pseudo-record of EDNS says (RFC 6891 section 6.1.2). */
export interface DnsEdns {
  /** Largest UDP payload that the sender takes. */
  readonly udpBytes: number;
  readonly extendedRcode: number;
  readonly version: number;
  /** It wants DNSSEC records (RFC 3225). */
  readonly wantsDnssec: boolean;
  /** Options worth reading, such as `["client subnet", "192.0.2.0/24"]`, at most 10. */
  readonly options: readonly (readonly [name: string, value: string])[];
}

const optionsMax = 10;
const clientSubnet = 8;
const nameServerId = 3;
const keepAlive = 11;
const extendedError = 15;

/** `fixed`: where the type of the record stands; its options end at `to`. */
export function readEdns(bytes: Uint8Array, fixed: number, to: number): DnsEdns {
  const options: [string, string][] = [];
  for (let at = fixed + 10; at + 4 <= to && options.length < optionsMax;) {
    const end = at + 4 + u16At(bytes, at + 2);
    if (end > to) break;
    const option = readOption(u16At(bytes, at), bytes.subarray(at + 4, end));
    if (option !== null) options.push(option);
    at = end;
  }
  return {
    udpBytes: u16At(bytes, fixed + 2),
    extendedRcode: bytes[fixed + 4] ?? 0,
    version: bytes[fixed + 5] ?? 0,
    wantsDnssec: ((bytes[fixed + 6] ?? 0) & 0x80) !== 0,
    options,
  };
}

function readOption(code: number, value: Uint8Array): [string, string] | null {
  switch (code) {
    case clientSubnet:
      return value.length < 4 ? null : ['client subnet', subnetText(value)];
    case nameServerId:
      return value.length === 0 ? null : ['name server id', asciiText(value)];
    case keepAlive:
      return value.length < 2 ? null : ['connection kept open', `${u16At(value, 0) / 10} s`];
    case extendedError: {
      const text = asciiText(value.subarray(2));
      const name = dnsExtendedError(u16At(value, 0));
      return value.length < 2 ? null : ['extended error', text === '' ? name : `${name}: ${text}`];
    }
    default:
      return null;
  }
}

/** RFC 7871 section 6: family, source prefix, scope prefix, as many bytes of the address as the prefix needs. */
function subnetText(value: Uint8Array): string {
  const address = new Uint8Array(16);
  address.set(value.subarray(4, 20));
  const prefix = `/${value[2] ?? 0}`;
  switch (u16At(value, 0)) {
    case 1:
      return `${ipv4Text(address)}${prefix}`;
    case 2:
      return `${ipv6Text(address)}${prefix}`;
    default:
      return hexText(value, 0, value.length);
  }
}

const textBytesMax = 100;

/** Printable ASCII, anything else as a dot. */
function asciiText(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, textBytesMax), (byte) =>
    byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.',
  ).join('');
}
