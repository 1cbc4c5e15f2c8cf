import type { AnyHead, BlockKind } from './http2-heads.ts';
import type { HpackField } from './http2-hpack-field.ts';

const SLOTS = 64;
/** Octets of the longest block that is remembered. */
const BLOCK_BYTES_MAX = 512;
const ARENA_BYTES_MIN = 1024;
const ARENA_BYTES_MAX = 16 * 1024;
const RAW_BYTES_MAX = 64 * 1024;

/** A header block that came before, and what it said. */
export interface CachedBlock {
  readonly kind: BlockKind;
  readonly head: AnyHead;
  /** Of a block that looked into the dynamic table, and changed nothing: the table's version then. -1: any will do. */
  readonly tableVersion: number;
  /** What it puts into the table each time it comes. */
  readonly inserted: readonly HpackField[];
  readonly from: number;
  readonly length: number;
}

/**
 * Header blocks of one sender that came lately, by their octets: at most 64 of at most 512 octets, 16 KiB of blocks
 * and 64 KiB of heads together, counted by their raw bytes. Past that all are forgotten at once.
 *
 * A block means the same again if it did not look into the dynamic table (then it also puts the same into it), or if
 * it looked, changed nothing, and nothing has changed the table since.
 */
export interface BlockCache {
  /** `hash`: of the same octets, from `hashOf`. */
  readonly find: (
    hash: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    kind: BlockKind,
    tableVersion: number,
  ) => CachedBlock | null;
  readonly keep: (
    hash: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    kind: BlockKind,
    tableVersion: number,
    inserted: readonly HpackField[],
    head: AnyHead,
  ) => void;
}

/** Of the octets of a block; -1 for one that is not remembered. */
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  if (to - from > BLOCK_BYTES_MAX) return -1;
  let hash = to - from;
  for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  return (hash ^ (hash >>> 15) ^ (hash >>> 7)) & (SLOTS - 1);
}

export function createBlockCache(): BlockCache {
  let arena = new Uint8Array(0);
  let arenaUsed = 0;
  let rawBytes = 0;
  let slots: (CachedBlock | null)[] = [];

  function find(
    hash: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    kind: BlockKind,
    tableVersion: number,
  ): CachedBlock | null {
    if (hash < 0 || hash >= slots.length) return null;
    const cached = slots[hash] as CachedBlock | null;
    if (cached?.length !== to - from || cached.kind !== kind) return null;
    if (cached.tableVersion >= 0 && cached.tableVersion !== tableVersion) return null;
    const offset = cached.from - from;
    for (let at = from; at < to; at++) {
      if (arena[at + offset] !== bytes[at]) return null;
    }
    return cached;
  }

  function keep(
    hash: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    kind: BlockKind,
    tableVersion: number,
    inserted: readonly HpackField[],
    head: AnyHead,
  ): void {
    const length = to - from;
    rawBytes += head.raw.length;
    if (arenaUsed + length > arena.length) makeRoom(length);
    if (rawBytes > RAW_BYTES_MAX) forgetAll();
    if (head.raw.length > RAW_BYTES_MAX) return;
    if (slots.length === 0) slots = new Array<CachedBlock | null>(SLOTS).fill(null);
    rawBytes = Math.max(rawBytes, head.raw.length);
    for (let at = 0; at < length; at++) arena[arenaUsed + at] = bytes[from + at] as number;
    slots[hash] = { kind, head, tableVersion, inserted, from: arenaUsed, length };
    arenaUsed += length;
  }

  function makeRoom(length: number): void {
    if (arena.length >= ARENA_BYTES_MAX) {
      forgetAll();
      return;
    }
    const larger = new Uint8Array(Math.max(ARENA_BYTES_MIN, 4 * arena.length, arenaUsed + length));
    larger.set(arena.subarray(0, arenaUsed));
    arena = larger;
  }

  function forgetAll(): void {
    slots = [];
    arenaUsed = 0;
    rawBytes = 0;
  }

  return { find, keep };
}
