import { readClientHello } from '../observers/tls-client-hello.ts';
import { readServerHello } from '../observers/tls-server-hello.ts';
import { u16 } from './read-numbers.ts';

/** Records of one packet that are named. */
const recordsMax = 20;
/** RFC 8446 section 5.2, with the room that RFC 5246 section 6.2.3 gave. */
const recordBytesMax = 16_384 + 2048;

export interface TlsInfo {
  /** `TLSv1.3`, or `TLS` where only the record's own version is there, which says nothing since TLS 1.3. */
  readonly protocol: string;
  readonly info: string;
}

/** What records begin in this payload; null when none does at its start. `version`: what was negotiated, null where that is not known. */
export function tlsInfo(payload: Uint8Array, version: string | null): TlsInfo | null {
  const words: string[] = [];
  let protocol = version ?? 'TLS';
  let isEncrypted = false;
  let at = 0;
  for (let records = 0; records < recordsMax && at + 5 <= payload.length; records++) {
    const type = payload[at] ?? 0;
    const length = u16(payload, at + 3);
    if (type < 20 || type > 24 || payload[at + 1] !== 3 || length > recordBytesMax) break;
    const record = payload.subarray(at, Math.min(payload.length, at + 5 + length));
    if (type === 22) {
      const told = isEncrypted ? null : handshakeWords(record);
      words.push(told?.words ?? 'Encrypted Handshake Message');
      protocol = told?.version ?? protocol;
    } else {
      words.push(recordWords(type, record));
      // What follows is encrypted, up to TLS 1.2; in TLS 1.3 it only pretends to be this.
      if (type === 20) isEncrypted = true;
    }
    at += 5 + length;
  }
  return words.length === 0 ? null : { protocol, info: words.join(', ') };
}

function recordWords(type: number, record: Uint8Array): string {
  switch (type) {
    case 20:
      return 'Change Cipher Spec';
    case 21:
      return alertWords(record);
    case 23:
      return 'Application Data';
    default:
      return 'Heartbeat';
  }
}

/** An alert of two bytes is not encrypted (RFC 8446 section 6). */
function alertWords(record: Uint8Array): string {
  if (record.length !== 7) return 'Encrypted Alert';
  const level = record[5] === 1 ? 'Warning' : 'Fatal';
  const name = alertNames.get(record[6] ?? 0) ?? `${record[6] ?? 0}`;
  return `Alert (Level: ${level}, Description: ${name})`;
}

/** The messages of one handshake record; null when it is encrypted or its first message began in an earlier record. */
function handshakeWords(record: Uint8Array): { words: string; version: string | null } | null {
  const words: string[] = [];
  let version: string | null = null;
  for (let at = 5; at + 4 <= record.length && words.length < recordsMax;) {
    const type = record[at] ?? 0;
    const length = (record[at + 1] ?? 0) * 65_536 + u16(record, at + 2);
    const name = handshakeNames.get(type);
    if (name === undefined || length > 0x20000) break;
    const body = record.subarray(at + 4, at + 4 + length);
    if (type === 1) words.push(`${name}${serverNameWords(record)}`);
    else words.push(name);
    if (type === 2) version = versionName(readServerHello(body)?.version ?? 0);
    at += 4 + length;
  }
  return words.length === 0 ? null : { words: words.join(', '), version };
}

function serverNameWords(record: Uint8Array): string {
  const reading = readClientHello(record);
  const name = reading.state === 'complete' ? reading.hello.serverName : null;
  return name === null ? '' : ` (SNI=${name})`;
}

function versionName(version: number): string | null {
  switch (version) {
    case 0x0300:
      return 'SSLv3';
    case 0x0301:
      return 'TLSv1';
    case 0x0302:
      return 'TLSv1.1';
    case 0x0303:
      return 'TLSv1.2';
    case 0x0304:
      return 'TLSv1.3';
    default:
      return null;
  }
}

const handshakeNames: ReadonlyMap<number, string> = new Map([
  [0, 'Hello Request'],
  [1, 'Client Hello'],
  [2, 'Server Hello'],
  [4, 'New Session Ticket'],
  [8, 'Encrypted Extensions'],
  [11, 'Certificate'],
  [12, 'Server Key Exchange'],
  [13, 'Certificate Request'],
  [14, 'Server Hello Done'],
  [15, 'Certificate Verify'],
  [16, 'Client Key Exchange'],
  [20, 'Finished'],
  [22, 'Certificate Status'],
]);

const alertNames: ReadonlyMap<number, string> = new Map([
  [0, 'Close Notify'],
  [10, 'Unexpected Message'],
  [20, 'Bad Record MAC'],
  [40, 'Handshake Failure'],
  [42, 'Bad Certificate'],
  [43, 'Unsupported Certificate'],
  [44, 'Certificate Revoked'],
  [45, 'Certificate Expired'],
  [46, 'Certificate Unknown'],
  [47, 'Illegal Parameter'],
  [48, 'Unknown CA'],
  [49, 'Access Denied'],
  [50, 'Decode Error'],
  [51, 'Decrypt Error'],
  [70, 'Protocol Version'],
  [71, 'Insufficient Security'],
  [80, 'Internal Error'],
  [86, 'Inappropriate Fallback'],
  [90, 'User Canceled'],
  [109, 'Missing Extension'],
  [110, 'Unsupported Extension'],
  [112, 'Unrecognized Name'],
  [116, 'Certificate Required'],
  [120, 'No Application Protocol'],
]);
