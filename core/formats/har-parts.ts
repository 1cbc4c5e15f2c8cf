import { isCredentialField, redacted, type HeadLine } from '../model/head-text.ts';
import { isLone, utf8OfLatin1 } from '../encoding/utf8.ts';

export interface HarPair {
  readonly name: string;
  readonly value: string;
}

export interface HarCookie extends HarPair {
  readonly path?: string;
  readonly domain?: string;
  readonly expires?: string;
  readonly httpOnly?: boolean;
  readonly secure?: boolean;
  readonly sameSite?: string;
}

/** Pairs of one list; what follows is only in the text it came from. */
const pairsMax = 10_000;

/** Header text as people read it: UTF-8 where it is, else one character a byte. */
export function readable(text: string): string {
  return utf8OfLatin1(text) ?? text;
}

export function harHeaders(headers: readonly HeadLine[], redact: boolean): HarPair[] {
  return headers.map(([name, value]) => ({
    name: readable(name),
    value: redact && isCredentialField(name) ? redacted : readable(value),
  }));
}

/** RFC 6265 section 4.2: what the client sent back. */
export function requestCookies(headers: readonly HeadLine[]): HarCookie[] {
  return headers
    .filter(([name, value]) => name.toLowerCase() === 'cookie' && value !== redacted)
    .flatMap(([, value]) => value.split(';', pairsMax))
    .map(cookiePair)
    .filter(({ name, value }) => name !== '' || value !== '');
}

/** RFC 6265 section 4.1: what the server set. */
export function responseCookies(headers: readonly HeadLine[]): HarCookie[] {
  return headers
    .filter(([name, value]) => name.toLowerCase() === 'set-cookie' && value !== redacted)
    .map(([, value]) => {
      const [pair = '', ...attributes] = value.split(';', 100);
      return attributes.reduce<HarCookie>(withAttribute, cookiePair(pair));
    });
}

function cookiePair(text: string): HarCookie {
  const [name, value] = splitOnce(text, '=');
  return { name: readable(name.trim()), value: readable((value ?? '').trim()) };
}

function withAttribute(cookie: HarCookie, attribute: string): HarCookie {
  const [name, value] = splitOnce(attribute, '=');
  const text = readable((value ?? '').trim());
  switch (name.trim().toLowerCase()) {
    case 'path':
      return { ...cookie, path: text };
    case 'domain':
      return { ...cookie, domain: text };
    case 'expires':
      return withExpiry(cookie, Date.parse(text));
    case 'httponly':
      return { ...cookie, httpOnly: true };
    case 'secure':
      return { ...cookie, secure: true };
    case 'samesite':
      return { ...cookie, sameSite: text };
    default:
      return cookie;
  }
}

/** A date that is none is left out: the schema wants ISO 8601 with four digits for the year. */
function withExpiry(cookie: HarCookie, ms: number): HarCookie {
  const isPlain = ms >= -62_135_596_800_000 && ms <= 253_402_300_799_999;
  return isPlain ? { ...cookie, expires: new Date(ms).toISOString() } : cookie;
}

/** Pairs of a query, or of a body of type application/x-www-form-urlencoded. */
export function formPairs(text: string): HarPair[] {
  if (text === '') return [];
  return text.split('&', pairsMax).map((pair) => {
    const [name, value] = splitOnce(pair, '=');
    return { name: formDecoded(name), value: formDecoded(value ?? '') };
  });
}

/** As it is where the escapes are no UTF-8. */
function formDecoded(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

function splitOnce(text: string, separator: string): [string, string | null] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** ASCII without white space, as a URI must be (RFC 3986 section 2); what is not is percent-encoded byte by byte. */
export function asciiUrl(url: string): string {
  return url.replace(/[^\x21-\x7e]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) return `%${code.toString(16).toUpperCase().padStart(2, '0')}`;
    return isLone(character) ? '%EF%BF%BD' : encodeURIComponent(character);
  });
}
