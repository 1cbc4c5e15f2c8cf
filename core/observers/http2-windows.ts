import type { Http2Event } from './http2-events.ts';
import type { Http2Streams, StreamSide } from './http2-streams.ts';
import type { Sender } from './observer.ts';
import { sideOf } from './http2-streams.ts';

const WINDOW_DEFAULT = 65_535;
const WINDOW_MAX = 2 ** 31 - 1;

/** The flow-control windows that one sender sends into (RFC 9113 section 6.9), and when they were shut. */
export interface SendWindows {
  /** A DATA frame of `length` octets, padding included, begins; `side` is null of a stream that is not known. */
  readonly begin: (side: StreamSide | null, length: number, atUs: number) => void;
  /** The frame's last octet has come; `isLast` if it ends its side. */
  readonly sent: (side: StreamSide | null, length: number, isLast: boolean, atUs: number) => void;
  /** A stream's final head has come, and its body may follow. */
  readonly headSent: (side: StreamSide, atUs: number) => void;
  /** WINDOW_UPDATE by the receiver; `side` is null for the connection. False if the window is beyond its maximum. */
  readonly update: (side: StreamSide | null, increment: number, atUs: number) => boolean;
  /** The sender has acknowledged an initial window, which had arrived at `announcedAtUs`. */
  readonly setInitial: (initial: number, announcedAtUs: number, atUs: number) => void;
  readonly forget: (side: StreamSide) => void;
}

export function createSendWindows(
  sender: Sender,
  emit: (event: Http2Event) => void,
  streams: () => Http2Streams,
  timedStreamsMax: number,
): SendWindows {
  let initial = WINDOW_DEFAULT;
  /** The connection's; SETTINGS do not change it. */
  let window = WINDOW_DEFAULT;
  let shutAtUs = 0;
  let openedAtUs = 0;
  /** Sides whose window is shut, at most `timedStreamsMax`. */
  const shut = new Set<StreamSide>();

  function begin(side: StreamSide | null, length: number, atUs: number): void {
    if (length === 0 || side === null) return;
    if (openedAtUs !== 0 && side.headAtUs !== 0 && side.headAtUs <= openedAtUs) {
      tell(0, shutAtUs, openedAtUs, atUs);
      openedAtUs = 0;
      shutAtUs = 0;
    }
    if (side.shutAtUs === 0) return;
    if (side.openedAtUs !== 0) tell(side.h2Stream, side.shutAtUs, side.openedAtUs, atUs);
    forget(side);
    side.shutAtUs = 0;
    side.openedAtUs = 0;
  }

  function tell(h2Stream: number, fromUs: number, toUs: number, atUs: number): void {
    if (toUs > fromUs) emit({ type: 'starvation', h2Stream, sender, fromUs, toUs, atUs });
  }

  function sent(side: StreamSide | null, length: number, isLast: boolean, atUs: number): void {
    if (length === 0) return;
    window = Math.max(-WINDOW_MAX, window - length);
    if (window <= 0) {
      shutAtUs = atUs;
      openedAtUs = 0;
    }
    if (side === null || side.phase === 'ended') return;
    side.credit = Math.max(-WINDOW_MAX, side.credit - length);
    if (!isLast && initial + side.credit <= 0) close(side, atUs);
  }

  function close(side: StreamSide, atUs: number): void {
    if (shut.size >= timedStreamsMax) return;
    side.shutAtUs = atUs;
    side.openedAtUs = 0;
    shut.add(side);
  }

  function headSent(side: StreamSide, atUs: number): void {
    side.headAtUs = atUs;
    if (initial + side.credit <= 0) close(side, atUs);
  }

  function update(side: StreamSide | null, increment: number, atUs: number): boolean {
    if (side === null) {
      window += increment;
      if (window > 0 && shutAtUs !== 0 && openedAtUs === 0) openedAtUs = atUs;
      if (window <= WINDOW_MAX) return true;
      window = WINDOW_MAX;
      return false;
    }
    side.credit += increment;
    if (side.shutAtUs !== 0 && initial + side.credit > 0) openSide(side, atUs);
    if (initial + side.credit <= WINDOW_MAX) return true;
    side.credit = WINDOW_MAX - initial;
    return false;
  }

  function openSide(side: StreamSide, atUs: number): void {
    shut.delete(side);
    if (side.openedAtUs === 0) side.openedAtUs = Math.max(atUs, side.shutAtUs);
  }

  function setInitial(value: number, announcedAtUs: number, atUs: number): void {
    const before = initial;
    initial = value;
    if (value > before) {
      for (const side of shut) {
        if (value + side.credit > 0) openSide(side, announcedAtUs);
      }
    } else if (value < before) {
      let looked = 0;
      for (const stream of streams().all()) {
        if (++looked > timedStreamsMax) break;
        const side = sideOf(stream, sender);
        if (side.phase === 'open' && value + side.credit <= 0 && before + side.credit > 0) close(side, atUs);
      }
    }
  }

  function forget(side: StreamSide): void {
    if (side.shutAtUs !== 0) shut.delete(side);
  }

  return { begin, sent, headSent, update, setInitial, forget };
}
