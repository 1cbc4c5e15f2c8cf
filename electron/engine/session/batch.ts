import type { MessageRecord } from '../../../core/model/message-record.ts';
import type { PacketBatch } from '../packets/packet-batch.ts';
import { blockBytes, type Block, type BlockList } from './blocks.ts';
import { packMessage, storedMessageBytes } from './message-list.ts';
import {
  continuesFlag,
  packPiece,
  pieceCodeAt,
  pieceCodes,
  pieceLengthAt,
  storedPieceBytes,
} from './piece-list.ts';

/** What the sink hands over at once and the writer commits in one transaction. */
export interface Batch {
  /** From 1 in each opening of the file, without gaps. */
  readonly number: number;
  readonly exchanges: readonly Block[];
  readonly conversations: readonly Block[];
  /** One entry per head and per piece of body that arrived, pointing into a slab. */
  readonly pieces: readonly Block[];
  /** One entry per message inside an exchange. */
  readonly messages: readonly Block[];
  readonly secrets: readonly Block[];
  readonly facts: readonly Block[];
  /** What a capture brought. */
  readonly packets: PacketBatch | null;
  /** The bytes of heads and bodies as they came, interleaved. */
  readonly slabs: readonly Slab[];
}

export interface Slab extends Block {
  readonly id: number;
}

/** Buffers to transfer with a batch; those of the usual size come back. */
export function batchBuffers(batch: Batch): ArrayBuffer[] {
  const { exchanges, conversations, pieces, messages, secrets, facts, slabs } = batch;
  const packets =
    batch.packets?.blocks.flatMap(({ frames, columns }) =>
      frames === null ? [columns] : [frames, columns],
    ) ?? [];
  return [exchanges, conversations, pieces, messages, secrets, facts, slabs]
    .flat()
    .map(({ buffer }) => buffer)
    .concat(packets);
}

export function blocksBytes(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { usedBytes }) => sum + usedBytes, 0);
}

const idBytes = 8;
/** Bytes one piece takes on its way to the writer besides those in its slab: the exchange's id and the stored form. */
export const pieceEntryBytes = idBytes + storedPieceBytes;

export function putPieceEntry(
  list: BlockList,
  exchangeId: number,
  code: number,
  slabId: number,
  offset: number,
  length: number,
  atUs: number,
): void {
  const block = list.room(pieceEntryBytes);
  const { view, usedBytes: at } = block;
  view.setFloat64(at, exchangeId, true);
  packPiece(view, at + idBytes, code, slabId, offset, length, atUs);
  block.usedBytes = at + pieceEntryBytes;
}

/** What one batch holds of one exchange's bytes. */
export interface ExchangePieces {
  readonly exchangeId: number;
  /** Heads that begin in these pieces. */
  readonly heads: number;
  readonly requestBytes: number;
  readonly responseBytes: number;
  /** Stored forms, one after the other; valid until the next exchange is given. */
  readonly packed: Uint8Array;
}

/** Gives the entries of a batch by exchange, each in the order they were put. */
export function readPieceEntries(blocks: readonly Block[], take: (pieces: ExchangePieces) => void): void {
  const views = blocks.map(({ buffer }) => new DataView(buffer));
  const places = new Map<number, number[]>();
  let longest = 0;
  for (const [index, { usedBytes }] of blocks.entries()) {
    const view = views[index] as DataView;
    for (let at = 0; at < usedBytes; at += pieceEntryBytes) {
      const exchangeId = view.getFloat64(at, true);
      const of = places.get(exchangeId) ?? [];
      if (of.length === 0) places.set(exchangeId, of);
      longest = Math.max(longest, of.push(index * blockBytes + at + idBytes));
    }
  }
  const packed = new Uint8Array(longest * storedPieceBytes);
  const into = new DataView(packed.buffer);
  for (const [exchangeId, of] of places) {
    let heads = 0;
    let requestBytes = 0;
    let responseBytes = 0;
    let to = 0;
    for (const place of of) {
      const view = views[Math.floor(place / blockBytes)] as DataView;
      const from = place % blockBytes;
      for (let word = 0; word < storedPieceBytes; word += 4) {
        into.setUint32(to + word, view.getUint32(from + word, true), true);
      }
      const code = pieceCodeAt(into, to);
      const kind = code % continuesFlag;
      if (kind === pieceCodes['request-body']) requestBytes += pieceLengthAt(into, to);
      else if (kind === pieceCodes['response-body']) responseBytes += pieceLengthAt(into, to);
      else if (code < continuesFlag) heads += 1;
      to += storedPieceBytes;
    }
    take({ exchangeId, heads, requestBytes, responseBytes, packed: packed.subarray(0, to) });
  }
}

/** Bytes one message takes on its way to the writer. */
export const messageEntryBytes = idBytes + storedMessageBytes;

export function putMessageEntry(list: BlockList, exchangeId: number, message: MessageRecord): void {
  const block = list.room(messageEntryBytes);
  block.view.setFloat64(block.usedBytes, exchangeId, true);
  packMessage(block.view, block.usedBytes + idBytes, message);
  block.usedBytes += messageEntryBytes;
}

/** What one batch holds of one exchange's messages: stored forms, one after the other, in the order they were put. */
export interface ExchangeMessages {
  readonly exchangeId: number;
  readonly count: number;
  readonly packed: Uint8Array;
}

export function readMessageEntries(blocks: readonly Block[]): ExchangeMessages[] {
  const entries = new Map<number, Uint8Array[]>();
  for (const { buffer, usedBytes } of blocks) {
    const view = new DataView(buffer);
    for (let at = 0; at < usedBytes; at += messageEntryBytes) {
      const exchangeId = view.getFloat64(at, true);
      const of = entries.get(exchangeId) ?? [];
      if (of.length === 0) entries.set(exchangeId, of);
      of.push(new Uint8Array(buffer, at + idBytes, storedMessageBytes));
    }
  }
  return [...entries].map(([exchangeId, of]) => ({
    exchangeId,
    count: of.length,
    packed: Buffer.concat(of),
  }));
}
