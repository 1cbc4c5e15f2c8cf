import { u24At } from '../encoding/network-order.ts';

/** Longest handshake message that is kept; of longer ones, no more than that they went by. */
const messageBytesMax = 262_144;
const headerBytes = 4;

/** Puts the handshake messages of one sender together again (RFC 8446 section 5.1). Holds at most one message of 256 KiB. */
export class HandshakeMessages {
  readonly #take: (type: number, body: Uint8Array, atUs: number) => void;
  #held: Uint8Array = new Uint8Array(0);
  #filled = 0;
  /** Bytes of a message that is too long which are still to come. */
  #skip = 0;
  #lost = false;

  /** `take`: a whole message; its body is valid during the call only. */
  constructor(take: (type: number, body: Uint8Array, atUs: number) => void) {
    this.#take = take;
  }

  /** Bytes of handshake records, in order. */
  bytes(record: Uint8Array, atUs: number): void {
    if (this.#lost && !beginsMessage(record)) return;
    this.#lost = false;
    const skipped = Math.min(this.#skip, record.length);
    this.#skip -= skipped;
    this.#append(record.subarray(skipped));
    let at = 0;
    while (at + headerBytes <= this.#filled) {
      const length = u24At(this.#held, at + 1);
      const end = at + headerBytes + length;
      if (end > this.#filled) {
        if (length > messageBytesMax) {
          this.#skip = end - this.#filled;
          at = this.#filled;
        }
        break;
      }
      this.#take(this.#held[at] ?? 0, this.#held.subarray(at + headerBytes, end), atUs);
      at = end;
    }
    if (at === 0) return;
    this.#held.copyWithin(0, at, this.#filled);
    this.#filled -= at;
  }

  /** Records are missing: what was begun is given up, and the next record counts when a message can begin with it. */
  gap(): void {
    this.#filled = 0;
    this.#skip = 0;
    this.#lost = true;
  }

  #append(bytes: Uint8Array): void {
    const wanted = this.#filled + bytes.length;
    if (wanted > this.#held.length) {
      const grown = new Uint8Array(Math.max(wanted, 2 * this.#held.length, 1_024));
      grown.set(this.#held.subarray(0, this.#filled));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#filled);
    this.#filled = wanted;
  }
}

const knownTypes: ReadonlySet<number> = new Set([
  0, 1, 2, 4, 5, 8, 11, 12, 13, 14, 15, 16, 20, 21, 22, 24, 25,
]);

/** Whether a handshake message can begin here. */
export function beginsMessage(bytes: Uint8Array): boolean {
  return knownTypes.has(bytes[0] ?? -1) && u24At(bytes, 1) <= 65_536;
}
