import { exchangeUrl } from '../../../core/model/exchange-url.ts';
import { originFormHead } from '../../../core/model/origin-form.ts';
import { readQueryFacts, type QueryFacts } from '../../../core/model/query-facts.ts';
import type { ConversationRecord, ExchangeRecord } from '../../../core/model/exchange-record.ts';
import { readHeaderLines } from '../../../core/observers/http1-head.ts';
import type { ExchangeDetail, HeadView } from '../../../core/contract/exchanges.ts';
import { conversationColumns, exchangeColumns, selectList } from './record-columns.ts';
import { toConversation, type ExchangeRowReader, type RawRow } from './row.ts';
import type { RawHeads } from './raw-heads.ts';
import type { ExchangeWithLegs } from './answers.ts';
import type { HeadPart } from './session-api.ts';
import type { Sqlite } from './sqlite.ts';

/** Reads single exchanges and what belongs to them. Null: there is no such exchange. */
export interface ExchangeReader {
  readonly exchange: (id: number) => ExchangeRecord | null;
  readonly detail: (id: number) => ExchangeDetail | null;
  /** The newest head of that kind, null when it was not recorded. */
  readonly head: (id: number, part: HeadPart) => HeadView | null;
  /** Exchanges after `afterId` in order of id, with their legs. */
  readonly page: (afterId: number, limit: number) => ExchangeWithLegs[];
  /** Those of these exchanges that there are, in the order given. */
  readonly these: (ids: readonly number[]) => ExchangeWithLegs[];
}

export function createExchangeReader(
  db: Sqlite,
  toExchange: ExchangeRowReader,
  rawHeads: RawHeads,
): ExchangeReader {
  const exchangeSql = `SELECT ${selectList(exchangeColumns, 'e')} FROM exchanges AS e`;
  const one = db.prepare(`${exchangeSql} WHERE e.id = ?`).raw();
  const some = db.prepare(`${exchangeSql} WHERE e.id > ? ORDER BY e.id LIMIT ?`).raw();
  const leg = db
    .prepare(`SELECT ${selectList(conversationColumns, 'c')} FROM conversations AS c WHERE c.id = ?`)
    .raw();

  const facts = db.prepare('SELECT json FROM query_facts WHERE exchangeId = ?').pluck();

  function question(id: number): QueryFacts | null {
    const json = facts.get(id);
    return typeof json === 'string' ? readQueryFacts(json) : null;
  }

  function exchange(id: number): ExchangeRecord | null {
    const row = one.get(id) as RawRow | undefined;
    return row === undefined ? null : toExchange(row);
  }

  function conversation(id: number | null): ConversationRecord | null {
    const row = id === null ? undefined : (leg.get(id) as RawRow | undefined);
    return row === undefined ? null : toConversation(row);
  }

  function head(id: number, part: HeadPart): HeadView | null {
    const raw = rawHeads(id, part).at(-1);
    return raw === undefined ? null : toHeadView(raw);
  }

  function trailers(id: number, part: HeadPart): [string, string][] {
    return rawHeads(id, part).flatMap((raw) => headerLines(raw, 0));
  }

  function withLegs(record: ExchangeRecord): ExchangeWithLegs {
    const { clientConversation, serverConversation } = record;
    return {
      exchange: record,
      clientLeg: conversation(clientConversation),
      serverLeg: conversation(serverConversation),
    };
  }

  return {
    exchange,
    head,
    detail: (id) => {
      const record = exchange(id);
      if (record === null) return null;
      return {
        ...withLegs(record),
        url: exchangeUrl(record),
        request: head(id, 'request'),
        requestForwarded: forwarded(record, head(id, 'request')),
        interim: rawHeads(id, 'interim').map(toHeadView),
        response: head(id, 'response'),
        requestTrailers: trailers(id, 'request-trailers'),
        responseTrailers: trailers(id, 'response-trailers'),
        question: question(id),
      };
    },
    these: (ids) =>
      ids.flatMap((id) => {
        const record = exchange(id);
        return record === null ? [] : [withLegs(record)];
      }),
    page: (afterId, limit) => (some.all(afterId, limit) as RawRow[]).map((row) => withLegs(toExchange(row))),
  };
}

/** There are six registered ones. */
const pseudoFieldsMax = 20;

/** What left for the server of a plain HTTP proxy request; null where the head went through as it was. */
function forwarded(record: ExchangeRecord, request: HeadView | null): HeadView | null {
  const target = request?.startLine.split(' ')[1];
  if (request === null || target === undefined || record.scheme !== 'http' || !target.includes('://'))
    return null;
  return toHeadView(Buffer.from(originFormHead(request.raw, target, record.path), 'latin1'));
}

/** Tolerant: lines that are no header are only in `raw`. */
export function toHeadView(bytes: Uint8Array): HeadView {
  const raw = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const lineEnd = raw.indexOf('\n');
  const startLine = (lineEnd < 0 ? raw : raw.slice(0, lineEnd)).replace(/\r$/, '');
  if (lineEnd < 0) return { raw, startLine, headers: [] };
  const { fields, to } = pseudoFields(raw, lineEnd + 1);
  return { raw, startLine, headers: [...fields, ...headerLines(bytes, to)] };
}

/**
 * The pseudo-header fields of an HTTP/2 head (RFC 9113 section 8.3), which come before all others: `:path` and such.
 * `to`: where the others begin.
 */
function pseudoFields(raw: string, from: number): { fields: [string, string][]; to: number } {
  const fields: [string, string][] = [];
  let to = from;
  while (raw[to] === ':') {
    const end = raw.indexOf('\n', to);
    const line = raw.slice(to, end < 0 ? raw.length : end).replace(/\r$/, '');
    const colon = line.indexOf(':', 1);
    if (colon > 0 && fields.length < pseudoFieldsMax)
      fields.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
    to = end < 0 ? raw.length : end + 1;
  }
  return { fields, to };
}

function headerLines(bytes: Uint8Array, from: number): [string, string][] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return readHeaderLines(bytes, text, from, []).map(([name, value]) => [name, value]);
}
