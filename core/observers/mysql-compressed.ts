import type { Platform } from '../model/platform.ts';

const headerBytes = 7;

/** Takes the bytes of packets that came compressed. `lost`: what follows cannot be read. */
export interface PlainTaker {
  readonly bytes: (chunk: Uint8Array, atUs: number) => unknown;
  readonly gap: (bytes: number, atUs: number) => void;
}

/**
 * Undoes the compressed protocol with zlib (MySQL Internals, "Compressed Packet") of one sender: a header of seven bytes before each part, which is
 * compressed only where its header says how long it was. Holds one part of at most 16 MiB.
 *
 * A part of which bytes are missing, or that cannot be inflated, is missing as a whole, with as many bytes as its header
 * names. Where it is not known any more where parts begin, nothing more can be read, and `onLost` is told once.
 */
export class MysqlInflater {
  private readonly platform: Platform;
  private readonly taker: PlainTaker;
  private readonly onLost: (atUs: number) => void;
  private readonly header = new Uint8Array(headerBytes);
  private headerCame = 0;
  private held = new Uint8Array(0);
  private heldLength = 0;
  private length = 0;
  private plainLength = 0;
  private isWhole = true;
  private isLost = false;

  constructor(platform: Platform, taker: PlainTaker, onLost: (atUs: number) => void) {
    this.platform = platform;
    this.taker = taker;
    this.onLost = onLost;
  }

  bytes(chunk: Uint8Array, atUs: number): void {
    for (let at = 0; at < chunk.length && !this.isLost;) {
      if (this.headerCame < headerBytes) {
        this.header[this.headerCame++] = chunk[at++] as number;
        if (this.headerCame === headerBytes) this.begin(atUs);
        continue;
      }
      const part = chunk.subarray(at, at + this.length - this.heldLength);
      at += part.length;
      if (part.length === this.length && this.isWhole) this.finish(part, atUs);
      else this.add(part, atUs);
    }
  }

  gap(bytes: number, atUs: number): void {
    if (this.isLost) return;
    const left = this.headerCame === headerBytes ? this.length - this.heldLength : 0;
    if (bytes > left) {
      this.lose(atUs);
      return;
    }
    this.isWhole = false;
    this.heldLength += bytes;
    if (this.heldLength === this.length) this.finish(this.held, atUs);
  }

  private begin(atUs: number): void {
    const { header } = this;
    const u24 = (at: number): number =>
      (header[at] as number) | ((header[at + 1] as number) << 8) | ((header[at + 2] as number) << 16);
    this.length = u24(0);
    this.plainLength = u24(4);
    this.heldLength = 0;
    this.isWhole = true;
    if (this.length === 0) this.lose(atUs);
  }

  private add(part: Uint8Array, atUs: number): void {
    if (this.isWhole) this.keep(part);
    this.heldLength += part.length;
    if (this.heldLength === this.length) this.finish(this.held.subarray(0, this.length), atUs);
  }

  private keep(part: Uint8Array): void {
    const needed = this.heldLength + part.length;
    if (needed > this.held.length) {
      const larger = new Uint8Array(Math.min(this.length, Math.max(needed, 2 * this.held.length, 4096)));
      larger.set(this.held.subarray(0, this.heldLength));
      this.held = larger;
    }
    this.held.set(part, this.heldLength);
  }

  private finish(part: Uint8Array, atUs: number): void {
    this.headerCame = 0;
    this.held = new Uint8Array(0);
    const isPlain = this.plainLength === 0;
    const plainLength = isPlain ? this.length : this.plainLength;
    const plain = isPlain || !this.isWhole ? part : this.platform.inflate('zlib', part, plainLength);
    if (this.isWhole && plain?.length === plainLength) this.taker.bytes(plain, atUs);
    else this.taker.gap(plainLength, atUs);
  }

  private lose(atUs: number): void {
    this.isLost = true;
    this.held = new Uint8Array(0);
    this.onLost(atUs);
  }
}
