import { unfinishedBytes } from '../encoding/utf8.ts';
import type { WordCache } from '../encoding/word-cache.ts';
import type { Platform } from '../model/platform.ts';

/** An argument as redis-cli takes it: as it is where it is plain, else in quotes with escapes; … where not all of it is there. */
export function redisArgument(
  platform: Platform,
  words: WordCache,
  bytes: Uint8Array,
  from: number,
  to: number,
  length: number,
): string {
  if (length === 0) return '""';
  for (let at = from; at < to; at++)
    if (!isPlain(bytes[at] as number)) return `"${redisText(platform, bytes, from, to, length, true)}"`;
  const text = words.text(bytes, from, to);
  return to - from < length ? `${text}…` : text;
}

/** UTF-8 as text, what is none as `\xNN`; control characters are escaped, and with `quoted` also what quotes would be mistaken for. */
export function redisText(
  platform: Platform,
  bytes: Uint8Array,
  from: number,
  to: number,
  length: number,
  quoted: boolean,
): string {
  const isCut = to - from < length;
  const end = isCut ? to - unfinishedBytes(bytes.subarray(from, to)) : to;
  const decoded = platform.utf8(bytes, from, end);
  const text = decoded.includes('\ufffd') ? latin1Escaped(platform, bytes, from, end) : decoded;
  const escaped = text.replace(
    quoted ? /["\\\u0000-\u001f\u007f-\u009f]/g : /[\u0000-\u001f\u007f-\u009f]/g,
    escapeOf,
  );
  const whole = decoded.includes('\ufffd') ? escaped.replace(/\ufffc([0-9a-f]{2})/g, '\\x$1') : escaped;
  return isCut ? `${whole}…` : whole;
}

/** Bytes above ASCII as U+FFFC and two digits, so that their backslash is not escaped once more. */
function latin1Escaped(platform: Platform, bytes: Uint8Array, from: number, to: number): string {
  return platform
    .latin1(bytes, from, to)
    .replace(/[\u0080-\u00ff]/g, (character) => `\ufffc${character.charCodeAt(0).toString(16)}`);
}

function escapeOf(character: string): string {
  switch (character) {
    case '\n':
      return '\\n';
    case '\r':
      return '\\r';
    case '\t':
      return '\\t';
    case '"':
    case '\\':
      return `\\${character}`;
    default:
      return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  }
}

/** Printable ASCII but a space, quotes and a backslash. */
function isPlain(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x27 && byte !== 0x5c;
}
