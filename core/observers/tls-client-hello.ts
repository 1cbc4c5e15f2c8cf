/**
 * What a client says first (RFC 8446 section 4.1.2). Numbers are those of the registries of TLS, in the order they were
 * sent, GREASE (RFC 8701) included; a list without its extension is empty.
 */
export interface ClientHello {
  /** Server name indication (RFC 6066 section 3), null without one. */
  readonly serverName: string | null;
  /** Protocols offered, in order (RFC 7301), a character a byte. */
  readonly alpn: readonly string[];
  /** `legacy_version`: 0x0303 since TLS 1.2. */
  readonly legacyVersion: number;
  /** `supported_versions`. */
  readonly versions: readonly number[];
  readonly ciphers: readonly number[];
  readonly extensions: readonly number[];
  readonly groups: readonly number[];
  /** Point formats of elliptic curves (RFC 8422 section 5.1.2). */
  readonly pointFormats: readonly number[];
  readonly signatureAlgorithms: readonly number[];
  /** Groups that a key was sent for at once. */
  readonly keyShares: readonly number[];
  /** Wants to go on with an earlier session: a ticket (RFC 5077) or a pre-shared key (RFC 8446 section 4.2.11). */
  readonly resumes: boolean;
  /** Carries an Encrypted Client Hello (RFC 9849), or pretends to: what is read here is then the outer one. */
  readonly encryptedHello: boolean;
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
  const hello = readClientHelloBody(message.subarray(4, 4 + length));
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

const extensionTypes = {
  serverName: 0,
  groups: 10,
  pointFormats: 11,
  signatureAlgorithms: 13,
  alpn: 16,
  sessionTicket: 35,
  preSharedKey: 41,
  versions: 43,
  keyShares: 51,
  encryptedHello: 0xfe0d,
} as const;

/** The same from the body of the handshake message alone; null where lengths contradict each other. */
export function readClientHelloBody(body: Uint8Array): ClientHello | null {
  let at = 2 + 32;
  at += 1 + uint(body, at, 1);
  const ciphersAt = at;
  at += 2 + uint(body, at, 2);
  const ciphers = readNumbers(body.subarray(ciphersAt, at), 2, 2);
  at += 1 + uint(body, at, 1);
  if (at > body.length) return null;
  const found = readExtensions(body, at);
  if (found === null) return null;
  const extension = (type: number): Uint8Array => found.get(type) ?? noBytes;
  const { serverName, groups, pointFormats, signatureAlgorithms, versions } = extensionTypes;
  return {
    serverName: readServerName(extension(serverName)),
    alpn: readAlpn(extension(extensionTypes.alpn)),
    legacyVersion: uint(body, 0, 2),
    versions: readNumbers(extension(versions), 1, 2),
    ciphers,
    extensions: [...found.keys()],
    groups: readNumbers(extension(groups), 2, 2),
    pointFormats: readNumbers(extension(pointFormats), 1, 1),
    signatureAlgorithms: readNumbers(extension(signatureAlgorithms), 2, 2),
    keyShares: readKeyShares(extension(extensionTypes.keyShares)),
    resumes: extension(extensionTypes.sessionTicket).length > 0 || found.has(extensionTypes.preSharedKey),
    encryptedHello: found.has(extensionTypes.encryptedHello),
  };
}

const noBytes = new Uint8Array(0);

/** By type, in the order they were sent; of a type that is there twice, which no client may send, the first. */
function readExtensions(body: Uint8Array, from: number): Map<number, Uint8Array> | null {
  const found = new Map<number, Uint8Array>();
  if (from === body.length) return found;
  const end = from + 2 + uint(body, from, 2);
  if (end > body.length) return null;
  for (let at = from + 2; at + 4 <= end;) {
    const type = uint(body, at, 2);
    const length = uint(body, at + 2, 2);
    const dataAt = at + 4;
    if (dataAt + length > end) return null;
    if (!found.has(type)) found.set(type, body.subarray(dataAt, dataAt + length));
    at = dataAt + length;
  }
  return found;
}

/** A list behind its length in bytes; what the length promises and the bytes do not hold is left out. */
function readNumbers(bytes: Uint8Array, lengthBytes: number, size: number): number[] {
  const end = Math.min(bytes.length, lengthBytes + uint(bytes, 0, lengthBytes));
  const numbers: number[] = [];
  for (let at = lengthBytes; at + size <= end; at += size) numbers.push(uint(bytes, at, size));
  return numbers;
}

function readKeyShares(extension: Uint8Array): number[] {
  const groups: number[] = [];
  for (let at = 2; at + 4 <= extension.length; at += 4 + uint(extension, at + 2, 2)) {
    groups.push(uint(extension, at, 2));
  }
  return groups;
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
