import {
  createDecodedPacket,
  tcpFlags,
  type DecodedPacket,
} from '../../../../core/packets/decoded-packet.ts';
import type { FilterRow } from '../../../../core/packets/filter/packet-fields.ts';
import type { PacketColumns } from '../block-format.ts';
import type { ConversationFacts, ConversationIndex } from './conversation-index.ts';
import { isFromB, protocolOf, troublesOf, type PacketFile } from './packet-file.ts';
import { createStoredDecoder, type StoredDecoder } from './stored-decoder.ts';

/** One packet after the other as display filters ask for it; what the index does not hold is read and decoded when it is wanted. */
export class IndexRow implements FilterRow {
  number = 0;
  firstSeconds = 0;
  firstNanos = 0;
  previousSeconds = 0;
  previousNanos = 0;
  private readonly file: PacketFile;
  private readonly conversations: ConversationIndex;
  private readonly marked: ReadonlySet<number>;
  private readonly decode: StoredDecoder;
  private readonly packet = createDecodedPacket();
  private columns: PacketColumns | null = null;
  private index = 0;
  private conversation: ConversationFacts | null = null;
  private isDecoded = false;

  constructor(file: PacketFile, conversations: ConversationIndex, marked: ReadonlySet<number>) {
    this.file = file;
    this.decode = createStoredDecoder(file);
    this.conversations = conversations;
    this.marked = marked;
  }

  at(block: number, columns: PacketColumns, index: number): void {
    this.columns = columns;
    this.index = index;
    this.number = this.file.firstNumber(block) + index;
    this.isDecoded = false;
    const id = columns.conversations[index] as number;
    this.conversation = id === 0 ? null : this.conversations.get(id);
  }

  private get of(): PacketColumns {
    return this.columns as PacketColumns;
  }

  get seconds(): number {
    return this.of.baseSeconds + (this.of.seconds[this.index] as number);
  }

  get nanos(): number {
    return this.of.nanos[this.index] as number;
  }

  get capturedBytes(): number {
    return this.of.captured[this.index] as number;
  }

  get originalBytes(): number {
    return this.of.original[this.index] as number;
  }

  get interfaceNumber(): number {
    return Math.max(0, (this.of.interfaces[this.index] as number) - 1);
  }

  get interfaceName(): string {
    return this.file.interfaceOf(this.of.interfaces[this.index] as number)?.name ?? '';
  }

  get troubles(): number {
    return troublesOf(this.of, this.index);
  }

  get isMarked(): boolean {
    return this.marked.has(this.number);
  }

  get protocol(): string {
    return protocolOf(this.of, this.index);
  }

  private get fromB(): boolean {
    return isFromB(this.of, this.index);
  }

  get stream(): number {
    const transport = this.conversation?.transport;
    return transport === 'tcp' || transport === 'udp' ? (this.conversation?.stream ?? -1) : -1;
  }

  private initialSeq(ofOther: boolean): number {
    const { conversation } = this;
    const summary = conversation?.transport === 'tcp' ? this.conversations.summary(conversation.id) : null;
    const end = this.fromB === ofOther ? 'a' : 'b';
    return summary?.ends[end].initialSeq ?? -1;
  }

  get seqBase(): number {
    return this.initialSeq(false);
  }

  get ackBase(): number {
    return this.initialSeq(true);
  }

  get windowShift(): number {
    const { conversation } = this;
    if (conversation?.transport !== 'tcp' || ((this.of.tcpFlags[this.index] as number) & tcpFlags.syn) !== 0)
      return 0;
    const summary = this.conversations.summary(conversation.id);
    const own = summary?.ends[this.fromB ? 'b' : 'a'].windowScale ?? null;
    const other = summary?.ends[this.fromB ? 'a' : 'b'].windowScale ?? null;
    return own === null || other === null ? 0 : own;
  }

  /** A function of its own, since it is handed on. */
  readonly decoded = (): DecodedPacket => {
    if (!this.isDecoded) {
      this.isDecoded = true;
      this.decode(this.number, this.packet);
    }
    return this.packet;
  };
}
