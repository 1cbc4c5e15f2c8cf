import type { Platform } from '../model/platform.ts';
import { joinBytes, type ByteSource } from './byte-source.ts';

/** Where in the source a string's content (between its quotes, escapes as they are) or a value's text lies. */
export interface JsonRange {
  readonly from: number;
  readonly to: number;
}

/** One value that was passed over. */
export interface SkimmedJson {
  /**
   * Its JSON text, with `{"$range":n}` in place of every long string and of every value of a raw key. Null when
   * there is `problem`.
   */
  readonly text: string | null;
  /** What stands behind `$range`. */
  readonly ranges: readonly JsonRange[];
  /** In one sentence why there is no text. */
  readonly problem: string | null;
  /** The source ended inside the value. */
  readonly cut: boolean;
}

export interface SkimLimits {
  /** Longer strings are not kept, but named by their range. */
  readonly stringBytesMax: number;
  /** What is kept of one value. */
  readonly keptBytesMax: number;
  /** Arrays under these names are named by their range, whatever their length. */
  readonly rawKeys: readonly string[];
}

export const skimLimits: SkimLimits = {
  stringBytesMax: 64 * 1024,
  keptBytesMax: 16 * 1024 * 1024,
  rawKeys: [],
};

const chunkBytes = 1024 * 1024;
const depthMax = 500;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;
const closeBrace = 0x7d;

/**
 * Goes through JSON text (RFC 8259) of any size once, value by value, in a window of 1 MiB. It finds where values
 * end and leaves the rest to the runtime's parser: what is kept of one value is bounded by `SkimLimits`, its
 * time is linear in the bytes. Text that is no JSON makes values that do not parse; nothing throws.
 */
export class JsonSkimmer {
  private readonly source: ByteSource;
  private readonly platform: Platform;
  private bytes: Uint8Array = new Uint8Array(0);
  /** Position of `bytes` in the source, and of the next byte in `bytes`. */
  private base: number;
  private at = 0;

  constructor(source: ByteSource, platform: Platform, from = 0) {
    this.source = source;
    this.platform = platform;
    this.base = from;
  }

  /** Bytes of the source before the next one. */
  position(): number {
    return this.base + this.at;
  }

  /** The next byte that is no white space, not taken; -1 at the end. */
  async peek(): Promise<number> {
    for (;;) {
      for (; this.at < this.bytes.length; this.at++) {
        const byte = this.bytes[this.at] as number;
        if (!isSpace(byte)) return byte;
      }
      if (!(await this.fill())) return -1;
    }
  }

  /** Takes the next byte that is no white space if it is this one. */
  async take(character: string): Promise<boolean> {
    if ((await this.peek()) !== character.charCodeAt(0)) return false;
    this.at += 1;
    return true;
  }

  /** The next name of an object and its colon; null where there is none. */
  async key(limits: SkimLimits): Promise<string | null> {
    if ((await this.peek()) !== quote) return null;
    const { text } = await this.value(limits);
    const name = text === null ? null : parseJson(text);
    return (await this.take(':')) ? (typeof name === 'string' ? name : '') : null;
  }

  /** The next value. */
  async value(limits: SkimLimits): Promise<SkimmedJson> {
    await this.peek();
    const kept = new KeptText(limits.keptBytesMax);
    const startedAt = this.position();
    let keepFrom = this.at;
    let depth = 0;
    let tooDeep = false;
    /** The last string was a raw key. */
    let rawKey = false;
    /** Where the value of a raw key began, and how deep. */
    let raw: { from: number; depth: number } | null = null;

    for (;;) {
      if (this.at >= this.bytes.length) {
        if (raw === null) kept.add(this.bytes.subarray(keepFrom, this.at));
        keepFrom = 0;
        if (!(await this.fill())) return this.endedInside(kept, depth, startedAt, tooDeep);
      }
      const byte = this.bytes[this.at] as number;
      if (byte === quote) {
        const from = this.at;
        const to = closingQuote(this.bytes, from + 1, 0);
        if (to >= 0 && to - from - 1 <= limits.stringBytesMax) {
          rawKey = limits.rawKeys.length > 0 && this.isOneOf(limits.rawKeys, this.bytes, from + 1, to);
          this.at = to + 1;
        } else {
          if (raw === null) kept.add(this.bytes.subarray(keepFrom, from));
          const found = await this.longString(raw === null ? kept : null, limits.stringBytesMax);
          if (found === null) return this.endedInside(kept, depth, startedAt, tooDeep);
          // A name may go on in the next chunk like any other string.
          rawKey = limits.rawKeys.length > 0 && this.isOneOf(limits.rawKeys, found, 1, found.length - 1);
          keepFrom = this.at;
        }
        if (depth === 0) break;
      } else if (byte === openBrace || byte === openBracket) {
        if (rawKey && raw === null && byte === openBracket) {
          kept.add(this.bytes.subarray(keepFrom, this.at));
          raw = { from: this.position(), depth };
        }
        rawKey = false;
        depth += 1;
        if (depth > depthMax) tooDeep = true;
        this.at += 1;
      } else if (byte === closeBrace || byte === closeBracket) {
        if (depth === 0) break;
        depth -= 1;
        this.at += 1;
        if (raw?.depth === depth) {
          kept.addRange({ from: raw.from, to: this.position() }, this.platform);
          raw = null;
          keepFrom = this.at;
        }
        if (depth === 0) break;
      } else if (depth === 0 && (byte === comma || isSpace(byte))) {
        break;
      } else {
        if (byte === comma) rawKey = false;
        this.at += 1;
      }
    }
    kept.add(this.bytes.subarray(keepFrom, this.at));
    return kept.result(this.platform, tooDeep, false);
  }

  private endedInside(kept: KeptText, depth: number, startedAt: number, tooDeep: boolean): SkimmedJson {
    const isScalar = depth === 0 && this.position() > startedAt;
    return kept.result(this.platform, tooDeep, !isScalar);
  }

  /**
   * A string that is long or goes on in the next chunk; `kept` gets it, or its range. Gives it with its quotes, nothing of
   * a long one; null where the source ends in it.
   */
  private async longString(kept: KeptText | null, stringBytesMax: number): Promise<Uint8Array | null> {
    const from = this.position() + 1;
    let pending: Uint8Array[] | null = [];
    let searchFrom = this.at + 1;
    let partFrom = this.at;
    let backslashes = 0;
    for (;;) {
      const to = closingQuote(this.bytes, searchFrom, backslashes);
      if (to >= 0) {
        const range = { from, to: this.base + to };
        this.at = to + 1;
        if (range.to - range.from > stringBytesMax) {
          kept?.addRange(range, this.platform);
          return new Uint8Array(0);
        }
        const whole = joinBytes([...(pending ?? []), this.bytes.subarray(partFrom, this.at)]);
        kept?.add(whole);
        return whole;
      }
      backslashes = trailingBackslashes(this.bytes, searchFrom, backslashes);
      pending?.push(this.bytes.subarray(partFrom));
      this.at = this.bytes.length;
      if (this.position() - from > stringBytesMax) pending = null;
      if (!(await this.fill())) return null;
      searchFrom = 0;
      partFrom = 0;
    }
  }

  private isOneOf(names: readonly string[], bytes: Uint8Array, from: number, to: number): boolean {
    return names.some((name) => name.length === to - from && name === this.platform.latin1(bytes, from, to));
  }

  private async fill(): Promise<boolean> {
    this.base += this.bytes.length;
    this.at = 0;
    this.bytes = await this.source.read(this.base, Math.min(this.source.sizeBytes, this.base + chunkBytes));
    return this.bytes.length > 0;
  }
}

/** What is kept of one value, up to a bound. */
class KeptText {
  private parts: Uint8Array[] = [];
  private length = 0;
  private readonly ranges: JsonRange[] = [];
  private readonly bytesMax: number;

  constructor(bytesMax: number) {
    this.bytesMax = bytesMax;
  }

  add(bytes: Uint8Array): void {
    this.length += bytes.length;
    if (this.length > this.bytesMax) this.parts = [];
    else if (bytes.length > 0) this.parts.push(bytes);
  }

  addRange(range: JsonRange, platform: Platform): void {
    if (this.length > this.bytesMax) return;
    this.add(platform.bytesOfLatin1(`{"$range":${this.ranges.length}}`));
    this.ranges.push(range);
  }

  result(platform: Platform, tooDeep: boolean, cut: boolean): SkimmedJson {
    const { ranges, length, bytesMax } = this;
    const nothing = { text: null, ranges, cut };
    if (cut) return { ...nothing, problem: 'the file ends inside it' };
    if (tooDeep) return { ...nothing, problem: `it is nested deeper than ${depthMax} levels` };
    if (length > bytesMax) {
      return { ...nothing, problem: `it is larger than ${bytesMax / 1024 / 1024} MiB without its bodies` };
    }
    const bytes = joinBytes(this.parts);
    return { text: platform.utf8(bytes, 0, bytes.length), ranges, problem: null, cut };
  }
}

/** Undefined for text that is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Index of the first quote from `from` on that no backslash escapes, -1 if there is none. */
function closingQuote(bytes: Uint8Array, from: number, backslashesBefore: number): number {
  for (let to = bytes.indexOf(quote, from); to >= 0; to = bytes.indexOf(quote, to + 1)) {
    if (backslashesUpTo(bytes, from, to, backslashesBefore) % 2 === 0) return to;
  }
  return -1;
}

function trailingBackslashes(bytes: Uint8Array, from: number, before: number): number {
  return backslashesUpTo(bytes, from, bytes.length, before) % 2;
}

/** Backslashes directly before `to`; those before `from` count when nothing lies between. */
function backslashesUpTo(bytes: Uint8Array, from: number, to: number, before: number): number {
  let first = to;
  while (first > from && bytes[first - 1] === backslash) first -= 1;
  return to - first + (first === from ? before : 0);
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
