import { i32LittleAt } from '../encoding/little-endian.ts';
import { fitsMongodb, mongodbHeaderBytes } from './mongodb-frames.ts';
import type { Looks } from './observer.ts';

const wantedBytes = 21;

/** Whether a client begins with a message of MongoDB: one that answers nothing, of a known kind. The server never speaks first. */
export function looksLikeMongodb(client: Uint8Array, server: Uint8Array): Looks {
  if (client.length === 0) return server.length === 0 ? 'need-more' : 'no';
  // 48 MB at most.
  if ((client[3] ?? 0) > 2) return 'no';
  if (client.length >= mongodbHeaderBytes && (i32LittleAt(client, 8) !== 0 || i32LittleAt(client, 12) > 2013))
    return 'no';
  if (client.length < wantedBytes) return 'need-more';
  return fitsMongodb(client, 0) && i32LittleAt(client, 8) === 0 ? 'yes' : 'no';
}
