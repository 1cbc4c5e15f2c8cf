import { looksLikeDnsStream } from './dns.ts';
import { looksLikeHttp1Request } from './http1.ts';
import { looksLikeHttp2Preface } from './http2.ts';
import { looksLikeMongodb } from './mongodb.ts';
import { looksLikeMysql } from './mysql.ts';
import type { Looks } from './observer.ts';
import { looksLikePostgres } from './postgres.ts';
import { looksLikeRedis } from './redis.ts';
import { looksLikeTls } from './tls.ts';

/** A protocol that the streams of a captured conversation can be read as. */
export type StreamProtocol = 'http1' | 'http2' | 'tls' | 'postgres' | 'mysql' | 'mongodb' | 'redis' | 'dns';

const dnsPort = 53;

type Recogniser = (client: Uint8Array, server: Uint8Array, serverPort: number) => Looks;

/** Asked in this order; the first that says yes has it. */
const recognisers: readonly (readonly [StreamProtocol, Recogniser])[] = [
  ['http2', (client) => looksLikeHttp2Preface(client, client.length)],
  ['http1', (client) => looksLikeHttp1Request(client, client.length)],
  ['tls', looksLikeTls],
  ['postgres', looksLikePostgres],
  ['redis', looksLikeRedis],
  ['mysql', looksLikeMysql],
  ['mongodb', looksLikeMongodb],
  ['dns', (client, server, port) => (port === dnsPort ? looksLikeDnsStream(client, server) : 'no')],
];

/**
 * What the first bytes of a conversation are: `need-more` while more of them would tell. Nothing is recognised by its port alone, since captures are
 * full of services on other ports; a port only breaks ties.
 */
export function recogniseStream(
  client: Uint8Array,
  server: Uint8Array,
  serverPort: number,
): StreamProtocol | 'unknown' | 'need-more' {
  let isOpen = false;
  for (const [protocol, looks] of recognisers) {
    const answer = looks(client, server, serverPort);
    if (answer === 'yes') return protocol;
    if (answer === 'need-more') isOpen = true;
  }
  return isOpen ? 'need-more' : 'unknown';
}
