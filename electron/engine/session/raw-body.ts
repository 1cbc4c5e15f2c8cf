import type { BodySide } from '../../../core/model/exchange-record.ts';
import { unpackPieces, type StoredPiece } from './piece-list.ts';
import type { Slabs } from './slabs.ts';
import type { Sqlite, Statement } from './sqlite.ts';

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

/** Whether there is anything to read of a body, for those who go through many. */
export type BodyCheck = (exchangeId: number, side: BodySide) => boolean;

export function createBodyCheck(db: Sqlite): BodyCheck {
  const some = (column: string): Statement =>
    db.prepare(`SELECT 1 FROM pieces WHERE exchangeId = ? AND ${column} <> 0 LIMIT 1`).pluck();
  const statements = { request: some('requestBytes'), response: some('responseBytes') };
  return (exchangeId, side) => statements[side].get(exchangeId) === 1;
}

interface Segment {
  readonly seq: number;
  readonly from: number;
  readonly bytes: number;
}

export function createRawBodies(db: Sqlite, slabs: Slabs): RawBodies {
  const segmentsOf = (column: string): Statement =>
    db.prepare(`SELECT seq, ${column} FROM pieces WHERE exchangeId = ? AND seq > ? ORDER BY seq`).raw();
  const segmentsAfter = { request: segmentsOf('requestBytes'), response: segmentsOf('responseBytes') };
  const segmentPieces = db.prepare('SELECT packed FROM pieces WHERE exchangeId = ? AND seq = ?').pluck();

  return { open: openBody };

  function openBody(exchangeId: number, side: BodySide): RawBody {
    const bodyKind = side === 'request' ? 'request-body' : 'response-body';
    const segments: Segment[] = [];
    let loaded: { readonly segment: Segment; readonly pieces: readonly StoredPiece[] } | null = null;

    function refresh(): number {
      let last = segments.at(-1);
      const rows = segmentsAfter[side].all(exchangeId, last?.seq ?? -1) as [number, number][];
      for (const [seq, bytes] of rows) {
        if (!Number.isSafeInteger(bytes) || bytes < 0) throw damaged();
        last = { seq, bytes, from: last === undefined ? 0 : last.from + last.bytes };
        segments.push(last);
      }
      return last === undefined ? 0 : last.from + last.bytes;
    }

    function piecesOf(segment: Segment): readonly StoredPiece[] {
      if (loaded?.segment === segment) return loaded.pieces;
      const packed = segmentPieces.get(exchangeId, segment.seq);
      const pieces = packed instanceof Uint8Array ? unpackPieces(packed, (kind) => kind === bodyKind) : [];
      if (pieces.reduce((sum, { length }) => sum + length, 0) !== segment.bytes) throw damaged();
      loaded = { segment, pieces };
      return pieces;
    }

    function copyFrom(segment: Segment, from: number, into: Uint8Array, at: number): number {
      let start = segment.from;
      let filled = at;
      for (const piece of piecesOf(segment)) {
        const { length } = piece;
        const skipped = Math.max(0, from + (filled - at) - start);
        if (skipped < length && filled < into.length) {
          const bytes = slabs.bytesOf(piece);
          if (bytes === null) throw damaged();
          const taken = Math.min(length - skipped, into.length - filled);
          into.set(bytes.subarray(skipped, skipped + taken), filled);
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
