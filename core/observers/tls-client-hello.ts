/** What a client says first (RFC 8446 section 4.1.2), as far as it decides what the proxy does. */
export interface ClientHello {
  /** Server name indication (RFC 6066 section 3), null without one. */
  readonly serverName: string | null;
  /** Protocols offered, in order (RFC 7301); empty without the extension. */
  readonly alpn: readonly string[];
}

export type ClientHelloReading =
  | { readonly state: 'complete'; readonly hello: ClientHello }
  | { readonly state: 'need-more' }
  | { readonly state: 'not-tls' };

const handshakeRecord = 0x16;
const clientHelloMessage = 1;
/** More than any real ClientHello; beyond it the bytes are not taken for one. */
const helloBytesMax = 65_536;

/**
 * Reads a ClientHello from the start of a stream, across any number of records (RFC 8446 section 5.1).
 * Total: any bytes give one of the three answers.
 */
export function readClientHello(bytes: Uint8Array): ClientHelloReading {
  if (bytes.length === 0) return { state: 'need-more' };
  if (bytes[0] !== handshakeRecord || (bytes.length > 1 && bytes[1] !== 3)) return { state: 'not-tls' };
  const message = joinRecords(bytes);
  if (message === null) return { state: 'not-tls' };
  if (message.length > 0 && message[0] !== clientHelloMessage) return { state: 'not-tls' };
  if (message.length < 4) return tooShort(bytes);
  const length = uint(message, 1, 3);
  if (length > helloBytesMax) return { state: 'not-tls' };
  if (message.length < 4 + length) return tooShort(bytes);
  const hello = readBody(message.subarray(4, 4 + length));
  return hello === null ? { state: 'not-tls' } : { state: 'complete', hello };
}

function tooShort(bytes: Uint8Array): ClientHelloReading {
  return bytes.length > helloBytesMax ? { state: 'not-tls' } : { state: 'need-more' };
}

/** The handshake bytes of the records at hand; null if a record is not a handshake record. */
function joinRecords(bytes: Uint8Array): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (let at = 0; at + 5 <= bytes.length;) {
    if (bytes[at] !== handshakeRecord || bytes[at + 1] !== 3) return null;
    const length = uint(bytes, at + 3, 2);
    if (length === 0) return null;
    const part = bytes.subarray(at + 5, Math.min(bytes.length, at + 5 + length));
    parts.push(part);
    total += part.length;
    const wanted = total >= 4 ? 4 + uint(parts.length === 1 ? part : concat(parts, total), 1, 3) : Infinity;
    if (total >= wanted) break;
    at += 5 + length;
  }
  return concat(parts, total);
}

function concat(parts: readonly Uint8Array[], total: number): Uint8Array {
  const [first] = parts;
  if (parts.length === 1 && first !== undefined) return first;
  const joined = new Uint8Array(total);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

function readBody(body: Uint8Array): ClientHello | null {
  let at = 2 + 32;
  at += 1 + uint(body, at, 1);
  at += 2 + uint(body, at, 2);
  at += 1 + uint(body, at, 1);
  if (at > body.length) return null;
  if (at === body.length) return { serverName: null, alpn: [] };
  const end = at + 2 + uint(body, at, 2);
  if (end > body.length) return null;
  at += 2;
  let serverName: string | null = null;
  let alpn: readonly string[] = [];
  while (at + 4 <= end) {
    const type = uint(body, at, 2);
    const length = uint(body, at + 2, 2);
    const from = at + 4;
    if (from + length > end) return null;
    if (type === 0) serverName = readServerName(body.subarray(from, from + length));
    if (type === 16) alpn = readAlpn(body.subarray(from, from + length));
    at = from + length;
  }
  return { serverName, alpn };
}

function readServerName(extension: Uint8Array): string | null {
  for (let at = 2; at + 3 <= extension.length;) {
    const length = uint(extension, at + 1, 2);
    const from = at + 3;
    if (extension[at] === 0 && length > 0 && from + length <= extension.length) {
      return ascii(extension, from, from + length).toLowerCase();
    }
    at = from + length;
  }
  return null;
}

function readAlpn(extension: Uint8Array): string[] {
  const names: string[] = [];
  for (let at = 2; at < extension.length;) {
    const length = uint(extension, at, 1);
    if (length === 0 || at + 1 + length > extension.length) break;
    names.push(ascii(extension, at + 1, at + 1 + length));
    at += 1 + length;
  }
  return names;
}

function ascii(bytes: Uint8Array, from: number, to: number): string {
  let text = '';
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at] ?? 0);
  return text;
}

/** Big-endian; bytes past the end count as 0. */
function uint(bytes: Uint8Array, at: number, size: number): number {
  let value = 0;
  for (let index = 0; index < size; index++) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}
