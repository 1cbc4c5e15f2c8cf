import { isDigit } from './http1-detect.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const SEMICOLON = 59;

/** Reads one chunk-size line (RFC 9112 section 7.1) in any cutting, without keeping its bytes. */
export interface ChunkSizeLine {
  readonly begin: () => void;
  /** Takes bytes from `from` on; returns the position after the last byte looked at. Then ask `outcome`. */
  readonly read: (chunk: Uint8Array, from: number) => number;
  readonly outcome: () => 'more' | 'done' | 'bad';
  /** Chunk size in bytes, after `done`. */
  readonly size: () => number;
  /** One sentence, after `bad`. */
  readonly problem: () => string;
}

type Place = 'size' | 'blank' | 'extension' | 'after-cr';

export function createChunkSizeLine(lineBytesMax: number): ChunkSizeLine {
  let outcome: 'more' | 'done' | 'bad' = 'more';
  let place: Place = 'size';
  let size = 0;
  let digits = 0;
  let lineBytes = 0;
  let problem = '';

  function begin(): void {
    outcome = 'more';
    place = 'size';
    size = 0;
    digits = 0;
    lineBytes = 0;
  }

  function read(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && outcome === 'more') {
      lineBytes += 1;
      if (lineBytes > lineBytesMax) fail(`A chunk-size line is longer than ${lineBytesMax} bytes.`);
      else take(chunk[at] as number);
      at += 1;
    }
    return at;
  }

  function take(byte: number): void {
    if (place === 'after-cr') {
      if (byte === LF) outcome = 'done';
      else fail('A chunk-size line holds a carriage return that does not end it.');
    } else if (place === 'size' && hexValue(byte) >= 0) {
      size = size * 16 + hexValue(byte);
      digits += 1;
      if (size > Number.MAX_SAFE_INTEGER) fail('A chunk size is larger than 2^53 - 1.');
    } else if (digits === 0) {
      fail('A chunk does not begin with its size in hexadecimal.');
    } else if (byte === LF) {
      outcome = 'done';
    } else if (byte === CR) {
      place = 'after-cr';
    } else if (place === 'extension' || byte === SEMICOLON) {
      place = 'extension';
    } else if (byte === SPACE || byte === TAB) {
      place = 'blank';
    } else {
      fail('A chunk size is followed by something that is neither an extension nor a line end.');
    }
  }

  function fail(sentence: string): void {
    outcome = 'bad';
    problem = sentence;
  }

  return { begin, read, outcome: () => outcome, size: () => size, problem: () => problem };
}

function hexValue(byte: number): number {
  if (isDigit(byte)) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
