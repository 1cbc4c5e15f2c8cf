import { FieldReader } from '../encoding/field-reader.ts';

/** Reads the fields of one payload, little-endian. */
export class MysqlFields extends FieldReader {
  /** The next byte, not taken; -1 at the end. */
  peek(): number {
    return this.at < this.end ? (this.bytes[this.at] as number) : -1;
  }

  /** Bit `bit` of the map that begins at `from`; what is behind the end is not set. */
  isSet(from: number, bit: number): boolean {
    const at = from + (bit >> 3);
    return at < this.end && (((this.bytes[at] as number) >> (bit & 7)) & 1) === 1;
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

  private take(count: number): number {
    let value = 0;
    for (let index = count - 1; index >= 0; index--)
      value = value * 256 + (this.bytes[this.at + index] as number);
    this.at += count;
    return value;
  }
}
