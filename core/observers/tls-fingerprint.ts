import type { Platform } from '../model/platform.ts';
import type { ClientHello } from './tls-client-hello.ts';

type Hashing = Pick<Platform, 'md5Hex' | 'sha256Hex' | 'bytesOfLatin1'>;

/** Fingerprints by which servers tell clients apart. */
export interface TlsFingerprint {
  /** MD5 as 32 hexadecimal digits (Althouse, Atkinson, Atkins: "TLS Fingerprinting with JA3 and JA3S", 2017). */
  readonly ja3: string;
  /** As `t13d1516h2_8daaf6152771_e5627efa2ab1` (FoxIO: JA4 technical details). */
  readonly ja4: string;
}

/** Of a ClientHello over TCP, or in QUIC. */
export function fingerprint(
  hello: ClientHello,
  platform: Hashing,
  transport: 'tcp' | 'quic' = 'tcp',
): TlsFingerprint {
  return {
    ja3: platform.md5Hex(platform.bytesOfLatin1(ja3Text(hello))),
    ja4: ja4(hello, platform, transport === 'quic' ? 'q' : 't'),
  };
}

/** Values without meaning that clients send so that servers keep ignoring what they do not know (RFC 8701). */
export function isGrease(value: number): boolean {
  return (value & 0x0f0f) === 0x0a0a && value >>> 8 === (value & 0xff);
}

/** What JA3 is the MD5 of: version, ciphers, extensions, groups and point formats, decimal, GREASE left out. */
export function ja3Text(hello: ClientHello): string {
  const lists = [hello.ciphers, hello.extensions, hello.groups];
  const texts = lists.map((list) => withoutGrease(list).join('-'));
  return [hello.legacyVersion, ...texts, hello.pointFormats.join('-')].join(',');
}

const sniExtension = 0;
const alpnExtension = 16;
/** Digits of the hashes in a JA4. */
const hashDigits = 12;

function ja4(hello: ClientHello, platform: Hashing, transport: 'q' | 't'): string {
  const ciphers = withoutGrease(hello.ciphers);
  const extensions = withoutGrease(hello.extensions);
  const hash = (text: string): string =>
    platform.sha256Hex(platform.bytesOfLatin1(text)).slice(0, hashDigits);
  const described =
    `${transport}${versionDigits(hello)}${extensions.includes(sniExtension) ? 'd' : 'i'}` +
    count(ciphers) +
    count(extensions) +
    alpnLetters(hello.alpn[0]);
  const hashed = extensions.filter((type) => type !== sniExtension && type !== alpnExtension);
  const signatures = withoutGrease(hello.signatureAlgorithms).map(hex4).join(',');
  const extensionText = sortedHex(hashed) + (signatures === '' ? '' : `_${signatures}`);
  const nothing = '0'.repeat(hashDigits);
  return [
    described,
    ciphers.length === 0 ? nothing : hash(sortedHex(ciphers)),
    extensions.length === 0 ? nothing : hash(extensionText),
  ].join('_');
}

function withoutGrease(values: readonly number[]): number[] {
  return values.filter((value) => !isGrease(value));
}

function versionDigits({ legacyVersion, versions }: ClientHello): string {
  const known = withoutGrease(versions);
  switch (known.length === 0 ? legacyVersion : Math.max(...known)) {
    case 0x0304:
      return '13';
    case 0x0303:
      return '12';
    case 0x0302:
      return '11';
    case 0x0301:
      return '10';
    case 0x0300:
      return 's3';
    case 0x0002:
      return 's2';
    default:
      return '00';
  }
}

/** Two digits; more than 99 are 99. */
function count(list: readonly number[]): string {
  return String(Math.min(list.length, 99)).padStart(2, '0');
}

/** First and last character of the first protocol, or of its bytes in hexadecimal if one of them is no letter or digit. */
function alpnLetters(protocol: string | undefined): string {
  if (protocol === undefined || protocol === '') return '00';
  const ends = (text: string): string => text.charAt(0) + text.charAt(text.length - 1);
  const letters = ends(protocol);
  if (/^[0-9A-Za-z]{2}$/.test(letters)) return letters;
  return ends(Array.from(protocol, (char) => char.charCodeAt(0).toString(16).padStart(2, '0')).join(''));
}

function sortedHex(values: readonly number[]): string {
  return values.map(hex4).sort().join(',');
}

function hex4(value: number): string {
  return value.toString(16).padStart(4, '0');
}
