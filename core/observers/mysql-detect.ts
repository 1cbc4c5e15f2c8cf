import { isMysqlCommand } from './mysql-commands.ts';
import type { Looks } from './observer.ts';

const greetingBytesMin = 30;
const greetingBytesMax = 1000;
const versionBytesMax = 100;
/** Looked at of a statement in the middle of a conversation, at most. */
const midwayBytesMax = 16 * 1024;
const query = 3;

/**
 * Whether a conversation is MySQL's or MariaDB's: the server speaks first, with a greeting of version 10 or with an
 * error. In the middle: the client sends a whole query, or a short command of its own.
 */
export function looksLikeMysql(client: Uint8Array, server: Uint8Array): Looks {
  if (server.length > 0) {
    const looks = looksLikeGreeting(server);
    if (looks !== 'no' || client.length === 0) return looks;
  }
  return client.length === 0 ? 'need-more' : looksLikeQuery(client);
}

function looksLikeGreeting(bytes: Uint8Array): Looks {
  if ((bytes[2] ?? 0) !== 0 || (bytes[3] ?? 0) !== 0) return 'no';
  if (bytes.length < 5) return 'need-more';
  const length = (bytes[0] as number) | ((bytes[1] as number) << 8);
  if (length > greetingBytesMax) return 'no';
  if (bytes[4] === 0xff) {
    if (bytes.length < 7) return 'need-more';
    const errno = (bytes[5] as number) | ((bytes[6] as number) << 8);
    return errno >= 1000 && errno < 5000 && length > 3 ? 'yes' : 'no';
  }
  if (bytes[4] !== 10 || length < greetingBytesMin) return 'no';
  for (let at = 5; at < Math.min(bytes.length, 5 + versionBytesMax); at++) {
    const byte = bytes[at] as number;
    if (byte === 0) return at > 6 ? 'yes' : 'no';
    if (byte < 0x20 || byte > 0x7e) return 'no';
  }
  return bytes.length < 5 + versionBytesMax ? 'need-more' : 'no';
}

/** A packet with number 0 that holds a query and nothing but text. */
function looksLikeQuery(bytes: Uint8Array): Looks {
  if ((bytes[2] ?? 0) !== 0 || (bytes[3] ?? 0) !== 0) return 'no';
  const first = bytes[4];
  if (first === undefined) return 'need-more';
  const length = (bytes[0] as number) | ((bytes[1] as number) << 8);
  if (!isMysqlCommand(first) || first !== query || length < 3 || length > midwayBytesMax) return 'no';
  // Query attributes, mostly none.
  const hasAttributes = bytes[5] === 0;
  const from = hasAttributes ? 7 : 5;
  if (hasAttributes && (bytes[6] ?? 1) !== 1) return 'no';
  for (let at = from; at < Math.min(bytes.length, length + 4); at++) {
    const byte = bytes[at] as number;
    if (byte < 9 || (byte > 13 && byte < 32)) return 'no';
  }
  return bytes.length >= length + 4 ? 'yes' : 'need-more';
}
