import type { Http2Defect } from './http2-events.ts';
import { fitsPreface, PREFACE_BYTES } from './http2-detect.ts';
import { FLAG, FRAME, frameName } from './http2-names.ts';

const HEADER_BYTES = 9;
/** SETTINGS_MAX_FRAME_SIZE before anybody says otherwise (RFC 9113 section 6.5.2). */
const FRAME_BYTES_DEFAULT = 16_384;
const GATHERED_BYTES_MIN = 1024;
/** A buffer larger than this is given back after use. */
const GATHERED_KEPT_BYTES = 32 * 1024;

/** The frame being read. */
export interface FrameHeader {
  type: number;
  flags: number;
  h2Stream: number;
  /** Octets of the payload, padding included. */
  length: number;
  firstByteAtUs: number;
}

/** What is done with a payload: passed over, gathered and given whole, or given as it comes (DATA only). */
export type PayloadUse = 'skip' | 'gather' | 'data';

/** Who is told of frames. `stop` of the reader may be called within each. */
export interface FrameTaker {
  /** A frame's nine octets have come, the last at `atUs`. */
  readonly begin: (frame: FrameHeader, atUs: number) => PayloadUse;
  /**
   * All of a gathered frame has come: its payload is `bytes` from `from` to `to`, valid during the call, and ends
   * earlier than `frame.length` says if it is longer than what is kept.
   */
  readonly payload: (frame: FrameHeader, bytes: Uint8Array, from: number, to: number, atUs: number) => void;
  /** Octets of DATA without padding; at least one. */
  readonly data: (frame: FrameHeader, chunk: Uint8Array, from: number, to: number, atUs: number) => void;
  /** All of a DATA frame has come, padding included. */
  readonly dataEnd: (frame: FrameHeader, atUs: number) => void;
  /** The bytes cannot be followed; the reader has stopped. `from`: offset in the stream. */
  readonly unreadable: (defect: Http2Defect, from: number, atUs: number) => void;
  /** A frame is wrong; its payload is passed over. */
  readonly defect: (frame: FrameHeader, defect: Http2Defect, atUs: number) => void;
}

/** Cuts the bytes of one sender into frames (RFC 9113 section 4.1). */
export interface FrameReader {
  readonly bytes: (chunk: Uint8Array, atUs: number) => void;
  readonly stop: () => void;
  /** The receiver has announced that it takes frames of this size; what was allowed before stays allowed. */
  readonly allowFrameBytes: (frameBytes: number) => void;
  /** Offset of the first byte of the frame being read. */
  readonly frameFrom: () => number;
}

type State = 'preface' | 'header' | 'pad-length' | 'data' | 'gather' | 'skip' | 'stopped';

/** `blockBytesMax`, `controlBytesMax`: octets kept at most of a frame of a header block, and of another one. */
export function createFrameReader(
  taker: FrameTaker,
  hasPreface: boolean,
  blockBytesMax: number,
  controlBytesMax: number,
): FrameReader {
  const frame: FrameHeader = { type: 0, flags: 0, h2Stream: 0, length: 0, firstByteAtUs: 0 };
  const header = new Uint8Array(HEADER_BYTES);
  let state: State = hasPreface ? 'preface' : 'header';
  /** Stream offset of the first byte of the chunk being read. */
  let offset = 0;
  let frameFrom = 0;
  let isFirstFrame = true;
  let frameBytesAllowed = FRAME_BYTES_DEFAULT;
  /** Octets that have come of the preface or of a frame's header. */
  let headerBytes = 0;
  /** Octets left of the payload, padding included. */
  let remaining = 0;
  let padding = 0;
  let gathered = new Uint8Array(0);
  let gatheredBytes = 0;
  let gatheredBytesMax = 0;

  function bytes(chunk: Uint8Array, atUs: number): void {
    let at = 0;
    while (at < chunk.length) at = step(chunk, at, atUs);
    offset += chunk.length;
  }

  /** Reads on from `at`; returns where the next step goes on. Each step takes bytes or changes the state. */
  function step(chunk: Uint8Array, at: number, atUs: number): number {
    switch (state) {
      case 'header':
        return readHeader(chunk, at, atUs);
      case 'data':
        return readData(chunk, at, atUs);
      case 'gather':
        return gather(chunk, at, atUs);
      case 'skip':
        return skip(chunk, at);
      case 'pad-length':
        return readPadLength(chunk, at, atUs);
      case 'preface':
        return readPreface(chunk, at, atUs);
      case 'stopped':
        return chunk.length;
      default:
        return state satisfies never;
    }
  }

  function readPreface(chunk: Uint8Array, from: number, atUs: number): number {
    let at = from;
    for (; at < chunk.length && headerBytes < PREFACE_BYTES; at++) {
      if (!fitsPreface(chunk[at] as number, headerBytes)) {
        giveUp('bad-preface', 'The client does not begin with the HTTP/2 connection preface.', 0, atUs);
        return chunk.length;
      }
      headerBytes += 1;
    }
    if (headerBytes === PREFACE_BYTES) {
      headerBytes = 0;
      state = 'header';
    }
    return at;
  }

  function readHeader(chunk: Uint8Array, from: number, atUs: number): number {
    if (headerBytes === 0) {
      frame.firstByteAtUs = atUs;
      frameFrom = offset + from;
      if (chunk.length - from >= HEADER_BYTES) {
        begin(chunk, from, atUs);
        return from + HEADER_BYTES;
      }
    }
    const to = Math.min(chunk.length, from + HEADER_BYTES - headerBytes);
    for (let at = from; at < to; at++) header[headerBytes++] = chunk[at] as number;
    if (headerBytes === HEADER_BYTES) {
      headerBytes = 0;
      begin(header, 0, atUs);
    }
    return to;
  }

  function begin(nine: Uint8Array, at: number, atUs: number): void {
    const length = ((nine[at] as number) << 16) | ((nine[at + 1] as number) << 8) | (nine[at + 2] as number);
    frame.length = length;
    frame.type = nine[at + 3] as number;
    frame.flags = nine[at + 4] as number;
    frame.h2Stream =
      (((nine[at + 5] as number) & 0x7f) << 24) |
      ((nine[at + 6] as number) << 16) |
      ((nine[at + 7] as number) << 8) |
      (nine[at + 8] as number);
    if (isFirstFrame) {
      isFirstFrame = false;
      if (frame.type !== FRAME.SETTINGS || (frame.flags & FLAG.ACK) !== 0 || frame.h2Stream !== 0) {
        giveUp('bad-preface', 'The first frame is not SETTINGS.', frameFrom, atUs);
        return;
      }
    }
    if (length > frameBytesAllowed) {
      const sentence = `A ${frameName(frame.type)} frame of ${length} bytes is larger than the ${frameBytesAllowed} that are allowed.`;
      giveUp('frame-too-large', sentence, frameFrom, atUs);
      return;
    }
    const use = taker.begin(frame, atUs);
    if (isStopped()) return;
    remaining = length;
    padding = 0;
    if (use === 'data') {
      if ((frame.flags & FLAG.PADDED) !== 0) beginPadded(atUs);
      else if (length === 0) taker.dataEnd(frame, atUs);
      else state = 'data';
    } else if (use === 'gather') {
      gatheredBytes = 0;
      gatheredBytesMax = isOfBlock(frame.type) ? blockBytesMax : controlBytesMax;
      if (length === 0) taker.payload(frame, nine, 0, 0, atUs);
      else state = 'gather';
    } else if (length > 0) {
      state = 'skip';
    }
  }

  function beginPadded(atUs: number): void {
    if (frame.length > 0) state = 'pad-length';
    else badPadding(atUs);
  }

  function readPadLength(chunk: Uint8Array, at: number, atUs: number): number {
    padding = chunk[at] as number;
    remaining -= 1;
    state = 'data';
    if (padding > remaining) {
      padding = remaining;
      badPadding(atUs);
    }
    if (remaining === 0) endData(atUs);
    return at + 1;
  }

  function badPadding(atUs: number): void {
    const message = 'A DATA frame has more padding than payload.';
    taker.defect(frame, { code: 'bad-frame', message, fatal: false }, atUs);
    if (remaining === 0 && frame.length === 0) endData(atUs);
  }

  function readData(chunk: Uint8Array, at: number, atUs: number): number {
    const dataLeft = remaining - padding;
    const to = Math.min(chunk.length, at + (dataLeft > 0 ? dataLeft : remaining));
    remaining -= to - at;
    if (dataLeft > 0) taker.data(frame, chunk, at, to, atUs);
    if (remaining === 0 && !isStopped()) endData(atUs);
    return to;
  }

  function endData(atUs: number): void {
    state = 'header';
    taker.dataEnd(frame, atUs);
  }

  function gather(chunk: Uint8Array, at: number, atUs: number): number {
    const to = Math.min(chunk.length, at + remaining);
    remaining -= to - at;
    const isWhole = remaining === 0;
    if (isWhole) state = 'header';
    if (isWhole && gatheredBytes === 0) {
      taker.payload(frame, chunk, at, Math.min(to, at + gatheredBytesMax), atUs);
      return to;
    }
    const taken = Math.min(to - at, gatheredBytesMax - gatheredBytes);
    if (gathered.length < gatheredBytes + taken) {
      const larger = new Uint8Array(
        Math.min(gatheredBytesMax, Math.max(GATHERED_BYTES_MIN, 2 * (gatheredBytes + taken))),
      );
      larger.set(gathered.subarray(0, gatheredBytes));
      gathered = larger;
    }
    gathered.set(chunk.subarray(at, at + taken), gatheredBytes);
    gatheredBytes += taken;
    if (isWhole) {
      taker.payload(frame, gathered, 0, gatheredBytes, atUs);
      if (gathered.length > GATHERED_KEPT_BYTES) gathered = new Uint8Array(0);
    }
    return to;
  }

  function skip(chunk: Uint8Array, at: number): number {
    const to = Math.min(chunk.length, at + remaining);
    remaining -= to - at;
    if (remaining === 0) state = 'header';
    return to;
  }

  function giveUp(code: Http2Defect['code'], message: string, from: number, atUs: number): void {
    state = 'stopped';
    taker.unreadable({ code, message, fatal: true }, from, atUs);
  }

  function isStopped(): boolean {
    return state === 'stopped';
  }

  return {
    bytes,
    stop: () => void (state = 'stopped'),
    allowFrameBytes: (frameBytes) => void (frameBytesAllowed = Math.max(frameBytesAllowed, frameBytes)),
    frameFrom: () => frameFrom,
  };
}

function isOfBlock(type: number): boolean {
  return type === FRAME.HEADERS || type === FRAME.CONTINUATION || type === FRAME.PUSH_PROMISE;
}
