import type { QuestionTeller } from '../model/open-question.ts';
import type { Platform } from '../model/platform.ts';
import { MysqlFields } from './mysql-fields.ts';

/** Capabilities that change what bytes mean (MySQL Internals, "Capabilities Flags"). */
export const capability = {
  connectWithDb: 1 << 3,
  compress: 1 << 5,
  protocol41: 1 << 9,
  ssl: 1 << 11,
  secureConnection: 1 << 15,
  pluginAuth: 1 << 19,
  connectAttributes: 1 << 20,
  authLength: 1 << 21,
  sessionTrack: 1 << 23,
  deprecateEof: 1 << 24,
  optionalMetadata: 1 << 25,
  zstd: 1 << 26,
  queryAttributes: 1 << 27,
} as const;

/** MariaDB's own, kept in a second word, used where the first bit of the first word is not set. */
export const mariadbCapability = {
  extendedMetadata: 1 << 3,
  cacheMetadata: 1 << 4,
} as const;
const isMysqlFlag = 1;

/** What both ends can, in two words; all bits are set in the server's where its greeting was not seen. */
export interface MysqlCapabilities {
  readonly flags: number;
  readonly mariadb: number;
}

export const anyCapabilities: MysqlCapabilities = { flags: -1, mariadb: -1 };

/** The server's greeting, version 10; null if it is something else. */
export function readGreeting(
  platform: Platform,
  teller: QuestionTeller,
  bytes: Uint8Array,
  from: number,
  to: number,
  atUs: number,
): MysqlCapabilities | null {
  const fields = new MysqlFields(bytes, from, to);
  if (fields.u8() !== 10) return null;
  const versionFrom = fields.at;
  const version = platform.utf8(bytes, versionFrom, fields.textEnd());
  const connection = fields.u32();
  fields.skip(9);
  if (fields.isShort()) return null;
  // MariaDB says 5.5.5- first, for replicas that cannot read a version of two digits.
  teller.fact('server version', version.replace(/^5\.5\.5-(?=\d)/, ''), atUs);
  teller.fact('connection', String(connection), atUs);
  const low = fields.u16();
  fields.skip(3);
  const flags = low | (fields.u16() << 16);
  fields.skip(1);
  fields.skip(6);
  const mariadb = fields.u32();
  return { flags, mariadb: (flags & isMysqlFlag) === 0 ? mariadb : 0 };
}

/** What a client answers to the greeting. */
export type MysqlLogin =
  | { readonly type: 'ssl' }
  /** Older than 4.1: nothing behind it is read. */
  | { readonly type: 'old' }
  | { readonly type: 'login'; readonly capabilities: MysqlCapabilities };

/** The handshake response, of which the authentication data are passed over. `server`: what the server can. */
export function readLogin(
  platform: Platform,
  teller: QuestionTeller,
  bytes: Uint8Array,
  from: number,
  to: number,
  server: MysqlCapabilities,
  atUs: number,
): MysqlLogin {
  const fields = new MysqlFields(bytes, from, to);
  const wanted = fields.u32() | 0;
  if ((wanted & capability.protocol41) === 0) return { type: 'old' };
  fields.skip(5 + 19);
  const mariadb = fields.u32();
  const flags = wanted & server.flags;
  if (fields.left() === 0 && (wanted & capability.ssl) !== 0) return { type: 'ssl' };
  const capabilities = {
    flags,
    mariadb: (wanted & isMysqlFlag) === 0 ? mariadb & server.mariadb : 0,
  };
  const text = (): string => {
    const start = fields.at;
    return platform.utf8(bytes, start, fields.textEnd());
  };
  const user = text();
  if (!fields.isShort()) teller.fact('user', user, atUs);
  if ((flags & capability.authLength) !== 0) fields.skip(fields.length());
  else if ((flags & capability.secureConnection) !== 0) fields.skip(fields.u8());
  else fields.textEnd();
  if ((flags & capability.connectWithDb) !== 0 && !fields.isShort()) {
    const database = text();
    if (database !== '') teller.fact('database', database, atUs);
  }
  if ((flags & capability.pluginAuth) !== 0 && fields.left() > 0) teller.fact('authentication', text(), atUs);
  if ((flags & capability.connectAttributes) !== 0) readAttributes(platform, teller, fields, atUs);
  return { type: 'login', capabilities };
}

const attributesMax = 30;
const secret = /pass|secret|token/i;

function readAttributes(platform: Platform, teller: QuestionTeller, fields: MysqlFields, atUs: number): void {
  const end = Math.min(fields.end, fields.length() + fields.at);
  const text = (): string => {
    const length = fields.length();
    const from = fields.at;
    fields.skip(length);
    return platform.utf8(fields.bytes, from, Math.min(fields.at, from + 1000));
  };
  for (let count = 0; count < attributesMax && fields.at < end; count++) {
    const name = text().replace(/^_/, '');
    const value = text();
    if (fields.isShort()) return;
    teller.fact(name.replaceAll('_', ' '), secret.test(name) ? '[removed]' : value, atUs);
  }
}
