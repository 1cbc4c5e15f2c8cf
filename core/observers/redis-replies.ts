import type { Platform } from '../model/platform.ts';
import { anotherLine, createRedisCutter, redisCount, streamed, unreadable } from './redis-cutter.ts';
import type { RedisLimits } from './redis-limits.ts';
import { redisText } from './redis-text.ts';

/** One whole reply or push. The same object for each: read it before the next one. */
export interface RedisReply {
  /** The byte that the reply begins with, behind attributes: `+`, `*`, `>`, … */
  type: string;
  /** Members of an aggregate (pairs of a map), bytes of a string; -1 for null, 0 for what has no length. */
  count: number;
  /** Text of a simple reply, cut; of an error the whole line as far as it is kept. */
  text: string;
  /** The first members of an aggregate as text, null for null; of a map field and value in turn. */
  readonly cells: (string | null)[];
  /** The first errors among the members. */
  readonly errors: string[];
  firstAtUs: number;
  atUs: number;
  bytes: number;
}

/** Reads what a server sends in RESP2 and RESP3. */
export interface RedisReplies {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  /** Passes over everything until `resume`, where a reply begins. */
  readonly stop: () => void;
  readonly resume: () => void;
  readonly isStopped: () => boolean;
}

export interface RedisReplyTaker {
  /** The first byte of a reply came; `type` as in `RedisReply`, `|` for one with attributes in front. */
  readonly begin: (type: string, atUs: number) => void;
  readonly reply: (reply: RedisReply) => void;
  readonly lost: (atUs: number) => void;
}

/** Twice the rows of a preview, for maps. */
const cellsMax = 40;
const cellCharsMax = 200;
const errorsMax = 10;
/** What is kept of an error or another line. */
const lineBytesMax = 1000;

const attribute = 0x7c;
const map = 0x25;

export function createRedisReplies(
  platform: Platform,
  limits: RedisLimits,
  taker: RedisReplyTaker,
): RedisReplies {
  const reply: RedisReply = {
    type: '',
    count: 0,
    text: '',
    cells: [],
    errors: [],
    firstAtUs: 0,
    atUs: 0,
    bytes: 0,
  };
  /** Values still to come of each aggregate that is open, -1 while that is not known; and whether it is an attribute. */
  const left = new Float64Array(limits.depthMax);
  const isAttribute = new Uint8Array(limits.depthMax);
  let depth = 0;
  let isBetween = true;
  let replyFrom = 0;
  /** Of the aggregate that the reply is, seen so far where its length is not known. */
  let members = 0;
  let topIsOpen = false;
  let attributes = 0;
  let cell = '';
  let stringType = 0;
  let streamedBytes = -1;

  const cutter = createRedisCutter(
    {
      line: (bytes, from, to, length, firstAtUs, atUs) => {
        if (length === 0) return unreadable;
        const type = bytes[from] as number;
        if (isBetween) begin(type, firstAtUs);
        return value(type, bytes, from + 1, to, length - 1, atUs);
      },
      payload: (bytes, from, to, length, atUs) => {
        if (streamedBytes >= 0) {
          if (reply.text.length < cellCharsMax) reply.text += cellText(bytes, from, to, length);
          streamedBytes += length;
          return anotherLine;
        }
        put(stringType, cellText(bytes, from, to, length), length, atUs);
        return anotherLine;
      },
      lost: (atUs) => {
        forget();
        taker.lost(atUs);
      },
    },
    lineBytesMax,
    cellCharsMax * 4,
  );

  function begin(type: number, atUs: number): void {
    isBetween = false;
    reply.type = '';
    reply.count = 0;
    reply.text = '';
    reply.cells.length = 0;
    reply.errors.length = 0;
    reply.firstAtUs = atUs;
    members = 0;
    taker.begin(String.fromCharCode(type), atUs);
  }

  function value(
    type: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    length: number,
    atUs: number,
  ): number {
    if (streamedBytes >= 0 && type !== 0x3b) return unreadable;
    switch (String.fromCharCode(type)) {
      case '-':
        return lineValue(type, redisText(platform, bytes, from, to, length, false), atUs);
      case '+':
      case ':':
      case ',':
      case '#':
      case '(':
        return lineValue(type, cellText(bytes, from, to, length), atUs);
      case '_':
        put(type, null, -1, atUs);
        return anotherLine;
      case '$':
      case '!':
      case '=':
        return beginString(type, redisCount(bytes, from, to), atUs);
      case ';':
        return streamedPart(redisCount(bytes, from, to), atUs);
      case '*':
      case '~':
      case '>':
      case '%':
      case '|':
        return beginAggregate(type, redisCount(bytes, from, to), atUs);
      case '.':
        return endStreamed(atUs);
      default:
        return unreadable;
    }
  }

  function cellText(bytes: Uint8Array, from: number, to: number, length: number): string {
    return redisText(platform, bytes, from, Math.min(to, from + cellCharsMax), length, false);
  }

  function lineValue(type: number, text: string, atUs: number): number {
    put(type, text, 0, atUs);
    return anotherLine;
  }

  function beginString(type: number, length: number, atUs: number): number {
    if (length === -1) {
      put(type, null, -1, atUs);
      return anotherLine;
    }
    stringType = type;
    if (length === streamed && type === 0x24) {
      streamedBytes = 0;
      return anotherLine;
    }
    return length >= 0 ? length : unreadable;
  }

  function streamedPart(length: number, atUs: number): number {
    if (streamedBytes < 0 || !(length >= 0)) return unreadable;
    if (length > 0) return length;
    const whole = streamedBytes;
    const { text } = reply;
    streamedBytes = -1;
    reply.text = '';
    put(stringType, text, whole, atUs);
    return anotherLine;
  }

  function beginAggregate(type: number, count: number, atUs: number): number {
    const isKnown = count >= 0;
    if (!isKnown && count !== -1 && count !== streamed) return unreadable;
    if (count === -1) {
      put(type, null, -1, atUs);
      return anotherLine;
    }
    if (depth >= limits.depthMax) return unreadable;
    const isOfAttribute = type === attribute;
    const isTop = depth === 0 && !isOfAttribute;
    const values = !isKnown ? -1 : isOfAttribute || type === map ? count * 2 : count;
    if (isTop) {
      topIsOpen = true;
      reply.type = String.fromCharCode(type);
      reply.count = isKnown ? count : 0;
    } else if (topIsOpen && attributes === 0 && !isOfAttribute) addCell('[');
    left[depth] = values;
    isAttribute[depth] = isOfAttribute ? 1 : 0;
    depth += 1;
    if (isOfAttribute) attributes += 1;
    if (values === 0) close(atUs);
    return anotherLine;
  }

  function endStreamed(atUs: number): number {
    if (depth === 0 || left[depth - 1] !== -1) return unreadable;
    close(atUs);
    return anotherLine;
  }

  /** The innermost aggregate is whole. */
  function close(atUs: number): void {
    depth -= 1;
    if (isAttribute[depth] === 1) {
      attributes -= 1;
      return;
    }
    if (depth === 0) {
      if (left[0] === -1) reply.count = reply.type === '%' ? members / 2 : members;
      topIsOpen = false;
      return finish(atUs);
    }
    if (attributes === 0) {
      cell = `${cell.slice(0, cellCharsMax - 2)}]`;
      if (depth === 1) pushCell(cell);
    }
    member(atUs);
  }

  /** A value that is no aggregate, or null, is whole. */
  function put(type: number, text: string | null, length: number, atUs: number): void {
    const isError = type === 0x2d || type === 0x21;
    if (attributes > 0) return member(atUs);
    if (depth === 0) {
      reply.type = length === -1 ? '_' : String.fromCharCode(type);
      reply.count = length;
      reply.text = text ?? '';
      return finish(atUs);
    }
    if (isError && reply.errors.length < errorsMax) reply.errors.push(text ?? '');
    if (depth === 1) pushCell(text);
    else addCell(text ?? '(nil)');
    member(atUs);
  }

  function pushCell(text: string | null): void {
    if (reply.cells.length < cellsMax) reply.cells.push(text === null ? null : text.slice(0, cellCharsMax));
    cell = '';
  }

  function addCell(text: string): void {
    if (reply.cells.length >= cellsMax || cell.length >= cellCharsMax) return;
    cell += cell === '' || cell.endsWith('[') ? text : `, ${text}`;
  }

  /** One value more of the innermost aggregate. */
  function member(atUs: number): void {
    if (depth === 1 && attributes === 0) members += 1;
    const of = depth - 1;
    const values = left[of] as number;
    if (values === -1) return;
    left[of] = values - 1;
    if (values === 1) close(atUs);
  }

  function finish(atUs: number): void {
    const to = cutter.offset();
    reply.atUs = atUs;
    reply.bytes = to - replyFrom;
    replyFrom = to;
    isBetween = true;
    taker.reply(reply);
  }

  function forget(): void {
    depth = 0;
    attributes = 0;
    topIsOpen = false;
    streamedBytes = -1;
    cell = '';
    isBetween = true;
  }

  return {
    bytes: (chunk, atUs) => {
      const at = cutter.bytes(chunk, 0, atUs);
      cutter.skip(chunk.length - at);
    },
    stop: () => {
      forget();
      cutter.stop();
    },
    resume: () => {
      replyFrom = cutter.offset();
      cutter.resume();
    },
    isStopped: () => cutter.isStopped(),
  };
}
