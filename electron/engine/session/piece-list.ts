import type { HeadPart } from './session-api.ts';

/** What a piece of an exchange's bytes belongs to. */
export type PieceKind = HeadPart | 'request-body' | 'response-body';

/** Their codes rest in session files: new ones go to the end. */
const kinds: readonly PieceKind[] = [
  'request',
  'interim',
  'response',
  'request-trailers',
  'response-trailers',
  'request-body',
  'response-body',
];
export const pieceCodes = Object.fromEntries(kinds.map((kind, code) => [kind, code])) as Record<
  PieceKind,
  number
>;
/** Added to the code of a piece that goes on where the one before it ended, since a slab was full. */
export const continuesFlag = 256;

/** Where some of an exchange's bytes rest. `atUs`: when they arrived, µs since the epoch. */
export interface StoredPiece {
  readonly kind: PieceKind;
  /** The same head as the piece of this kind before it. */
  readonly continues: boolean;
  readonly slabId: number;
  readonly offset: number;
  readonly length: number;
  readonly atUs: number;
}

/** Stored form of a piece: code, slab id, offset and length as u32, arrival as f64, little-endian. */
export const storedPieceBytes = 24;

/** Writes the stored form at `at`. */
export function packPiece(
  view: DataView,
  at: number,
  code: number,
  slabId: number,
  offset: number,
  length: number,
  atUs: number,
): void {
  view.setUint32(at, code, true);
  view.setUint32(at + 4, slabId, true);
  view.setUint32(at + 8, offset, true);
  view.setUint32(at + 12, length, true);
  view.setFloat64(at + 16, atUs, true);
}

/** Code, with `continuesFlag` if it is set, of the stored form at `at`. */
export function pieceCodeAt(view: DataView, at: number): number {
  return view.getUint32(at, true);
}

/** Length in bytes of the piece whose stored form is at `at`. */
export function pieceLengthAt(view: DataView, at: number): number {
  return view.getUint32(at + 12, true);
}

/** Those of these kinds. Unknown codes and an incomplete entry at the end are left out. */
export function unpackPieces(packed: Uint8Array, wanted: (kind: PieceKind) => boolean): StoredPiece[] {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const pieces: StoredPiece[] = [];
  for (let at = 0; at + storedPieceBytes <= packed.length; at += storedPieceBytes) {
    const code = pieceCodeAt(view, at);
    const kind = kinds[code % continuesFlag];
    if (kind === undefined || code >= 2 * continuesFlag || !wanted(kind)) continue;
    pieces.push({
      kind,
      continues: code >= continuesFlag,
      slabId: view.getUint32(at + 4, true),
      offset: view.getUint32(at + 8, true),
      length: pieceLengthAt(view, at),
      atUs: view.getFloat64(at + 16, true),
    });
  }
  return pieces;
}
