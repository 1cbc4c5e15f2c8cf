import type { FilterFault } from './ast.ts';

export interface Token {
  readonly kind: 'word' | 'string' | 'char' | 'sign' | 'special' | 'end';
  /** Of strings and characters without quotes and escapes. */
  readonly text: string;
  readonly at: number;
  readonly end: number;
}

/** The longest come first. */
const signs = [
  ...['===', '!=='],
  ...['==', '!=', '>=', '<=', '&&', '||', '^^', '..'],
  ...['(', ')', '{', '}', '[', ',', '>', '<', '!', '&', '~', '+', '-', '*', '/', '%'],
];

/** Fields, numbers and addresses; two dots make a range. */
const word = /-?(?:[\w:]|\.(?!\.)|-(?=[\w:.]))+/y;
const prefixLength = /\/\d+(?![\w.])/y;
const special = /@[\w.-]+|#-?\d+|\$\{[\w.@#-]*\}/y;
const blank = /\s*/y;
const escapes: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '"': '"', "'": "'", '?': '?' },
};

/** The tokens of a display filter; the last one is its end. */
export function tokensOf(text: string): readonly Token[] | FilterFault {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at = matchAt(blank, text, at)?.end ?? at;
    if (at >= text.length) break;
    const token = tokenAt(text, at, tokens.at(-1));
    if (!('kind' in token)) return token;
    tokens.push(token);
    at = token.end;
  }
  return [...tokens, { kind: 'end', text: '', at: text.length, end: text.length }];
}

function tokenAt(text: string, at: number, before: Token | undefined): Token | FilterFault {
  const raw = /^[rR]"/.test(text.slice(at, at + 2));
  if (text[at] === '"' || raw) return stringAt(text, at, raw);
  if (text[at] === "'") return charAt(text, at);
  if (text[at] === '[') return sliceAt(text, at);
  const sign = signs.find((each) => text.startsWith(each, at));
  // A sign in front of digits belongs to the number where no value stands before it.
  const isNumber = sign === '-' && /[\d.]/.test(text[at + 1] ?? '') && !isValue(before);
  if (sign !== undefined && !isNumber) return { kind: 'sign', text: sign, at, end: at + sign.length };
  const found = matchAt(special, text, at);
  if (found !== null) return { kind: 'special', ...found };
  const plain = matchAt(word, text, at);
  if (plain === null) {
    const strange = String.fromCodePoint(text.codePointAt(at) ?? 0);
    return { message: `“${strange}” means nothing in a display filter.`, at, end: at + strange.length };
  }
  const mask = /[.:]/.test(plain.text) ? matchAt(prefixLength, text, plain.end) : null;
  return { kind: 'word', text: plain.text + (mask?.text ?? ''), at, end: mask?.end ?? plain.end };
}

function isValue(token: Token | undefined): boolean {
  if (token === undefined) return false;
  return token.kind !== 'sign' || token.text === ')';
}

function stringAt(text: string, at: number, raw: boolean): Token | FilterFault {
  let value = '';
  for (let next = at + (raw ? 2 : 1); next < text.length;) {
    const letter = text[next] ?? '';
    if (letter === '"') return { kind: 'string', text: value, at, end: next + 1 };
    const escaped = letter === '\\' && !raw ? escapeAt(text, next) : { value: letter, end: next + 1 };
    if (letter === '\\' && raw && text[next + 1] === '"') {
      value += '\\"';
      next += 2;
      continue;
    }
    if (escaped === null)
      return { message: 'This escape is not known.', at: next, end: Math.min(next + 2, text.length) };
    value += escaped.value;
    next = escaped.end;
  }
  return { message: 'The closing " is missing.', at, end: text.length };
}

function charAt(text: string, at: number): Token | FilterFault {
  const inside = text[at + 1] === '\\' ? escapeAt(text, at + 1) : { value: text[at + 1] ?? '', end: at + 2 };
  if (inside === null || text[inside.end] !== "'")
    return {
      message: 'One character in single quotes is expected here.',
      at,
      end: Math.min(at + 3, text.length),
    };
  return { kind: 'char', text: inside.value, at, end: inside.end + 1 };
}

/** `[0:4]` as one token: what stands in it is no number of ours. */
function sliceAt(text: string, at: number): Token | FilterFault {
  const end = text.indexOf(']', at);
  if (end === -1) return { message: 'The closing ] is missing.', at, end: text.length };
  return { kind: 'special', text: text.slice(at, end + 1), at, end: end + 1 };
}

function escapeAt(text: string, at: number): { readonly value: string; readonly end: number } | null {
  const known = escapes[text[at + 1] ?? ''];
  if (known !== undefined) return { value: known, end: at + 2 };
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(at + 1, at + 4));
  if (hex !== null)
    return { value: String.fromCharCode(Number.parseInt(hex[1] ?? '', 16)), end: at + 1 + hex[0].length };
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4));
  if (octal === null) return null;
  return { value: String.fromCharCode(Number.parseInt(octal[0], 8) & 255), end: at + 1 + octal[0].length };
}

function matchAt(
  pattern: RegExp,
  text: string,
  at: number,
): { text: string; at: number; end: number } | null {
  pattern.lastIndex = at;
  const found = pattern.exec(text);
  return found === null ? null : { text: found[0], at, end: at + found[0].length };
}
