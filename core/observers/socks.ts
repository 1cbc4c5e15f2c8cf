import { ipBytes, ipv4Text, ipv6Text } from '../model/ip-address.ts';
import type { Failure } from '../model/result.ts';

/**
 * The server's part of SOCKS up to the answer: SOCKS4 (Koblas, Lee), SOCKS4A, SOCKS5 (RFC 1928) with user and
 * password (RFC 1929). Only CONNECT is served.
 */

export type SocksVersion = 'socks4' | 'socks4a' | 'socks5';

/** Where a SOCKS client wants to go: a name in lower case, or an address. */
export interface SocksDestination {
  readonly host: string;
  readonly port: number;
}

/** What became of the client's bytes so far. `reply` goes to the client first; it may be empty. */
export type SocksStep =
  | { readonly type: 'wait'; readonly reply: Uint8Array }
  /** The client waits for `socksGranted` or `socksRejected`; `early` came behind its wish. */
  | {
      readonly type: 'connect';
      readonly reply: Uint8Array;
      readonly version: SocksVersion;
      readonly destination: SocksDestination;
      readonly early: Uint8Array;
    }
  /** The client cannot be served: after the reply the connection ends. */
  | {
      readonly type: 'refuse';
      readonly reply: Uint8Array;
      readonly version: SocksVersion;
      readonly failure: Failure;
      /** Null when it did not come so far, or cannot be read. */
      readonly destination: SocksDestination | null;
    };

/** One client's dialogue. Holds at most 1 KiB; never throws; the cutting into chunks makes no difference. */
export interface SocksDialogue {
  /** No call may follow a step other than `wait`. */
  readonly bytes: (chunk: Uint8Array) => SocksStep;
}

/** Judges a user and a password, as bytes. */
export type AcceptCredentials = (user: Uint8Array, password: Uint8Array) => boolean;

const none = new Uint8Array(0);
const CONNECT = 1;
const BIND = 2;
const UDP_ASSOCIATE = 3;
/** Longest user id, or name, of SOCKS4; of SOCKS5 a length is one byte. */
const textBytesMax = 255;

/** What a stage read: how many bytes it took, what to answer, and how it goes on. */
type Read =
  | 'need-more'
  | { readonly used: number; readonly reply: Uint8Array; readonly next: Stage }
  | {
      readonly used: number;
      readonly version: SocksVersion;
      readonly destination: SocksDestination;
    }
  | {
      readonly reply: Uint8Array;
      readonly version: SocksVersion;
      readonly failure: Failure;
      readonly destination: SocksDestination | null;
    };
type Stage = 'version' | 'password' | 'request';

/** `accepts`: null when nobody is asked for a password; a client that insists on naming one is then believed. */
export function createSocksDialogue(accepts: AcceptCredentials | null): SocksDialogue {
  let held: Uint8Array = none;
  let stage: Stage = 'version';

  const read = (bytes: Uint8Array): Read => {
    switch (stage) {
      case 'version':
        return bytes[0] === 4 ? readSocks4(bytes, accepts !== null) : readGreeting(bytes, accepts !== null);
      case 'password':
        return readPassword(bytes, accepts);
      case 'request':
        return readRequest(bytes);
      default:
        return stage satisfies never;
    }
  };

  return {
    bytes: (chunk) => {
      held = joined(held, chunk);
      let reply: Uint8Array = none;
      while (held.length > 0) {
        const found = read(held);
        if (found === 'need-more') break;
        if ('failure' in found) return { type: 'refuse', ...found, reply: joined(reply, found.reply) };
        held = held.slice(found.used);
        if ('destination' in found) {
          const { version, destination } = found;
          return { type: 'connect', reply, version, destination, early: held };
        }
        reply = joined(reply, found.reply);
        stage = found.next;
      }
      return { type: 'wait', reply };
    },
  };
}

/** The answer that the server is reached, from this address of ours (any text that is no address counts as none). */
export function socksGranted(version: SocksVersion, address: string, port: number): Uint8Array {
  const bytes = ipBytes(address);
  if (version !== 'socks5') {
    const ipv4 = bytes?.length === 4 ? bytes : new Uint8Array(4);
    return Uint8Array.of(0, 90, port >> 8, port & 255, ...ipv4);
  }
  const bound = bytes ?? new Uint8Array(4);
  return Uint8Array.of(5, 0, 0, bound.length === 4 ? 1 : 4, ...bound, port >> 8, port & 255);
}

/** Why a server was not reached, in the words of RFC 1928 section 6. */
export type SocksRejection =
  | 'general'
  | 'not-allowed'
  | 'network-unreachable'
  | 'host-unreachable'
  | 'refused'
  | 'ttl-expired'
  | 'command'
  | 'address-type';

const socks5Codes: Readonly<Record<SocksRejection, number>> = {
  general: 1,
  'not-allowed': 2,
  'network-unreachable': 3,
  'host-unreachable': 4,
  refused: 5,
  'ttl-expired': 6,
  command: 7,
  'address-type': 8,
};

/** The answer that it is not. SOCKS4 has one word for all of them (91). */
export function socksRejected(version: SocksVersion, why: SocksRejection): Uint8Array {
  return version === 'socks5'
    ? Uint8Array.of(5, socks5Codes[why], 0, 1, 0, 0, 0, 0, 0, 0)
    : Uint8Array.of(0, 91, 0, 0, 0, 0, 0, 0);
}

function readSocks4(bytes: Uint8Array, passwordNeeded: boolean): Read {
  const userEnd = endOfText(bytes, 8);
  if (userEnd === 'too-long') return bad('socks4', 'its user id is longer than 255 bytes');
  if (userEnd === null) return 'need-more';
  const named = bytes[4] === 0 && bytes[5] === 0 && bytes[6] === 0 && bytes[7] !== 0;
  const version: SocksVersion = named ? 'socks4a' : 'socks4';
  const nameEnd = named ? endOfText(bytes, userEnd) : userEnd;
  if (nameEnd === 'too-long') return bad(version, 'its host name is longer than 255 bytes');
  if (nameEnd === null) return 'need-more';
  const host = named ? nameText(bytes.subarray(userEnd, nameEnd - 1)) : ipv4Text(bytes.subarray(4, 8));
  const destination = destinationOf(host, bytes, 2);
  if (passwordNeeded) {
    return refuse(version, 'not-allowed', destination, {
      code: 'socks4-password',
      message:
        'This proxy wants a password, and SOCKS4 cannot carry one. Set the application to SOCKS5, or to an HTTP proxy.',
    });
  }
  if (bytes[1] !== CONNECT) return unsupportedCommand(version, bytes[1] ?? 0, destination);
  if (destination === null) return bad(version, destinationProblem(host));
  return { used: nameEnd, version, destination };
}

/** Just past the 0 byte that ends a text which begins at `from`; null while it has not come. */
function endOfText(bytes: Uint8Array, from: number): number | 'too-long' | null {
  const end = bytes.subarray(0, from + textBytesMax + 1).indexOf(0, from);
  if (end !== -1) return end + 1;
  return bytes.length > from + textBytesMax ? 'too-long' : null;
}

const noMethod = Uint8Array.of(5, 0xff);

function readGreeting(bytes: Uint8Array, passwordNeeded: boolean): Read {
  if (bytes[0] !== 5) return bad('socks5', 'it does not begin with version 4 or 5', noMethod);
  const count = bytes[1];
  if (count === undefined || bytes.length < 2 + count) return 'need-more';
  const methods = bytes.subarray(2, 2 + count);
  const used = 2 + count;
  if (!passwordNeeded && methods.includes(0)) return { used, reply: Uint8Array.of(5, 0), next: 'request' };
  if (methods.includes(2)) return { used, reply: Uint8Array.of(5, 2), next: 'password' };
  return {
    reply: noMethod,
    version: 'socks5',
    destination: null,
    failure: passwordNeeded
      ? {
          code: 'proxy-password-missing',
          message:
            'This proxy wants a user and a password, and the client offered none. Set them in the application’s SOCKS5 proxy.',
        }
      : {
          code: 'socks-no-method',
          message:
            'The client offered no way of signing in that this proxy knows: none at all, or user and password (RFC 1929).',
        },
  };
}

function readPassword(bytes: Uint8Array, accepts: AcceptCredentials | null): Read {
  if (bytes[0] !== 1)
    return bad('socks5', 'its user and password are of an unknown version', Uint8Array.of(1, 1));
  const userLength = bytes[1];
  if (userLength === undefined) return 'need-more';
  const passwordLength = bytes[2 + userLength];
  if (passwordLength === undefined) return 'need-more';
  const used = 3 + userLength + passwordLength;
  if (bytes.length < used) return 'need-more';
  const user = bytes.subarray(2, 2 + userLength);
  if (accepts === null || accepts(user, bytes.subarray(3 + userLength, used))) {
    return { used, reply: Uint8Array.of(1, 0), next: 'request' };
  }
  return {
    reply: Uint8Array.of(1, 1),
    version: 'socks5',
    destination: null,
    failure: {
      code: 'proxy-password-wrong',
      message: 'The user or the password that the client gave to the proxy is wrong.',
    },
  };
}

function readRequest(bytes: Uint8Array): Read {
  const version = 'socks5';
  if (bytes[0] !== 5) return bad(version, 'its request is of another version than its greeting');
  const [, command, , type] = bytes;
  if (command === undefined || type === undefined) return 'need-more';
  const nameLength = bytes[4];
  if (type === 3 && nameLength === undefined) return 'need-more';
  const from = type === 3 ? 5 : 4;
  const length = type === 1 ? 4 : type === 4 ? 16 : type === 3 ? (nameLength ?? 0) : null;
  if (length === null) {
    return refuse(version, 'address-type', null, {
      code: 'socks-address-type',
      message: `The client named its destination in a way that SOCKS5 does not know (address type ${type}).`,
    });
  }
  const used = from + length + 2;
  if (bytes.length < used) return 'need-more';
  const address = bytes.subarray(from, from + length);
  const host = type === 1 ? ipv4Text(address) : type === 4 ? ipv6Text(address) : nameText(address);
  const destination = destinationOf(host, bytes, from + length);
  if (command !== CONNECT) return unsupportedCommand(version, command, destination);
  if (destination === null) return bad(version, destinationProblem(host));
  return { used, version, destination };
}

/** A host name, or an address written as one, in lower case; null for what can be neither. */
function nameText(bytes: Uint8Array): string | null {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  const name = text.toLowerCase();
  return /^[a-z0-9._-]+$/.test(name) || ipBytes(name) !== null ? name : null;
}

function destinationOf(host: string | null, bytes: Uint8Array, portAt: number): SocksDestination | null {
  const port = (bytes[portAt] ?? 0) * 256 + (bytes[portAt + 1] ?? 0);
  return host === null || port === 0 ? null : { host, port };
}

function destinationProblem(host: string | null): string {
  return host === null ? 'what it names as its destination is no host name' : 'its destination has port 0';
}

function unsupportedCommand(
  version: SocksVersion,
  command: number,
  destination: SocksDestination | null,
): Read {
  const what =
    command === UDP_ASSOCIATE
      ? 'to pass UDP on (UDP ASSOCIATE): UDP does not pass through this proxy. Applications mostly fall back to TCP.'
      : command === BIND
        ? 'for a connection from outside (BIND): this proxy passes only connections on that the application opens.'
        : `for something unknown (command ${command}).`;
  return refuse(version, 'command', destination, {
    code: 'socks-command',
    message: `The client asked ${what}`,
  });
}

function bad(version: SocksVersion, what: string, reply = socksRejected(version, 'general')): Read {
  const message = `What the client sent begins like ${names[version]}, but ${what}.`;
  return { reply, version, destination: null, failure: { code: 'socks-unreadable', message } };
}

const names: Readonly<Record<SocksVersion, string>> = {
  socks4: 'SOCKS4',
  socks4a: 'SOCKS4a',
  socks5: 'SOCKS5',
};

function refuse(
  version: SocksVersion,
  why: SocksRejection,
  destination: SocksDestination | null,
  failure: Failure,
): Read {
  return { reply: socksRejected(version, why), version, destination, failure };
}

function joined(before: Uint8Array, after: Uint8Array): Uint8Array {
  if (before.length === 0) return after.slice();
  const all = new Uint8Array(before.length + after.length);
  all.set(before);
  all.set(after, before.length);
  return all;
}
