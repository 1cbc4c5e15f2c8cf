import type { BodySide } from '../../../core/model/exchange-record.ts';
import { unpackChunks, type StoredChunk } from './chunk-list.ts';
import type { Sqlite } from './sqlite.ts';

/** The recorded bytes of one body as they were on the wire. It grows while its exchange is open. */
export interface RawBody {
  readonly totalBytes: () => number;
  /**
   * At most `limit` bytes from `from` on; fewer only at the end. Throws an error of SQLite's code
   * `SQLITE_CORRUPT…` where the file is damaged.
   */
  readonly read: (from: number, limit: number) => Uint8Array;
}

export interface RawBodies {
  readonly open: (exchangeId: number, side: BodySide) => RawBody;
}

/** Slabs held in memory: 2 MiB. */
const slabsKeptMax = 8;

interface Segment {
  readonly seq: number;
  readonly from: number;
  readonly bytes: number;
}

export function createRawBodies(db: Sqlite): RawBodies {
  const segmentsAfter = db
    .prepare(
      'SELECT seq, bytes FROM body_segments WHERE exchangeId = ? AND side = ? AND seq > ? ORDER BY seq',
    )
    .raw();
  const segmentChunks = db
    .prepare('SELECT chunks FROM body_segments WHERE exchangeId = ? AND side = ? AND seq = ?')
    .pluck();
  const slabBytes = db.prepare('SELECT bytes FROM slabs WHERE id = ?').pluck();
  const slabs = new Map<number, Uint8Array>();

  function slab(id: number): Uint8Array {
    const bytes = slabs.get(id) ?? slabBytes.get(id);
    if (!(bytes instanceof Uint8Array)) throw damaged();
    slabs.delete(id);
    slabs.set(id, bytes);
    for (const oldest of slabs.keys()) {
      if (slabs.size <= slabsKeptMax) break;
      slabs.delete(oldest);
    }
    return bytes;
  }

  return { open: (exchangeId, side) => openBody(exchangeId, side) };

  function openBody(exchangeId: number, side: BodySide): RawBody {
    const segments: Segment[] = [];
    let loaded: { readonly segment: Segment; readonly chunks: readonly StoredChunk[] } | null = null;

    function refresh(): number {
      let last = segments.at(-1);
      const rows = segmentsAfter.all(exchangeId, side, last?.seq ?? -1) as [number, number][];
      for (const [seq, bytes] of rows) {
        if (!Number.isSafeInteger(bytes) || bytes < 0) throw damaged();
        last = { seq, bytes, from: last === undefined ? 0 : last.from + last.bytes };
        segments.push(last);
      }
      return last === undefined ? 0 : last.from + last.bytes;
    }

    function chunksOf(segment: Segment): readonly StoredChunk[] {
      if (loaded?.segment === segment) return loaded.chunks;
      const packed = segmentChunks.get(exchangeId, side, segment.seq);
      const chunks = packed instanceof Uint8Array ? unpackChunks(packed) : [];
      if (chunks.reduce((sum, { length }) => sum + length, 0) !== segment.bytes) throw damaged();
      loaded = { segment, chunks };
      return chunks;
    }

    function copyFrom(segment: Segment, from: number, into: Uint8Array, at: number): number {
      let start = segment.from;
      let filled = at;
      for (const { slabId, offset, length } of chunksOf(segment)) {
        const skipped = Math.max(0, from + (filled - at) - start);
        if (skipped < length && filled < into.length) {
          const bytes = slab(slabId);
          if (offset + length > bytes.length) throw damaged();
          const taken = Math.min(length - skipped, into.length - filled);
          into.set(bytes.subarray(offset + skipped, offset + skipped + taken), filled);
          filled += taken;
        }
        start += length;
        if (filled === into.length) break;
      }
      return filled;
    }

    return {
      totalBytes: refresh,
      read: (from, limit) => {
        const total = refresh();
        const bytes = new Uint8Array(Math.max(0, Math.min(limit, total - from)));
        let filled = 0;
        for (let index = segmentAt(segments, from); filled < bytes.length; index++) {
          const segment = segments[index];
          if (segment === undefined) throw damaged();
          filled = copyFrom(segment, from + filled, bytes, filled);
        }
        return bytes;
      },
    };
  }
}

/** Index of the last segment that begins at or before `from`. */
function segmentAt(segments: readonly Segment[], from: number): number {
  let low = 0;
  let high = segments.length;
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if ((segments[middle] as Segment).from <= from) low = middle;
    else high = middle;
  }
  return low;
}

/** Marks what a damaged or forged file causes, told from our own mistakes by its code. */
function damaged(): Error & { code: string } {
  return Object.assign(new Error('A part of this body is missing from the session file.'), {
    code: 'SQLITE_CORRUPT_BODY',
  });
}
