/** Reads the fields of one payload, little-endian. Past the end it gives zeros, and says so by `isShort()`. */
export class MysqlFields {
  readonly bytes: Uint8Array;
  readonly end: number;
  at: number;
  private short = false;

  constructor(bytes: Uint8Array, from: number, to: number) {
    this.bytes = bytes;
    this.at = from;
    this.end = to;
  }

  isShort(): boolean {
    return this.short;
  }

  left(): number {
    return this.end - this.at;
  }

  /** The next byte, not taken; -1 at the end. */
  peek(): number {
    return this.at < this.end ? (this.bytes[this.at] as number) : -1;
  }

  u8(): number {
    return this.has(1) ? (this.bytes[this.at++] as number) : 0;
  }

  u16(): number {
    return this.has(2) ? this.take(2) : 0;
  }

  u24(): number {
    return this.has(3) ? this.take(3) : 0;
  }

  u32(): number {
    return this.has(4) ? this.take(4) : 0;
  }

  /** Exact up to 2^53. */
  u64(): number {
    if (!this.has(8)) return 0;
    const low = this.take(4);
    return low + this.take(4) * 4_294_967_296;
  }

  /** A number of 1, 3, 4 or 9 bytes; null for the byte that stands for NULL. */
  lengthOrNull(): number | null {
    const first = this.u8();
    if (first < 0xfb) return first;
    if (first === 0xfc) return this.u16();
    if (first === 0xfd) return this.u24();
    if (first === 0xfe) return this.u64();
    return null;
  }

  length(): number {
    return this.lengthOrNull() ?? 0;
  }

  /** Where the text that begins here ends: at its zero, or where the bytes end; goes on behind it. */
  textEnd(): number {
    let zero = this.at;
    while (zero < this.end && this.bytes[zero] !== 0) zero++;
    if (zero === this.end) this.short = true;
    this.at = Math.min(this.end, zero + 1);
    return zero;
  }

  skip(count: number): void {
    if (this.has(count)) this.at += count;
  }

  private has(count: number): boolean {
    if (this.end - this.at >= count) return true;
    this.short = true;
    this.at = this.end;
    return false;
  }

  private take(count: number): number {
    let value = 0;
    for (let index = count - 1; index >= 0; index--)
      value = value * 256 + (this.bytes[this.at + index] as number);
    this.at += count;
    return value;
  }
}
