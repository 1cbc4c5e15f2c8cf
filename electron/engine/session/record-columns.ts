import type { ConversationRecord, ExchangeRecord } from '../../../core/model/exchange-record.ts';

/** One line of a TLS key log (RFC 9850), without its line end. */
export interface SecretRecord {
  readonly conversationId: number;
  readonly line: string;
}

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

/** How a field is kept, and how it is read: a loop over names instead costs 1.5 µs an exchange. */
type Column<R, K extends keyof R> = readonly [kind: KindOf<R[K]>, of: (record: R) => R[K]];

/** One declaration per record: every field in the order it is encoded, inserted and selected. */
export type Columns<R> = { readonly [K in keyof R]-?: Column<R, K> };

/** Encoder, INSERT and row reader of `exchanges` follow from this list; a new column also needs a migration. */
export const exchangeColumns: Columns<ExchangeRecord> = {
  id: ['number', (r) => r.id],
  state: ['text', (r) => r.state],
  protocol: ['text', (r) => r.protocol],
  method: ['text', (r) => r.method],
  scheme: ['text', (r) => r.scheme],
  host: ['text', (r) => r.host],
  port: ['number', (r) => r.port],
  path: ['text', (r) => r.path],
  status: ['number?', (r) => r.status],
  statusText: ['text?', (r) => r.statusText],
  contentType: ['text?', (r) => r.contentType],
  errorCode: ['text?', (r) => r.errorCode],
  errorMessage: ['text?', (r) => r.errorMessage],
  recorded: ['text', (r) => r.recorded],
  note: ['text?', (r) => r.note],
  startedAtUs: ['number', (r) => r.startedAtUs],
  requestEndedAtUs: ['number?', (r) => r.requestEndedAtUs],
  sentFromUs: ['number?', (r) => r.sentFromUs],
  sentToUs: ['number?', (r) => r.sentToUs],
  responseFromUs: ['number?', (r) => r.responseFromUs],
  responseToUs: ['number?', (r) => r.responseToUs],
  clientFromUs: ['number?', (r) => r.clientFromUs],
  endedAtUs: ['number?', (r) => r.endedAtUs],
  requestBytes: ['number', (r) => r.requestBytes],
  responseBytes: ['number', (r) => r.responseBytes],
  addedUs: ['number?', (r) => r.addedUs],
  blockedUs: ['number?', (r) => r.blockedUs],
  dnsUs: ['number?', (r) => r.dnsUs],
  connectUs: ['number?', (r) => r.connectUs],
  tlsUs: ['number?', (r) => r.tlsUs],
  sendUs: ['number?', (r) => r.sendUs],
  waitUs: ['number?', (r) => r.waitUs],
  receiveUs: ['number?', (r) => r.receiveUs],
  clientStallUs: ['number', (r) => r.clientStallUs],
  serverStallUs: ['number', (r) => r.serverStallUs],
  clientConversation: ['number?', (r) => r.clientConversation],
  serverConversation: ['number?', (r) => r.serverConversation],
  clientReused: ['boolean', (r) => r.clientReused],
  serverReused: ['boolean', (r) => r.serverReused],
  app: ['text?', (r) => r.app],
  h2Stream: ['number?', (r) => r.h2Stream],
  requestMessages: ['number', (r) => r.requestMessages],
  responseMessages: ['number', (r) => r.responseMessages],
  longLived: ['text?', (r) => r.longLived],
  grpcStatus: ['number?', (r) => r.grpcStatus],
  requestStarvedUs: ['number', (r) => r.requestStarvedUs],
  responseStarvedUs: ['number', (r) => r.responseStarvedUs],
  loopDelayUs: ['number?', (r) => r.loopDelayUs],
  tier: ['text', (r) => r.tier],
  packetConversation: ['number?', (r) => r.packetConversation],
  grouped: ['text?', (r) => r.grouped],
  rowCount: ['number?', (r) => r.rowCount],
};

/** The same for `conversations`. */
export const conversationColumns: Columns<ConversationRecord> = {
  id: ['number', (r) => r.id],
  role: ['text', (r) => r.role],
  localAddress: ['text', (r) => r.localAddress],
  localPort: ['number', (r) => r.localPort],
  remoteAddress: ['text', (r) => r.remoteAddress],
  remotePort: ['number', (r) => r.remotePort],
  hostName: ['text?', (r) => r.hostName],
  openedAtUs: ['number', (r) => r.openedAtUs],
  closedAtUs: ['number?', (r) => r.closedAtUs],
  closedBy: ['text?', (r) => r.closedBy],
  dnsFromUs: ['number?', (r) => r.dnsFromUs],
  dnsToUs: ['number?', (r) => r.dnsToUs],
  connectFromUs: ['number?', (r) => r.connectFromUs],
  connectToUs: ['number?', (r) => r.connectToUs],
  tlsFromUs: ['number?', (r) => r.tlsFromUs],
  tlsToUs: ['number?', (r) => r.tlsToUs],
  tlsVersion: ['text?', (r) => r.tlsVersion],
  tlsCipher: ['text?', (r) => r.tlsCipher],
  alpn: ['text?', (r) => r.alpn],
  serverName: ['text?', (r) => r.serverName],
  bytesIn: ['number', (r) => r.bytesIn],
  bytesOut: ['number', (r) => r.bytesOut],
  dialAttempts: ['json', (r) => r.dialAttempts],
  chain: ['json', (r) => r.chain],
  trustProblem: ['text?', (r) => r.trustProblem],
  way: ['text?', (r) => r.way],
  via: ['text?', (r) => r.via],
  processId: ['number?', (r) => r.processId],
  processName: ['text?', (r) => r.processName],
  processPath: ['text?', (r) => r.processPath],
  device: ['text?', (r) => r.device],
  ja3: ['text?', (r) => r.ja3],
  ja4: ['text?', (r) => r.ja4],
  tlsGroup: ['text?', (r) => r.tlsGroup],
  tlsResumed: ['boolean', (r) => r.tlsResumed],
  alpnOffered: ['json', (r) => r.alpnOffered],
  clientCertificate: ['text?', (r) => r.clientCertificate],
  h2Notes: ['json', (r) => r.h2Notes],
};

/** The same for `secrets`, whose ids the writer gives. */
export const secretColumns: Columns<SecretRecord> = {
  conversationId: ['number', (r) => r.conversationId],
  line: ['text', (r) => r.line],
};

/** What a question to a database or to a name server has besides its row, as JSON (`QueryFacts`). */
export interface FactsRecord {
  readonly exchangeId: number;
  readonly json: string;
}

/** The same for `query_facts`. */
export const factsColumns: Columns<FactsRecord> = {
  exchangeId: ['number', (r) => r.exchangeId],
  json: ['text', (r) => r.json],
};

export interface NamedColumn<R> {
  readonly name: keyof R & string;
  readonly kind: ColumnKind;
  readonly of: (record: R) => unknown;
}

/** In declaration order. */
export function columnList<R>(columns: Columns<R>): readonly NamedColumn<R>[] {
  const entries = Object.entries(columns) as [keyof R & string, Column<R, keyof R>][];
  return entries.map(([name, [kind, of]]) => ({ name, kind, of }));
}

/** Column names for a SELECT, in declaration order. */
export function selectList<R>(columns: Columns<R>, alias: string): string {
  return Object.keys(columns)
    .map((name) => `${alias}.${name}`)
    .join(', ');
}

/**
 * Writes a row whether or not its id is there already; binds the values in declaration order, or takes what `values` says of each. Not
 * `INSERT OR REPLACE`: for that one SQLite copies each page it touches into a journal of the statement, which costs more than the row.
 */
export function upsertSql<R>(
  table: string,
  columns: Columns<R>,
  values: readonly string[] = Object.keys(columns).map(() => '?'),
): string {
  const names = Object.keys(columns);
  const others = names.filter((name) => name !== 'id').map((name) => `${name} = excluded.${name}`);
  return (
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')}) ` +
    `ON CONFLICT (id) DO UPDATE SET ${others.join(', ')}`
  );
}
