import { sameBytes } from '../encoding/same-bytes.ts';
import type { Platform } from '../model/platform.ts';
import { expandLabel, pseudorandom } from './tls-kdf.ts';
import type { AeadSuite, CbcSuite, TlsSuite } from './tls-suites.ts';

/** What was inside a protected record. */
export interface OpenedRecord {
  /** Content type: 20 change of cipher, 21 alert, 22 handshake, 23 application data. */
  readonly type: number;
  readonly bytes: Uint8Array;
}

/** Opens the records of one sender under one set of keys; null where the record does not belong to this number. */
export type OpenRecord = (record: Uint8Array, sequence: number) => OpenedRecord | null;

type Opening = Pick<Platform, 'hmac' | 'openAead' | 'openCbc'>;

const headerBytes = 5;

/** Keys and nonces of TLS 1.3 from a traffic secret (RFC 8446 section 7.3), records as in section 5.2. */
export function openTls13(platform: Opening, suite: AeadSuite, secret: Uint8Array): OpenRecord {
  const key = expandLabel(platform, suite.hash, secret, 'key', suite.keyBytes);
  const iv = expandLabel(platform, suite.hash, secret, 'iv', 12);
  const nonce = new Uint8Array(12);
  return (record, sequence) => {
    xorSequence(nonce, iv, sequence);
    const header = record.subarray(0, headerBytes);
    const opened = platform.openAead(suite.aead, key, nonce, header, record.subarray(headerBytes));
    return opened === null ? null : withoutPadding(opened);
  };
}

/** The secret that follows a key update (RFC 8446 section 7.2). */
export function updatedSecret(platform: Opening, suite: AeadSuite, secret: Uint8Array): Uint8Array {
  return expandLabel(platform, suite.hash, secret, 'traffic upd', secret.length);
}

/** The type of what a record of TLS 1.3 holds is its last byte that is not zero. */
function withoutPadding(inner: Uint8Array): OpenedRecord | null {
  let end = inner.length - 1;
  while (end >= 0 && inner[end] === 0) end--;
  return end < 0 ? null : { type: inner[end] ?? 0, bytes: inner.subarray(0, end) };
}

/** What the keys of TLS 1.2 are made of (RFC 5246 section 6.3). */
export interface Tls12Keys {
  readonly masterSecret: Uint8Array;
  readonly clientRandom: Uint8Array;
  readonly serverRandom: Uint8Array;
  /** Both hellos named RFC 7366: the MAC is of the ciphertext. Means nothing to AEAD suites. */
  readonly encryptThenMac: boolean;
}

/** The client's and the server's records of TLS 1.2. */
export function openTls12(
  platform: Opening,
  suite: TlsSuite,
  keys: Tls12Keys,
): { readonly client: OpenRecord; readonly server: OpenRecord } {
  const macBytes = suite.kind === 'cbc' ? suite.macBytes : 0;
  const ivBytes = suite.kind === 'cbc' ? 0 : suite.fixedNonceBytes;
  const block = pseudorandom(
    platform,
    suite.hash,
    keys.masterSecret,
    'key expansion',
    [keys.serverRandom, keys.clientRandom],
    2 * (macBytes + suite.keyBytes + ivBytes),
  );
  let at = 0;
  const take = (bytes: number): Uint8Array => block.subarray(at, (at += bytes));
  const [clientMac, serverMac] = [take(macBytes), take(macBytes)];
  const [clientKey, serverKey] = [take(suite.keyBytes), take(suite.keyBytes)];
  const [clientIv, serverIv] = [take(ivBytes), take(ivBytes)];
  if (suite.kind === 'aead') {
    return {
      client: openAead12(platform, suite, clientKey, clientIv),
      server: openAead12(platform, suite, serverKey, serverIv),
    };
  }
  const open = keys.encryptThenMac ? openEncryptThenMac : openMacThenEncrypt;
  return {
    client: open(platform, suite, clientKey, clientMac),
    server: open(platform, suite, serverKey, serverMac),
  };
}

/** RFC 5288, RFC 6655 (a nonce of four bytes from the keys and eight from the record) and RFC 7905 (as in TLS 1.3). */
function openAead12(platform: Opening, suite: AeadSuite, key: Uint8Array, iv: Uint8Array): OpenRecord {
  const nonce = new Uint8Array(12);
  const associated = new Uint8Array(13);
  const explicitBytes = 12 - suite.fixedNonceBytes;
  nonce.set(iv);
  return (record, sequence) => {
    const sealedFrom = headerBytes + explicitBytes;
    const length = record.length - sealedFrom - suite.tagBytes;
    if (length < 0) return null;
    if (explicitBytes === 0) xorSequence(nonce, iv, sequence);
    else nonce.set(record.subarray(headerBytes, sealedFrom), 4);
    writeAssociated(associated, sequence, record, length);
    const bytes = platform.openAead(suite.aead, key, nonce, associated, record.subarray(sealedFrom));
    return bytes === null ? null : { type: record[0] ?? 0, bytes };
  };
}

/** RFC 5246 section 6.2.3.2: the MAC is inside, behind it the padding. */
function openMacThenEncrypt(
  platform: Opening,
  suite: CbcSuite,
  key: Uint8Array,
  macKey: Uint8Array,
): OpenRecord {
  return (record, sequence) => {
    const ivEnd = headerBytes + suite.blockBytes;
    const padded = platform.openCbc(key, record.subarray(headerBytes, ivEnd), record.subarray(ivEnd));
    if (padded === null) return null;
    const length = unpaddedBytes(padded) - suite.macBytes;
    if (length < 0) return null;
    const macced = new Uint8Array(13 + length);
    writeAssociated(macced, sequence, record, length);
    macced.set(padded.subarray(0, length), 13);
    const mac = platform.hmac(suite.mac, macKey, macced);
    if (!sameBytes(mac, padded.subarray(length, length + suite.macBytes))) return null;
    return { type: record[0] ?? 0, bytes: padded.subarray(0, length) };
  };
}

/** RFC 7366 section 3: the MAC is behind the ciphertext and of it. */
function openEncryptThenMac(
  platform: Opening,
  suite: CbcSuite,
  key: Uint8Array,
  macKey: Uint8Array,
): OpenRecord {
  return (record, sequence) => {
    const ivEnd = headerBytes + suite.blockBytes;
    const end = record.length - suite.macBytes;
    if (end < ivEnd) return null;
    const macced = new Uint8Array(13 + end - headerBytes);
    writeAssociated(macced, sequence, record, end - headerBytes);
    macced.set(record.subarray(headerBytes, end), 13);
    if (!sameBytes(platform.hmac(suite.mac, macKey, macced), record.subarray(end))) return null;
    const padded = platform.openCbc(key, record.subarray(headerBytes, ivEnd), record.subarray(ivEnd, end));
    const length = padded === null ? -1 : unpaddedBytes(padded);
    return padded === null || length < 0 ? null : { type: record[0] ?? 0, bytes: padded.subarray(0, length) };
  };
}

/** -1 where the padding is not what its last byte says. */
function unpaddedBytes(padded: Uint8Array): number {
  const count = padded[padded.length - 1] ?? 0;
  const end = padded.length - 1 - count;
  for (let at = Math.max(0, end); at < padded.length; at++) if (padded[at] !== count) return -1;
  return end;
}

/** Sequence number, type, version, and the length of what is inside (RFC 5246 section 6.2.3.3). */
function writeAssociated(target: Uint8Array, sequence: number, record: Uint8Array, length: number): void {
  writeSequence(target, 0, sequence);
  target[8] = record[0] ?? 0;
  target[9] = record[1] ?? 0;
  target[10] = record[2] ?? 0;
  target[11] = length >>> 8;
  target[12] = length & 255;
}

function xorSequence(nonce: Uint8Array, iv: Uint8Array, sequence: number): void {
  writeSequence(nonce, 4, sequence);
  nonce.fill(0, 0, 4);
  for (let at = 0; at < 12; at++) nonce[at] = (nonce[at] ?? 0) ^ (iv[at] ?? 0);
}

/** Eight bytes, big-endian; sequence numbers here stay far below 2^53. */
function writeSequence(target: Uint8Array, at: number, sequence: number): void {
  let rest = sequence;
  for (let index = 7; index >= 0; index--) {
    target[at + index] = rest % 256;
    rest = Math.floor(rest / 256);
  }
}
