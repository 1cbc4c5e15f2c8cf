/** Bits of the code of each symbol, and of EOS (RFC 7541 appendix B); codes of one length ascend with the symbol. */
const CODE_BITS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7,
  8, 15, 6, 12, 10, 13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19,
  13, 14, 6, 15, 5, 6, 5, 6, 5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13,
  28, 20, 22, 20, 20, 22, 22, 22, 23, 22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21,
  22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22, 23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23,
  22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26, 20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25,
  19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27, 27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25,
  25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27, 27, 27, 27, 26, 30,
];

const EOS = 256;
const STATES = 256;
const SYMBOL_SHIFT = 9;
const EMITS = 1 << 17;
const STATE_MASK = (1 << SYMBOL_SHIFT) - 1;

/**
 * For each state (an inner node of the code's tree, 0 the root) and each next four bits: the state after them, the
 * symbol they complete and `EMITS` if they do; -1 for EOS. No code is shorter than five bits, so they complete one at
 * most.
 */
const STEPS = new Int32Array(STATES * 16);

/** 1 for states that padding may end in: fewer than eight bits, all of them ones (RFC 7541 section 5.2). */
const MAY_END = new Uint8Array(STATES);

fillTables();

function fillTables(): void {
  const children = codeTree();
  for (let state = 0; state < STATES; state++) {
    for (let bits = 0; bits < 16; bits++) STEPS[state * 16 + bits] = fourBits(children, state, bits);
  }
  for (let state = 0, bits = 0; bits < 8; bits++) {
    MAY_END[state] = 1;
    state = children[2 * state + 1] ?? 0;
  }
}

/** Two children a node; a leaf is -1 - symbol. */
function codeTree(): Int32Array {
  const children = new Int32Array(2 * STATES);
  const symbols = CODE_BITS.map((_, symbol) => symbol).sort((a, b) => bitsOf(a) - bitsOf(b) || a - b);
  let nodes = 1;
  let code = 0;
  let codeBits = bitsOf(symbols[0] ?? 0);
  for (const symbol of symbols) {
    code *= 2 ** (bitsOf(symbol) - codeBits);
    codeBits = bitsOf(symbol);
    let node = 0;
    for (let bit = codeBits - 1; bit > 0; bit--) {
      const branch = 2 * node + ((code >> bit) & 1);
      if (children[branch] === 0) children[branch] = nodes++;
      node = children[branch] ?? 0;
    }
    children[2 * node + (code & 1)] = -1 - symbol;
    code += 1;
  }
  return children;
}

function bitsOf(symbol: number): number {
  return CODE_BITS[symbol] ?? 0;
}

function fourBits(children: Int32Array, from: number, bits: number): number {
  let node = from;
  let emitted = 0;
  for (let bit = 3; bit >= 0; bit--) {
    node = children[2 * node + ((bits >> bit) & 1)] ?? 0;
    if (node >= 0) continue;
    const symbol = -1 - node;
    if (symbol === EOS) return -1;
    emitted = EMITS | (symbol << SYMBOL_SHIFT);
    node = 0;
  }
  return emitted | node;
}

/** Most octets that `length` encoded ones can stand for. */
export function decodedBytesMax(length: number): number {
  return Math.floor((length * 8) / 5);
}

/**
 * Decodes `bytes` from `from` to `to` (RFC 7541 section 5.2) into `into`, which has room for `decodedBytesMax`.
 * Returns the octets written; -1 if EOS is in it, -2 if it does not end in fewer than eight one bits.
 */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number, into: Uint8Array): number {
  let state = 0;
  let written = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] as number;
    const high = STEPS[(state << 4) | (byte >> 4)] as number;
    if (high < 0) return -1;
    if (high >= EMITS) into[written++] = (high >> SYMBOL_SHIFT) & 0xff;
    const low = STEPS[((high & STATE_MASK) << 4) | (byte & 15)] as number;
    if (low < 0) return -1;
    if (low >= EMITS) into[written++] = (low >> SYMBOL_SHIFT) & 0xff;
    state = low & STATE_MASK;
  }
  return MAY_END[state] === 1 ? written : -2;
}
