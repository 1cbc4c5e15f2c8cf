import type { Http2Defect, Http2Event } from './http2-events.ts';
import type { Sender, StreamEnd } from './observer.ts';

/** How far one side of a stream is: no final head yet, its body under way, over. */
export type Phase = 'begun' | 'open' | 'ended';

/** One sender's side of a stream. */
export interface StreamSide {
  readonly h2Stream: number;
  phase: Phase;
  /** Arrival of its final head; 0 before. */
  headAtUs: number;
  /** Octets the receiver has given beyond the initial window, less those sent. */
  credit: number;
  /** Since when its window has been shut, and when it was opened again: see the starvation event. 0: it was not. */
  shutAtUs: number;
  openedAtUs: number;
}

export interface Http2Stream {
  readonly h2Stream: number;
  readonly client: StreamSide;
  readonly server: StreamSide;
}

/** The streams of one connection that are not over, at most `streamsMax`. */
export interface Http2Streams {
  readonly get: (h2Stream: number) => Http2Stream | undefined;
  /** Whether the stream has been used, or passed over by a higher one of its side (RFC 9113 section 5.1.1). */
  readonly wasUsed: (h2Stream: number) => boolean;
  /** Remembers a new stream; null if there are too many. From now on it `wasUsed`. */
  readonly open: (h2Stream: number) => Http2Stream | null;
  /** One side is over; tells so. The stream is forgotten if the other one is, too. */
  readonly endSide: (stream: Http2Stream, sender: Sender, defect: Http2Defect | null, atUs: number) => void;
  readonly all: () => IterableIterator<Http2Stream>;
}

export function createHttp2Streams(
  emit: (event: Http2Event) => void,
  streamsMax: number,
  forgotten: (stream: Http2Stream) => void,
): Http2Streams {
  const streams = new Map<number, Http2Stream>();
  /** Highest stream used of those with odd and with even numbers. */
  let oddMax = 0;
  let evenMax = 0;

  function open(h2Stream: number): Http2Stream | null {
    if ((h2Stream & 1) === 1) oddMax = Math.max(oddMax, h2Stream);
    else evenMax = Math.max(evenMax, h2Stream);
    if (streams.size >= streamsMax) return null;
    const stream = { h2Stream, client: createSide(h2Stream), server: createSide(h2Stream) };
    streams.set(h2Stream, stream);
    return stream;
  }

  function endSide(stream: Http2Stream, sender: Sender, defect: Http2Defect | null, atUs: number): void {
    const isClient = sender === 'client';
    const side = isClient ? stream.client : stream.server;
    if (side.phase === 'ended') return;
    side.phase = 'ended';
    if ((isClient ? stream.server : stream.client).phase === 'ended') {
      streams.delete(stream.h2Stream);
      forgotten(stream);
    }
    emit({
      type: isClient ? 'request-end' : 'response-end',
      h2Stream: stream.h2Stream,
      atUs,
      complete: defect === null,
      defect,
    });
  }

  return {
    get: (h2Stream) => streams.get(h2Stream),
    wasUsed: (h2Stream) => h2Stream !== 0 && h2Stream <= ((h2Stream & 1) === 1 ? oddMax : evenMax),
    open,
    endSide,
    all: () => streams.values(),
  };
}

function createSide(h2Stream: number): StreamSide {
  return { h2Stream, phase: 'begun', headAtUs: 0, credit: 0, shutAtUs: 0, openedAtUs: 0 };
}

export function sideOf(stream: Http2Stream, sender: Sender): StreamSide {
  return sender === 'client' ? stream.client : stream.server;
}

/** The defect of a message cut short by the end of the connection. */
export function cutShort(sender: Sender, how: StreamEnd): Http2Defect {
  const what = sender === 'client' ? 'request' : 'response';
  const message = `The ${sender} ${how === 'fin' ? 'closed' : 'reset'} the connection before the ${what} was over.`;
  return { code: 'truncated', message, fatal: false };
}
