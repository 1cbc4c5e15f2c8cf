import type { Framing, Http1Defect, Http1Event } from './http1-events.ts';
import type { Http1Limits } from './http1-limits.ts';
import type { Sender, StreamEnd } from './observer.ts';
import type { Platform } from '../model/platform.ts';
import { createChunkSizeLine } from './http1-chunked.ts';
import { createSection, NEEDS_MORE, TOO_LARGE } from './http1-section.ts';
import { defect, fatalDefect, readHeaderLines } from './http1-head.ts';

const LF = 10;
const CR = 13;

/** A whole head as it was found in the stream. */
export interface HeadBytes {
  readonly raw: Uint8Array;
  readonly text: string;
  readonly from: number;
  readonly to: number;
  readonly firstByteAtUs: number;
  readonly atUs: number;
}

/** How the stream goes on after a head. */
export type AfterHead =
  | {
      readonly next: 'body';
      readonly message: number;
      readonly framing: Framing;
      readonly contentLength: number | null;
    }
  /** The message has another head (1xx). */
  | { readonly next: 'head' }
  /** The message ends here and another protocol follows. */
  | { readonly next: 'hand-over'; readonly message: number }
  | {
      readonly next: 'unreadable';
      readonly message: number | null;
      readonly from: number;
      readonly defect: Http1Defect;
    };

/** What differs between the two senders. */
export interface StreamRole {
  readonly sender: Sender;
  /** Whether `byte` may stand at `index` of a start line; `settled` when the bytes so far are enough to go on. */
  readonly startByte: (byte: number, index: number) => 'possible' | 'settled' | 'wrong';
  readonly wrongStart: () => Http1Defect;
  /** Reports a head and says what follows. */
  readonly head: (head: HeadBytes) => AfterHead;
  /** The message a head under way belongs to. */
  readonly headMessage: () => number | null;
  /** The stream ended, `headBytes` into a head (0: between messages). */
  readonly endOutsideBody: (
    headFrom: number,
    headBytes: number,
    to: number,
    how: StreamEnd,
    atUs: number,
  ) => void;
}

/** The HTTP/1 messages of one sender, one after the other. Events of heads are the role's own. */
export interface Http1Stream {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  readonly end: (how: StreamEnd, atUs: number) => void;
  /**
   * The next bytes, where they are data of a body that does not end with them: they are taken for read, and no event tells of them. Gives their
   * message; -1 where they are anything else, and nothing has happened.
   */
  readonly passBody: (bytes: number) => number;
  readonly stop: () => void;
  readonly resume: () => void;
  /** From here on unreadable, for a reason outside the bytes. */
  readonly giveUp: (reason: Http1Defect, atUs: number) => void;
  /** True while bytes are read, false after the end, a hand-over or an `unreadable`. */
  readonly isReading: () => boolean;
}

type State =
  | 'between'
  | 'head'
  | 'length'
  | 'until-close'
  | 'chunk-size'
  | 'chunk-data'
  | 'chunk-end'
  | 'trailers'
  | 'handed-over'
  | 'unreadable'
  | 'ended';

export function createHttp1Stream(
  platform: Platform,
  emit: (event: Http1Event) => void,
  limits: Http1Limits,
  role: StreamRole,
): Http1Stream {
  const bodyType = role.sender === 'client' ? 'request-body' : 'response-body';
  const trailersType = role.sender === 'client' ? 'request-trailers' : 'response-trailers';
  const endType = role.sender === 'client' ? 'request-end' : 'response-end';
  const section = createSection(limits.headViews);
  const chunkSize = createChunkSizeLine(limits.chunkLineBytesMax);

  let state: State = 'between';
  /** Stream offset of the first byte of the chunk being read. */
  let offset = 0;
  /** End of the last head: where `resume` goes on. */
  let headTo = 0;
  /** A carriage return before a start line waits for its line feed. */
  let afterCr = false;
  /** Start of the head, trailer section, chunk-size line or chunk end being read. */
  let partFrom = 0;
  let firstByteAtUs = 0;
  /** Bytes of a start line looked at; -1 once they are settled. */
  let startIndex = 0;
  let message = 0;
  let bodyBytes = 0;
  let contentLength = 0;
  /** Bytes left of the body or of the chunk. */
  let remaining = 0;

  function bytes(chunk: Uint8Array, atUs: number): void {
    let at = 0;
    while (at < chunk.length) at = step(chunk, at, atUs);
    offset += chunk.length;
  }

  /** Reads on from `at` in the present state; returns where the next step goes on. Each step takes bytes or changes the state. */
  function step(chunk: Uint8Array, at: number, atUs: number): number {
    switch (state) {
      case 'between':
        return readBetween(chunk, at, atUs);
      case 'head':
        return readHead(chunk, at, atUs);
      case 'length':
      case 'chunk-data':
        return readCounted(chunk, at, atUs);
      case 'until-close':
        return readBody(chunk, at, chunk.length, atUs);
      case 'chunk-size':
        return readChunkSize(chunk, at, atUs);
      case 'chunk-end':
        return readChunkEnd(chunk, at, atUs);
      case 'trailers':
        return readTrailers(chunk, at, atUs);
      case 'handed-over':
      case 'unreadable':
      case 'ended':
        return chunk.length;
      default:
        return state satisfies never;
    }
  }

  /** Skips empty lines (RFC 9112 section 2.2) up to the first byte of a start line. */
  function readBetween(chunk: Uint8Array, at: number, atUs: number): number {
    const byte = chunk[at] as number;
    if (byte === LF) {
      afterCr = false;
      return at + 1;
    }
    if (afterCr) return becomeUnreadable(role.headMessage(), offset + at - 1, atUs, role.wrongStart(), chunk);
    if (byte === CR) {
      afterCr = true;
      return at + 1;
    }
    state = 'head';
    partFrom = offset + at;
    firstByteAtUs = atUs;
    startIndex = 0;
    section.begin(limits.headBytesMax);
    return at;
  }

  function readHead(chunk: Uint8Array, at: number, atUs: number): number {
    for (let index = at; startIndex >= 0 && index < chunk.length; index++) {
      const verdict = role.startByte(chunk[index] as number, startIndex);
      if (verdict === 'wrong')
        return becomeUnreadable(role.headMessage(), partFrom, atUs, role.wrongStart(), chunk);
      startIndex = verdict === 'settled' ? -1 : startIndex + 1;
    }
    const end = section.read(chunk, at);
    if (end === NEEDS_MORE) return chunk.length;
    if (end === TOO_LARGE) {
      const sentence = `The head is longer than ${limits.headBytesMax} bytes.`;
      return becomeUnreadable(
        role.headMessage(),
        partFrom,
        atUs,
        fatalDefect('head-too-large', sentence),
        chunk,
      );
    }
    const raw = section.take();
    const text = platform.latin1(raw, 0, raw.length);
    state = 'between';
    headTo = offset + end;
    const after = role.head({ raw, text, from: partFrom, to: offset + end, firstByteAtUs, atUs });
    if (isStopped()) return chunk.length;
    switch (after.next) {
      case 'head':
        return end;
      case 'body':
        message = after.message;
        beginBody(after.framing, after.contentLength ?? 0, offset + end, atUs);
        return end;
      case 'hand-over':
        message = after.message;
        state = 'handed-over';
        emit({ type: endType, message, to: offset + end, atUs, complete: true, defect: null });
        return chunk.length;
      case 'unreadable':
        return becomeUnreadable(after.message, after.from, atUs, after.defect, chunk);
      default:
        return after satisfies never;
    }
  }

  function beginBody(framing: Framing, length: number, from: number, atUs: number): void {
    bodyBytes = 0;
    switch (framing) {
      case 'none':
        return endMessage(from, atUs, true, null);
      case 'length':
        if (length === 0) return endMessage(from, atUs, true, null);
        state = 'length';
        contentLength = length;
        remaining = length;
        return;
      case 'until-close':
        state = 'until-close';
        return;
      case 'chunked':
        beginChunk(from);
        return;
      default:
        framing satisfies never;
    }
  }

  function beginChunk(from: number): void {
    state = 'chunk-size';
    partFrom = from;
    chunkSize.begin();
  }

  function readBody(chunk: Uint8Array, at: number, to: number, atUs: number): number {
    bodyBytes += to - at;
    const data = at === 0 && to === chunk.length ? chunk : chunk.subarray(at, to);
    emit({ type: bodyType, message, from: offset + at, to: offset + to, atUs, data });
    return to;
  }

  function readCounted(chunk: Uint8Array, at: number, atUs: number): number {
    const to = Math.min(chunk.length, at + remaining);
    remaining -= to - at;
    readBody(chunk, at, to, atUs);
    if (remaining > 0 || isStopped()) return to;
    if (state === 'length') {
      endMessage(offset + to, atUs, true, null);
    } else {
      state = 'chunk-end';
      partFrom = offset + to;
      afterCr = false;
    }
    return to;
  }

  function passBody(bytes: number): number {
    const isCounted = state === 'length' || state === 'chunk-data';
    if (bytes === 0 || !(isCounted ? bytes < remaining : state === 'until-close')) return -1;
    if (isCounted) remaining -= bytes;
    bodyBytes += bytes;
    offset += bytes;
    return message;
  }

  function readChunkSize(chunk: Uint8Array, at: number, atUs: number): number {
    const to = chunkSize.read(chunk, at);
    switch (chunkSize.outcome()) {
      case 'more':
        return to;
      case 'bad':
        return becomeUnreadable(
          message,
          partFrom,
          atUs,
          fatalDefect('bad-chunk', chunkSize.problem()),
          chunk,
        );
      case 'done':
        remaining = chunkSize.size();
        state = remaining === 0 ? 'trailers' : 'chunk-data';
        if (remaining === 0) {
          partFrom = offset + to;
          section.begin(limits.trailersBytesMax);
        }
        return to;
    }
  }

  function readChunkEnd(chunk: Uint8Array, at: number, atUs: number): number {
    const byte = chunk[at] as number;
    if (byte === LF) {
      beginChunk(offset + at + 1);
      return at + 1;
    }
    if (byte === CR && !afterCr) {
      afterCr = true;
      return at + 1;
    }
    const sentence = 'The data of a chunk is longer than its size says, or its line end is missing.';
    return becomeUnreadable(message, partFrom, atUs, fatalDefect('bad-chunk', sentence), chunk);
  }

  function readTrailers(chunk: Uint8Array, at: number, atUs: number): number {
    const end = section.read(chunk, at);
    if (end === NEEDS_MORE) return chunk.length;
    if (end === TOO_LARGE) {
      const sentence = `The trailer section is longer than ${limits.trailersBytesMax} bytes.`;
      return becomeUnreadable(message, partFrom, atUs, fatalDefect('trailers-too-large', sentence), chunk);
    }
    const raw = section.take();
    const defects: Http1Defect[] = [];
    if (raw.length > 2) {
      const headers = readHeaderLines(raw, platform.latin1(raw, 0, raw.length), 0, defects);
      emit({ type: trailersType, message, from: partFrom, to: offset + end, atUs, headers, raw });
      if (isStopped()) return chunk.length;
    }
    endMessage(offset + end, atUs, true, defects[0] ?? null);
    return end;
  }

  function endMessage(to: number, atUs: number, complete: boolean, problem: Http1Defect | null): void {
    state = 'between';
    afterCr = false;
    emit({ type: endType, message, to, atUs, complete, defect: problem });
  }

  function becomeUnreadable(
    belongsTo: number | null,
    from: number,
    atUs: number,
    reason: Http1Defect,
    chunk: Uint8Array,
  ): number {
    state = 'unreadable';
    emit({ type: 'unreadable', sender: role.sender, message: belongsTo, from, atUs, defect: reason });
    return chunk.length;
  }

  function end(how: StreamEnd, atUs: number): void {
    if (isStopped()) return;
    const endedIn = state;
    state = 'ended';
    if (endedIn === 'head') {
      role.endOutsideBody(partFrom, offset - partFrom, offset, how, atUs);
      return;
    }
    if (endedIn !== 'between') {
      const complete = endedIn === 'until-close' && how === 'fin';
      const reason = complete
        ? null
        : defect('truncated', truncated(role.sender, how, `after ${bodyProgress(endedIn)}`));
      emit({ type: endType, message, to: offset, atUs, complete, defect: reason });
    }
    role.endOutsideBody(offset, 0, offset, how, atUs);
  }

  function bodyProgress(endedIn: State): string {
    if (endedIn === 'length') return `${bodyBytes} of ${contentLength} body bytes`;
    if (endedIn === 'trailers') return `the last chunk, before the trailer section was over`;
    if (endedIn === 'chunk-data') {
      return `${bodyBytes} bytes of a chunked body, ${remaining} bytes before the end of a chunk`;
    }
    return endedIn === 'until-close' ? `${bodyBytes} body bytes` : `${bodyBytes} bytes of a chunked body`;
  }

  function stop(): void {
    if (state !== 'ended' && state !== 'unreadable') state = 'handed-over';
  }

  function resume(): void {
    state = 'between';
    offset = headTo;
  }

  function giveUp(reason: Http1Defect, atUs: number): void {
    if (isStopped()) return;
    const inHead = state === 'head';
    const belongsTo = inHead ? role.headMessage() : state === 'between' ? null : message;
    state = 'unreadable';
    const from = inHead ? partFrom : offset;
    emit({ type: 'unreadable', sender: role.sender, message: belongsTo, from, atUs, defect: reason });
  }

  function isStopped(): boolean {
    return state === 'handed-over' || state === 'unreadable' || state === 'ended';
  }

  return {
    bytes,
    end,
    passBody,
    stop,
    resume,
    giveUp,
    isReading: () => !isStopped(),
  };
}

/** The sentence of a message cut short: `The server reset the connection after 10 of 20 body bytes.` */
export function truncated(sender: Sender, how: StreamEnd, when: string): string {
  return `The ${sender} ${how === 'fin' ? 'closed' : 'reset'} the connection ${when}.`;
}
