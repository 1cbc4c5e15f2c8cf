import { cutText } from '../encoding/cut-text.ts';
import { hexText } from '../encoding/hex.ts';
import { u16At, u32At } from '../encoding/network-order.ts';
import { ipv4Text, ipv6Text } from '../model/ip-address.ts';
import type { Platform } from '../model/platform.ts';
import type { DnsNames } from './dns-names.ts';
import { dnsTypeName } from './dns-words.ts';

/** What records hold, as text. Bounds and compression as in `DnsNames`; data that is malformed is shown as hexadecimal digits. */
export interface DnsData {
  /** As a zone file writes it, at most 200 characters. */
  readonly text: (type: number, bytes: Uint8Array, from: number, to: number) => string;
  /** The address of an A or AAAA record, else null. */
  readonly address: (type: number, bytes: Uint8Array, from: number, to: number) => string | null;
}

const dataCharsMax = 200;
const A = 1;
const AAAA = 28;

export function createDnsData(platform: Platform, names: DnsNames): DnsData {
  function address(type: number, bytes: Uint8Array, from: number, to: number): string | null {
    if (type === A && to - from === 4)
      return `${bytes[from] ?? 0}.${bytes[from + 1] ?? 0}.${bytes[from + 2] ?? 0}.${bytes[from + 3] ?? 0}`;
    if (type === AAAA && to - from === 16) return ipv6Text(bytes.subarray(from, to));
    return null;
  }

  function text(type: number, bytes: Uint8Array, from: number, to: number): string {
    const known = knownText(type, bytes, from, to);
    // RFC 3597 section 5.
    return cutText(known ?? `\\# ${to - from} ${hexText(bytes, from, to)}`.trimEnd(), dataCharsMax);
  }

  /** Null for a type that is not known here, and for data that is malformed. */
  function knownText(type: number, bytes: Uint8Array, from: number, to: number): string | null {
    switch (dnsTypeName(type)) {
      case 'A':
      case 'AAAA':
        return address(type, bytes, from, to);
      case 'NS':
      case 'CNAME':
      case 'PTR':
      case 'DNAME':
        return names.read(bytes, from);
      case 'MX':
      case 'AFSDB':
        return numbersAndName(bytes, from, to, 1);
      case 'SRV':
        return numbersAndName(bytes, from, to, 3);
      case 'SOA':
        return startOfAuthority(bytes, from, to);
      case 'TXT':
      case 'SPF':
      case 'HINFO':
        return strings(bytes, from, to);
      case 'CAA':
        return certificationAuthority(bytes, from, to);
      case 'SVCB':
      case 'HTTPS':
        return serviceBinding(bytes, from, to);
      case 'NAPTR':
        return namingAuthority(bytes, from, to);
      case 'DS':
      case 'CDS':
        return to - from < 4
          ? null
          : `${u16At(bytes, from)} ${bytes[from + 2] ?? 0} ${bytes[from + 3] ?? 0} ${hexText(bytes, from + 4, to)}`;
      case 'DNSKEY':
      case 'CDNSKEY':
        return to - from < 4
          ? null
          : `${u16At(bytes, from)} ${bytes[from + 2] ?? 0} ${bytes[from + 3] ?? 0} ${to - from - 4} bytes`;
      case 'RRSIG':
        return signature(bytes, from, to);
      case 'NSEC':
        return names.read(bytes, from);
      case 'TLSA':
        return to - from < 3
          ? null
          : `${bytes[from] ?? 0} ${bytes[from + 1] ?? 0} ${bytes[from + 2] ?? 0} ${hexText(bytes, from + 3, to)}`;
      case 'SSHFP':
        return to - from < 2
          ? null
          : `${bytes[from] ?? 0} ${bytes[from + 1] ?? 0} ${hexText(bytes, from + 2, to)}`;
      case 'URI':
        return to - from < 4
          ? null
          : `${u16At(bytes, from)} ${u16At(bytes, from + 2)} ${quoted(bytes, from + 4, to)}`;
      default:
        return null;
    }
  }

  /** Numbers of 16 bits, then a name. */
  function numbersAndName(bytes: Uint8Array, from: number, to: number, count: number): string | null {
    const nameAt = from + count * 2;
    const name = nameAt < to ? names.read(bytes, nameAt) : null;
    if (name === null) return null;
    let text = '';
    for (let at = from; at < nameAt; at += 2) text += `${u16At(bytes, at)} `;
    return text + name;
  }

  function startOfAuthority(bytes: Uint8Array, from: number, to: number): string | null {
    const primary = names.read(bytes, from);
    const mailbox = primary === null ? null : names.read(bytes, names.end());
    const at = names.end();
    if (primary === null || mailbox === null || at + 20 > to) return null;
    const numbers = [0, 4, 8, 12, 16].map((offset) => u32At(bytes, at + offset));
    return `${primary} ${mailbox} ${numbers.join(' ')}`;
  }

  function strings(bytes: Uint8Array, from: number, to: number): string | null {
    let text = '';
    for (let at = from; at < to && text.length <= dataCharsMax;) {
      const end = at + 1 + (bytes[at] ?? 0);
      if (end > to) return null;
      text += `${text === '' ? '' : ' '}${quoted(bytes, at + 1, end)}`;
      at = end;
    }
    return text;
  }

  function quoted(bytes: Uint8Array, from: number, to: number): string {
    const text = platform.utf8(bytes, from, Math.min(to, from + dataCharsMax * 4));
    return `"${text.replace(/["\\]/g, '\\$&').replace(/[\u0000-\u001f\u007f-\u009f]/g, '.')}"`;
  }

  /** RFC 8659 section 4.1. */
  function certificationAuthority(bytes: Uint8Array, from: number, to: number): string | null {
    const valueAt = from + 2 + (bytes[from + 1] ?? 0);
    if (to - from < 2 || valueAt > to) return null;
    return `${bytes[from] ?? 0} ${platform.latin1(bytes, from + 2, valueAt)} ${quoted(bytes, valueAt, to)}`;
  }

  /** RFC 9460 section 2.1. */
  function serviceBinding(bytes: Uint8Array, from: number, to: number): string | null {
    const target = to - from > 2 ? names.read(bytes, from + 2) : null;
    if (target === null) return null;
    let text = `${u16At(bytes, from)} ${target}`;
    for (let at = names.end(); at + 4 <= to && text.length <= dataCharsMax;) {
      const end = at + 4 + u16At(bytes, at + 2);
      if (end > to) return null;
      text += ` ${serviceParameter(u16At(bytes, at), bytes, at + 4, end)}`;
      at = end;
    }
    return text;
  }

  function serviceParameter(key: number, bytes: Uint8Array, from: number, to: number): string {
    switch (key) {
      case 1:
        return `alpn=${lengthPrefixed(bytes, from, to)}`;
      case 2:
        return 'no-default-alpn';
      case 3:
        return `port=${u16At(bytes, from)}`;
      case 4:
        return `ipv4hint=${addresses(bytes, from, to, 4)}`;
      case 5:
        return `ech=${to - from} bytes`;
      case 6:
        return `ipv6hint=${addresses(bytes, from, to, 16)}`;
      case 7:
        return `dohpath=${quoted(bytes, from, to)}`;
      default:
        return `key${key}=${hexText(bytes, from, to, 16)}`;
    }
  }

  function lengthPrefixed(bytes: Uint8Array, from: number, to: number): string {
    const parts: string[] = [];
    for (let at = from; at < to && parts.length < 10;) {
      const end = Math.min(to, at + 1 + (bytes[at] ?? 0));
      parts.push(platform.latin1(bytes, at + 1, end));
      at = end;
    }
    return parts.join(',');
  }

  function addresses(bytes: Uint8Array, from: number, to: number, size: 4 | 16): string {
    const parts: string[] = [];
    for (let at = from; at + size <= to && parts.length < 10; at += size) {
      const one = bytes.subarray(at, at + size);
      parts.push(size === 4 ? ipv4Text(one) : ipv6Text(one));
    }
    return parts.join(',');
  }

  /** RFC 3403 section 4.1. */
  function namingAuthority(bytes: Uint8Array, from: number, to: number): string | null {
    let at = from + 4;
    let text = `${u16At(bytes, from)} ${u16At(bytes, from + 2)}`;
    for (let index = 0; index < 3; index++) {
      const end = at + 1 + (bytes[at] ?? 0);
      if (end > to) return null;
      text += ` ${quoted(bytes, at + 1, end)}`;
      at = end;
    }
    const replacement = names.read(bytes, at);
    return replacement === null ? null : `${text} ${replacement}`;
  }

  /** RFC 4034 section 3.1. */
  function signature(bytes: Uint8Array, from: number, to: number): string | null {
    const signer = to - from > 18 ? names.read(bytes, from + 18) : null;
    if (signer === null) return null;
    return `${dnsTypeName(u16At(bytes, from))} ${bytes[from + 2] ?? 0} ${bytes[from + 3] ?? 0} ${u32At(bytes, from + 4)} by ${signer}`;
  }

  return { text, address };
}
