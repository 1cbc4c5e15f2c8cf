import { KeptBytes } from '../encoding/kept-bytes.ts';
import type { Sender } from './observer.ts';

/** Who is told of messages. */
export interface PostgresTaker {
  /** The type and the length of a message have come; returns how many bytes of its body are wanted, from the first. */
  readonly begin: (type: number, bodyBytes: number, firstAtUs: number) => number;
  /**
   * All of a message has come: of its body what was wanted, less where bytes are missing, valid during the call.
   * `isWhole`: none of it are missing. Type 0 is a message of the start, which has no type.
   */
  readonly message: (
    type: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    bodyBytes: number,
    isWhole: boolean,
    firstAtUs: number,
    atUs: number,
  ) => void;
  /** The one byte that answers a request for encryption. */
  readonly answer: (byte: number, atUs: number) => void;
  /** Where messages begin is not known any more: bytes are missing, or cannot be messages. */
  readonly lost: (why: 'missing' | 'unreadable', atUs: number) => void;
  /** It is known again; so many bytes were missing or passed over. */
  readonly found: (bytes: number, atUs: number) => void;
}

type State = 'start' | 'header' | 'body' | 'seek' | 'stopped';

const headerBytes = 5;
const startBytesMax = 10_000;
const shortBytesMax = 30_000;
const longBytesMax = 0x3fff_ffff;
/** Longest simple query that is looked for in bytes without a beginning. */
const soughtBytesMax = 65_535;

const Q = 0x51;
const S = 0x53;
const Z = 0x5a;

/** Bytes of a body that no known message of this type exceeds; 0 for a type that the sender does not send. */
const bodyBytesMax: Readonly<Record<Sender, Int32Array>> = {
  client: limits('QPBFdp', 'DESHCXcf'),
  server: limits('TDdVENA', 'RKSZtnCIs123GHWcv'),
};

function limits(long: string, short: string): Int32Array {
  const table = new Int32Array(256);
  for (let at = 0; at < long.length; at++) table[long.charCodeAt(at)] = longBytesMax;
  for (let at = 0; at < short.length; at++) table[short.charCodeAt(at)] = shortBytesMax;
  return table;
}

/** Longest body that is believed of a first message, before anything tells that the bytes are messages. */
const firstBytesMax = 1024 * 1024;

/** Whether a sender could send a message with this type and length; the length counts itself. */
export function isPlausibleHeader(sender: Sender, type: number, length: number): boolean {
  return length >= 4 && length - 4 <= (bodyBytesMax[sender][type] ?? 0);
}

/**
 * Cuts the bytes of one sender into messages of the protocol 3 of PostgreSQL (manual, chapter 55.7). Keeps at most
 * what is wanted of one body, or 64 KiB while it looks for where a message begins.
 *
 * Where framing is lost it goes on at ReadyForQuery of the server, and at Sync or a whole Query of the client: nothing
 * else is told from other bytes with certainty.
 */
export class PostgresFrames {
  private readonly sender: Sender;
  private readonly taker: PostgresTaker;
  private state: State;
  /** Bytes of the stream before the chunk being read, missing ones included; and within it. */
  private offset = 0;
  private at = 0;
  private readonly header = new Uint8Array(headerBytes);
  private headerCame = 0;
  private awaitsAnswer = false;
  private isFirst = true;
  private type = 0;
  private bodyBytes = 0;
  private remaining = 0;
  private wanted = 0;
  private isWhole = true;
  private firstAtUs = 0;
  private readonly kept = new KeptBytes();
  private passedOver = 0;

  constructor(sender: Sender, taker: PostgresTaker) {
    this.sender = sender;
    this.taker = taker;
    this.state = sender === 'client' ? 'start' : 'header';
  }

  /** Bytes of the stream so far, up to the one that was read last. */
  position(): number {
    return this.offset + this.at;
  }

  bytes(chunk: Uint8Array, atUs: number): void {
    this.at = 0;
    while (this.at < chunk.length) {
      switch (this.state) {
        case 'header':
          this.readHeader(chunk, atUs);
          break;
        case 'body':
          this.readBody(chunk, atUs);
          break;
        case 'start':
          this.readStart(chunk, atUs);
          break;
        case 'seek':
          this.seek(chunk[this.at++] as number, atUs);
          break;
        case 'stopped':
          this.at = chunk.length;
          break;
        default:
          this.state satisfies never;
      }
    }
    this.offset += chunk.length;
    this.at = 0;
  }

  gap(bytes: number, atUs: number): void {
    this.offset += bytes;
    if (this.state === 'stopped') return;
    if (this.state === 'body') {
      this.isWhole = false;
      this.wanted = this.kept.length;
      if (bytes <= this.remaining) {
        this.remaining -= bytes;
        if (this.remaining === 0) this.finish(this.kept.bytes, 0, this.kept.length, atUs);
        return;
      }
      this.finish(this.kept.bytes, 0, this.kept.length, atUs);
    }
    if (!this.isStopped()) this.lose('missing', bytes, atUs);
  }

  /** Nothing more is read. */
  stop(): void {
    this.state = 'stopped';
    this.kept.drop();
  }

  /** The start is over: what the client sends from now on has a type. */
  endStart(): void {
    if (this.state === 'start') this.state = 'header';
  }

  /** The next byte of the server answers a request for encryption. */
  awaitAnswer(): void {
    if (this.state === 'header' && this.headerCame === 0) this.awaitsAnswer = true;
  }

  private isStopped(): boolean {
    return this.state === 'stopped';
  }

  private readStart(chunk: Uint8Array, atUs: number): void {
    const byte = chunk[this.at] as number;
    if (this.headerCame === 0) {
      // A length of the start is small; a type is a letter.
      if (byte !== 0) {
        this.state = 'header';
        return;
      }
      this.firstAtUs = atUs;
    }
    this.header[this.headerCame++] = byte;
    this.at++;
    if (this.headerCame < 4) return;
    this.headerCame = 0;
    const length = this.lengthAt(0);
    if (length < 8 || length > startBytesMax) this.lose('unreadable', 4, atUs);
    else this.begin(0, length - 4, length - 4, atUs);
  }

  private readHeader(chunk: Uint8Array, atUs: number): void {
    const { at } = this;
    if (this.headerCame === 0) {
      if (this.awaitsAnswer) {
        this.awaitsAnswer = false;
        const byte = chunk[at] as number;
        // Servers before 7.0 answer with an error, which is a message.
        if (byte !== 0x45) {
          this.at++;
          this.taker.answer(byte, atUs);
          return;
        }
      }
      this.firstAtUs = atUs;
      if (chunk.length - at >= headerBytes) {
        const length =
          ((chunk[at + 1] as number) << 24) |
          ((chunk[at + 2] as number) << 16) |
          ((chunk[at + 3] as number) << 8) |
          (chunk[at + 4] as number);
        const type = chunk[at] as number;
        if (this.isPlausible(type, length)) {
          this.at += headerBytes;
          this.begin(type, length - 4, this.taker.begin(type, length - 4, atUs), atUs);
          return;
        }
      }
    }
    this.header[this.headerCame++] = chunk[this.at++] as number;
    if (this.headerCame < headerBytes) return;
    this.headerCame = 0;
    const type = this.header[0] as number;
    const length = this.lengthAt(1);
    if (this.isPlausible(type, length)) {
      this.begin(type, length - 4, this.taker.begin(type, length - 4, this.firstAtUs), atUs);
      return;
    }
    this.lose('unreadable', 1, atUs);
    for (let index = 1; index < headerBytes; index++) {
      // What is found here ends with these bytes at the latest, so nothing follows it.
      this.seek(this.header[index] as number, atUs);
    }
  }

  private isPlausible(type: number, length: number): boolean {
    return isPlausibleHeader(this.sender, type, length) && (!this.isFirst || length <= firstBytesMax);
  }

  private lengthAt(at: number): number {
    const { header } = this;
    return (
      ((header[at] as number) << 24) |
      ((header[at + 1] as number) << 16) |
      ((header[at + 2] as number) << 8) |
      (header[at + 3] as number)
    );
  }

  private begin(type: number, bodyBytes: number, wanted: number, atUs: number): void {
    if (this.isStopped()) return;
    this.isFirst = false;
    this.type = type;
    this.bodyBytes = bodyBytes;
    this.remaining = bodyBytes;
    this.wanted = Math.min(wanted, bodyBytes);
    this.kept.length = 0;
    this.isWhole = true;
    this.state = 'body';
    if (bodyBytes === 0) this.finish(this.kept.bytes, 0, 0, atUs);
  }

  private readBody(chunk: Uint8Array, atUs: number): void {
    const from = this.at;
    const taken = Math.min(this.remaining, chunk.length - from);
    this.at += taken;
    this.remaining -= taken;
    if (taken === this.bodyBytes) {
      this.finish(chunk, from, from + this.wanted, atUs);
      return;
    }
    this.kept.keep(chunk, from, Math.min(taken, this.wanted - this.kept.length), this.wanted);
    if (this.remaining === 0) this.finish(this.kept.bytes, 0, this.kept.length, atUs);
  }

  private finish(bytes: Uint8Array, from: number, to: number, atUs: number): void {
    this.state = this.sender === 'client' && this.type === 0 ? 'start' : 'header';
    this.taker.message(this.type, bytes, from, to, this.bodyBytes, this.isWhole, this.firstAtUs, atUs);
    this.kept.giveBack();
  }

  private lose(why: 'missing' | 'unreadable', bytes: number, atUs: number): void {
    const wasSeeking = this.state === 'seek';
    this.awaitsAnswer = false;
    this.passedOver = (wasSeeking ? this.passedOver : this.headerCame) + bytes;
    this.headerCame = 0;
    this.kept.length = 0;
    this.state = 'seek';
    if (!wasSeeking || why === 'missing') this.taker.lost(why, atUs);
  }

  /** Reads on by one byte in search of the beginning of a message; `headerCame` bytes fit so far. */
  private seek(byte: number, atUs: number): void {
    this.passedOver++;
    if (this.headerCame === headerBytes) {
      this.seekBody(byte, atUs);
      return;
    }
    const fits = this.headerCame > 0 && this.fitsSought(byte);
    if (!fits) {
      const isLetter = this.sender === 'server' ? byte === Z : byte === S || byte === Q;
      this.headerCame = isLetter ? 1 : 0;
      if (isLetter) {
        this.header[0] = byte;
        this.firstAtUs = atUs;
      }
      return;
    }
    this.header[this.headerCame++] = byte;
    if (this.headerCame < headerBytes) return;
    if (this.header[0] === S) this.regain(0, atUs);
    this.kept.length = 0;
    this.wanted = soughtBytesMax;
  }

  private fitsSought(byte: number): boolean {
    const type = this.header[0];
    if (this.headerCame <= 2) return byte === 0;
    if (type === Q) return this.headerCame === 3 || (this.header[3] as number) > 0 || byte > 4;
    if (this.headerCame === 3) return byte === 0;
    return byte === (type === Z ? 5 : 4);
  }

  /** Of ReadyForQuery one byte, of Query a text with one zero at its end. */
  private seekBody(byte: number, atUs: number): void {
    if (this.header[0] === Z) {
      if (byte === 0x49 || byte === 0x54 || byte === 0x45) {
        this.one[0] = byte;
        this.kept.keep(this.one, 0, 1, this.wanted);
        this.regain(1, atUs);
      } else this.giveUpCandidate(byte, atUs);
      return;
    }
    const length = this.lengthAt(1) - 4;
    const isText = byte >= 32 || (byte >= 9 && byte <= 13);
    if (byte === 0 ? this.kept.length === length - 1 : isText && this.kept.length < length - 1) {
      this.one[0] = byte;
      this.kept.keep(this.one, 0, 1, this.wanted);
      if (byte === 0) this.regain(length, atUs);
    } else this.giveUpCandidate(byte, atUs);
  }

  private readonly one = new Uint8Array(1);

  /** A candidate's text holds no zero, so that the only one that can begin in it begins with its last letter. */
  private giveUpCandidate(byte: number, atUs: number): void {
    const before = this.kept.length > 0 ? (this.kept.bytes[this.kept.length - 1] as number) : -1;
    this.headerCame = 0;
    this.kept.length = 0;
    if (byte === 0 && (before === S || before === Q)) {
      this.header[0] = before;
      this.header[1] = 0;
      this.headerCame = 2;
      return;
    }
    this.passedOver--;
    this.seek(byte, atUs);
  }

  private regain(bodyBytes: number, atUs: number): void {
    const type = this.header[0] as number;
    this.headerCame = 0;
    this.isWhole = true;
    this.type = type;
    this.bodyBytes = bodyBytes;
    this.taker.found(this.passedOver - headerBytes - bodyBytes, atUs);
    if (this.isStopped()) return;
    this.taker.begin(type, bodyBytes, this.firstAtUs);
    if (this.isStopped()) return;
    this.finish(this.kept.bytes, 0, this.kept.length, atUs);
    this.kept.length = 0;
  }
}
