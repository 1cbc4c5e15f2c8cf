import { hexText } from '../encoding/hex.ts';
import { u16At } from '../encoding/network-order.ts';
import type { Platform } from '../model/platform.ts';

/** What a hello of DTLS says (RFC 6347 section 4.2, RFC 9147 section 5.3, RFC 5246 section 7.4.1). Fields that are not there are null or empty. */
export interface DtlsHello {
  /** The highest version that it names, as on the wire: 0xfefd is 1.2, 0xfefc is 1.3. */
  readonly version: number;
  /** Hexadecimal digits: what is sent again has the same. */
  readonly random: string;
  readonly hasCookie: boolean;
  /** The first ciphers; of a server the one it chose. */
  readonly ciphers: readonly number[];
  readonly serverName: string | null;
  readonly protocols: readonly string[];
  /** Protection profiles of SRTP (RFC 5764 section 4.1.2). */
  readonly srtp: readonly number[];
}

const listMax = 50;

/** `bytes`: the body of a ClientHello or ServerHello; it may end early. */
export function readDtlsHello(platform: Platform, bytes: Uint8Array, isClient: boolean): DtlsHello {
  let version = u16At(bytes, 0);
  let at = 34;
  at += 1 + (bytes[at] ?? 0);
  let hasCookie = false;
  let ciphers: number[];
  if (isClient) {
    hasCookie = (bytes[at] ?? 0) > 0;
    at += 1 + (bytes[at] ?? 0);
    const listBytes = u16At(bytes, at);
    ciphers = numbers(bytes, at + 2, at + 2 + listBytes);
    at += 2 + listBytes;
    at += 1 + (bytes[at] ?? 0);
  } else {
    ciphers = numbers(bytes, at, at + 2);
    at += 3;
  }
  let serverName: string | null = null;
  let protocols: string[] = [];
  let srtp: number[] = [];
  const to = Math.min(bytes.length, at + 2 + u16At(bytes, at));
  for (let from = at + 2, count = 0; from + 4 <= to && count < listMax; count++) {
    const body = from + 4;
    const end = body + u16At(bytes, from + 2);
    if (end > to) break;
    switch (u16At(bytes, from)) {
      case 0:
        if (isClient) serverName = hostName(platform, bytes, body, end);
        break;
      case 14:
        srtp = numbers(bytes, body + 2, Math.min(end, body + 2 + u16At(bytes, body)));
        break;
      case 16:
        protocols = names(platform, bytes, body + 2, end);
        break;
      case 43:
        version = isClient ? newest(version, numbers(bytes, body + 1, end)) : u16At(bytes, body);
        break;
      default:
    }
    from = end;
  }
  return { version, random: hexText(bytes, 2, 34), hasCookie, ciphers, serverName, protocols, srtp };
}

/** Versions of DTLS count downwards; what is none is GREASE (RFC 8701). */
function newest(version: number, offered: readonly number[]): number {
  return offered.reduce((best, one) => (one >> 8 === 0xfe && one < best ? one : best), version);
}

function numbers(bytes: Uint8Array, from: number, to: number): number[] {
  const found: number[] = [];
  for (let at = from; at + 2 <= Math.min(to, bytes.length) && found.length < listMax; at += 2)
    found.push(u16At(bytes, at));
  return found;
}

function names(platform: Platform, bytes: Uint8Array, from: number, to: number): string[] {
  const found: string[] = [];
  for (let at = from; at < to && found.length < 10;) {
    const end = Math.min(to, at + 1 + (bytes[at] ?? 0));
    found.push(platform.latin1(bytes, at + 1, end));
    at = end;
  }
  return found;
}

/** The first host name of the list (RFC 6066 section 3). */
function hostName(platform: Platform, bytes: Uint8Array, from: number, to: number): string | null {
  const end = from + 5 + u16At(bytes, from + 3);
  if (bytes[from + 2] !== 0 || end > to) return null;
  const name = platform.latin1(bytes, from + 5, end);
  return /^[\x21-\x7e]{1,255}$/.test(name) ? name : null;
}

const versions: Readonly<Record<number, string>> = { 0xfeff: '1.0', 0xfefd: '1.2', 0xfefc: '1.3' };

export function dtlsVersionName(version: number): string {
  return versions[version] ?? `0x${version.toString(16).padStart(4, '0')}`;
}

const profiles: Readonly<Record<number, string>> = {
  1: 'AES128-CM-SHA1-80',
  2: 'AES128-CM-SHA1-32',
  7: 'AEAD-AES-128-GCM',
  8: 'AEAD-AES-256-GCM',
};

export function srtpProfileName(profile: number): string {
  return profiles[profile] ?? `profile ${profile}`;
}
