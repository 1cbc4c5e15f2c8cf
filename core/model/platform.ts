/**
 * What `core` needs from the runtime it runs in. Everything here is synchronous and total: it never throws
 * for any input bytes.
 */
export interface Platform {
  /** Bytes `from` (inclusive) to `to` (exclusive) as ISO 8859-1 text: one character a byte, lossless. */
  readonly latin1: (bytes: Uint8Array, from: number, to: number) => string;
}
