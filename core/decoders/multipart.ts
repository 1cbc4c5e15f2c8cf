import { fail, succeed } from '../model/result.ts';
import { mediaTypeOf, parameterOf, type Decoder } from './decoder.ts';
import type { Multipart, Part } from './parts.ts';
import { decodeLatin1, decodeUtf8, isUtf8 } from './utf8.ts';

const partsMax = 1000;
const headBytesMax = 65_536;
const fieldsMax = 100;
/** RFC 2046 section 5.1.1. */
const boundaryCharsMax = 70;

/** Multipart bodies: form data (RFC 7578), mixed, related, byte ranges (RFC 2046 section 5.1). */
export const multipart: Decoder = {
  id: 'multipart',
  name: 'Parts',
  bytesMax: 33_554_432,
  recognises: ({ contentType, bytes }) =>
    bytes.length > 2 && (mediaTypeOf(contentType).startsWith('multipart/') || guessBoundary(bytes) !== null),
  decode: ({ contentType, bytes, complete }) => {
    const named = parameterOf(contentType ?? '', 'boundary');
    const notes: string[] = [];
    let boundary = named;
    if (boundary !== null && boundary.length > boundaryCharsMax)
      notes.push(`The boundary is longer than the ${boundaryCharsMax} characters that are allowed.`);
    if (
      boundary === null ||
      (boundary !== '' && findBoundary(bytes, latin1Bytes(`--${boundary}`), 0) === -1)
    ) {
      const guessed = guessBoundary(bytes);
      if (guessed === null)
        return fail(
          'no-boundary',
          named === null
            ? 'The content type names no boundary between the parts.'
            : 'The boundary that the content type names does not occur in the body.',
        );
      notes.push(
        'The boundary of the content type is missing or wrong; the one that the body itself uses was taken.',
      );
      boundary = guessed;
    }
    return succeed(readParts(bytes, boundary, complete, notes));
  },
};

function readParts(bytes: Uint8Array, boundary: string, complete: boolean, notes: string[]): Multipart {
  const delimiter = latin1Bytes(`--${boundary}`);
  const parts: Part[] = [];
  let closed = false;
  let at = findBoundary(bytes, delimiter, 0);
  if (at > 2) notes.push('There is text before the first part; it is in the bytes view.');
  while (at !== -1) {
    let from = at + delimiter.length;
    if (bytes[from] === 0x2d && bytes[from + 1] === 0x2d) {
      closed = true;
      break;
    }
    if (parts.length >= partsMax) {
      notes.push(`Only the first ${partsMax.toLocaleString('en')} parts are shown.`);
      closed = true;
      break;
    }
    const line = bytes.indexOf(0x0a, from);
    if (line === -1) break;
    from = line + 1;
    const next = findBoundary(bytes, delimiter, from);
    parts.push(readPart(bytes, from, next === -1 ? bytes.length : partEnd(bytes, from, next)));
    at = next;
  }
  if (!closed)
    notes.push(
      complete
        ? 'The closing boundary is missing: the body was cut off or is malformed.'
        : 'The body goes on after what was read; the last part may be longer.',
    );
  return { kind: 'multipart', boundary, parts, closed, notes };
}

/** The line break before a boundary belongs to the boundary. */
function partEnd(bytes: Uint8Array, from: number, boundaryAt: number): number {
  let end = boundaryAt;
  if (end > from && bytes[end - 1] === 0x0a) end -= 1;
  if (end > from && bytes[end - 1] === 0x0d) end -= 1;
  return end;
}

function readPart(bytes: Uint8Array, from: number, to: number): Part {
  const head = headEnd(bytes, from, to);
  const lines = headText(bytes, from, head.to)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)
    .filter((line) => line.includes(':'))
    .slice(0, fieldsMax);
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
  });
  const field = (name: string) => headers.find(([each]) => each.toLowerCase() === name)?.[1] ?? null;
  const disposition = field('content-disposition') ?? '';
  return {
    headers,
    name: parameterOf(disposition, 'name'),
    fileName: extendedName(parameterOf(disposition, 'filename*')) ?? parameterOf(disposition, 'filename'),
    contentType: field('content-type'),
    from: head.next,
    to,
  };
}

function headEnd(
  bytes: Uint8Array,
  from: number,
  to: number,
): { readonly to: number; readonly next: number } {
  const limit = Math.min(to, from + headBytesMax);
  let line = from;
  while (line < limit) {
    const newline = bytes.indexOf(0x0a, line);
    if (newline === -1 || newline >= limit) break;
    const empty = newline === line || (newline === line + 1 && bytes[line] === 0x0d);
    if (empty) return { to: line, next: newline + 1 };
    line = newline + 1;
  }
  return { to: from, next: from };
}

/** RFC 7578 section 5.1: names are UTF-8 in practice. */
function headText(bytes: Uint8Array, from: number, to: number): string {
  return isUtf8(bytes, from, to) ? decodeUtf8(bytes, from, to) : decodeLatin1(bytes, from, to);
}

/** `UTF-8''caf%C3%A9` (RFC 8187). */
function extendedName(value: string | null): string | null {
  const encoded = /^utf-8'[^']*'(.*)$/i.exec(value ?? '')?.[1];
  if (encoded === undefined) return null;
  try {
    return decodeURIComponent(encoded);
  } catch {
    return encoded;
  }
}

/** The next delimiter that stands at the beginning of a line. */
function findBoundary(bytes: Uint8Array, delimiter: Uint8Array, from: number): number {
  for (let at = from; ; at += 1) {
    at = bytes.indexOf(0x2d, at);
    if (at === -1 || at + delimiter.length > bytes.length) return -1;
    if (at > 0 && bytes[at - 1] !== 0x0a) continue;
    let same = 0;
    while (same < delimiter.length && bytes[at + same] === delimiter[same]) same += 1;
    if (same === delimiter.length && endsLine(bytes, at + same)) return at;
  }
}

/** Nothing but the closing dashes and white space stands behind a boundary: `--x` is none where `--xy` is. */
function endsLine(bytes: Uint8Array, at: number): boolean {
  const closing = bytes[at] === 0x2d && bytes[at + 1] === 0x2d;
  const byte = bytes[at] ?? 0x0a;
  return closing || byte === 0x0a || byte === 0x0d || byte === 0x20 || byte === 0x09;
}

/** The boundary that the first line of the body names, where a header line follows it. */
function guessBoundary(bytes: Uint8Array): string | null {
  if (bytes[0] !== 0x2d || bytes[1] !== 0x2d) return null;
  const text = decodeLatin1(bytes, 0, 512);
  return /^--([^\s][^\r\n]{0,69})\r?\ncontent-[a-z-]+:/i.exec(text)?.[1]?.trimEnd() ?? null;
}

function latin1Bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0) & 0xff);
}
