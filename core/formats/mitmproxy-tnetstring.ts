import type { ByteSource } from '../encoding/byte-source.ts';
import type { Platform } from '../model/platform.ts';

/** Bytes too long to be kept: where they rest in the file. */
export interface TnetRange {
  readonly from: number;
  readonly to: number;
}

/** Bytes are ISO 8859-1 text. A list under the name `messages` is only counted: `{ count }`. */
export type Tnet =
  | string
  | number
  | boolean
  | null
  | TnetRange
  | { readonly count: number }
  | readonly Tnet[]
  | ReadonlyMap<string, Tnet>;

/** A value at the top of the file: where it ends, and itself or why it cannot be read. */
export interface TopValue {
  readonly end: number;
  readonly value: Tnet;
  readonly problem: string | null;
}

const textBytesMax = 64 * 1024;
const keptBytesMax = 16 * 1024 * 1024;
const nodesMax = 200_000;
const depthMax = 40;
const windowBytes = 1024 * 1024;
/** A length of at most twelve digits and the colon. */
const headBytesMax = 13;

/** Asks for the bytes `from` to `to` of the file and is given them. */
type Steps<T> = Generator<readonly [from: number, to: number], T, Uint8Array>;

/**
 * Reads tagged netstrings (`3:abc,`) one value at the top of the file after another: in one window of 1 MiB, with
 * bounds for what is kept of each value. Null at the end, `cut` where no value begins or one goes on behind the end.
 */
export function createTnetReader(
  source: ByteSource,
  platform: Platform,
): (at: number) => Promise<TopValue | 'cut' | null> {
  let window: Uint8Array = new Uint8Array(0);
  let base = 0;

  async function run<T>(steps: Steps<T>): Promise<T> {
    let step = steps.next();
    while (step.done !== true) {
      const [from, to] = step.value;
      if (from < base || to > base + window.length) {
        base = from;
        window = await source.read(from, Math.min(source.sizeBytes, Math.max(to, from + windowBytes)));
      }
      step = steps.next(window.subarray(from - base, to - base));
    }
    return step.value;
  }

  return async (at) => {
    if (at >= source.sizeBytes) return null;
    const head = await run(readHead(at, source.sizeBytes));
    if (head === null) return 'cut';
    const reading = new Reading(platform);
    const value = await run(reading.value(head, 0));
    return { end: head.to + 1, value, problem: reading.problem };
  };
}

interface Head {
  /** Of the payload. */
  readonly from: number;
  readonly to: number;
  readonly type: string;
}

/** Null where no complete value begins before `end`. */
function* readHead(at: number, end: number): Steps<Head | null> {
  const bytes = yield [at, Math.min(end, at + headBytesMax)];
  let length = 0;
  let digits = 0;
  for (; digits < bytes.length; digits++) {
    const digit = (bytes[digits] as number) - 48;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
  }
  const from = at + digits + 1;
  const to = from + length;
  if (digits === 0 || bytes[digits] !== 58 || to >= end) return null;
  const tag = yield [to, to + 1];
  return { from, to, type: String.fromCharCode(tag[0] as number) };
}

/** One value at the top, with what was kept of it so far. */
class Reading {
  problem: string | null = null;
  private nodes = 0;
  private keptBytes = 0;
  private readonly platform: Platform;

  constructor(platform: Platform) {
    this.platform = platform;
  }

  *value(head: Head, depth: number): Steps<Tnet> {
    if (++this.nodes > nodesMax || depth > depthMax) {
      this.problem ??= 'it is nested too deep or holds too many values';
      return null;
    }
    switch (head.type) {
      case ',':
      case ';':
        return yield* this.text(head);
      case '#':
      case '^':
        return Number(yield* this.short(head));
      case '!':
        return (yield* this.short(head)) === 'true';
      case '~':
        return null;
      case ']':
        return yield* this.list(head, depth);
      case '}':
        return yield* this.dictionary(head, depth);
      default:
        this.problem ??= 'it holds a value of an unknown type';
        return null;
    }
  }

  private *text({ from, to, type }: Head): Steps<Tnet> {
    if (to - from > textBytesMax) return { from, to };
    this.keptBytes += to - from;
    if (this.keptBytes > keptBytesMax) {
      this.problem ??= `it is larger than ${keptBytesMax / 1024 / 1024} MiB without its bodies`;
      return null;
    }
    const bytes = yield [from, to];
    return type === ',' ? this.platform.latin1(bytes, 0, to - from) : this.platform.utf8(bytes, 0, to - from);
  }

  private *short({ from, to }: Head): Steps<string> {
    if (to - from > 40) return '';
    const bytes = yield [from, to];
    return this.platform.latin1(bytes, 0, bytes.length);
  }

  private *list({ from, to }: Head, depth: number): Steps<Tnet> {
    const items: Tnet[] = [];
    for (let at = from; at < to && this.problem === null;) {
      const head = yield* this.child(at, to);
      if (head === null) break;
      items.push(yield* this.value(head, depth + 1));
      at = head.to + 1;
    }
    return items;
  }

  private *dictionary({ from, to }: Head, depth: number): Steps<Tnet> {
    const fields = new Map<string, Tnet>();
    for (let at = from; at < to && this.problem === null;) {
      const keyHead = yield* this.child(at, to);
      if (keyHead === null) break;
      const key = yield* this.value(keyHead, depth + 1);
      const head = yield* this.child(keyHead.to + 1, to);
      if (head === null) break;
      const isCounted = key === 'messages' && head.type === ']';
      const value = isCounted ? yield* this.count(head) : yield* this.value(head, depth + 1);
      if (typeof key === 'string') fields.set(key, value);
      at = head.to + 1;
    }
    return fields;
  }

  private *count({ from, to }: Head): Steps<Tnet> {
    let count = 0;
    for (let at = from; at < to; count++) {
      const head = yield* this.child(at, to);
      if (head === null) break;
      at = head.to + 1;
    }
    return { count };
  }

  /** A value inside another that ends at `end`. */
  private *child(at: number, end: number): Steps<Head | null> {
    const head = yield* readHead(at, end);
    if (head === null) this.problem ??= 'its lengths do not fit together';
    return head;
  }
}
