import type { Http1Defect } from './http1-events.ts';
import { defect, fatalDefect, trimBlanks } from './http1-head.ts';
import { isDigit } from './http1-detect.ts';

const LF = '\n';
const SPACE = 32;

/** The start line of a head, without its line end, and where the header lines begin. */
export function readStartLine(head: string): { line: string; next: number } {
  const lineEnd = head.indexOf(LF);
  const end = head.charCodeAt(lineEnd - 1) === 13 ? lineEnd - 1 : lineEnd;
  return { line: head.slice(0, end), next: lineEnd + 1 };
}

export interface RequestLine {
  readonly method: string;
  readonly target: string;
  readonly version: string;
}

/** Request line (RFC 9112 section 3), or the fatal defect that makes it none. Lesser defects go to `defects`. */
export function readRequestLine(line: string, defects: Http1Defect[]): RequestLine | Http1Defect {
  if (line === 'PRI * HTTP/2.0') {
    return fatalDefect(
      'bad-start-line',
      'An HTTP/2 connection preface came where an HTTP/1 request was expected.',
    );
  }
  reportStrayBytes(line, defects);
  let end = line.length;
  while (end > 0 && line.charCodeAt(end - 1) === SPACE) end -= 1;
  const methodEnd = line.indexOf(' ');
  if (methodEnd < 1 || methodEnd >= end) {
    return fatalDefect('bad-start-line', 'The request line names no target.');
  }
  const method = line.slice(0, methodEnd);
  const versionAt = line.lastIndexOf(' ', end - 1) + 1;
  if (versionAt === methodEnd + 1) {
    const target = line.slice(methodEnd + 1, end);
    if (target.startsWith('HTTP/')) return fatalDefect('bad-start-line', 'The request line names no target.');
    defects.push(defect('bad-start-line', 'The request line names no HTTP version.'));
    return { method, target, version: '' };
  }
  const version = line.slice(versionAt, end);
  if (!isHttp1(version)) {
    return fatalDefect('bad-start-line', 'The request line does not end with an HTTP/1 version.');
  }
  const sent = line.slice(methodEnd + 1, versionAt - 1);
  const target = trimBlanks(sent);
  if (target === '') return fatalDefect('bad-start-line', 'The request line names no target.');
  if (end < line.length || sent.includes(' ')) {
    defects.push(defect('bad-start-line', 'The request line has more spaces than the two that part it.'));
  }
  return { method, target, version };
}

export interface StatusLine {
  readonly version: string;
  readonly status: number;
  readonly statusText: string;
}

/** Status line (RFC 9112 section 4), or the fatal defect that makes it none. Lesser defects go to `defects`. */
export function readStatusLine(line: string, defects: Http1Defect[]): StatusLine | Http1Defect {
  const version = line.slice(0, 8);
  if (!isHttp1(version) || (line.length > 8 && line.charCodeAt(8) !== SPACE)) {
    return fatalDefect('bad-start-line', 'The status line does not begin with an HTTP/1 version.');
  }
  reportStrayBytes(line, defects);
  let at = 9;
  while (line.charCodeAt(at) === SPACE) at += 1;
  if (at > 9)
    defects.push(defect('bad-start-line', 'The status line has more than one space before the status.'));
  const afterStatus = at + 3;
  const status = readStatus(line, at);
  if (status < 100 || (line.length > afterStatus && line.charCodeAt(afterStatus) !== SPACE)) {
    return fatalDefect('bad-start-line', 'The status line holds no status of three digits from 100 on.');
  }
  return { version, status, statusText: line.slice(afterStatus + 1) };
}

function readStatus(line: string, from: number): number {
  let status = 0;
  for (let at = from; at < from + 3; at++) {
    const char = line.charCodeAt(at);
    if (!isDigit(char)) return 0;
    status = status * 10 + (char - 48);
  }
  return status;
}

function isHttp1(version: string): boolean {
  if (version === 'HTTP/1.1' || version === 'HTTP/1.0') return true;
  return version.length === 8 && version.startsWith('HTTP/1.') && isDigit(version.charCodeAt(7));
}

function reportStrayBytes(line: string, defects: Http1Defect[]): void {
  if (line.includes('\r') || line.includes('\0')) {
    defects.push(defect('bad-start-line', 'The start line holds a carriage return or NUL.'));
  }
}
