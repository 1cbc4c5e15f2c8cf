import { fail, succeed, type Result } from '../model/result.ts';
import { decodeBase64 } from './base64.ts';
import { decodeLatin1, encodeUtf8 } from './utf8.ts';

export interface DataUrl {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

const charsMax = 16_777_216;

/** A data: URL taken apart (RFC 2397, WHATWG Fetch section 6). */
export function readDataUrl(url: string): Result<DataUrl> {
  const text = url.trim();
  const comma = text.slice(0, 4096).indexOf(',');
  if (!/^data:/i.test(text) || comma === -1)
    return fail(
      'not-a-data-url',
      'It is not a data: URL: those begin with data: and have a comma before the data.',
    );
  if (text.length > charsMax)
    return fail('too-long', 'A data: URL of more than 16 Mi characters is not decoded.');
  const head = text.slice(5, comma).trim();
  const base64 = /;\s*base64$/i.test(head);
  const mediaType = head.replace(/;\s*base64$/i, '');
  const data = percentBytes(text.slice(comma + 1));
  if (!base64) return succeed({ mediaType: mediaType || 'text/plain;charset=US-ASCII', bytes: data });
  const bytes = decodeBase64(decodeLatin1(data));
  if (bytes === null) return fail('not-base64', 'The data after the comma is not base64.');
  return succeed({ mediaType: mediaType || 'text/plain;charset=US-ASCII', bytes });
}

/** Escapes undone into bytes; a % without two digits stays. */
export function percentBytes(text: string): Uint8Array {
  const bytes = encodeUtf8(text);
  let length = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const digits = bytes[at] === 0x25 ? hexPair(bytes[at + 1], bytes[at + 2]) : -1;
    if (digits !== -1) at += 2;
    bytes[length++] = digits === -1 ? (bytes[at] ?? 0) : digits;
  }
  return bytes.slice(0, length);
}

function hexPair(high: number | undefined, low: number | undefined): number {
  const digits = String.fromCharCode(high ?? 0, low ?? 0);
  return /^[0-9A-Fa-f]{2}$/.test(digits) ? parseInt(digits, 16) : -1;
}
