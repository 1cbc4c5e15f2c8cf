/**
 * Just enough DER (ITU-T X.690) to write a leaf certificate and to read fields of a certificate that OpenSSL has
 * already accepted. Certificates of strangers are never read with this.
 */

/** Tags used in certificates (RFC 5280 section 4.1). */
export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** One element: tag, minimal length, then `contents` one after another. */
export function element(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const content of contents) size += content.length;
  const head = [tag, ...lengthBytes(size)];
  const bytes = new Uint8Array(head.length + size);
  bytes.set(head);
  let offset = head.length;
  for (const content of contents) {
    bytes.set(content, offset);
    offset += content.length;
  }
  return bytes;
}

export function sequence(...contents: readonly Uint8Array[]): Uint8Array {
  return element(tags.sequence, ...contents);
}

/** `dotted`: at least two arcs, the first 0 or 1 or 2 (X.690 section 8.19). */
export function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes: number[] = [];
  for (const arc of [first * 40 + second, ...rest]) {
    const groups = [arc & 0x7f];
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return element(tags.objectIdentifier, Uint8Array.from(bytes));
}

export function utf8String(text: string): Uint8Array {
  return element(tags.utf8String, new TextEncoder().encode(text));
}

/** UTCTime up to 2049, GeneralizedTime from 2050 on, whole seconds (RFC 5280 section 4.1.2.5). */
export function time(atMs: number): Uint8Array {
  const digits = new Date(atMs).toISOString().replace(/\.\d+Z$|[-:T]/g, '') + 'Z';
  const isUtcTime = digits < '2050';
  return element(
    isUtcTime ? tags.utcTime : tags.generalizedTime,
    new TextEncoder().encode(isUtcTime ? digits.slice(2) : digits),
  );
}

/** BIT STRING of whole bytes. */
export function bitString(bytes: Uint8Array): Uint8Array {
  return element(tags.bitString, Uint8Array.of(0), bytes);
}

/** One element found in `bytes`: the whole of it, and its contents; both are views. */
export interface Element {
  readonly tag: number;
  readonly whole: Uint8Array;
  readonly content: Uint8Array;
}

/** The elements that fill `bytes`, or null if they do not fill it exactly. Lengths up to 2^24 - 1 bytes. */
export function elements(bytes: Uint8Array): readonly Element[] | null {
  const found: Element[] = [];
  let offset = 0;
  while (offset < bytes.length) {
    const tag = bytes[offset] ?? 0;
    const first = bytes[offset + 1];
    if (first === undefined) return null;
    const extraBytes = first < 0x80 ? 0 : first & 0x7f;
    if (extraBytes > 3 || first === 0x80) return null;
    let size = extraBytes === 0 ? first : 0;
    for (let index = 0; index < extraBytes; index++) size = size * 256 + (bytes[offset + 2 + index] ?? 0);
    const start = offset + 2 + extraBytes;
    if (start + size > bytes.length) return null;
    found.push({
      tag,
      whole: bytes.subarray(offset, start + size),
      content: bytes.subarray(start, start + size),
    });
    offset = start + size;
  }
  return found;
}

function lengthBytes(size: number): number[] {
  if (size < 0x80) return [size];
  const bytes: number[] = [];
  for (let left = size; left > 0; left >>>= 8) bytes.unshift(left & 0xff);
  return [0x80 | bytes.length, ...bytes];
}
