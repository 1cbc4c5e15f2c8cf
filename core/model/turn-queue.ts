/** Taken entries in front are given back once they are this many and half of all. */
const takenMax = 1024;

/** What is answered in turn: entries leave in the order they came, without moving those behind them each time. Holds what it is given; callers set the bound. */
export class TurnQueue<Entry> {
  private entries: Entry[] = [];
  private taken = 0;

  size(): number {
    return this.entries.length - this.taken;
  }

  /** The entry that is `index` behind the first; null behind the last. */
  at(index: number): Entry | null {
    return this.entries[this.taken + index] ?? null;
  }

  add(entry: Entry): void {
    this.entries.push(entry);
  }

  /** Takes the first one off; null for none. */
  take(): Entry | null {
    const entry = this.entries[this.taken];
    if (entry === undefined) return null;
    this.taken++;
    if (this.taken === this.entries.length) this.clear();
    else if (this.taken >= takenMax && 2 * this.taken >= this.entries.length) {
      this.entries = this.entries.slice(this.taken);
      this.taken = 0;
    }
    return entry;
  }

  /** Takes out `count` entries, the first of them `index` behind the first. */
  remove(index: number, count: number): void {
    this.entries.splice(this.taken + index, count);
  }

  clear(): void {
    this.entries = [];
    this.taken = 0;
  }
}
