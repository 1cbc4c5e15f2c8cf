import { base64Value } from './base64.ts';

/**
 * A byte that was decoded. `from` is the place of the first character of its group of four and `fromAtUs` when that
 * came, `skipped` the bytes of the group before this one (0 to 2), `to` the place behind the character that completed
 * it, which came at `atUs`.
 */
export type ByteSink = (
  byte: number,
  from: number,
  skipped: number,
  fromAtUs: number,
  to: number,
  atUs: number,
) => void;

/** Decodes base64 (RFC 4648 sections 4 and 5) a character at a time; padding may stand behind every group. */
export interface Base64Bytes {
  /** White space is passed over. False: it cannot be base64, and nothing may follow. */
  readonly character: (code: number, place: number, atUs: number) => boolean;
}

const padding = 0x3d;

export function createBase64Bytes(emit: ByteSink): Base64Bytes {
  let letters = 0;
  let bits = 0;
  let isPadding = false;
  let from = 0;
  let fromAtUs = 0;

  function character(code: number, place: number, atUs: number): boolean {
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) return true;
    if (code === padding) return pad();
    const value = base64Value(code);
    if (value === -1 || isPadding) return false;
    if (letters === 0) {
      from = place;
      fromAtUs = atUs;
    }
    bits = ((bits << 6) | value) & 0xffffff;
    letters += 1;
    const skipped = letters - 2;
    if (letters === 4) letters = 0;
    if (skipped >= 0) emit((bits >> (4 - 2 * skipped)) & 0xff, from, skipped, fromAtUs, place + 1, atUs);
    return true;
  }

  /** One padding character ends a group of three letters, two end one of two. */
  function pad(): boolean {
    if (letters < 2) return false;
    letters = letters === 3 || isPadding ? 0 : letters;
    isPadding = letters !== 0;
    return true;
  }

  return { character };
}

/** Base64 that was padded now and then, such as a body of application/grpc-web-text; null where a byte is none. */
export function decodePaddedBase64(text: Uint8Array): Uint8Array | null {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let length = 0;
  const base64 = createBase64Bytes((byte) => {
    bytes[length++] = byte;
  });
  for (const code of text) if (!base64.character(code, 0, 0)) return null;
  return bytes.subarray(0, length);
}
