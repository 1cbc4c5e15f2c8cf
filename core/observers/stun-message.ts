import { u16At, u32At } from '../encoding/network-order.ts';
import { ipv4Text, ipv6Text } from '../model/ip-address.ts';
import type { Platform } from '../model/platform.ts';

/** RFC 8489 section 5. */
export interface StunMessage {
  readonly kind: 'request' | 'indication' | 'success' | 'error';
  readonly method: string;
  /** Transaction id as hexadecimal digits. */
  readonly transaction: string;
  readonly attributes: readonly (readonly [name: string, value: string])[];
  /** Null where it is none: `["401", "Unauthorized"]`. */
  readonly error: readonly [code: string, message: string] | null;
  readonly username: string | null;
  /** A check of ICE (RFC 8445 section 7.1.1), and whether it nominates its pair. */
  readonly isCheck: boolean;
  readonly isNomination: boolean;
}

export const stunHeaderBytes = 20;
const cookie = 0x2112_a442;
const attributesMax = 50;
const textBytesMax = 200;

const methods: Readonly<Record<number, string>> = {
  1: 'Binding',
  3: 'Allocate',
  4: 'Refresh',
  6: 'Send',
  7: 'Data',
  8: 'CreatePermission',
  9: 'ChannelBind',
  10: 'Connect',
  11: 'ConnectionBind',
};

/** The two bits of the class lie between those of the method. */
const kinds = ['request', 'indication', 'success', 'error'] as const;

const mapped = 0x0001;
const username = 0x0006;
const errorCode = 0x0009;
const lifetime = 0x000d;
const xorPeer = 0x0012;
const realm = 0x0014;
const xorRelayed = 0x0016;
const xorMapped = 0x0020;
const priority = 0x0024;
const useCandidate = 0x0025;
const software = 0x8022;
const alternate = 0x8023;

/** A datagram of STUN: two zero bits, the magic cookie, a length that is a multiple of four and that of the datagram. */
export function looksLikeStun(bytes: Uint8Array): boolean {
  return (
    bytes.length >= stunHeaderBytes &&
    (bytes[0] as number) < 0x40 &&
    u32At(bytes, 4) === cookie &&
    u16At(bytes, 2) % 4 === 0 &&
    u16At(bytes, 2) + stunHeaderBytes <= bytes.length
  );
}

/** Of a datagram that looks like it; attributes that go beyond it are left out. */
export function readStun(platform: Platform, bytes: Uint8Array): StunMessage {
  const type = u16At(bytes, 0);
  const number = (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2);
  const kind = kinds[((type & 0x0010) >> 4) | ((type & 0x0100) >> 7)] ?? 'request';
  const attributes: [string, string][] = [];
  let error: readonly [string, string] | null = null;
  let user: string | null = null;
  let isCheck = false;
  let isNomination = false;
  const to = stunHeaderBytes + u16At(bytes, 2);
  for (let at = stunHeaderBytes, count = 0; at + 4 <= to && count < attributesMax; count++) {
    const from = at + 4;
    const end = from + u16At(bytes, at + 2);
    if (end > to) break;
    const text = (): string =>
      platform.utf8(bytes, from, Math.min(end, from + textBytesMax)).replace(/[\u0000-\u001f\u007f]/g, '.');
    switch (u16At(bytes, at)) {
      case mapped:
        attributes.push(['mapped address', addressText(bytes, from, end, false)]);
        break;
      case xorMapped:
        attributes.push(['mapped address', addressText(bytes, from, end, true)]);
        break;
      case xorRelayed:
        attributes.push(['relayed address', addressText(bytes, from, end, true)]);
        break;
      case xorPeer:
        attributes.push(['peer', addressText(bytes, from, end, true)]);
        break;
      case alternate:
        attributes.push(['alternate server', addressText(bytes, from, end, false)]);
        break;
      case lifetime:
        attributes.push(['lifetime', `${u32At(bytes, from)} s`]);
        break;
      case realm:
        attributes.push(['realm', text()]);
        break;
      case software:
        attributes.push(['software', text()]);
        break;
      case username:
        user = text();
        break;
      case priority:
        isCheck = true;
        break;
      case useCandidate:
        isNomination = true;
        break;
      case errorCode:
        error = readError(platform, bytes, from, end);
        break;
      default:
    }
    at = end + ((4 - ((end - from) % 4)) % 4);
  }
  return {
    kind,
    method: methods[number] ?? `Method ${number}`,
    transaction: transactionOf(bytes),
    attributes,
    error,
    username: user,
    isCheck,
    isNomination,
  };
}

function transactionOf(bytes: Uint8Array): string {
  return [8, 12, 16].map((at) => u32At(bytes, at).toString(16).padStart(8, '0')).join('');
}

/** Family, port and address; `isXored`: with the cookie and the transaction id (RFC 8489 section 14.2). */
function addressText(bytes: Uint8Array, from: number, to: number, isXored: boolean): string {
  const size = bytes[from + 1] === 2 ? 16 : 4;
  if (from + 4 + size > to) return 'malformed';
  const plain = new Uint8Array(size);
  for (let at = 0; at < size; at++)
    plain[at] = (bytes[from + 4 + at] as number) ^ (isXored ? (bytes[4 + at] as number) : 0);
  const port = u16At(bytes, from + 2) ^ (isXored ? u16At(bytes, 4) : 0);
  return size === 4 ? `${ipv4Text(plain)}:${port}` : `[${ipv6Text(plain)}]:${port}`;
}

/** RFC 8489 section 14.8. */
function readError(
  platform: Platform,
  bytes: Uint8Array,
  from: number,
  to: number,
): readonly [string, string] {
  const code = ((bytes[from + 2] ?? 0) & 7) * 100 + (bytes[from + 3] ?? 0);
  const reason = platform
    .utf8(bytes, Math.min(from + 4, to), Math.min(to, from + 4 + textBytesMax))
    .replace(/[\u0000-\u001f\u007f]/g, '.');
  return [String(code), reason === '' ? 'The server gave no reason.' : reason];
}
