import type { End, StreamTaker } from './tcp-events.ts';

/** Pieces of one window; a window that would have more ends early. */
const piecesMax = 10_000;
const STORE_BYTES_MIN = 4096;

/** What is told of a window of a followed conversation; the shape of the contract's `followed` without its `problem`. */
export interface FollowedWindow {
  readonly pieces: {
    readonly end: End;
    readonly atUs: number;
    readonly packet: number;
    readonly bytes: Uint8Array;
    readonly missingBefore: number;
  }[];
  readonly nextFrom: number | null;
  readonly totalBytes: { readonly a: number; readonly b: number };
}

export interface FollowCollector {
  readonly taker: StreamTaker;
  /** Once everything has been told. Bytes that are missing at the end of a stream are an empty piece of the last window. */
  readonly followed: () => FollowedWindow;
}

interface Piece {
  readonly end: End;
  readonly atUs: number;
  readonly packet: number;
  readonly start: number;
  length: number;
  readonly missingBefore: number;
}

/**
 * Puts both streams of a conversation into one sequence, in the order in which they were handed on, and keeps the bytes `from … from +
 * bytesMax` of it. Bytes of one end are one piece until the other end speaks or something is missing; a piece has the time and packet of its
 * first byte in the window. Memory: `bytesMax` and 10,000 pieces.
 */
export function createFollowCollector(from: number, bytesMax: number): FollowCollector {
  const totals = { a: 0, b: 0 };
  const missing = { a: 0, b: 0 };
  /** When and behind which packet the last gap of an end was told. */
  const missedAt = { a: 0, b: 0 };
  let lastPacket = 1;
  const pieces: Piece[] = [];
  let store = new Uint8Array(Math.min(bytesMax, STORE_BYTES_MIN));
  let stored = 0;
  let lastEnd: End | null = null;
  /** Where the window ends; nearer when there are too many pieces. */
  let to = from + bytesMax;

  const taker: StreamTaker = {
    bytes: (sender, chunk, atUs, packetNumber) => {
      const end = sender === 'client' ? 'a' : 'b';
      const at = totals.a + totals.b;
      totals[end] += chunk.length;
      if (chunk.length === 0) return;
      const missingBefore = missing[end];
      missing[end] = 0;
      if (at + chunk.length > from && at < to) {
        const start = Math.max(0, from - at);
        const isNext = lastEnd === end && missingBefore === 0;
        keep(end, chunk, start, atUs, packetNumber, start > 0 ? 0 : missingBefore, isNext, at + start);
      }
      lastEnd = end;
      lastPacket = packetNumber;
    },
    gap: (sender, bytes, atUs) => {
      const end = sender === 'client' ? 'a' : 'b';
      missing[end] += bytes;
      missedAt[end] = atUs;
    },
    end: () => {},
  };

  function keep(
    end: End,
    chunk: Uint8Array,
    start: number,
    atUs: number,
    packet: number,
    missingBefore: number,
    isNext: boolean,
    at: number,
  ): void {
    let piece = isNext ? pieces.at(-1) : undefined;
    if (piece === undefined) {
      if (pieces.length >= piecesMax) {
        to = at;
        return;
      }
      piece = { end, atUs, packet, start: stored, length: 0, missingBefore };
      pieces.push(piece);
    }
    const count = Math.min(chunk.length - start, to - at);
    if (stored + count > store.length) {
      const larger = new Uint8Array(Math.min(bytesMax, Math.max(2 * store.length, stored + count)));
      larger.set(store.subarray(0, stored));
      store = larger;
    }
    store.set(chunk.subarray(start, start + count), stored);
    stored += count;
    piece.length += count;
  }

  function followed(): FollowedWindow {
    const total = totals.a + totals.b;
    const isLast = total <= to;
    const told = pieces.map(({ end, atUs, packet, start, length, missingBefore }) => ({
      ...{ end, atUs, packet, missingBefore },
      bytes: store.slice(start, start + length),
    }));
    for (const end of ['a', 'b'] as const) {
      if (!isLast || missing[end] === 0) continue;
      const last = { end, atUs: missedAt[end], packet: lastPacket, bytes: new Uint8Array(0) };
      told.push({ ...last, missingBefore: missing[end] });
    }
    return { pieces: told, nextFrom: isLast ? null : to, totalBytes: totals };
  }

  return { taker, followed };
}
