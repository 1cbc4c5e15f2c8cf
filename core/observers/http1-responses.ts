import type { Http1Defect, Http1Event } from './http1-events.ts';
import type { StreamEnd } from './observer.ts';
import type { Platform } from '../model/platform.ts';
import type { AfterHead, HeadBytes, Http1Stream } from './http1-stream.ts';
import {
  defect,
  fatalDefect,
  NO_BODY,
  readBodyLength,
  readControlFields,
  readHeaderLines,
  wantsClose,
} from './http1-head.ts';
import { HTTP1_LIMITS, type Http1Limits } from './http1-limits.ts';
import { createQueue } from './http1-queue.ts';
import { readStartLine, readStatusLine, type StatusLine } from './http1-start-line.ts';
import { createHttp1Stream, truncated } from './http1-stream.ts';

const STATUS_LINE_START = [0x48, 0x54, 0x54, 0x50, 0x2f]; // HTTP/

/** The responses of one conversation. Events are emitted inside `bytes`, `end` and `expect`, in stream order. */
export interface Http1Responses {
  /**
   * A request was sent and its answer is to come, at the latest when its head is over. Answers are taken to come
   * in the order of these calls. If the server's stream is over already, the `response-end` comes at once, with
   * the time of that end.
   */
  readonly expect: (message: number, method: string) => void;
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  readonly end: (how: StreamEnd, atUs: number) => void;
  /** As that of `Http1Stream`. */
  readonly passBody: (bytes: number) => number;
  /** After 101 or 2xx to CONNECT, from before its `response-end`: nothing more is reported, not even an end. */
  readonly handedOver: boolean;
}

interface Waiting {
  readonly message: number;
  readonly method: string;
}

export function createHttp1Responses(
  platform: Platform,
  emit: (event: Http1Event) => void,
  limits?: Partial<Http1Limits>,
): Http1Responses {
  const bounds = { ...HTTP1_LIMITS, ...limits };
  const waiting = createQueue<Waiting>();
  let ended: { to: number; how: StreamEnd; atUs: number } | null = null;
  /** The queue was full once: pairing ends with the last request in it. */
  let overfull = false;

  function expect(message: number, method: string): void {
    if (ended !== null) return endUnanswered(message, 'before this request was sent', ended);
    overfull ||= waiting.length() >= bounds.waitingMax;
    if (!overfull && stream.isReading()) waiting.push({ message, method });
  }

  function head(bytes: HeadBytes): AfterHead {
    const { raw, from, to, firstByteAtUs, atUs } = bytes;
    const defects: Http1Defect[] = [];
    const { line, next } = readStartLine(bytes.text);
    const start = readStatusLine(line, defects);
    const request = waiting.first();
    if (request === undefined)
      return { next: 'unreadable', message: null, from, defect: unasked(describe(start)) };
    const { message, method } = request;
    if ('code' in start) return { next: 'unreadable', message, from, defect: start };
    const { version, status, statusText } = start;
    const headers = readHeaderLines(raw, bytes.text, next, defects);
    const fields = readControlFields(headers);
    const interim = status < 200 && status !== 101;
    const handsOver = status === 101 || (method === 'CONNECT' && status >= 200 && status < 300);
    const { framing, contentLength } = hasNoBody(status, method)
      ? NO_BODY
      : readBodyLength('server', version, fields, defects);
    if (!interim) waiting.shift();
    emit({
      type: 'response-head',
      message,
      from,
      to,
      firstByteAtUs,
      atUs,
      raw,
      version,
      status,
      statusText,
      headers,
      interim,
      framing,
      contentLength,
      close: framing === 'until-close' || wantsClose(version, fields.connection),
      defects,
    });
    if (interim) return { next: 'head' };
    if (!handsOver) return { next: 'body', message, framing, contentLength };
    responses.handedOver = true;
    return { next: 'hand-over', message };
  }

  function wrongStart(): Http1Defect {
    if (waiting.length() === 0) return unasked('bytes');
    return fatalDefect('bad-start-line', 'The bytes do not begin like an HTTP/1 response.');
  }

  function unasked(what: string): Http1Defect {
    if (!overfull)
      return fatalDefect('unexpected-response', `The server sent ${what} that no request had asked for.`);
    const sentence = `More than ${bounds.waitingMax} requests waited for an answer, so this one cannot be paired.`;
    return fatalDefect('not-kept', sentence);
  }

  function endOutsideBody(from: number, headBytes: number, to: number, how: StreamEnd, atUs: number): void {
    if (headBytes > 0 && waiting.length() === 0) {
      const reason = unasked(`${headBytes} bytes of a response`);
      emit({ type: 'unreadable', sender: 'server', message: null, from, atUs, defect: reason });
      return;
    }
    ended = { to, how, atUs };
    let progress = headBytes === 0 ? 'no byte of the response' : `${headBytes} bytes of the response head`;
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      endUnanswered(next.message, `after ${progress}`, ended);
      progress = 'no byte of the response';
    }
  }

  function endUnanswered(
    message: number,
    when: string,
    end: { to: number; how: StreamEnd; atUs: number },
  ): void {
    const reason = defect('truncated', truncated('server', end.how, when));
    emit({ type: 'response-end', message, to: end.to, atUs: end.atUs, complete: false, defect: reason });
  }

  const stream: Http1Stream = createHttp1Stream(platform, emit, bounds, {
    sender: 'server',
    startByte: responseStartByte,
    wrongStart,
    head,
    headMessage: () => waiting.first()?.message ?? null,
    endOutsideBody,
  });

  const { bytes, end, passBody } = stream;
  const responses = { expect, bytes, end, passBody, handedOver: false };
  return responses;
}

/** RFC 9112 section 6.3, rules 1 and 2. */
function hasNoBody(status: number, method: string): boolean {
  if (status < 200 || status === 204 || status === 304) return true;
  return method === 'HEAD' || (method === 'CONNECT' && status < 300);
}

/** For responses nobody asked for, typically a 408 on an idle connection (RFC 9110 section 15.5.9). */
function describe(start: StatusLine | Http1Defect): string {
  if ('code' in start) return 'a response';
  return `the response “${`${start.status} ${start.statusText.slice(0, 40)}`.trim()}”`;
}

function responseStartByte(byte: number, index: number): 'possible' | 'settled' | 'wrong' {
  if (byte !== STATUS_LINE_START[index]) return 'wrong';
  return index + 1 === STATUS_LINE_START.length ? 'settled' : 'possible';
}
