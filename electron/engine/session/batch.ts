import type { BodySide } from '../../../core/model/exchange-record.ts';
import type { Block, BlockList } from './blocks.ts';
import type { HeadPart } from './session-api.ts';

/** What the sink hands over at once and the writer commits in one transaction. */
export interface Batch {
  /** From 1 in each opening of the file, without gaps. */
  readonly number: number;
  readonly exchanges: readonly Block[];
  readonly conversations: readonly Block[];
  readonly heads: readonly Block[];
  /** One entry per piece of body that arrived, pointing into a slab. */
  readonly chunks: readonly Block[];
  readonly slabs: readonly Slab[];
}

export interface Slab extends Block {
  readonly id: number;
}

export function batchBuffers({ exchanges, conversations, heads, chunks, slabs }: Batch): ArrayBuffer[] {
  return [exchanges, conversations, heads, chunks, slabs].flat().map(({ buffer }) => buffer);
}

export function blocksBytes(blocks: readonly Block[]): number {
  return blocks.reduce((sum, { usedBytes }) => sum + usedBytes, 0);
}

const headParts: readonly HeadPart[] = [
  'request',
  'interim',
  'response',
  'request-trailers',
  'response-trailers',
];
const partCodes = Object.fromEntries(headParts.map((part, code) => [part, code])) as Record<HeadPart, number>;
/** Bytes a head takes on its way to the writer besides its own. */
export const headFixedBytes = 24;

export function putHeadEntry(
  list: BlockList,
  exchangeId: number,
  part: HeadPart,
  seq: number,
  raw: Uint8Array,
): void {
  const block = list.room(headFixedBytes + raw.length);
  const at = block.usedBytes;
  block.view.setFloat64(at, exchangeId, true);
  block.view.setFloat64(at + 8, seq, true);
  block.view.setUint32(at + 16, partCodes[part], true);
  block.view.setUint32(at + 20, raw.length, true);
  block.bytes.set(raw, at + headFixedBytes);
  block.usedBytes = at + headFixedBytes + raw.length;
}

export function readHeadEntries(
  { buffer, usedBytes }: Block,
  take: (exchangeId: number, part: HeadPart, seq: number, raw: Uint8Array) => void,
): void {
  const view = new DataView(buffer);
  let at = 0;
  while (at < usedBytes) {
    const length = view.getUint32(at + 20, true);
    const part = headParts[view.getUint32(at + 16, true)] as HeadPart;
    const raw = new Uint8Array(buffer, at + headFixedBytes, length);
    take(view.getFloat64(at, true), part, view.getFloat64(at + 8, true), raw);
    at += headFixedBytes + length;
  }
}

/** Bytes one chunk entry takes on its way to the writer. */
export const chunkEntryBytes = 40;

/** `atUs`: arrival, µs since the epoch. */
export interface ChunkEntry {
  readonly bodyKey: number;
  readonly slabId: number;
  readonly offset: number;
  readonly length: number;
  readonly atUs: number;
}

/** One number for a body: exchange ids stay exact up to 2^52. */
export function bodyKeyOf(exchangeId: number, side: BodySide): number {
  return exchangeId * 2 + (side === 'response' ? 1 : 0);
}

export function bodyOfKey(key: number): { exchangeId: number; side: BodySide } {
  return { exchangeId: Math.floor(key / 2), side: key % 2 === 1 ? 'response' : 'request' };
}

export function putChunkEntry(
  list: BlockList,
  bodyKey: number,
  slabId: number,
  offset: number,
  length: number,
  atUs: number,
): void {
  const block = list.room(chunkEntryBytes);
  const { view, usedBytes: at } = block;
  view.setFloat64(at, bodyKey, true);
  view.setFloat64(at + 8, slabId, true);
  view.setFloat64(at + 16, offset, true);
  view.setFloat64(at + 24, length, true);
  view.setFloat64(at + 32, atUs, true);
  block.usedBytes = at + chunkEntryBytes;
}

export function readChunkEntries({ buffer, usedBytes }: Block, take: (entry: ChunkEntry) => void): void {
  const view = new DataView(buffer);
  for (let at = 0; at < usedBytes; at += chunkEntryBytes) {
    take({
      bodyKey: view.getFloat64(at, true),
      slabId: view.getFloat64(at + 8, true),
      offset: view.getFloat64(at + 16, true),
      length: view.getFloat64(at + 24, true),
      atUs: view.getFloat64(at + 32, true),
    });
  }
}
