/**
 * What `core` needs from the runtime it runs in. Everything here is synchronous and total: it never throws
 * for any input bytes. The bytes of a key are not changed after they were used: what a runtime makes of them may be kept.
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
  /** The raw digest (FIPS 180-4, RFC 1321). */
  readonly digest: (hash: HashName, bytes: Uint8Array) => Uint8Array;
  /** RFC 2104; any length of key. */
  readonly hmac: (hash: HashName, key: Uint8Array, data: Uint8Array) => Uint8Array;
  /**
   * Opens what an AEAD cipher sealed, its tag (16 bytes, 8 with `ccm-8`) at the end: AES-GCM and AES-CCM (RFC 5116, RFC 6655), their key sizes by
   * the length of `key`, and ChaCha20-Poly1305 (RFC 8439). `nonce` has 12 bytes. Null where the tag does not match or a length cannot be.
   */
  readonly openAead: (
    cipher: AeadName,
    key: Uint8Array,
    nonce: Uint8Array,
    associated: Uint8Array,
    sealed: Uint8Array,
  ) => Uint8Array | null;
  /**
   * Undoes CBC (NIST SP 800-38A), the padding left in place: AES by a key of 16 or 32 bytes, triple DES by one of 24. Null where a length cannot be:
   * `bytes` is whole blocks.
   */
  readonly openCbc: (key: Uint8Array, iv: Uint8Array, bytes: Uint8Array) => Uint8Array | null;
  /** One block of 16 bytes through AES in the forward direction, key of 16 or 32 bytes; null where a length cannot be. */
  readonly aesBlock: (key: Uint8Array, block: Uint8Array) => Uint8Array | null;
  /**
   * `bytes` under the key stream of ChaCha20 (RFC 8439 section 2.4), key of 32 bytes; `counterAndNonce` is 16 bytes, the counter first and
   * little-endian. Null where a length cannot be.
   */
  readonly chacha20: (key: Uint8Array, counterAndNonce: Uint8Array, bytes: Uint8Array) => Uint8Array | null;
  /** The whole of what was compressed; null when it is malformed, ends early or would be longer than `bytesMax`. */
  readonly inflate: (format: InflateFormat, bytes: Uint8Array, bytesMax: number) => Uint8Array | null;
}

export type HashName = 'md5' | 'sha1' | 'sha256' | 'sha384' | 'sha512';
export type AeadName = 'aes-gcm' | 'aes-ccm' | 'aes-ccm-8' | 'chacha20-poly1305';
/** Raw deflate (RFC 1951), zlib (RFC 1950), gzip (RFC 1952), Brotli (RFC 7932). */
export type InflateFormat = 'raw' | 'zlib' | 'gzip' | 'brotli';
