/** Longest method name taken for one; the longest registered (RFC 9110 section 16.1) has 17 characters. */
export const METHOD_CHARS_MAX = 32;

const SCHEME_CHARS_MAX = 16;
const SPACE = 32;
const STANDARD_METHODS: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'POST',
  'PUT',
  'DELETE',
  'CONNECT',
  'OPTIONS',
  'TRACE',
  'PATCH',
]);

const TOKEN_CHARS = tokenChars();

function tokenChars(): Uint8Array {
  const table = new Uint8Array(256);
  for (let char = 0; char < 256; char++) {
    if (isLetter(char) || isDigit(char)) table[char] = 1;
  }
  for (const char of "!#$%&'*+-.^_`|~") table[char.charCodeAt(0)] = 1;
  return table;
}

/** A character of a token: method or header name (RFC 9110 section 5.6.2). */
export function isTokenChar(char: number): boolean {
  return TOKEN_CHARS[char] === 1;
}

export function isDigit(char: number): boolean {
  return char >= 48 && char <= 57;
}

function isLetter(char: number): boolean {
  return (char >= 65 && char <= 90) || (char >= 97 && char <= 122);
}

/**
 * Are the first `length` bytes of a client's stream the beginning of an HTTP/1 request?
 *
 * `yes` takes a method and a target that fits it: anything visible after a standard method, else `/`, `*` or an
 * absolute URI with `//`. That tells requests from other protocols in which the client speaks first in words
 * (`EHLO host`, `SSH-2.0-name text`, `get key`). `no` comes with the first byte that cannot be right, `need-more`
 * is answered for at most 52 bytes. The HTTP/2 preface (`PRI *`) is `no`.
 */
export function looksLikeHttp1Request(bytes: Uint8Array, length: number): 'yes' | 'no' | 'need-more' {
  let method = '';
  let at = 0;
  for (; ; at++) {
    if (at === length) return 'need-more';
    const char = bytes[at] as number;
    if (char === SPACE && at > 0) break;
    if (at === METHOD_CHARS_MAX || !(at === 0 ? isLetter(char) : isTokenChar(char))) return 'no';
    method += String.fromCharCode(char);
  }
  if (method === 'PRI') return 'no';
  at += 1;
  if (at === length) return 'need-more';
  const first = bytes[at] as number;
  if (first <= SPACE || first >= 127) return 'no';
  if (first === 0x2f || first === 0x2a || STANDARD_METHODS.has(method)) return 'yes';
  return looksLikeAbsoluteUri(bytes, at, length);
}

function looksLikeAbsoluteUri(bytes: Uint8Array, from: number, length: number): 'yes' | 'no' | 'need-more' {
  let at = from;
  for (; ; at++) {
    if (at === length) return 'need-more';
    const char = bytes[at] as number;
    if (char === 0x3a && at > from) break;
    const fits =
      isLetter(char) || (at > from && (isDigit(char) || char === 0x2b || char === 0x2d || char === 0x2e));
    if (!fits || at - from === SCHEME_CHARS_MAX) return 'no';
  }
  for (const slash of [at + 1, at + 2]) {
    if (slash >= length) return 'need-more';
    if (bytes[slash] !== 0x2f) return 'no';
  }
  return 'yes';
}
