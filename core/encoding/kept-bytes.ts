/** A buffer larger than this is given back once what was kept in it is told. */
const bytesGivenBack = 32 * 1024;
const bytesMin = 1024;
const none = new Uint8Array(0);

/** The first bytes of a message that comes in pieces. Grows as they come, so that an announced length alone costs nothing. */
export class KeptBytes {
  /** What is kept are the first `length` of these; others may take their place when more is kept. */
  bytes = none;
  length = 0;

  /** Keeps `count` bytes of the chunk, none where that is negative, of a message of which `wanted` are wanted in all. */
  keep(chunk: Uint8Array, from: number, count: number, wanted: number): void {
    if (count <= 0) return;
    const needed = this.length + count;
    if (needed > this.bytes.length) {
      const larger = new Uint8Array(Math.max(bytesMin, needed, Math.min(2 * this.bytes.length, wanted)));
      larger.set(this.bytes.subarray(0, this.length));
      this.bytes = larger;
    }
    this.bytes.set(chunk.subarray(from, from + count), this.length);
    this.length = needed;
  }

  /** The message is told. A large buffer is given back; `length` stays what it was until the next message begins. */
  giveBack(): void {
    if (this.bytes.length > bytesGivenBack) this.bytes = none;
  }

  /** Nothing is kept any more. */
  drop(): void {
    this.bytes = none;
  }
}
