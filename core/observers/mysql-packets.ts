import { KeptBytes } from '../encoding/kept-bytes.ts';
import type { Sender } from './observer.ts';

/** Who is told of packets. */
export interface MysqlTaker {
  /** How many bytes are wanted of the payload that begins with a packet of this length and number; -1: this cannot be a packet. */
  readonly wanted: (length: number, sequence: number) => number;
  /**
   * A whole payload has come, of one packet or of several of 16 MiB: of its bytes what was wanted, less where bytes are missing, valid during the call. `isWhole`: none
   * of them are missing. `wireBytes`: headers included. `sequence`: of its last packet.
   */
  readonly packet: (packet: MysqlPacket) => void;
  /** Where packets begin is not known any more. */
  readonly lost: (atUs: number) => void;
  /** Whether a packet can begin a turn of this sender: its payload's length, its sequence number and its first byte. */
  readonly beginsTurn: (payloadBytes: number, sequence: number, first: number) => boolean;
  /** It is known again; so many bytes were missing or passed over. */
  readonly found: (bytes: number, atUs: number) => void;
}

/** The packet being told; the same object each time. */
export interface MysqlPacket {
  sequence: number;
  bytes: Uint8Array;
  from: number;
  to: number;
  /** Packets that it came in. */
  parts: number;
  payloadBytes: number;
  wireBytes: number;
  isWhole: boolean;
  firstAtUs: number;
  atUs: number;
}

type State = 'header' | 'body' | 'lost' | 'turn' | 'stopped';

const headerBytes = 4;
const fullBytes = 0xff_ffff;
const none = new Uint8Array(0);

/**
 * Cuts the bytes of one sender into packets (MySQL Internals, "Protocol Basics"). Keeps what is wanted of one.
 *
 * Client and server take turns. Where framing is lost, it goes on with the first byte behind bytes of the other end,
 * if that can begin a turn: nothing else in the bytes tells packets apart.
 */
export class MysqlPackets {
  readonly sender: Sender;
  private readonly taker: MysqlTaker;
  private state: State = 'header';
  private offset = 0;
  private at = 0;
  private breaksOff = false;
  private readonly header = new Uint8Array(headerBytes + 1);
  private headerCame = 0;
  private remaining = 0;
  private isLastPart = true;
  private continues = false;
  private wanted = 0;
  private readonly kept = new KeptBytes();
  private passedOver = 0;
  private readonly packet: MysqlPacket = {
    sequence: 0,
    bytes: none,
    from: 0,
    to: 0,
    parts: 0,
    payloadBytes: 0,
    wireBytes: 0,
    isWhole: true,
    firstAtUs: 0,
    atUs: 0,
  };

  constructor(sender: Sender, taker: MysqlTaker) {
    this.sender = sender;
    this.taker = taker;
  }

  /** Bytes of the stream so far, missing ones included, up to the one that was read last. */
  position(): number {
    return this.offset + this.at;
  }

  /** Returns how many bytes were read: all of them, unless it was made to break off. */
  bytes(chunk: Uint8Array, atUs: number): number {
    this.at = 0;
    this.breaksOff = false;
    while (this.at < chunk.length && !this.isBreakingOff()) {
      switch (this.state) {
        case 'header':
          this.readHeader(chunk, atUs);
          break;
        case 'body':
          this.readBody(chunk, atUs);
          break;
        case 'turn':
          this.readTurn(chunk[this.at++] as number, atUs);
          break;
        case 'lost':
          this.passedOver += chunk.length - this.at;
          this.at = chunk.length;
          break;
        case 'stopped':
          this.at = chunk.length;
          break;
        default:
          this.state satisfies never;
      }
    }
    const read = this.at;
    this.offset += read;
    this.at = 0;
    return read;
  }

  /** Behind the packet at hand nothing of its chunk is read. */
  breakOff(): void {
    this.breaksOff = true;
  }

  gap(bytes: number, atUs: number): void {
    this.offset += bytes;
    if (this.state === 'stopped') return;
    if (this.state === 'body') {
      this.packet.isWhole = false;
      this.wanted = this.kept.length;
      if (bytes <= this.remaining && (bytes < this.remaining || this.isLastPart)) {
        this.remaining -= bytes;
        this.packet.payloadBytes += bytes;
        this.packet.wireBytes += bytes;
        if (this.remaining === 0) this.endPart(this.kept.bytes, 0, this.kept.length, atUs);
        return;
      }
    }
    this.lose(bytes, atUs);
  }

  /** The other end has sent something: this one's next byte begins its turn. */
  otherSpoke(): void {
    if (this.state !== 'lost') return;
    this.state = 'turn';
    this.headerCame = 0;
  }

  isLost(): boolean {
    return this.state === 'lost' || this.state === 'turn';
  }

  /** From the next byte on it is to be looked for where packets begin: what came cannot be packets. */
  lose(bytes: number, atUs: number): void {
    if (this.state === 'stopped') return;
    const wasLost = this.isLost();
    this.passedOver = (wasLost ? this.passedOver : 0) + bytes + this.headerCame;
    this.headerCame = 0;
    this.continues = false;
    this.state = 'lost';
    if (!wasLost) this.taker.lost(atUs);
  }

  stop(): void {
    this.state = 'stopped';
    this.kept.drop();
  }

  private readHeader(chunk: Uint8Array, atUs: number): void {
    const { at } = this;
    if (this.headerCame === 0) {
      if (!this.continues) this.packet.firstAtUs = atUs;
      if (chunk.length - at >= headerBytes) {
        this.at = at + headerBytes;
        const low = (chunk[at] as number) | ((chunk[at + 1] as number) << 8);
        this.begin(low | ((chunk[at + 2] as number) << 16), chunk[at + 3] as number, atUs);
        return;
      }
    }
    this.header[this.headerCame++] = chunk[this.at++] as number;
    if (this.headerCame === headerBytes) {
      this.headerCame = 0;
      this.begin(this.headerLength(), this.header[3] as number, atUs);
    }
  }

  private headerLength(): number {
    const { header } = this;
    return (header[0] as number) | ((header[1] as number) << 8) | ((header[2] as number) << 16);
  }

  private begin(length: number, sequence: number, atUs: number): void {
    const { packet } = this;
    packet.sequence = sequence;
    this.remaining = length;
    this.isLastPart = length < fullBytes;
    if (!this.continues) {
      const wanted = this.taker.wanted(length, sequence);
      if (wanted < 0) {
        this.lose(headerBytes, atUs);
        return;
      }
      packet.parts = 0;
      packet.payloadBytes = 0;
      packet.wireBytes = 0;
      packet.isWhole = true;
      this.kept.length = 0;
      this.wanted = wanted;
    }
    packet.parts++;
    packet.wireBytes += headerBytes;
    this.state = 'body';
    if (length === 0) this.endPart(this.kept.bytes, 0, this.kept.length, atUs);
  }

  private readBody(chunk: Uint8Array, atUs: number): void {
    const from = this.at;
    const { packet } = this;
    const taken = Math.min(this.remaining, chunk.length - from);
    const isAll = taken === this.remaining && packet.payloadBytes === 0 && packet.isWhole && this.isLastPart;
    this.at += taken;
    this.remaining -= taken;
    packet.payloadBytes += taken;
    packet.wireBytes += taken;
    if (isAll) {
      this.endPart(chunk, from, from + Math.min(taken, this.wanted), atUs);
      return;
    }
    this.kept.keep(chunk, from, Math.min(taken, this.wanted - this.kept.length), this.wanted);
    if (this.remaining === 0) this.endPart(this.kept.bytes, 0, this.kept.length, atUs);
  }

  /** All of one packet has come; a full one is followed by another of the same payload. */
  private endPart(bytes: Uint8Array, from: number, to: number, atUs: number): void {
    this.state = 'header';
    this.continues = !this.isLastPart;
    if (this.continues) return;
    const { packet } = this;
    packet.bytes = bytes;
    packet.from = from;
    packet.to = to;
    packet.atUs = atUs;
    this.taker.packet(packet);
    packet.bytes = none;
    this.kept.giveBack();
  }

  /** A header and the first byte behind it, which must fit. */
  private readTurn(byte: number, atUs: number): void {
    if (this.headerCame === 0) this.packet.firstAtUs = atUs;
    this.header[this.headerCame++] = byte;
    if (this.headerCame <= headerBytes) return;
    const length = this.headerLength();
    const sequence = this.header[3] as number;
    this.headerCame = 0;
    if (length === 0 || !this.taker.beginsTurn(length, sequence, byte)) {
      this.passedOver += headerBytes + 1;
      this.state = 'lost';
      return;
    }
    this.taker.found(this.passedOver, atUs);
    if (this.isStopped()) return;
    this.begin(length, sequence, atUs);
    if (this.isLost()) return;
    this.packet.payloadBytes = 1;
    this.packet.wireBytes++;
    this.remaining--;
    this.kept.keep(this.header, headerBytes, Math.min(1, this.wanted), this.wanted);
    if (this.remaining === 0) this.endPart(this.kept.bytes, 0, this.kept.length, atUs);
  }

  private isBreakingOff(): boolean {
    return this.breaksOff;
  }

  private isStopped(): boolean {
    return this.state === 'stopped';
  }
}
