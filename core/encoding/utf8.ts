/** Checks bytes that come in pieces against UTF-8 (RFC 3629 section 4); holds no bytes. */
export interface Utf8Check {
  /** False as soon as the bytes so far cannot be UTF-8. */
  readonly add: (bytes: Uint8Array) => boolean;
  /** Whether all of it was UTF-8, the last character complete. */
  readonly end: () => boolean;
}

export function createUtf8Check(): Utf8Check {
  /** Continuation bytes still to come, and what the next one may be. */
  let missing = 0;
  let low = 0x80;
  let high = 0xbf;
  let valid = true;

  function add(bytes: Uint8Array): boolean {
    if (!valid) return false;
    for (const byte of bytes) {
      if (missing === 0) {
        if (byte < 0x80) continue;
        if (!lead(byte)) return (valid = false);
      } else {
        if (byte < low || byte > high) return (valid = false);
        missing -= 1;
        low = 0x80;
        high = 0xbf;
      }
    }
    return true;
  }

  function lead(byte: number): boolean {
    if (byte < 0xc2 || byte > 0xf4) return false;
    missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    if (byte === 0xe0) low = 0xa0;
    if (byte === 0xed) high = 0x9f;
    if (byte === 0xf0) low = 0x90;
    if (byte === 0xf4) high = 0x8f;
    return true;
  }

  return { add, end: () => valid && missing === 0 };
}

/** How many bytes at the end of valid UTF-8 belong to a character that goes on in the next piece: 0 to 3. */
export function unfinishedBytes(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) return back < (byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4) ? back : 0;
  }
  return 0;
}

/** Text of one character a byte (ISO 8859-1) read as UTF-8; null when its bytes are none. */
export function utf8OfLatin1(text: string): string | null {
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    return decodeURIComponent(
      text.replace(/[%\x80-\xff]/g, (unit) => `%${unit.charCodeAt(0).toString(16).padStart(2, '0')}`),
    );
  } catch {
    return null;
  }
}

/** The UTF-8 bytes of text, one character a byte; characters up to U+00FF of text that has no higher ones stay. */
export function latin1OfHeader(text: string): string {
  if (!/[^\x00-\xff]/.test(text)) return text;
  return Array.from(text, (character) => {
    const encoded = isLone(character) ? '%EF%BF%BD' : encodeURIComponent(character);
    return encoded.startsWith('%')
      ? encoded.replace(/%([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(parseInt(hex, 16)))
      : encoded;
  }).join('');
}

/** A surrogate without its other half, which no encoding can express. */
export function isLone(character: string): boolean {
  return /^[\ud800-\udfff]$/.test(character);
}
