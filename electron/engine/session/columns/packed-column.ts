import { isAscii } from 'node:buffer';
import { blockRows } from './fields.ts';

/**
 * Columns of one block as they rest in `column_blocks`, little-endian. They are hostile input: what is not a column
 * reads as null.
 *
 * - numbers: u8 bytes a value (1, 2, 4: unsigned distance from the base, all ones for none; 8: double, NaN for none),
 *   7 bytes of nothing, f64 base, the values;
 * - texts: u32 number of different texts, u32 bytes a code (1, 2), u32 end of each text, the texts in UTF-8, padding to
 *   an even offset, the codes: 0 for none, else number of the text from 1;
 * - long texts: u32 end of each, the texts in UTF-8;
 * - presence: one bit a slot.
 */
const numbersHeadBytes = 16;
const textsHeadBytes = 8;

export function packNumbers(values: Float64Array): Uint8Array {
  let min = Infinity;
  let max = -Infinity;
  let isWhole = true;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
    isWhole &&= Number.isSafeInteger(value);
  }
  const base = min === Infinity ? 0 : min;
  const span = min === Infinity ? 0 : max - min;
  const width = !isWhole || span >= 2 ** 32 - 1 ? 8 : span >= 65_535 ? 4 : span >= 255 ? 2 : 1;
  const buffer = new ArrayBuffer(numbersHeadBytes + values.length * width);
  new DataView(buffer).setUint8(0, width);
  new DataView(buffer).setFloat64(8, base, true);
  const packed = valueArray(buffer, 0, width, values.length);
  if (width === 8) packed.set(values);
  else {
    const none = 2 ** (8 * width) - 1;
    for (let slot = 0; slot < values.length; slot++) {
      const value = values[slot] as number;
      packed[slot] = Number.isNaN(value) ? none : value - base;
    }
  }
  return new Uint8Array(buffer);
}

/** Values of all slots, NaN for none, into `into`; false for bytes that are no such column. */
export function unpackNumbers(bytes: Uint8Array, into: Float64Array): boolean {
  const width = bytes[0] ?? 0;
  if (![1, 2, 4, 8].includes(width) || bytes.length !== numbersHeadBytes + blockRows * width) return false;
  const { buffer, byteOffset } = aligned(bytes);
  const base = new DataView(buffer, byteOffset).getFloat64(8, true);
  switch (width) {
    case 1:
      spread(new Uint8Array(buffer, byteOffset + numbersHeadBytes, blockRows), 255, base, into);
      return true;
    case 2:
      spreadTwo(new Uint16Array(buffer, byteOffset + numbersHeadBytes, blockRows), base, into);
      return true;
    case 4:
      spreadFour(new Uint32Array(buffer, byteOffset + numbersHeadBytes, blockRows), base, into);
      return true;
    default:
      into.set(new Float64Array(buffer, byteOffset + numbersHeadBytes, blockRows));
      return true;
  }
}

/** One value of packed numbers, NaN for none. */
export function packedNumberAt(bytes: Uint8Array, slot: number): number {
  const width = bytes[0] ?? 0;
  const at = numbersHeadBytes + slot * width;
  if (![1, 2, 4, 8].includes(width) || bytes.length !== numbersHeadBytes + blockRows * width) return NaN;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (width === 8) return view.getFloat64(at, true);
  const none = 2 ** (8 * width) - 1;
  const value =
    width === 1 ? view.getUint8(at) : width === 2 ? view.getUint16(at, true) : view.getUint32(at, true);
  return value === none ? NaN : view.getFloat64(8, true) + value;
}

/** One loop for each kind of array: shared, each access would look the kind up. */
function spread(packed: Uint8Array, none: number, base: number, into: Float64Array): void {
  for (let slot = 0; slot < blockRows; slot++) {
    const value = packed[slot] as number;
    into[slot] = value === none ? NaN : base + value;
  }
}

function spreadTwo(packed: Uint16Array, base: number, into: Float64Array): void {
  for (let slot = 0; slot < blockRows; slot++) {
    const value = packed[slot] as number;
    into[slot] = value === 65_535 ? NaN : base + value;
  }
}

function spreadFour(packed: Uint32Array, base: number, into: Float64Array): void {
  for (let slot = 0; slot < blockRows; slot++) {
    const value = packed[slot] as number;
    into[slot] = value === 4_294_967_295 ? NaN : base + value;
  }
}

function valueArray(
  buffer: ArrayBuffer,
  byteOffset: number,
  width: number,
  length: number,
): Uint8Array | Uint16Array | Uint32Array | Float64Array {
  const at = byteOffset + numbersHeadBytes;
  if (width === 1) return new Uint8Array(buffer, at, length);
  if (width === 2) return new Uint16Array(buffer, at, length);
  return width === 4 ? new Uint32Array(buffer, at, length) : new Float64Array(buffer, at, length);
}

/** Texts of a block: `codes[slot]` is 0 for none, else number of the text in `texts`, from 1. */
export interface TextColumn {
  readonly texts: readonly string[];
  readonly codes: Uint8Array | Uint16Array;
}

export function packTexts({ texts, codes }: TextColumn): Uint8Array {
  const encoded = texts.map((text) => Buffer.from(text, 'utf8'));
  const textBytes = encoded.reduce((sum, { length }) => sum + length, 0);
  const width = texts.length < 256 ? 1 : 2;
  const textsAt = textsHeadBytes + 4 * texts.length;
  const codesAt = (textsAt + textBytes + 1) & ~1;
  const bytes = new Uint8Array(codesAt + codes.length * width);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, texts.length, true);
  view.setUint32(4, width, true);
  let end = 0;
  encoded.forEach((text, at) => {
    bytes.set(text, textsAt + end);
    end += text.length;
    view.setUint32(textsHeadBytes + 4 * at, end, true);
  });
  const packed =
    width === 1
      ? new Uint8Array(bytes.buffer, codesAt, codes.length)
      : new Uint16Array(bytes.buffer, codesAt, codes.length);
  packed.set(codes);
  return bytes;
}

export function unpackTexts(bytes: Uint8Array): TextColumn | null {
  if (bytes.length < textsHeadBytes) return null;
  const { buffer, byteOffset } = aligned(bytes);
  const view = new DataView(buffer, byteOffset, bytes.length);
  const count = view.getUint32(0, true);
  const width = view.getUint32(4, true);
  const textsAt = textsHeadBytes + 4 * count;
  if (count > 65_535 || (width !== 1 && width !== 2) || textsAt > bytes.length) return null;
  const ends = new Uint32Array(buffer, byteOffset + textsHeadBytes, count);
  const textBytes = ends.at(-1) ?? 0;
  const codesAt = (textsAt + textBytes + 1) & ~1;
  if (bytes.length !== codesAt + blockRows * width) return null;
  const source = Buffer.from(buffer, byteOffset + textsAt, textBytes);
  // Of ASCII alone, cutting the whole is ten times as quick as decoding each.
  const whole = source.toString('latin1');
  const isPlain = isAscii(source);
  const texts: string[] = [];
  let from = 0;
  for (const end of ends) {
    if (end < from) return null;
    texts.push(isPlain ? whole.slice(from, end) : source.toString('utf8', from, end));
    from = end;
  }
  const codes =
    width === 1
      ? new Uint8Array(buffer, byteOffset + codesAt, blockRows)
      : new Uint16Array(buffer, byteOffset + codesAt, blockRows);
  let greatest = 0;
  for (let slot = 0; slot < blockRows; slot++) greatest = Math.max(greatest, codes[slot] as number);
  return greatest <= count ? { texts, codes } : null;
}

/** Long texts of a block in UTF-8, one behind the other; `ends[slot]` is where that of a slot ends. */
export interface LongTextColumn {
  readonly bytes: Uint8Array;
  readonly ends: Uint32Array;
}

export function joinTexts(texts: readonly string[]): LongTextColumn {
  const ends = new Uint32Array(texts.length);
  let end = 0;
  for (let slot = 0; slot < texts.length; slot++) {
    end += Buffer.byteLength(texts[slot] as string, 'utf8');
    ends[slot] = end;
  }
  // One by one: halves of a character at the borders of two texts would become one.
  const bytes = Buffer.allocUnsafeSlow(end);
  texts.forEach((text, slot) => bytes.write(text, slot === 0 ? 0 : (ends[slot - 1] as number), 'utf8'));
  return { ends, bytes };
}

export function packLongTexts(texts: readonly string[]): Uint8Array {
  const { ends, bytes } = joinTexts(texts);
  const packed = new Uint8Array(ends.byteLength + bytes.length);
  new Uint32Array(packed.buffer, 0, ends.length).set(ends);
  packed.set(bytes, ends.byteLength);
  return packed;
}

export function unpackLongTexts(bytes: Uint8Array): LongTextColumn | null {
  const headBytes = 4 * blockRows;
  if (bytes.length < headBytes) return null;
  const { buffer, byteOffset } = aligned(bytes);
  const ends = new Uint32Array(buffer, byteOffset, blockRows);
  let before = 0;
  for (const end of ends) {
    if (end < before) return null;
    before = end;
  }
  if (before !== bytes.length - headBytes) return null;
  return { ends, bytes: new Uint8Array(buffer, byteOffset + headBytes, before) };
}

/** A byte a slot, 1 where there is an exchange, as bits and back. */
export function packPresence(present: Uint8Array): Uint8Array {
  const bits = new Uint8Array(blockRows / 8);
  present.forEach((is, slot) => {
    if (is === 1) bits[slot >> 3] = (bits[slot >> 3] as number) | (1 << (slot & 7));
  });
  return bits;
}

export function unpackPresence(bits: Uint8Array): Uint8Array | null {
  if (bits.length !== blockRows / 8) return null;
  const present = new Uint8Array(blockRows);
  for (let slot = 0; slot < blockRows; slot++)
    present[slot] = ((bits[slot >> 3] as number) >> (slot & 7)) & 1;
  return present;
}

/** Typed arrays ask for aligned bytes; those of a pooled buffer may not be. */
function aligned(bytes: Uint8Array): { readonly buffer: ArrayBuffer; readonly byteOffset: number } {
  const whole = bytes.byteOffset % 8 === 0 ? bytes : bytes.slice();
  return { buffer: whole.buffer as ArrayBuffer, byteOffset: whole.byteOffset };
}
