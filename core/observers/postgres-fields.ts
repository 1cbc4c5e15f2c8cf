import { FieldReader } from '../encoding/field-reader.ts';

/** Reads the fields of one message, big-endian. */
export class PostgresFields extends FieldReader {
  u16(): number {
    if (!this.has(2)) return 0;
    const { bytes, at } = this;
    this.at += 2;
    return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
  }

  i32(): number {
    if (!this.has(4)) return 0;
    const { bytes, at } = this;
    this.at += 4;
    return (
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number)
    );
  }
}
