/**
 * What `core` needs from the runtime it runs in. Everything here is synchronous and total: it never throws
 * for any input bytes.
 */
export interface Platform {
  /** Bytes `from` (inclusive) to `to` (exclusive) as ISO 8859-1 text: one character a byte, lossless. */
  readonly latin1: (bytes: Uint8Array, from: number, to: number) => string;
  /** The same as UTF-8, a byte order mark kept; what is malformed becomes U+FFFD. */
  readonly utf8: (bytes: Uint8Array, from: number, to: number) => string;
  /** The low eight bits of every UTF-16 unit. */
  readonly bytesOfLatin1: (text: string) => Uint8Array;
  /** UTF-8; a lone surrogate becomes U+FFFD. */
  readonly bytesOfUtf8: (text: string) => Uint8Array;
  /** RFC 4648 section 4, padded. */
  readonly base64: (bytes: Uint8Array) => string;
  /** Either alphabet of RFC 4648, with or without padding; what is no digit is passed over. */
  readonly bytesOfBase64: (text: string) => Uint8Array;
  /** Digests as lower-case hexadecimal digits (RFC 1321, FIPS 180-4). MD5 is for fingerprints that are made of it only. */
  readonly md5Hex: (bytes: Uint8Array) => string;
  readonly sha256Hex: (bytes: Uint8Array) => string;
}
