import { VarintReader } from './quic-packets.ts';

/** What of the frames of an Initial packet says something (RFC 9000 section 19). */
export interface InitialFrames {
  readonly crypto: (offset: number, bytes: Uint8Array) => void;
  /** CONNECTION_CLOSE. */
  readonly close: (code: number, reason: Uint8Array) => void;
}

const frame = { padding: 0, ping: 1, ack: 2, ackCounted: 3, crypto: 6, close: 0x1c } as const;

/** Reads the frames up to the first that may not be in an Initial packet. */
export function readFrames(bytes: Uint8Array, take: InitialFrames): void {
  const reader = new VarintReader(bytes, 0);
  while (reader.at < bytes.length) {
    const type = reader.next();
    switch (type) {
      case frame.padding:
      case frame.ping:
        break;
      case frame.ack:
      case frame.ackCounted:
        skipAck(reader, type === frame.ackCounted, bytes.length);
        break;
      case frame.crypto: {
        const offset = reader.next();
        const length = reader.next();
        const from = reader.at;
        reader.skip(length);
        if (reader.at > bytes.length) return;
        take.crypto(offset, bytes.subarray(from, from + length));
        break;
      }
      case frame.close: {
        const code = reader.next();
        reader.next();
        const length = reader.next();
        take.close(code, bytes.subarray(reader.at, reader.at + length));
        return;
      }
      default:
        return;
    }
  }
}

function skipAck(reader: VarintReader, counted: boolean, end: number): void {
  reader.next();
  reader.next();
  const ranges = reader.next();
  reader.next();
  for (let range = 0; range < ranges && reader.at < end; range++) {
    reader.next();
    reader.next();
  }
  for (let count = 0; counted && count < 3; count++) reader.next();
}

/** Longest first message that is put together; a ClientHello with post-quantum keys takes about 2 KiB. */
const messageBytesMax = 65_536;
/** Pieces that do not touch. */
const piecesMax = 64;

/** The beginning of a CRYPTO stream, put together from pieces in any order. Holds at most 64 KiB. */
export class CryptoStream {
  #held: Uint8Array = new Uint8Array(0);
  /** Where pieces are, in order, none touching another. */
  #pieces: { from: number; to: number }[] = [];

  add(offset: number, bytes: Uint8Array): void {
    const to = offset + bytes.length;
    if (bytes.length === 0 || to > messageBytesMax) return;
    if (to > this.#held.length) {
      const grown = new Uint8Array(Math.max(to, 2 * this.#held.length, 2_048));
      grown.set(this.#held);
      this.#held = grown;
    }
    this.#held.set(bytes, offset);
    const merged = { from: offset, to };
    const apart = this.#pieces.filter((piece) => {
      if (piece.to < merged.from || piece.from > merged.to) return true;
      merged.from = Math.min(merged.from, piece.from);
      merged.to = Math.max(merged.to, piece.to);
      return false;
    });
    if (apart.length >= piecesMax) return;
    this.#pieces = [...apart, merged].sort((left, right) => left.from - right.from);
  }

  /** The first handshake message, once it is whole. */
  first(): { readonly type: number; readonly body: Uint8Array } | null {
    const [piece] = this.#pieces;
    if (piece?.from !== 0 || piece.to < 4) return null;
    const [type = 0, high = 0, middle = 0, low = 0] = this.#held;
    const end = 4 + ((high << 16) | (middle << 8) | low);
    return piece.to < end ? null : { type, body: this.#held.subarray(4, end) };
  }
}
