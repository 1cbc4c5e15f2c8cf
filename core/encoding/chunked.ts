import type { Platform } from '../model/platform.ts';
import { type Pieces } from './byte-source.ts';

/** Longer chunk lines are no chunked coding. */
const lineBytesMax = 4096;

/**
 * Takes the chunked transfer coding (RFC 9112 section 7.1) off a body that came in pieces. `onTrailers` gets the
 * trailer section with its empty line, if there is one. Bytes that are not chunked at all pass as they are.
 */
export async function* unchunked(
  pieces: Pieces,
  platform: Platform,
  onTrailers: (section: string) => void,
): Pieces {
  let held: Uint8Array = new Uint8Array(0);
  let state: 'size' | 'data' | 'data-end' | 'trailers' | 'raw' = 'size';
  let remaining = 0;
  let isFirst = true;
  for (;;) {
    const step = await pieces.next();
    if (step.done === true) {
      if (state === 'trailers') onTrailers(trailerText(held));
      else if (isFirst && held.length > 0) yield held;
      return step.value;
    }
    held = held.length === 0 ? step.value : concat(held, step.value);
    for (let more = true; more && held.length > 0;) {
      switch (state) {
        case 'size': {
          const size = readSize(held);
          if (size === null) {
            more = false;
            break;
          }
          if (size.bytes < 0) {
            state = 'raw';
            break;
          }
          held = held.subarray(size.lineBytes);
          remaining = size.bytes;
          isFirst = false;
          state = remaining === 0 ? 'trailers' : 'data';
          break;
        }
        case 'data': {
          const data = held.subarray(0, remaining);
          yield data;
          held = held.subarray(data.length);
          remaining -= data.length;
          if (remaining === 0) state = 'data-end';
          break;
        }
        case 'data-end': {
          const end = held[0] === 13 ? 2 : 1;
          if (held.length < end) {
            more = false;
            break;
          }
          held = held.subarray(end);
          state = 'size';
          break;
        }
        case 'raw':
          yield held;
          held = held.subarray(held.length);
          break;
        case 'trailers':
          if (held.length > lineBytesMax * 16) held = held.subarray(0, lineBytesMax * 16);
          more = false;
          break;
        default:
          state satisfies never;
      }
    }
    held = held.slice();
  }

  function trailerText(bytes: Uint8Array): string {
    const text = platform.latin1(bytes, 0, bytes.length);
    return /^\r?\n?$/.test(text) ? '' : text;
  }

  /** Null: the line is not complete; a negative size: this is no chunk line. */
  function readSize(bytes: Uint8Array): { bytes: number; lineBytes: number } | null {
    const newline = bytes.indexOf(10);
    if (newline < 0 && bytes.length < lineBytesMax) return null;
    const line = platform.latin1(bytes, 0, newline < 0 ? lineBytesMax : newline);
    const digits = /^([0-9a-f]{1,12})[ \t]*(?:;[^\r\n]*)?\r?$/i.exec(line)?.[1];
    return digits === undefined || newline < 0
      ? { bytes: -1, lineBytes: 0 }
      : { bytes: parseInt(digits, 16), lineBytes: newline + 1 };
  }
}

/** Puts the chunked coding on, a chunk for each piece, and the trailer sections behind. */
export async function* chunked(pieces: Pieces, trailers: readonly string[], platform: Platform): Pieces {
  for (;;) {
    const step = await pieces.next();
    if (step.done === true) {
      yield platform.bytesOfLatin1(`0\r\n${trailers.length === 0 ? '\r\n' : trailers.join('')}`);
      return step.value;
    }
    if (step.value.length === 0) continue;
    yield platform.bytesOfLatin1(`${step.value.length.toString(16)}\r\n`);
    yield step.value;
    yield platform.bytesOfLatin1('\r\n');
  }
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
