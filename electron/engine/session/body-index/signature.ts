/**
 * A signature says which trigrams (three bytes in a row, ASCII letters in lower case) occur in a chunk of text: one bit
 * for each, at the place its hash names. A text that occurs in a chunk has all its bits set there; the other way round
 * it may only seem so. These figures, and the hash, stand in session files.
 */
export const signatureBits = 16_384;
const signatureBitsLog2 = 14;
/** Bytes that two neighbouring chunks of one body share: a text up to one byte longer lies whole within a chunk. */
export const overlapBytes = 255;
/** More trigrams of a text are not looked up. */
const lookedUpMax = 32;

const folded = Uint8Array.from({ length: 256 }, (_, byte) => (byte >= 65 && byte <= 90 ? byte + 32 : byte));
/** Bytes of plain text: printable ASCII, tab, line ends. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13 ? 1 : 0,
);

function bitOf(trigram: number): number {
  return Math.imul(trigram, 0x9e3779b1) >>> (32 - signatureBitsLog2);
}

/** Sets the bits of all trigrams of `bytes` from `from` up to `to`; `bits` has `signatureBits / 8` bytes. */
export function addTrigrams(bits: Uint8Array, bytes: Uint8Array, from: number, to: number): void {
  let trigram = 0;
  for (let at = from; at < to; at++) {
    trigram = ((trigram << 8) | (folded[bytes[at] as number] as number)) & 0xffffff;
    if (at < from + 2) continue;
    const bit = bitOf(trigram);
    bits[bit >>> 3] = (bits[bit >>> 3] as number) | (1 << (bit & 7));
  }
}

/** The same of trigrams that are plain text alone: of bytes without meaning as text, one in twenty. */
export function addPlainTrigrams(bits: Uint8Array, bytes: Uint8Array, from: number, to: number): void {
  let trigram = 0;
  let plain = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    trigram = ((trigram << 8) | (folded[byte] as number)) & 0xffffff;
    plain = isPlain[byte] === 1 ? plain + 1 : 0;
    if (plain < 3) continue;
    const bit = bitOf(trigram);
    bits[bit >>> 3] = (bits[bit >>> 3] as number) | (1 << (bit & 7));
  }
}

/** Whether a body that begins so is no text: one byte in twenty is a control character. */
export function isBinary(beginning: Uint8Array): boolean {
  let controls = 0;
  for (const byte of beginning) if (byte < 32 && isPlain[byte] === 0) controls++;
  return controls * 20 > beginning.length;
}

/** One bit that a chunk with the text in it has set; `plain`: chunks of bodies that are no text have it too. */
export interface WantedBit {
  readonly bit: number;
  readonly plain: boolean;
}

/** Null where signatures say nothing about the text: it is too short, or matches bytes that are not its own. */
export function wantedBits(text: string): WantedBit[] | null {
  // U+FFFD stands for any bytes that are no UTF-8.
  if (text.includes('\ufffd')) return null;
  const bytes = Buffer.from(text, 'utf8').subarray(0, overlapBytes + 1);
  const count = bytes.length - 2;
  if (count < 1) return null;
  const wanted = new Map<number, WantedBit>();
  const step = Math.max(1, count / lookedUpMax);
  for (let place = 0; place < count; place += step) {
    const at = Math.floor(place);
    const three = [0, 1, 2].map((next) => bytes[at + next] as number);
    const trigram = three.reduce((sum, byte) => (sum << 8) | (folded[byte] as number), 0);
    const bit = bitOf(trigram);
    const plain = three.every((byte) => isPlain[byte] === 1);
    // Two trigrams with the same bit: what the stricter one says holds.
    wanted.set(bit, { bit, plain: plain || wanted.get(bit)?.plain === true });
  }
  return [...wanted.values()];
}
