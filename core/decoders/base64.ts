const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const urlSafe = `${standard.slice(0, 62)}-_`;

/**
 * Base64 or base64url (RFC 4648 sections 4 and 5), padded or not, white space passed over. Null for anything else.
 */
export function decodeBase64(text: string): Uint8Array | null {
  const bytes = new Uint8Array(Math.ceil((text.length * 3) / 4));
  let length = 0;
  let held = 0;
  let bits = 0;
  let letters = 0;
  let padding = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0x20 || (code >= 0x09 && code <= 0x0d)) continue;
    if (code === 0x3d) {
      padding += 1;
      continue;
    }
    const value = base64Value(code);
    if (value === -1 || padding > 0) return null;
    letters += 1;
    held = ((held << 6) | value) & 0xffffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[length++] = (held >> bits) & 0xff;
    }
  }
  const whole = letters % 4 !== 1 && (padding === 0 || (letters + padding) % 4 === 0) && padding <= 2;
  return whole ? bytes.slice(0, length) : null;
}

export function encodeBase64(bytes: Uint8Array, alphabet: 'standard' | 'url' = 'standard'): string {
  const letters = alphabet === 'url' ? urlSafe : standard;
  const parts: string[] = [];
  for (let at = 0; at < bytes.length; at += 3) {
    const left = bytes.length - at;
    const word = ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const four = [18, 12, 6, 0].map((shift) => letters.charAt((word >> shift) & 63));
    parts.push(...four.slice(0, left >= 3 ? 4 : left + 1));
    if (left < 3 && alphabet === 'standard') parts.push('='.repeat(3 - left));
  }
  return parts.join('');
}

/** The six bits a character of either alphabet stands for, -1 for any other. */
export function base64Value(code: number): number {
  if (code >= 0x41 && code <= 0x5a) return code - 0x41;
  if (code >= 0x61 && code <= 0x7a) return code - 0x61 + 26;
  if (code >= 0x30 && code <= 0x39) return code - 0x30 + 52;
  if (code === 0x2b || code === 0x2d) return 62;
  return code === 0x2f || code === 0x5f ? 63 : -1;
}
