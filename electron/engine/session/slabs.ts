import { createLeftBytes, type LeftIn } from './left-bytes.ts';
import type { StoredPiece } from './piece-list.ts';
import type { Sqlite } from './sqlite.ts';

/** Slabs held in memory: 2 MiB. */
const slabsKeptMax = 8;

/** Reads what pieces point at. */
export interface Slabs {
  /** A view, not to be changed. Null where the file holds no such bytes: it is damaged or forged. */
  readonly bytesOf: (piece: StoredPiece) => Uint8Array | null;
}

/** `capture`: the file in which those slabs lie of which the session tells only where they begin. */
export function createSlabs(db: Sqlite, capture: LeftIn | null = null): Slabs {
  const slabBytes = db.prepare('SELECT bytes FROM slabs WHERE id = ?').pluck();
  const kept = new Map<number, Uint8Array>();
  const left = createLeftBytes(capture);

  function slab(id: number): Uint8Array | number | null {
    const bytes = kept.get(id) ?? slabBytes.get(id);
    if (typeof bytes === 'number') return bytes;
    if (!(bytes instanceof Uint8Array)) return null;
    kept.delete(id);
    kept.set(id, bytes);
    for (const oldest of kept.keys()) {
      if (kept.size <= slabsKeptMax) break;
      kept.delete(oldest);
    }
    return bytes;
  }

  return {
    bytesOf: ({ slabId, offset, length }) => {
      const bytes = slab(slabId);
      if (typeof bytes === 'number') return left(bytes + offset, length);
      return bytes === null || offset + length > bytes.length
        ? null
        : bytes.subarray(offset, offset + length);
    },
  };
}
