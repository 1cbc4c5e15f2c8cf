import type { Framing, HeaderLine, Http1Defect } from './http1-events.ts';
import { isDigit, isTokenChar } from './http1-detect.ts';

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const COLON = 58;

/** Defective header lines reported for one head; further ones are only in its raw bytes. */
const LINE_DEFECTS_MAX = 32;

export function defect(code: Http1Defect['code'], message: string): Http1Defect {
  return { code, message, fatal: false };
}

export function fatalDefect(code: Http1Defect['code'], message: string): Http1Defect {
  return { code, message, fatal: true };
}

/**
 * Header or trailer lines of a section (RFC 9112 section 5), `raw` from `from` on, which ends with an empty line.
 * `text` is `raw` as ISO 8859-1. Lines that cannot be a header are left out and reported in `defects`.
 */
export function readHeaderLines(
  raw: Uint8Array,
  text: string,
  from: number,
  defects: Http1Defect[],
): HeaderLine[] {
  const headers: HeaderLine[] = [];
  const defectsMax = defects.length + LINE_DEFECTS_MAX;
  let lineNumber = 0;

  function report(problem: string): void {
    if (defects.length < defectsMax)
      defects.push(defect('bad-header', `Header line ${lineNumber} ${problem}.`));
  }

  let start = from;
  while (start < raw.length) {
    let colon = -1;
    let strayBytes = false;
    let at = start;
    for (; at < raw.length; at++) {
      const byte = raw[at] as number;
      if (byte > COLON) continue;
      if (byte === COLON) {
        if (colon < 0) colon = at;
      } else if (byte === LF) {
        break;
      } else if (byte === 0 || (byte === CR && raw[at + 1] !== LF)) {
        strayBytes = true;
      }
    }
    const end = at > start && raw[at - 1] === CR ? at - 1 : at;
    if (end === start) break;
    lineNumber += 1;
    if (strayBytes) report('holds a carriage return or NUL');
    const first = raw[start];
    if (first === SPACE || first === TAB) {
      const folded = headers.at(-1);
      if (folded === undefined) report('continues a line that is not there');
      else headers[headers.length - 1] = [folded[0], joinFold(folded[1], trimmed(raw, text, start, end))];
      if (folded !== undefined) report('continues the line before it, an obsolete form');
    } else if (colon < 0) {
      report('has no colon');
    } else {
      headers.push([readName(raw, text, start, colon, report), trimmed(raw, text, colon + 1, end)]);
    }
    start = at + 1;
  }
  return headers;
}

function readName(
  raw: Uint8Array,
  text: string,
  from: number,
  colon: number,
  report: (problem: string) => void,
): string {
  let to = colon;
  while (to > from && isBlank(raw[to - 1])) to -= 1;
  if (to < colon) report('has white space before its colon');
  if (to === from) report('has no name');
  for (let at = from; at < to; at++) {
    if (isTokenChar(raw[at] as number)) continue;
    report('has a name that is not a token');
    break;
  }
  return text.slice(from, to);
}

function joinFold(value: string, continuation: string): string {
  if (value === '') return continuation;
  return continuation === '' ? value : `${value} ${continuation}`;
}

function trimmed(raw: Uint8Array, text: string, from: number, to: number): string {
  let first = from;
  let end = to;
  while (first < end && isBlank(raw[first])) first += 1;
  while (end > first && isBlank(raw[end - 1])) end -= 1;
  return text.slice(first, end);
}

/** Without space and tab at both ends. `trim` takes more away, and `\x0bchunked` is not `chunked`. */
export function trimBlanks(value: string): string {
  let first = 0;
  let end = value.length;
  while (first < end && isBlank(value.charCodeAt(first))) first += 1;
  while (end > first && isBlank(value.charCodeAt(end - 1))) end -= 1;
  return value.slice(first, end);
}

function isBlank(byte: number | undefined): boolean {
  return byte === SPACE || byte === TAB;
}

/** The values of the fields that decide about framing and connection; several lines are joined by commas. */
export interface ControlFields {
  contentLength: string | null;
  transferEncoding: string | null;
  connection: string | null;
  expect: string | null;
}

export function readControlFields(headers: readonly HeaderLine[]): ControlFields {
  const fields: ControlFields = {
    contentLength: null,
    transferEncoding: null,
    connection: null,
    expect: null,
  };
  for (const [name, value] of headers) {
    switch (name.length) {
      case 6:
        if (isNamed(name, 'expect')) fields.expect = joinList(fields.expect, value);
        break;
      case 10:
        if (isNamed(name, 'connection')) fields.connection = joinList(fields.connection, value);
        break;
      case 14:
        if (isNamed(name, 'content-length')) fields.contentLength = joinList(fields.contentLength, value);
        break;
      case 17:
        if (isNamed(name, 'transfer-encoding'))
          fields.transferEncoding = joinList(fields.transferEncoding, value);
        break;
    }
  }
  return fields;
}

function isNamed(name: string, lowerCase: string): boolean {
  return (name.charCodeAt(0) | 32) === lowerCase.charCodeAt(0) && name.toLowerCase() === lowerCase;
}

function joinList(list: string | null, value: string): string {
  return list === null ? value : `${list},${value}`;
}

/** Members of a comma-separated field value, lower case, without white space around and without empty members. */
export function listMembers(value: string): string[] {
  const members: string[] = [];
  for (const part of value.toLowerCase().split(',')) {
    const member = trimBlanks(part);
    if (member !== '') members.push(member);
  }
  return members;
}

/** Whether the sender wants the connection closed after this message (RFC 9112 section 9.3). */
export function wantsClose(version: string, connection: string | null): boolean {
  const keepsByDefault = version !== 'HTTP/1.0' && version !== '';
  if (connection === null) return !keepsByDefault;
  if (connection === 'keep-alive') return false;
  const options = listMembers(connection);
  if (options.includes('close')) return true;
  return !keepsByDefault && !options.includes('keep-alive');
}

export interface BodyLength {
  readonly framing: Framing;
  readonly contentLength: number | null;
}

export const NO_BODY: BodyLength = { framing: 'none', contentLength: null };
const CHUNKED: BodyLength = { framing: 'chunked', contentLength: null };
const UNTIL_CLOSE: BodyLength = { framing: 'until-close', contentLength: null };

/**
 * How long a message body is (RFC 9112 section 6.3), for a message that may have one. What is doubtful goes to
 * `defects`; a request whose end cannot be known gets a fatal one.
 */
export function readBodyLength(
  sender: 'client' | 'server',
  version: string,
  fields: ControlFields,
  defects: Http1Defect[],
): BodyLength {
  const withoutLength = sender === 'client' ? NO_BODY : UNTIL_CLOSE;
  if (fields.transferEncoding !== null) {
    const codings = listMembers(fields.transferEncoding);
    const identity = sender === 'server' && codings.every((coding) => coding === 'identity');
    if (!identity)
      return readTransferEncoding(sender, version, codings, fields.contentLength !== null, defects);
  }
  if (fields.contentLength === null) return withoutLength;
  const length = readContentLength(fields.contentLength);
  if (length.problem !== null) defects.push(length.problem);
  if (length.value !== null) return { framing: 'length', contentLength: length.value };
  const sentence = `The content length ${quoted(fields.contentLength)} is not a number of bytes.`;
  defects.push(sender === 'client' ? fatalDefect('bad-length', sentence) : defect('bad-length', sentence));
  return withoutLength;
}

function readTransferEncoding(
  sender: 'client' | 'server',
  version: string,
  codings: readonly string[],
  withContentLength: boolean,
  defects: Http1Defect[],
): BodyLength {
  if (withContentLength) {
    defects.push(
      defect('ambiguous-length', 'The message has both a content length and a transfer encoding.'),
    );
  }
  if (version === 'HTTP/1.0' || version === '') {
    defects.push(defect('ambiguous-length', 'A transfer encoding stands in a message older than HTTP/1.1.'));
  }
  if (codings.indexOf('chunked') < codings.length - 1 && codings.includes('chunked')) {
    defects.push(
      defect('ambiguous-length', 'The transfer coding chunked is not the last one, or is named twice.'),
    );
  }
  if (codings.at(-1) === 'chunked') return CHUNKED;
  if (sender === 'server') return UNTIL_CLOSE;
  defects.push(
    fatalDefect(
      'bad-length',
      'The transfer encoding of the request does not end in chunked, so its end is unknown.',
    ),
  );
  return NO_BODY;
}

/** First of the lengths given; null if one of them is not a length. `problem` if they differ. */
function readContentLength(list: string): { value: number | null; problem: Http1Defect | null } {
  if (!list.includes(',')) return { value: readLength(list), problem: null };
  let value: number | null = null;
  let problem: Http1Defect | null = null;
  for (const member of list.split(',')) {
    const length = readLength(trimBlanks(member));
    if (length === null) return { value: null, problem: null };
    value ??= length;
    if (length !== value) problem = defect('ambiguous-length', `The content lengths ${quoted(list)} differ.`);
  }
  return { value, problem };
}

function readLength(digits: string): number | null {
  let value = 0;
  for (let at = 0; at < digits.length; at++) {
    const char = digits.charCodeAt(at);
    if (!isDigit(char)) return null;
    value = value * 10 + (char - 48);
    if (value > Number.MAX_SAFE_INTEGER) return null;
  }
  return digits === '' ? null : value;
}

function quoted(text: string): string {
  return text.length <= 40 ? `“${text}”` : `“${text.slice(0, 40)}…”`;
}
