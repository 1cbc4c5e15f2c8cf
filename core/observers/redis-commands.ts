import { createWordCache } from '../encoding/word-cache.ts';
import type { Platform } from '../model/platform.ts';
import { anotherLine, createRedisCutter, redisCount, unreadable } from './redis-cutter.ts';
import type { RedisLimits } from './redis-limits.ts';
import { redisArgument } from './redis-text.ts';

/** One whole command. */
export interface RedisCommand {
  /** As redis-cli takes them, the name first; no more than the bounds allow. */
  readonly args: readonly string[];
  /** How many there were. */
  readonly argCount: number;
  readonly firstAtUs: number;
  readonly atUs: number;
  readonly bytes: number;
}

/** Reads what a client sends: arrays of strings, or inline commands. */
export interface RedisCommands {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  /** Bytes are missing: goes on at the next array of strings. */
  readonly lose: () => void;
  /** Passes over everything that follows. */
  readonly stop: () => void;
}

const star = 0x2a;
const dollar = 0x24;
const argsMax = 1000;
/** More is not taken for a command (Redis: an int, and 512 MB unless configured). */
const countMax = 0x7fff_ffff;

export function createRedisCommands(
  platform: Platform,
  limits: RedisLimits,
  take: (command: RedisCommand) => void,
  lost: (atUs: number) => void,
): RedisCommands {
  const words = createWordCache(platform, 256);
  let args: string[] = [];
  let argChars = 0;
  let argCount = 0;
  /** Arguments still to come; 0 between commands. */
  let left = 0;
  let firstAtUs = 0;
  let commandFrom = 0;
  let isStopped = false;

  const cutter = createRedisCutter(
    {
      line: (bytes, from, to, length, lineFirstAtUs, atUs) => {
        if (left > 0) return stringLength(bytes, from, to);
        firstAtUs = lineFirstAtUs;
        if (length === 0) return skipLine();
        if (bytes[from] === star) return beginArray(bytes, from, to);
        if (length > limits.inlineBytesMax) return unreadable;
        return inline(platform.utf8(bytes, from, to), atUs);
      },
      payload: (bytes, from, to, length, atUs) => {
        add(redisArgument(platform, words, bytes, from, Math.min(to, from + limits.textBytesMax), length));
        left -= 1;
        if (left === 0) finish(atUs);
        return anotherLine;
      },
      lost: (atUs) => {
        left = 0;
        search.reset();
        lost(atUs);
      },
    },
    limits.inlineBytesMax + 1,
    limits.textBytesMax,
  );
  const search = createSearch();

  function bytes(chunk: Uint8Array, atUs: number): void {
    for (let at = 0; at < chunk.length && !isStopped;)
      at = cutter.isStopped() ? lookOn(chunk, at, atUs) : cutter.bytes(chunk, at, atUs);
  }

  /** Looks for the next command; returns how far. */
  function lookOn(chunk: Uint8Array, at: number, atUs: number): number {
    const to = search.find(chunk, at, atUs);
    cutter.skip((to < 0 ? chunk.length : to) - at);
    if (to < 0) return chunk.length;
    begin(search.count());
    firstAtUs = search.firstAtUs();
    commandFrom = cutter.offset() - search.length();
    cutter.resume(search.stringBytes());
    return to;
  }

  function begin(count: number): void {
    args = [];
    argChars = 0;
    argCount = count;
    left = count;
  }

  function stringLength(bytes: Uint8Array, from: number, to: number): number {
    if (bytes[from] !== dollar) return unreadable;
    const length = redisCount(bytes, from + 1, to);
    return length >= 0 && length <= countMax ? length : unreadable;
  }

  function beginArray(bytes: Uint8Array, from: number, to: number): number {
    const count = redisCount(bytes, from + 1, to);
    if (count === 0 || count === -1) return skipLine();
    if (!(count > 0 && count <= countMax)) return unreadable;
    begin(count);
    return anotherLine;
  }

  function skipLine(): number {
    commandFrom = cutter.offset();
    return anotherLine;
  }

  /** Words between white space; quotes keep it together. Shown as they were typed. */
  function inline(text: string, atUs: number): number {
    if (/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(text)) return unreadable;
    const words = text.match(/(?:"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|[^\s"'])+/g) ?? [];
    if (words.length === 0) return skipLine();
    begin(words.length);
    for (const word of words)
      add(word.length > limits.textBytesMax ? `${word.slice(0, limits.textBytesMax)}…` : word);
    left = 0;
    finish(atUs);
    return anotherLine;
  }

  function add(text: string): void {
    if (argChars >= limits.argumentCharsMax || args.length >= argsMax) return;
    args.push(text);
    argChars += text.length + 1;
  }

  function finish(atUs: number): void {
    const to = cutter.offset();
    const command = { args, argCount, firstAtUs, atUs, bytes: to - commandFrom };
    commandFrom = to;
    take(command);
  }

  function stop(): void {
    isStopped = true;
    cutter.stop();
  }

  function lose(): void {
    if (isStopped) return;
    left = 0;
    cutter.stop();
    search.reset();
  }

  return { bytes, lose, stop };
}

/** Finds `*N\r\n$L\r\n`, with which a command begins, in bytes that come in pieces. */
interface Search {
  /** Where the pattern ends, looked for from `from` on; -1 if not in this chunk. */
  readonly find: (chunk: Uint8Array, from: number, atUs: number) => number;
  readonly reset: () => void;
  readonly count: () => number;
  readonly stringBytes: () => number;
  /** Of the pattern. */
  readonly length: () => number;
  readonly firstAtUs: () => number;
}

function createSearch(): Search {
  /** Which part of the pattern is awaited: `*`, digits, `\n`, `$`, digits, `\n`. */
  let stage = 0;
  let count = 0;
  let stringBytes = 0;
  let length = 0;
  let digits = 0;
  let firstAtUs = 0;

  function reset(): void {
    stage = 0;
    length = 0;
  }

  function find(chunk: Uint8Array, from: number, atUs: number): number {
    for (let at = from; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (byte === star) {
        stage = 1;
        count = 0;
        digits = 0;
        length = 1;
        firstAtUs = atUs;
        continue;
      }
      length += 1;
      const digit = byte - 0x30;
      const isDigit = digit >= 0 && digit <= 9 && digits < 9;
      if (stage === 1 && isDigit) {
        count = count * 10 + digit;
        digits += 1;
      } else if (stage === 4 && isDigit) {
        stringBytes = stringBytes * 10 + digit;
        digits += 1;
      } else if ((stage === 1 || stage === 4) && byte === 13 && digits > 0) stage += 1;
      else if (stage === 2 && byte === 10 && count > 0) stage = 3;
      else if (stage === 3 && byte === dollar) {
        stage = 4;
        stringBytes = 0;
        digits = 0;
      } else if (stage === 5 && byte === 10) {
        stage = 0;
        return at + 1;
      } else stage = 0;
    }
    return -1;
  }

  return {
    find,
    reset,
    count: () => count,
    stringBytes: () => stringBytes,
    length: () => length,
    firstAtUs: () => firstAtUs,
  };
}
