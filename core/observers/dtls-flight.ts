import { u16At } from '../encoding/network-order.ts';

/** Puts one handshake message together whose fragments come in any order (RFC 6347 section 4.2.3). At most `messageBytesMax`; larger ones are kept up to there. */
export interface DtlsFragments {
  /** The fragment at `at` of `bytes`, its 12 bytes of header included, up to `to`. The body once it is whole, else null. Valid until the next call. */
  readonly add: (bytes: Uint8Array, at: number, to: number) => Uint8Array | null;
}

const messageBytesMax = 16_384;
const headerBytes = 12;
/** Pieces with holes between them that are remembered; later ones are dropped, to come again. */
const piecesMax = 32;

export function createDtlsFragments(): DtlsFragments {
  let held = new Uint8Array(0);
  let sequence = -1;
  let length = 0;
  /** Ranges that have come, in order and without overlap. */
  let pieces: (readonly [from: number, to: number])[] = [];

  return {
    add: (bytes, at, to) => {
      const whole = u24(bytes, at + 1);
      const number = u16At(bytes, at + 4);
      const offset = u24(bytes, at + 6);
      const from = at + headerBytes;
      const size = Math.min(u24(bytes, at + 9), to - from);
      if (whole > messageBytesMax || size < 0 || offset + size > whole) return null;
      if (offset === 0 && size === whole) return bytes.subarray(from, from + whole);
      if (number !== sequence || whole !== length) {
        sequence = number;
        length = whole;
        if (held.length < whole) held = new Uint8Array(messageBytesMax);
        pieces = [];
      }
      if (pieces.length >= piecesMax) return null;
      held.set(bytes.subarray(from, from + size), offset);
      pieces = joined([...pieces, [offset, offset + size]]);
      const [first] = pieces;
      return first?.[0] === 0 && first[1] === length ? held.subarray(0, length) : null;
    },
  };
}

function joined(pieces: readonly (readonly [from: number, to: number])[]): (readonly [number, number])[] {
  const sorted = [...pieces].sort(([a], [b]) => a - b);
  const result: [number, number][] = [];
  for (const [from, to] of sorted) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

function u24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | u16At(bytes, at + 1);
}
