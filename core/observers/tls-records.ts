/** What became of a record: taken; to be offered again later; or nothing further of this stream is wanted. */
export type RecordFate = 'taken' | 'wait' | 'stop';

/** Who takes the records of one sender. A record is its header and its body, valid during the call only. */
export interface RecordTaker {
  readonly record: (record: Uint8Array, atUs: number, from: number) => RecordFate;
  /** After a gap: whether this, which looks like a record, is one. */
  readonly resume: (record: Uint8Array, atUs: number, from: number) => RecordFate | 'not-one';
  /** What follows cannot be records. `stop`, or `taken` to search for the next one. */
  readonly broken: (atUs: number) => RecordFate;
}

export const recordHeaderBytes = 5;
/** RFC 5246 section 6.2.3; TLS 1.3 allows less. */
const recordBodyBytesMax = 16_384 + 2_048;

/**
 * Cuts one stream into records (RFC 8446 section 5.1). Holds at most one record and what came in one chunk; after a gap, it looks for the next record
 * through whatever comes.
 */
export class TlsRecords {
  readonly #taker: RecordTaker;
  #held: Uint8Array = new Uint8Array(0);
  #filled = 0;
  #heldAtUs = 0;
  #searching = false;
  /** Where the first byte that was not taken is in the stream. */
  #offset = 0;
  #stopped = false;

  constructor(taker: RecordTaker) {
    this.#taker = taker;
  }

  /** True when records wait: until `again` is called, no more bytes may come. */
  bytes(chunk: Uint8Array, atUs: number): boolean {
    if (this.#stopped) return false;
    if (this.#filled === 0) {
      const [used, waits] = this.#consume(chunk, atUs);
      if (used < chunk.length) this.#append(chunk.subarray(used));
      this.#heldAtUs = atUs;
      return waits;
    }
    this.#append(chunk);
    this.#heldAtUs = atUs;
    return this.again();
  }

  /** Offers what waits once more. */
  again(): boolean {
    if (this.#stopped) return false;
    const [used, waits] = this.#consume(this.#held.subarray(0, this.#filled), this.#heldAtUs);
    if (used > 0) {
      this.#held.copyWithin(0, used, this.#filled);
      this.#filled -= Math.min(used, this.#filled);
    }
    return waits;
  }

  /** So many bytes are missing. */
  gap(bytes: number): void {
    this.#offset += this.#filled + bytes;
    this.#filled = 0;
    this.#searching = true;
  }

  stop(): void {
    this.#stopped = true;
    this.#held = new Uint8Array(0);
    this.#filled = 0;
  }

  /** Bytes that are here and not taken. */
  held(): number {
    return this.#filled;
  }

  #consume(source: Uint8Array, atUs: number): [used: number, waits: boolean] {
    let at = 0;
    const start = this.#offset;
    while (at + recordHeaderBytes <= source.length) {
      const isPlausible = this.#searching ? looksLikeRecord(source, at) : isHeader(source, at);
      if (!isPlausible) {
        if (this.#searching) {
          at++;
          continue;
        }
        if (this.#taker.broken(atUs) === 'stop') return this.#stopAt(source);
        this.#searching = true;
        continue;
      }
      const end = at + recordHeaderBytes + bodyBytes(source, at);
      if (end > source.length) break;
      // What follows is not looked at: it may not have come yet.
      const record = source.subarray(at, end);
      const fate = this.#searching
        ? this.#taker.resume(record, atUs, start + at)
        : this.#taker.record(record, atUs, start + at);
      switch (fate) {
        case 'taken':
          this.#searching = false;
          at = end;
          break;
        case 'not-one':
          at++;
          break;
        case 'wait':
          this.#offset = start + at;
          return [at, true];
        case 'stop':
          return this.#stopAt(source);
        default:
          fate satisfies never;
      }
    }
    this.#offset = start + at;
    return [at, false];
  }

  #stopAt(source: Uint8Array): [number, boolean] {
    this.stop();
    return [source.length, false];
  }

  #append(bytes: Uint8Array): void {
    const wanted = this.#filled + bytes.length;
    if (wanted > this.#held.length) {
      const grown = new Uint8Array(Math.max(wanted, 2 * this.#filled, 2_048));
      grown.set(this.#held.subarray(0, this.#filled));
      this.#held = grown;
    }
    this.#held.set(bytes, this.#filled);
    this.#filled = wanted;
  }
}

/** Change of cipher, alert, handshake, application data, heartbeat (RFC 6520); any version 3. */
function isHeader(bytes: Uint8Array, at: number): boolean {
  const type = bytes[at] ?? 0;
  return type >= 20 && type <= 24 && bytes[at + 1] === 3 && bodyBytes(bytes, at) <= recordBodyBytesMax;
}

/** The same more strictly, for a place where a record is only perhaps. */
function looksLikeRecord(bytes: Uint8Array, at: number): boolean {
  const minor = bytes[at + 2] ?? 0;
  return isHeader(bytes, at) && bytes[at] !== 24 && minor >= 1 && minor <= 3 && bodyBytes(bytes, at) > 0;
}

function bodyBytes(bytes: Uint8Array, at: number): number {
  return ((bytes[at + 3] ?? 0) << 8) | (bytes[at + 4] ?? 0);
}
