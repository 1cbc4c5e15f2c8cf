import { u32At } from '../encoding/network-order.ts';
import type { Looks } from './observer.ts';
import { isPlausibleHeader } from './postgres-frames.ts';
import { postgresStart } from './postgres-start.ts';

const startBytesMax = 10_000;
const cancelBytesMin = 16;
const cancelBytesMax = 268;
/** Looked at of a message in the middle of a conversation, at most. */
const midwayBytesMax = 16 * 1024;
const [Query, Parse, Sync] = [0x51, 0x50, 0x53];

/**
 * Whether a conversation is PostgreSQL's, by how it begins: a start message of protocol 3, a wish for encryption or to
 * cancel; or, in the middle, by a whole Query or Parse of the client, or Sync. `client` sends first, always.
 */
export function looksLikePostgres(client: Uint8Array, server: Uint8Array): Looks {
  if (client.length === 0) return server.length === 0 ? 'need-more' : 'no';
  return client[0] === 0 ? looksLikeStart(client) : looksLikeMidway(client);
}

function looksLikeStart(bytes: Uint8Array): Looks {
  const expected = [0, 0];
  for (const [at, byte] of expected.entries()) if ((bytes[at] ?? byte) !== byte) return 'no';
  if (bytes.length < 8) return 'need-more';
  const length = u32At(bytes, 0);
  const code = u32At(bytes, 4);
  if (code === postgresStart.ssl || code === postgresStart.gss) return length === 8 ? 'yes' : 'no';
  if (code === postgresStart.cancel) {
    return length >= cancelBytesMin && length <= cancelBytesMax ? 'yes' : 'no';
  }
  if (code >>> 16 !== 3 || length < 9 || length > startBytesMax) return 'no';
  // The name of a parameter follows, or the zero that ends them.
  const next = bytes[8];
  if (next === undefined) return 'need-more';
  return next === 0 || (next >= 0x5f && next <= 0x7a) ? 'yes' : 'no';
}

function looksLikeMidway(bytes: Uint8Array): Looks {
  const type = bytes[0] ?? 0;
  if (type !== Query && type !== Parse && type !== Sync) return 'no';
  if ((bytes[1] ?? 0) !== 0) return 'no';
  if (bytes.length < 5) return 'need-more';
  const length = u32At(bytes, 1);
  if (!isPlausibleHeader('client', type, length)) return 'no';
  if (type === Sync) return length === 4 ? 'yes' : 'no';
  if (length > midwayBytesMax || length < 5) return 'no';
  const end = 1 + length;
  const zeros = type === Query ? 1 : 2;
  let seen = 0;
  for (let at = 5; at < Math.min(end, bytes.length); at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) {
      seen++;
      if (seen === zeros) return type === Parse || at === end - 1 ? 'yes' : 'no';
    } else if (byte < 9 || (byte > 13 && byte < 32)) return 'no';
  }
  return bytes.length >= end ? 'no' : 'need-more';
}
