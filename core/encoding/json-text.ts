import type { Platform } from '../model/platform.ts';
import { piecesOf, type ByteSource, type Pieces } from './byte-source.ts';
import type { JsonRange } from './json-skim.ts';
import { unfinishedBytes } from './utf8.ts';

const backslash = 0x5c;
/** `\uD83D\uDE00`: the longest escape that must be seen as a whole. */
const escapeBytesMax = 12;

/**
 * The content of a JSON string (RFC 8259 section 7) that rests in a source, as UTF-8 in pieces. What is between
 * escapes passes as it is; an escape that is none becomes U+FFFD.
 */
export async function* unescapedPieces(source: ByteSource, range: JsonRange, platform: Platform): Pieces {
  let rest: Uint8Array = new Uint8Array(0);
  const pieces = piecesOf(source, range.from, range.to);
  for (;;) {
    const step = await pieces.next();
    const last = step.done === true;
    const bytes = last ? rest : rest.length === 0 ? step.value : joined(rest, step.value);
    const { text, used } = unescaped(bytes, last, platform);
    if (text.length > 0) yield text;
    rest = bytes.slice(used);
    if (last) return step.value;
  }
}

/**
 * One piece for all of `bytes`, however many escapes are in it. `used` is less than all where an escape is at the end
 * that may go on behind it.
 */
function unescaped(
  bytes: Uint8Array,
  last: boolean,
  platform: Platform,
): { readonly text: Uint8Array; readonly used: number } {
  let at = bytes.indexOf(backslash);
  if (at < 0) return { text: bytes, used: bytes.length };
  // Two bytes that are no escape become three; a lone backslash at the very end as well.
  const text = new Uint8Array(Math.ceil(bytes.length * 1.5) + 2);
  let size = 0;
  let from = 0;
  for (; at >= 0; at = bytes.indexOf(backslash, from)) {
    text.set(bytes.subarray(from, at), size);
    size += at - from;
    if (!last && bytes.length - at < escapeBytesMax) return { text: text.subarray(0, size), used: at };
    const simple = simpleEscapes.get(bytes[at + 1] ?? 0);
    if (simple === undefined) {
      const escape = readEscape(platform.latin1(bytes, at, Math.min(bytes.length, at + escapeBytesMax)));
      const written = platform.bytesOfUtf8(escape.text);
      text.set(written, size);
      size += written.length;
      from = at + escape.length;
    } else {
      text[size++] = simple;
      from = at + 2;
    }
  }
  text.set(bytes.subarray(from), size);
  return { text: text.subarray(0, size + bytes.length - from), used: bytes.length };
}

/** What stands behind the backslash, and what it means. */
const simpleEscapes: ReadonlyMap<number, number> = new Map(
  ['b\b', 'f\f', 'n\n', 'r\r', 't\t', '""', '\\\\', '//'].map((pair) => [
    pair.charCodeAt(0),
    pair.charCodeAt(1),
  ]),
);

/** An escape of a code unit, or what is none. */
function readEscape(text: string): { text: string; length: number } {
  const pair = /^\\u(d[89ab][0-9a-f]{2})\\u(d[c-f][0-9a-f]{2})/i.exec(text);
  if (pair !== null) {
    return {
      text: String.fromCharCode(parseInt(pair[1] ?? '', 16), parseInt(pair[2] ?? '', 16)),
      length: 12,
    };
  }
  const unit = /^\\u([0-9a-f]{4})/i.exec(text);
  return unit === null
    ? { text: '\ufffd', length: Math.min(2, text.length) }
    : { text: String.fromCharCode(parseInt(unit[1] ?? '', 16)), length: 6 };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** Undoes base64 in pieces; what is no digit is passed over. */
export async function* base64DecodedPieces(pieces: Pieces, platform: Platform): Pieces {
  let held = '';
  for (;;) {
    const step = await pieces.next();
    if (step.done === true) {
      if (held !== '') yield platform.bytesOfBase64(held);
      return step.value;
    }
    const text = held + platform.latin1(step.value, 0, step.value.length).replace(/[^A-Za-z0-9+/_-]/g, '');
    const whole = text.length - (text.length % 4);
    held = text.slice(whole);
    if (whole > 0) yield platform.bytesOfBase64(text.slice(0, whole));
  }
}

/** Bytes as base64 in pieces. */
export async function* base64Texts(pieces: Pieces, platform: Platform): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : joined(rest, piece);
    const whole = bytes.length - (bytes.length % 3);
    rest = bytes.slice(whole);
    if (whole > 0) yield platform.base64(bytes.subarray(0, whole));
  }
  if (rest.length > 0) yield platform.base64(rest);
}

/** Valid UTF-8 as the inside of a JSON string, in pieces. */
export async function* escapedTexts(pieces: Pieces, platform: Platform): AsyncGenerator<string> {
  let rest: Uint8Array = new Uint8Array(0);
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : joined(rest, piece);
    const whole = bytes.length - unfinishedBytes(bytes);
    rest = bytes.slice(whole);
    yield JSON.stringify(platform.utf8(bytes, 0, whole)).slice(1, -1);
  }
  if (rest.length > 0) yield JSON.stringify(platform.utf8(rest, 0, rest.length)).slice(1, -1);
}
