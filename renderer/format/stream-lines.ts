import type { Followed } from '../../core/contract/packets.ts';
import type { End } from '../../core/packets/tcp-events.ts';
import { formatBytesAs, hexRowBytes } from './hex.ts';
import { printable } from './byte-forms.ts';

export const streamForms = ['text', 'hex'] as const;
export type StreamForm = (typeof streamForms)[number];
export const streamSides = ['both', 'a', 'b'] as const;
export type StreamSide = (typeof streamSides)[number];

type Piece = Followed['pieces'][number];

/** One line of a followed stream. */
export interface StreamLine {
  readonly end: End;
  /** The packet that it began in. */
  readonly packet: number;
  readonly atUs: number;
  /** The first line of its piece: it says who speaks. */
  readonly isFirst: boolean;
  /** So many bytes are missing here; the line says nothing else. 0 for a line of the stream. */
  readonly missing: number;
  readonly text: string;
}

/** Longer lines go on in the next one. */
const lineCharsMax = 400;

/** Pieces as lines to show. Text is UTF-8 where it is that, else Latin-1; what cannot be shown is a dot. */
export function streamLines(
  pieces: readonly Piece[],
  form: StreamForm,
  side: StreamSide,
): readonly StreamLine[] {
  const lines: StreamLine[] = [];
  const offsets = { a: 0, b: 0 };
  for (const { end, packet, atUs, bytes, missingBefore } of pieces) {
    const from = offsets[end] + missingBefore;
    offsets[end] = from + bytes.length;
    if (side !== 'both' && side !== end) continue;
    const line = { end, packet, atUs };
    if (missingBefore > 0) lines.push({ ...line, isFirst: true, missing: missingBefore, text: '' });
    const texts = form === 'hex' ? hexTexts(bytes, from) : textLines(bytes);
    for (const [at, text] of texts.entries()) lines.push({ ...line, isFirst: at === 0, missing: 0, text });
  }
  return lines;
}

function hexTexts(bytes: Uint8Array, from: number): string[] {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; at += hexRowBytes) {
    const part = bytes.subarray(at, at + hexRowBytes);
    const hex = formatBytesAs(part, 'hex').padEnd(hexRowBytes * 3 - 1);
    texts.push(`${(from + at).toString(16).padStart(8, '0')}  ${hex}  ${printable(part)}`);
  }
  return texts;
}

function textLines(bytes: Uint8Array): string[] {
  const lines = decoded(bytes)
    .replace(/\r\n/g, '\n')
    .split('\n')
    // Nothing may move the letters that follow it, or turn them round.
    .map((line) =>
      line.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '·'),
    );
  if (lines.length > 1 && lines.at(-1) === '') lines.pop();
  return lines.flatMap((line) => {
    if (line.length <= lineCharsMax) return [line];
    const parts: string[] = [];
    for (let at = 0; at < line.length; at += lineCharsMax) parts.push(line.slice(at, at + lineCharsMax));
    return parts;
  });
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('latin1').decode(bytes);
  }
}

/** The line behind (or before) `from` that holds a text, whatever its case; round and round, null for none. */
export function findLine(
  lines: readonly StreamLine[],
  wanted: string,
  from: number,
  backwards: boolean,
): number | null {
  const sought = wanted.toLowerCase();
  if (sought === '' || lines.length === 0) return null;
  const by = backwards ? -1 : 1;
  for (let step = 1; step <= lines.length; step += 1) {
    const at = (((from + by * step) % lines.length) + lines.length) % lines.length;
    if (lines[at]?.text.toLowerCase().includes(sought) === true) return at;
  }
  return null;
}

/** The bytes of one end, or of both in the order they came. */
export function streamBytes(pieces: readonly Piece[], side: StreamSide): Uint8Array {
  const wanted = pieces.filter(({ end }) => side === 'both' || side === end);
  const bytes = new Uint8Array(wanted.reduce((sum, piece) => sum + piece.bytes.length, 0));
  let at = 0;
  for (const piece of wanted) {
    bytes.set(piece.bytes, at);
    at += piece.bytes.length;
  }
  return bytes;
}
