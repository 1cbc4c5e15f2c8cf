import { eventCodes, messageFlags, type MessageRecord } from '../model/message-record.ts';
import type { BodyObserver } from './observer.ts';

const LF = 10;
const CR = 13;
const COLON = 58;
const byteOrderMark = [0xef, 0xbb, 0xbf] as const;
const dataName = [0x64, 0x61, 0x74, 0x61] as const;

/** What is known of the line under way: nothing, the first letters of `data`, or enough. */
type Line = 'begins' | 'may-be-data' | 'known';

/**
 * Observes server-sent events (WHATWG HTML section 9.2.5) in a response body. Keeps no byte of it.
 *
 * One record for each block of lines up to and with the empty line that ends it; further empty lines, and the byte
 * order mark of the stream, belong to none. `code` is one of `eventCodes`. A block inside which the body ends has the
 * flag `cut`; a browser does not deliver it.
 *
 * A CR that may be the first half of a CR LF is waited behind: only where the line before ended with a CR alone is the
 * block told at once.
 */
export function createEventStreamObserver(emit: (record: MessageRecord) => void): BodyObserver {
  let offset = 0;
  let lastAtUs = 0;
  /** Bytes of the byte order mark that were seen; 3 also once it is known that there is none. */
  let marked = 0;
  let isOpen = false;
  let from = 0;
  let firstAtUs = 0;
  let line: Line = 'begins';
  let letters = 0;
  let hasData = false;
  let hasOther = false;
  let afterCr = false;
  /** The block ended with a CR, and a LF may follow. */
  let isEnding = false;
  let endingAtUs = 0;

  function bytes(chunk: Uint8Array, atUs: number): void {
    if (chunk.length === 0) return;
    if (offset === 0) firstAtUs = atUs;
    let at = 0;
    while (at < chunk.length && marked < 3) {
      if (chunk[at] !== byteOrderMark[marked]) beginWithoutMark();
      else {
        marked += 1;
        at += 1;
      }
    }
    while (at < chunk.length) {
      if (line === 'known') at = lineEnd(chunk, at);
      if (at < chunk.length) take(chunk[at] as number, offset + at, atUs);
      at += 1;
    }
    offset += chunk.length;
    lastAtUs = atUs;
  }

  /** The bytes that could have begun a byte order mark are the beginning of a field name. */
  function beginWithoutMark(): void {
    if (marked > 0) {
      isOpen = true;
      from = 0;
      hasOther = true;
      line = 'known';
    }
    marked = 3;
  }

  function take(byte: number, place: number, atUs: number): void {
    const isSecondHalf = afterCr && byte === LF;
    const followsCr = afterCr;
    afterCr = byte === CR;
    if (isEnding) finish(isSecondHalf ? place + 1 : place, isSecondHalf ? atUs : endingAtUs, 0);
    if (isSecondHalf) return;
    if (byte !== LF && byte !== CR) return takeLetter(byte, place, atUs);
    if (line !== 'begins') return endLine();
    if (!isOpen) return;
    if (byte === LF || followsCr) return finish(place + 1, atUs, 0);
    isEnding = true;
    endingAtUs = atUs;
  }

  function takeLetter(byte: number, place: number, atUs: number): void {
    if (!isOpen) {
      isOpen = true;
      from = place;
      firstAtUs = atUs;
    }
    if (line === 'begins') {
      letters = 0;
      line = 'may-be-data';
      if (byte === COLON) {
        line = 'known';
        return;
      }
    }
    if (letters < dataName.length && byte === dataName[letters]) {
      letters += 1;
      return;
    }
    if (letters === dataName.length && byte === COLON) hasData = true;
    else hasOther = true;
    line = 'known';
  }

  function endLine(): void {
    if (line === 'may-be-data') {
      if (letters === dataName.length) hasData = true;
      else hasOther = true;
    }
    line = 'begins';
  }

  function finish(to: number, lastAtUs: number, flags: number): void {
    emit({
      side: 'response',
      kind: 'event',
      code: hasData ? eventCodes.event : hasOther ? eventCodes.settings : eventCodes.comment,
      flags,
      from,
      headerBytes: 0,
      payloadBytes: to - from,
      closeCode: 0,
      firstAtUs,
      lastAtUs,
    });
    isOpen = false;
    isEnding = false;
    hasData = false;
    hasOther = false;
  }

  function end(): void {
    if (marked < 3) beginWithoutMark();
    if (isEnding) return finish(offset, endingAtUs, 0);
    endLine();
    if (isOpen) finish(offset, lastAtUs, messageFlags.cut);
  }

  return { bytes, end };
}

/** Where the line that `at` lies in ends within the chunk, or the chunk does. */
function lineEnd(chunk: Uint8Array, at: number): number {
  let end = at;
  while (end < chunk.length) {
    const byte = chunk[end] as number;
    if (byte === LF || byte === CR) break;
    end += 1;
  }
  return end;
}
