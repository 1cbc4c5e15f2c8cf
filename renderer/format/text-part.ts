/** Bytes out of the middle of a text that begin and end between characters, at line breaks where there are some near. */
export interface TextPart {
  readonly bytes: Uint8Array;
  readonly from: number;
  readonly to: number;
}

const lookedBytes = 65_536;

/** What of `bytes`, which stand at `offset` of a UTF-8 text, can be shown by itself. `toEnd`: the text ends with them. */
export function textPart(bytes: Uint8Array, offset: number, toEnd: boolean): TextPart {
  let start = 0;
  if (offset > 0) {
    const newline = bytes.subarray(0, lookedBytes).indexOf(0x0a);
    start = newline === -1 ? 0 : newline + 1;
    while (start < Math.min(4, bytes.length) && isTail(bytes[start])) start += 1;
  }
  let end = bytes.length;
  if (toEnd) return { bytes: bytes.subarray(start), from: offset + start, to: offset + end };
  const last = bytes.lastIndexOf(0x0a);
  if (last >= Math.max(start, bytes.length - lookedBytes)) end = last + 1;
  else {
    let back = end;
    while (back > start && end - back < 4 && isTail(bytes[back - 1])) back -= 1;
    const first = bytes[back - 1] ?? 0;
    const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 1;
    if (back > start && length > 1 && end - back + 1 < length) end = back - 1;
  }
  return { bytes: bytes.subarray(start, end), from: offset + start, to: offset + end };
}

function isTail(byte: number | undefined): boolean {
  return ((byte ?? 0) & 0xc0) === 0x80;
}
