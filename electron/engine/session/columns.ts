import type { ConversationRecord, ExchangeRecord } from '../../../core/model/exchange-record.ts';

/** How a field travels to the writer and rests in SQLite; `?` where it may be null. Booleans rest as 0 and 1. */
export type ColumnKind = 'number' | 'number?' | 'text' | 'text?' | 'boolean' | 'json';

type KindOf<V> = [V] extends [boolean]
  ? 'boolean'
  : [V] extends [number]
    ? 'number'
    : [V] extends [string]
      ? 'text'
      : [V] extends [number | null]
        ? 'number?'
        : [V] extends [string | null]
          ? 'text?'
          : 'json';

/** One declaration per record: every field in the order it is encoded, inserted and selected. */
export type Columns<R> = { readonly [K in keyof R]-?: KindOf<R[K]> };

/** Encoder, INSERT and row reader of `exchanges` follow from this list; a new column also needs a migration. */
export const exchangeColumns: Columns<ExchangeRecord> = {
  id: 'number',
  state: 'text',
  protocol: 'text',
  method: 'text',
  scheme: 'text',
  host: 'text',
  port: 'number',
  path: 'text',
  status: 'number?',
  statusText: 'text?',
  contentType: 'text?',
  errorCode: 'text?',
  errorMessage: 'text?',
  recorded: 'text',
  note: 'text?',
  startedAtUs: 'number',
  requestEndedAtUs: 'number?',
  sentFromUs: 'number?',
  sentToUs: 'number?',
  responseFromUs: 'number?',
  responseToUs: 'number?',
  clientFromUs: 'number?',
  endedAtUs: 'number?',
  requestBytes: 'number',
  responseBytes: 'number',
  addedUs: 'number?',
  blockedUs: 'number?',
  dnsUs: 'number?',
  connectUs: 'number?',
  tlsUs: 'number?',
  sendUs: 'number?',
  waitUs: 'number?',
  receiveUs: 'number?',
  clientStallUs: 'number',
  serverStallUs: 'number',
  clientConversation: 'number?',
  serverConversation: 'number?',
  clientReused: 'boolean',
  serverReused: 'boolean',
};

/** The same for `conversations`. */
export const conversationColumns: Columns<ConversationRecord> = {
  id: 'number',
  role: 'text',
  localAddress: 'text',
  localPort: 'number',
  remoteAddress: 'text',
  remotePort: 'number',
  hostName: 'text?',
  openedAtUs: 'number',
  closedAtUs: 'number?',
  closedBy: 'text?',
  dnsFromUs: 'number?',
  dnsToUs: 'number?',
  connectFromUs: 'number?',
  connectToUs: 'number?',
  tlsFromUs: 'number?',
  tlsToUs: 'number?',
  tlsVersion: 'text?',
  tlsCipher: 'text?',
  alpn: 'text?',
  serverName: 'text?',
  bytesIn: 'number',
  bytesOut: 'number',
  dialAttempts: 'json',
  chain: 'json',
  trustProblem: 'text?',
};

/** `[name, kind]` in declaration order. */
export function columnList<R>(columns: Columns<R>): readonly (readonly [keyof R & string, ColumnKind])[] {
  return Object.entries(columns) as [keyof R & string, ColumnKind][];
}

/** Column names for a SELECT, in declaration order. */
export function selectList<R>(columns: Columns<R>, alias: string): string {
  return Object.keys(columns)
    .map((name) => `${alias}.${name}`)
    .join(', ');
}

/**
 * Writes a row whether or not its id is there already; binds the values in declaration order. Not `INSERT OR REPLACE`:
 * for that one SQLite copies each page it touches into a journal of the statement, which costs more than the row.
 */
export function upsertSql<R>(table: string, columns: Columns<R>): string {
  const names = Object.keys(columns);
  const others = names.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);
  return (
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')}) ` +
    `ON CONFLICT (id) DO UPDATE SET ${others.join(', ')}`
  );
}
