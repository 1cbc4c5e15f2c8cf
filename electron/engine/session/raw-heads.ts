import { unpackPieces, type StoredPiece } from './piece-list.ts';
import type { HeadPart } from './session-api.ts';
import type { Slabs } from './slabs.ts';
import type { Sqlite } from './sqlite.ts';

/** The raw bytes of an exchange's heads of one kind, in the order they came. */
export type RawHeads = (exchangeId: number, part: HeadPart) => Uint8Array[];

/** Heads of one kind read of one exchange; more interim responses than this are left out. */
const headsMax = 100;
/** No head that was recorded is longer. */
const headBytesMax = 1024 * 1024;

/** A head whose bytes the file does not hold is left out. */
export function createRawHeads(db: Sqlite, slabs: Slabs): RawHeads {
  const rows = db
    .prepare('SELECT packed FROM pieces WHERE exchangeId = ? AND heads > 0 ORDER BY seq')
    .pluck();

  function joined(pieces: readonly StoredPiece[]): Uint8Array | null {
    if (pieces.reduce((sum, { length }) => sum + length, 0) > headBytesMax) return null;
    const parts: Uint8Array[] = [];
    for (const piece of pieces) {
      const bytes = slabs.bytesOf(piece);
      if (bytes === null) return null;
      parts.push(bytes);
    }
    return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
  }

  return (exchangeId, part) => {
    const heads: Uint8Array[] = [];
    for (const packed of rows.iterate(exchangeId)) {
      if (!(packed instanceof Uint8Array)) continue;
      const found: StoredPiece[][] = [];
      for (const piece of unpackPieces(packed, (kind) => kind === part)) {
        if (piece.continues && found.length > 0) found.at(-1)?.push(piece);
        else found.push([piece]);
      }
      for (const pieces of found) {
        const head = joined(pieces);
        if (head !== null && heads.push(head) === headsMax) return heads;
      }
    }
    return heads;
  };
}
