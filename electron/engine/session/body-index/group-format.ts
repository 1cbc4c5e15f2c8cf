import { crc32, deflateRawSync, inflateRawSync } from 'node:zlib';
import { signatureBits } from './signature.ts';

/**
 * A group holds the signatures of up to 4,096 chunks, turned by a quarter: row n has bit n of each. So a search reads as
 * many rows as its text has trigrams. Rows are stored in pieces of 64, deflated: rows of what every body or none has
 * take next to nothing. A piece and the list of owners begin with a checksum and the number of their series, so that what
 * is damaged, or is left of another group, is known for it.
 */
export const chunksPerGroup = 4096;
export const rowBytes = chunksPerGroup / 8;
export const rowsPerPiece = 64;
export const piecesPerGroup = signatureBits / rowsPerPiece;
export const pieceBytes = rowsPerPiece * rowBytes;
/** Exchanges of one group, most of them without bodies. */
export const ownersMax = 65_536;

const headBytes = 8;
const ownersBytesMax = 4 * 1024 * 1024;
const idMax = Number.MAX_SAFE_INTEGER;

/** What a group has of an exchange. Only `covered` says that there is nothing else of it to look at. */
export type Owner =
  /** Its chunks are `first` … `last`; `first` is greater than `last` when its bodies are empty. */
  | { readonly id: number; readonly kind: 'covered'; readonly first: number; readonly last: number }
  /** Its bodies cannot be indexed: it is always looked at. */
  | { readonly id: number; readonly kind: 'passed' }
  /** Some of its bits are in here, but another group covers it. */
  | { readonly id: number; readonly kind: 'partly' };

export interface Owners {
  readonly series: number;
  readonly chunks: number;
  /** A bit a chunk: only trigrams of plain text are in its signature. */
  readonly plainOnly: Uint8Array;
  readonly list: readonly Owner[];
}

export function packPiece(series: number, rows: Uint8Array): Uint8Array {
  return sealed(series, deflateRawSync(rows, { level: 1 }));
}

/** Null when it is damaged or of another series. */
export function unpackPiece(series: number, packed: unknown): Uint8Array | null {
  const rows = unsealed(packed, pieceBytes);
  return rows?.series === series && rows.bytes.length === pieceBytes ? rows.bytes : null;
}

export function packOwners({ series, chunks, plainOnly, list }: Owners): Uint8Array {
  const bytes = new Uint8Array(rowBytes + 16 + list.length * 24);
  bytes.set(plainOnly);
  let at = rowBytes;
  const put = (value: number): void => {
    for (; value > 127; value = Math.floor(value / 128)) bytes[at++] = (value % 128) | 128;
    bytes[at++] = value;
  };
  put(chunks);
  put(list.length);
  let id = 0;
  let first = 0;
  for (const owner of list) {
    const distance = owner.id - id;
    put(distance < 0 ? -distance * 2 - 1 : distance * 2);
    id = owner.id;
    if (owner.kind !== 'covered') put(owner.kind === 'passed' ? 1 : 2);
    else if (owner.first > owner.last) put(0);
    else {
      put(3 + owner.last - owner.first);
      put(owner.first - first);
      first = owner.first;
    }
  }
  return sealed(series, deflateRawSync(bytes.subarray(0, at), { level: 1 }));
}

/** As `Owners`, without an object for each of what may be 65,536. */
export interface PackedOwners extends Omit<Owners, 'list'> {
  /** False when there is damage; those before it were visited. `first` and `last` are as in `Owner`, 1 and 0 for other kinds. */
  readonly forEach: (
    visit: (id: number, kind: Owner['kind'], first: number, last: number) => void,
  ) => boolean;
}

/** Null when it is damaged. */
export function unpackOwners(packed: unknown): Owners | null {
  const found = readOwners(packed);
  if (found === null) return null;
  const { forEach, ...head } = found;
  const list: Owner[] = [];
  const isWhole = forEach((id, kind, first, last) =>
    list.push(kind === 'covered' ? { id, kind, first, last } : { id, kind }),
  );
  return isWhole ? { ...head, list } : null;
}

/** Null when its beginning is damaged. */
export function readOwners(packed: unknown): PackedOwners | null {
  const found = unsealed(packed, ownersBytesMax);
  if (found === null || found.bytes.length < rowBytes) return null;
  const { series, bytes } = found;
  let at = rowBytes;
  const take = (): number => {
    let value = 0;
    for (let factor = 1; at < bytes.length && factor < 2 ** 56; factor *= 128) {
      const byte = bytes[at++] as number;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    return NaN;
  };
  const chunks = take();
  const count = take();
  if (!(chunks <= chunksPerGroup) || !(count <= ownersMax)) return null;
  const begin = at;
  return {
    ...{ series, chunks, plainOnly: bytes.subarray(0, rowBytes) },
    forEach: (visit) => {
      at = begin;
      let id = 0;
      let from = 0;
      for (let index = 0; index < count; index++) {
        const distance = take();
        id += distance % 2 === 1 ? -(distance + 1) / 2 : distance / 2;
        const code = take();
        if (!(id >= 1 && id <= idMax) || Number.isNaN(code)) return false;
        if (code === 0) visit(id, 'covered', 1, 0);
        else if (code < 3) visit(id, code === 1 ? 'passed' : 'partly', 1, 0);
        else {
          const first = (from += take());
          const last = first + code - 3;
          if (!(last < chunks)) return false;
          visit(id, 'covered', first, last);
        }
      }
      return true;
    },
  };
}

function sealed(series: number, deflated: Uint8Array): Uint8Array {
  const packed = new Uint8Array(headBytes + deflated.length);
  packed.set(deflated, headBytes);
  const view = new DataView(packed.buffer);
  view.setUint32(4, series, true);
  view.setUint32(0, crc32(packed.subarray(4)), true);
  return packed;
}

function unsealed(
  packed: unknown,
  bytesMax: number,
): { readonly series: number; readonly bytes: Uint8Array } | null {
  if (!(packed instanceof Uint8Array) || packed.length < headBytes) return null;
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  if (crc32(packed.subarray(4)) !== view.getUint32(0, true)) return null;
  try {
    const bytes = inflateRawSync(packed.subarray(headBytes), { maxOutputLength: bytesMax });
    return { series: view.getUint32(4, true), bytes };
  } catch {
    return null;
  }
}
