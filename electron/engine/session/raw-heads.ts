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

/** The same of all exchanges of an inclusive range of ids that have any heads, by id: a tenth of the time of asking for each. */
export type RawHeadsOfRange = (
  fromId: number,
  toId: number,
  part: HeadPart,
  visit: (exchangeId: number, heads: readonly Uint8Array[]) => void,
) => void;

/** A head whose bytes the file does not hold is left out. */
export function createRawHeads(db: Sqlite, slabs: Slabs): RawHeads {
  const rows = db
    .prepare('SELECT packed FROM pieces WHERE exchangeId = ? AND heads > 0 ORDER BY seq')
    .pluck();
  return (exchangeId, part) => {
    const heads: Uint8Array[] = [];
    for (const packed of rows.iterate(exchangeId)) if (!addHeads(heads, packed, part, slabs)) break;
    return heads;
  };
}

export function createRawHeadsOfRange(db: Sqlite, slabs: Slabs): RawHeadsOfRange {
  const rows = db
    .prepare(
      'SELECT exchangeId, packed FROM pieces WHERE exchangeId BETWEEN ? AND ? AND heads > 0 ORDER BY exchangeId, seq',
    )
    .raw();
  return (fromId, toId, part, visit) => {
    let id: number | null = null;
    let heads: Uint8Array[] = [];
    for (const row of rows.iterate(fromId, toId)) {
      const [exchangeId, packed] = row as [number, unknown];
      if (exchangeId !== id) {
        if (id !== null) visit(id, heads);
        id = exchangeId;
        heads = [];
      }
      addHeads(heads, packed, part, slabs);
    }
    if (id !== null) visit(id, heads);
  };
}

/** False when there are as many as are read. */
function addHeads(heads: Uint8Array[], packed: unknown, part: HeadPart, slabs: Slabs): boolean {
  if (!(packed instanceof Uint8Array)) return true;
  const found: StoredPiece[][] = [];
  for (const piece of unpackPieces(packed, (kind) => kind === part)) {
    if (piece.continues && found.length > 0) found.at(-1)?.push(piece);
    else found.push([piece]);
  }
  for (const pieces of found) {
    const head = heads.length < headsMax ? joined(pieces, slabs) : null;
    if (head !== null) heads.push(head);
  }
  return heads.length < headsMax;
}

function joined(pieces: readonly StoredPiece[], slabs: Slabs): Uint8Array | null {
  if (pieces.reduce((sum, { length }) => sum + length, 0) > headBytesMax) return null;
  const parts: Uint8Array[] = [];
  for (const piece of pieces) {
    const bytes = slabs.bytesOf(piece);
    if (bytes === null) return null;
    parts.push(bytes);
  }
  return parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts);
}
