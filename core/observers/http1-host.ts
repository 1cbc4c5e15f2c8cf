import type { Platform } from '../model/platform.ts';
import { replaceField } from '../model/replace-field.ts';
import type { Http1Event } from './http1-events.ts';
import { createHttp1Requests } from './http1-requests.ts';

/**
 * Gives the Host field of each HTTP/1 request of one stream another value (RFC 9112 section 3.2) while the stream
 * passes. Every other byte stays as it came, bodies included. A head is held until all of it is there (bound: the
 * observer's bound of a head); from bytes that are no HTTP/1 on, and behind a CONNECT, everything passes as it is.
 */
export interface HostRewriter {
  /** What may leave now, in order. Views into `chunk` among them. */
  readonly bytes: (chunk: Uint8Array) => readonly Uint8Array[];
  /** Another protocol begins, or the stream is over: gives what is still held, and nothing is rewritten any more. */
  readonly stop: () => readonly Uint8Array[];
}

export function createHostRewriter(platform: Platform, host: string): HostRewriter {
  /** Offset up to which bytes have left. */
  let passedTo = 0;
  /** Bytes from there on; copies, but for the chunk at hand. */
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  /** `head`: what comes next is a head, or the space before it. */
  let inside: 'head' | 'body' | 'other' = 'head';
  let leaving: Uint8Array[] = [];

  /** Takes the bytes before this offset off the front. */
  const takeTo = (to: number): Uint8Array[] => {
    const taken: Uint8Array[] = [];
    for (let first = waiting[0]; first !== undefined && passedTo < to; first = waiting[0]) {
      const length = Math.min(first.length, to - passedTo);
      taken.push(first.subarray(0, length));
      if (length === first.length) waiting.shift();
      else waiting[0] = first.subarray(length);
      passedTo += length;
      waitingBytes -= length;
    }
    return taken;
  };
  const onEvent = (event: Http1Event): void => {
    switch (event.type) {
      case 'request-head':
        leaving.push(...takeTo(event.from), withHost(platform, event.raw, host));
        takeTo(event.to);
        inside = 'body';
        return;
      case 'request-end':
        leaving.push(...takeTo(event.to));
        inside = requests.handedOver ? 'other' : 'head';
        return;
      case 'unreadable':
        inside = 'other';
        return;
      default:
    }
  };
  const requests = createHttp1Requests(platform, onEvent);
  const stop = (): readonly Uint8Array[] => {
    inside = 'other';
    return takeTo(passedTo + waitingBytes);
  };

  return {
    bytes: (chunk) => {
      if (chunk.length === 0) return [];
      waiting.push(chunk);
      waitingBytes += chunk.length;
      if (inside === 'other') return stop();
      leaving = [];
      requests.bytes(chunk, 0);
      if (inside !== 'head') leaving.push(...takeTo(passedTo + waitingBytes));
      const last = waiting.pop();
      if (last !== undefined) waiting.push(last.slice());
      return leaving;
    },
    stop,
  };
}

function withHost(platform: Platform, raw: Uint8Array, host: string): Uint8Array {
  return platform.bytesOfLatin1(replaceField(platform.latin1(raw, 0, raw.length), 'host', host));
}
