/** Reads the fields of one message, one after the other. Past the end it gives zeros and empty texts, and says so by `isShort()`. */
export class FieldReader {
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

  u8(): number {
    return this.has(1) ? (this.bytes[this.at++] as number) : 0;
  }

  /** Where the text that begins here ends: at its zero, or where the bytes end; goes on behind it. */
  textEnd(): number {
    let zero = this.at;
    while (zero < this.end && this.bytes[zero] !== 0) zero++;
    if (zero === this.end) this.short = true;
    this.at = Math.min(this.end, zero + 1);
    return zero;
  }

  /** Does nothing for a negative count. */
  skip(count: number): void {
    if (count >= 0 && this.has(count)) this.at += count;
  }

  /** Whether so many bytes are left; if not, it is at its end from now on. */
  protected has(count: number): boolean {
    if (this.end - this.at >= count) return true;
    this.short = true;
    this.at = this.end;
    return false;
  }
}
