/** A stretch of a word. `quoted` and `regex` texts are unescaped; offsets include the quotes or slashes. */
export interface FilterSegment {
  readonly how: 'plain' | 'quoted' | 'regex';
  readonly text: string;
  readonly from: number;
  readonly to: number;
  /** False for a quote that runs to the end of the text. */
  readonly closed: boolean;
}

export type FilterToken =
  | {
      readonly kind: 'open' | 'close' | 'and' | 'or' | 'not';
      readonly from: number;
      readonly to: number;
    }
  | {
      readonly kind: 'word';
      readonly from: number;
      readonly to: number;
      readonly segments: readonly FilterSegment[];
    };

const blank = /\s/;
const operatorWord = /^(?:and|or|not)$/i;
/** Without one of these, `/text/` in a path means the path; with one, or with `i` behind, it is a pattern. */
const patternSign = /[\\^$*+?()[\]{}|]/;

/**
 * Cuts a filter's text into tokens, in order, in linear time; every character but blanks belongs to one. Takes any text:
 * whether the tokens make a filter is the parser's business.
 */
export function filterTokens(text: string): FilterToken[] {
  const tokens: FilterToken[] = [];
  for (let at = 0; at < text.length;) {
    const char = text.charAt(at);
    if (blank.test(char)) at++;
    else {
      const token = signAt(text, at) ?? wordAt(text, at);
      tokens.push(token);
      at = token.to;
    }
  }
  return tokens;
}

function signAt(text: string, from: number): FilterToken | null {
  const char = text.charAt(from);
  const next = text.charAt(from + 1);
  if (char === '(') return { kind: 'open', from, to: from + 1 };
  if (char === ')') return { kind: 'close', from, to: from + 1 };
  if (char === '&' && next === '&') return { kind: 'and', from, to: from + 2 };
  if (char === '|' && next === '|') return { kind: 'or', from, to: from + 2 };
  if (char === '!') return { kind: 'not', from, to: from + 1 };
  if (char === '-' && next !== '' && next !== ')' && !blank.test(next)) {
    return { kind: 'not', from, to: from + 1 };
  }
  return null;
}

/**
 * A word ends at a blank, at `&&` and `||`, and at a bracket that closes none of its own. A pattern in slashes may hold
 * all of these but blanks.
 */
function wordAt(text: string, from: number): FilterToken {
  const segments: FilterSegment[] = [];
  let at = from;
  let plainFrom = from;
  let depth = 0;
  let hasColon = false;
  let isValueStart = true;
  const endPlain = () => {
    if (at > plainFrom) segments.push(plain(text, plainFrom, at));
  };
  while (at < text.length) {
    const char = text.charAt(at);
    if (blank.test(char)) break;
    if ((char === '&' || char === '|') && text.charAt(at + 1) === char) break;
    if (char === '(') {
      if (operatorWord.test(text.slice(from, Math.min(at, from + 4)))) break;
      depth++;
    } else if (char === ')' && --depth < 0) break;

    const special =
      char === '"' ? quotedAt(text, at) : char === '/' && isValueStart ? patternAt(text, at) : null;
    if (special !== null) {
      endPlain();
      segments.push(special);
      at = special.to;
      plainFrom = at;
      isValueStart = false;
      continue;
    }
    isValueStart = (char === ':' && !hasColon) || (char === ',' && hasColon);
    hasColon ||= char === ':';
    at++;
  }
  endPlain();
  const [only] = segments;
  if (segments.length === 1 && only?.how === 'plain') {
    const lower = only.text.toLowerCase();
    if (lower === 'and' || lower === 'or' || lower === 'not') return { kind: lower, from, to: at };
  }
  return { kind: 'word', from, to: at, segments };
}

function plain(text: string, from: number, to: number): FilterSegment {
  return { how: 'plain', text: text.slice(from, to), from, to, closed: true };
}

function quotedAt(text: string, from: number): FilterSegment {
  const parts: string[] = [];
  let at = from + 1;
  let copied = at;
  for (; at < text.length && text.charAt(at) !== '"'; at++) {
    if (text.charAt(at) !== '\\' || !/["\\]/.test(text.charAt(at + 1))) continue;
    parts.push(text.slice(copied, at));
    copied = ++at;
  }
  parts.push(text.slice(copied, at));
  const closed = at < text.length;
  return { how: 'quoted', text: parts.join(''), from, to: closed ? at + 1 : at, closed };
}

/** `/pattern/` or `/pattern/i` that ends its word or list item; null for a path. Inside, `\/` is a slash and `\ ` a blank. */
function patternAt(text: string, from: number): FilterSegment | null {
  let at = from + 1;
  for (; at < text.length && text.charAt(at) !== '/'; at++) {
    if (text.charAt(at) === '\\') at++;
    else if (blank.test(text.charAt(at))) return null;
  }
  if (at >= text.length || at === from + 1) return null;
  const written = text.slice(from + 1, at);
  const isMarked = text.charAt(at + 1).toLowerCase() === 'i';
  const to = at + (isMarked ? 2 : 1);
  if (!/^(?:$|[\s),]|&&|\|\|)/.test(text.slice(to, to + 2))) return null;
  if (!isMarked && !patternSign.test(written)) return null;
  const pattern = written.replace(/\\([\s\S])/g, (pair, char: string) =>
    char === '/' || blank.test(char) ? char : pair,
  );
  return { how: 'regex', text: pattern, from, to, closed: true };
}
