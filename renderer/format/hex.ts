export interface HexRow {
  readonly offset: string;
  /** 16 pairs with a wider gap after the eighth, padded to full width. */
  readonly hex: string;
  readonly text: string;
}

export const hexRowBytes = 16;

/** Row `index` of a dump: offset, bytes, and printable ASCII with a dot for everything else. */
export function hexRow(bytes: Uint8Array, index: number): HexRow {
  const from = index * hexRowBytes;
  const row = bytes.subarray(from, from + hexRowBytes);
  const pairs = Array.from({ length: hexRowBytes }, (_, at) => {
    const byte = row[at];
    return byte === undefined ? '  ' : byte.toString(16).padStart(2, '0');
  });
  return {
    offset: from.toString(16).padStart(8, '0'),
    hex: `${pairs.slice(0, 8).join(' ')}  ${pairs.slice(8).join(' ')}`,
    text: Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
  };
}
