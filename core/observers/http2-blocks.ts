import type { Platform } from '../model/platform.ts';
import type { Http2Limits } from './http2-limits.ts';
import { createBlockCache, hashOf } from './http2-block-cache.ts';
import {
  type AnyHead,
  type BlockKind,
  readRequestHead,
  readResponseHead,
  readTrailers,
} from './http2-heads.ts';
import { createHpackDecoder, type HpackBlock } from './http2-hpack.ts';

const KEPT_BYTES_MIN = 1024;
/** A buffer larger than this is given back after use. */
const BUFFER_KEPT_BYTES = 16 * 1024;

/** The header blocks of one sender: puts fragments together, decodes them, and knows those that came lately. */
export interface HeaderBlocks {
  /** A block of one fragment. The head of kind `unheeded` is null: only the table was kept up. */
  readonly read: (kind: BlockKind, bytes: Uint8Array, from: number, to: number) => AnyHead | null;
  /** Keeps a fragment of a block; call `begin` before the first. */
  readonly begin: () => void;
  readonly add: (bytes: Uint8Array, from: number, to: number) => void;
  /** What has been put together. Of a block longer than `blockBytesMax` its beginning; its table is lost then. */
  readonly readAdded: (kind: BlockKind) => AnyHead | null;
}

export function createHeaderBlocks(
  platform: Platform,
  limits: Http2Limits,
  tableBytesAllowed: () => number,
): HeaderBlocks {
  const decoder = createHpackDecoder(platform, limits, tableBytesAllowed);
  const cache = createBlockCache();
  let buffer = new Uint8Array(0);
  let keptBytes = 0;
  let addedBytes = 0;

  function read(kind: BlockKind, bytes: Uint8Array, from: number, to: number): AnyHead | null {
    if (kind === 'unheeded') {
      decoder.decode(bytes, from, to, false);
      return null;
    }
    const hash = hashOf(bytes, from, to);
    const cached = cache.find(hash, bytes, from, to, kind, decoder.tableVersion());
    if (cached !== null) {
      if (cached.inserted.length > 0) decoder.insertAgain(cached.inserted);
      return cached.head;
    }
    const block = decoder.decode(bytes, from, to, false);
    const head = headOf(kind, block, to - from);
    const meansTheSame = !block.changedTable && !(block.usedTable && block.inserted.length > 0);
    if (hash >= 0 && meansTheSame && block.defects.length === 0) {
      const version = block.usedTable ? decoder.tableVersion() : -1;
      cache.keep(hash, bytes, from, to, kind, version, block.inserted, head);
    }
    return head;
  }

  function headOf(kind: BlockKind, block: HpackBlock, blockBytes: number): AnyHead {
    if (kind === 'request') return readRequestHead(platform, block, blockBytes);
    return kind === 'response'
      ? readResponseHead(platform, block, blockBytes)
      : readTrailers(platform, block, blockBytes);
  }

  function begin(): void {
    keptBytes = 0;
    addedBytes = 0;
  }

  function add(bytes: Uint8Array, from: number, to: number): void {
    addedBytes += to - from;
    const taken = Math.min(to - from, limits.blockBytesMax - keptBytes);
    if (buffer.length < keptBytes + taken) {
      const larger = new Uint8Array(
        Math.min(limits.blockBytesMax, Math.max(KEPT_BYTES_MIN, 2 * (keptBytes + taken))),
      );
      larger.set(buffer.subarray(0, keptBytes));
      buffer = larger;
    }
    buffer.set(bytes.subarray(from, from + taken), keptBytes);
    keptBytes += taken;
  }

  function readAdded(kind: BlockKind): AnyHead | null {
    const head = addedBytes > keptBytes ? readCut(kind) : read(kind, buffer, 0, keptBytes);
    if (buffer.length > BUFFER_KEPT_BYTES) buffer = new Uint8Array(0);
    return head;
  }

  function readCut(kind: BlockKind): AnyHead | null {
    const block = decoder.decode(buffer, 0, keptBytes, true);
    return kind === 'unheeded' ? null : headOf(kind, block, addedBytes);
  }

  return { read, begin, add, readAdded };
}
