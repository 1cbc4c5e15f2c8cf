import { u32 } from './read-numbers.ts';

/** Characters of a first line that are shown. */
const lineCharsMax = 200;
/** Frames of one packet that are named. */
const framesMax = 20;

/** The first line of a request or an answer (RFC 9112 section 2.1) that begins in this payload; null for none. */
export function httpInfo(payload: Uint8Array): string | null {
  let line = '';
  for (let at = 0; at < payload.length && at < lineCharsMax; at++) {
    const byte = payload[at] ?? 0;
    if (byte === 13 || byte === 10) break;
    // Whatever is not ASCII would be no HTTP.
    if (byte < 32 || byte > 126) return null;
    line += String.fromCharCode(byte);
  }
  const isWhole = line.length < lineCharsMax;
  const isRequest = isWhole ? /^[A-Z][A-Z-]* \S+ HTTP\/1\.\d$/.test(line) : /^[A-Z][A-Z-]* \S{20}/.test(line);
  if (!isRequest && !/^HTTP\/1\.\d \d{3}/.test(line)) return null;
  return isWhole ? line : `${line}…`;
}

const frameNames = [
  'DATA',
  'HEADERS',
  'PRIORITY',
  'RST_STREAM',
  'SETTINGS',
  'PUSH_PROMISE',
  'PING',
  'GOAWAY',
  'WINDOW_UPDATE',
  'CONTINUATION',
];
const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Frames of HTTP/2 (RFC 9113 section 4.1) that begin in this payload, each with its stream; null where none does at its start. */
export function http2Info(payload: Uint8Array): string | null {
  const words: string[] = [];
  let at = 0;
  if (startsWith(payload, preface)) {
    words.push('Magic');
    at = preface.length;
  }
  for (let frames = 0; frames < framesMax && at + 9 <= payload.length; frames++) {
    const name = frameNames[payload[at + 3] ?? 255];
    const length = u32(payload, at) >>> 8;
    if (name === undefined || (payload[at + 5] ?? 0) > 127) break;
    words.push(`${name}[${u32(payload, at + 5) & 0x7fff_ffff}]`);
    at += 9 + length;
  }
  return words.length === 0 ? null : words.join(', ');
}

function startsWith(payload: Uint8Array, text: string): boolean {
  if (payload.length < text.length) return false;
  for (let at = 0; at < text.length; at++) if (payload[at] !== text.charCodeAt(at)) return false;
  return true;
}
