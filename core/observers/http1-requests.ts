import type { Http1Defect, Http1Event } from './http1-events.ts';
import type { StreamEnd } from './observer.ts';
import type { Platform } from '../model/platform.ts';
import type { AfterHead, HeadBytes, Http1Stream } from './http1-stream.ts';
import { isTokenChar, METHOD_CHARS_MAX } from './http1-detect.ts';
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
import { readRequestLine, readStartLine } from './http1-start-line.ts';
import { createHttp1Stream, truncated } from './http1-stream.ts';

const SPACE = 32;

/**
 * The requests of one conversation. Events are emitted inside `bytes`, in stream order; `stop` may be called from
 * within an event.
 */
export interface Http1Requests {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  readonly end: (how: StreamEnd, atUs: number) => void;
  /** As that of `Http1Stream`. */
  readonly passBody: (bytes: number) => number;
  /** From the end of the present event on, bytes are not HTTP: nothing more is reported, not even an end. */
  readonly stop: () => void;
  /** After a CONNECT that was refused: the next bytes are HTTP again and follow the head of the CONNECT. */
  readonly resume: () => void;
  /** From here on unreadable for a reason outside the bytes, such as bytes that were lost. */
  readonly giveUp: (reason: Http1Defect, atUs: number) => void;
  /** True after CONNECT, from before its `request-end`, or after `stop`. */
  readonly handedOver: boolean;
}

export function createHttp1Requests(
  platform: Platform,
  emit: (event: Http1Event) => void,
  limits?: Partial<Http1Limits>,
): Http1Requests {
  let nextMessage = 0;

  function head(bytes: HeadBytes): AfterHead {
    const { raw, from, to, firstByteAtUs, atUs } = bytes;
    const defects: Http1Defect[] = [];
    const { line, next } = readStartLine(bytes.text);
    const start = readRequestLine(line, defects);
    if ('code' in start) return { next: 'unreadable', message: nextMessage, from, defect: start };
    const { method, target, version } = start;
    const headers = readHeaderLines(raw, bytes.text, next, defects);
    const fields = readControlFields(headers);
    const connects = method === 'CONNECT';
    const { framing, contentLength } = connects
      ? NO_BODY
      : readBodyLength('client', version, fields, defects);
    const message = nextMessage;
    nextMessage += 1;
    emit({
      type: 'request-head',
      message,
      from,
      to,
      firstByteAtUs,
      atUs,
      raw,
      method,
      target,
      version,
      headers,
      framing,
      contentLength,
      expectsContinue: fields.expect !== null && fields.expect.toLowerCase() === '100-continue',
      close: wantsClose(version, fields.connection),
      defects,
    });
    if (connects) {
      requests.handedOver = true;
      return { next: 'hand-over', message };
    }
    for (const reason of defects) {
      if (reason.fatal) return { next: 'unreadable', message, from: to, defect: reason };
    }
    return { next: 'body', message, framing, contentLength };
  }

  function endOutsideBody(from: number, headBytes: number, _to: number, how: StreamEnd, atUs: number): void {
    if (headBytes === 0) return;
    const reason = defect(
      'truncated',
      truncated('client', how, `after ${headBytes} bytes of a request head`),
    );
    emit({ type: 'unreadable', sender: 'client', message: nextMessage, from, atUs, defect: reason });
  }

  const stream: Http1Stream = createHttp1Stream(
    platform,
    emit,
    { ...HTTP1_LIMITS, ...limits },
    {
      sender: 'client',
      startByte: requestStartByte,
      wrongStart: () => fatalDefect('bad-start-line', 'The bytes do not begin like an HTTP/1 request.'),
      head,
      headMessage: () => nextMessage,
      endOutsideBody,
    },
  );

  // A plain property: an accessor gives each object a hidden class of its own (2 µs, and slow calls).
  const requests = {
    bytes: stream.bytes,
    end: stream.end,
    passBody: stream.passBody,
    stop: () => {
      requests.handedOver = true;
      stream.stop();
    },
    resume: () => {
      requests.handedOver = false;
      stream.resume();
    },
    giveUp: stream.giveUp,
    handedOver: false,
  };
  return requests;
}

function requestStartByte(byte: number, index: number): 'possible' | 'settled' | 'wrong' {
  if (byte === SPACE) return index > 0 ? 'settled' : 'wrong';
  return index < METHOD_CHARS_MAX && isTokenChar(byte) ? 'possible' : 'wrong';
}
