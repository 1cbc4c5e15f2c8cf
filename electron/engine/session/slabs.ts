import type { StoredPiece } from './piece-list.ts';
import type { Sqlite } from './sqlite.ts';

/** Slabs held in memory: 2 MiB. */
const slabsKeptMax = 8;

/** Reads what pieces point at. */
export interface Slabs {
  /** A view, not to be changed. Null where the file holds no such bytes: it is damaged or forged. */
  readonly bytesOf: (piece: StoredPiece) => Uint8Array | null;
}

export function createSlabs(db: Sqlite): Slabs {
  const slabBytes = db.prepare('SELECT bytes FROM slabs WHERE id = ?').pluck();
  const kept = new Map<number, Uint8Array>();

  function slab(id: number): Uint8Array | null {
    const bytes = kept.get(id) ?? slabBytes.get(id);
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
      return bytes === null || offset + length > bytes.length
        ? null
        : bytes.subarray(offset, offset + length);
    },
  };
}
