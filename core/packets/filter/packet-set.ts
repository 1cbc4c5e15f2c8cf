/** Numbers of packets, from 1: a bit for each up to the largest. */
export class PacketSet {
  #bits = new Uint32Array(256);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(number: number): void {
    const at = number >>> 5;
    if (at >= this.#bits.length) {
      const larger = new Uint32Array(Math.max(at + 1, this.#bits.length * 2));
      larger.set(this.#bits);
      this.#bits = larger;
    }
    const bits = this.#bits[at] ?? 0;
    const added = bits | (1 << (number & 31));
    if (added === (bits | 0)) return;
    this.#bits[at] = added;
    this.#count++;
  }

  has(number: number): boolean {
    return (((this.#bits[number >>> 5] ?? 0) >>> (number & 31)) & 1) === 1;
  }

  /** Ascending. */
  numbers(): Uint32Array {
    const numbers = new Uint32Array(this.#count);
    let at = 0;
    for (let number = 0; at < this.#count; number++) if (this.has(number)) numbers[at++] = number;
    return numbers;
  }
}
