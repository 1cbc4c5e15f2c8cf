import { hexText } from '../encoding/hex.ts';
import { u16At, u32At } from '../encoding/network-order.ts';
import { ipv4Text } from '../model/ip-address.ts';
import type { Platform } from '../model/platform.ts';

/** RFC 2131 section 2. */
export interface DhcpMessage {
  readonly isRequest: boolean;
  /** `DISCOVER`, `OFFER`, …; `BOOTP` without that option. */
  readonly type: string;
  readonly transaction: number;
  readonly hardware: string;
  /** Address that is offered or given; null for none. */
  readonly address: string | null;
  /** Host name, requested address, and whatever a person wants to know of an answer. */
  readonly options: readonly (readonly [name: string, value: string])[];
  /** Why it is refused; empty for none. */
  readonly message: string;
}

const fixedBytes = 236;
const cookie = 0x6382_5363;
const optionsMax = 100;
const textBytesMax = 200;
const addressesMax = 8;

const types = ['', 'DISCOVER', 'OFFER', 'REQUEST', 'DECLINE', 'ACK', 'NAK', 'RELEASE', 'INFORM'];

/** A datagram of DHCP: request or reply, a hardware address, and the cookie in front of the options. */
export function looksLikeDhcp(bytes: Uint8Array): boolean {
  const op = bytes[0];
  return (
    bytes.length >= fixedBytes + 4 &&
    (op === 1 || op === 2) &&
    (bytes[2] ?? 0) <= 16 &&
    u32At(bytes, fixedBytes) === cookie
  );
}

/** Of a datagram that looks like it; options that go beyond it are left out. */
export function readDhcp(platform: Platform, bytes: Uint8Array): DhcpMessage {
  const options: [string, string][] = [];
  let type = 'BOOTP';
  let message = '';
  const text = (from: number, to: number): string =>
    platform.utf8(bytes, from, Math.min(to, from + textBytesMax)).replace(/[\u0000-\u001f\u007f]/g, '.');
  for (let at = fixedBytes + 4, count = 0; at < bytes.length && count < optionsMax; count++) {
    const code = bytes[at] as number;
    if (code === 0) {
      at += 1;
      continue;
    }
    const from = at + 2;
    const to = from + (bytes[at + 1] ?? 0);
    if (code === 255 || to > bytes.length) break;
    if (code === 53) type = types[bytes[from] ?? 0] ?? `TYPE${bytes[from] ?? 0}`;
    else if (code === 56) message = text(from, to);
    else {
      const option = optionText(code, bytes, from, to, text);
      if (option !== null) options.push(option);
    }
    at = to;
  }
  const address = u32At(bytes, 16) === 0 ? null : ipv4Text(bytes.subarray(16, 20));
  const hardwareTo = 28 + Math.min(16, bytes[2] ?? 0);
  return {
    isRequest: bytes[0] === 1,
    type: type === '' ? 'BOOTP' : type,
    transaction: u32At(bytes, 4),
    hardware: hexText(bytes, 28, hardwareTo).replace(/..(?=.)/g, '$&:'),
    address,
    options,
    message,
  };
}

/** RFC 2132. */
function optionText(
  code: number,
  bytes: Uint8Array,
  from: number,
  to: number,
  text: (from: number, to: number) => string,
): [string, string] | null {
  switch (code) {
    case 1:
      return ['subnet mask', ipv4Text(bytes.subarray(from, to))];
    case 3:
      return ['router', addresses(bytes, from, to)];
    case 6:
      return ['name servers', addresses(bytes, from, to)];
    case 12:
      return ['host name', text(from, to)];
    case 15:
      return ['domain', text(from, to)];
    case 26:
      return to - from < 2 ? null : ['MTU', String(u16At(bytes, from))];
    case 42:
      return ['time servers', addresses(bytes, from, to)];
    case 50:
      return ['requested address', ipv4Text(bytes.subarray(from, to))];
    case 51:
      return to - from < 4 ? null : ['lease', `${u32At(bytes, from)} s`];
    case 54:
      return ['server', ipv4Text(bytes.subarray(from, to))];
    case 60:
      return ['vendor class', text(from, to)];
    default:
      return null;
  }
}

function addresses(bytes: Uint8Array, from: number, to: number): string {
  const parts: string[] = [];
  for (let at = from; at + 4 <= to && parts.length < addressesMax; at += 4)
    parts.push(ipv4Text(bytes.subarray(at, at + 4)));
  return parts.join(', ');
}
