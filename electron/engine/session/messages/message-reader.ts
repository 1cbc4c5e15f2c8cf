import { compileTextMatch } from '../../../../core/filter/match-text.ts';
import type { MessageFilter, MessageRow } from '../../../../core/contract/messages.ts';
import { fail, succeed, type Result } from '../../../../core/model/result.ts';
import type { MessageList, MessageQuestions } from '../answers.ts';
import type { LongExchange, LongExchanges } from './long-exchange.ts';
import { messageBytesMax, rawOf, readContent, type Content } from './message-content.ts';
import { isData, readRow } from './message-row.ts';

/** Answers what a window asks about messages. */
export interface MessageReader {
  readonly list: MessageQuestions['listMessages'];
  readonly get: MessageQuestions['readMessage'];
}

/** One answer takes about so long: then it gives fewer rows than asked for, or has not looked at all messages. */
const turnMs = 30;
/** Repeated here to keep the contract's validation library out of the reader thread. */
const rowsMax = 200;
const pageBytesMax = 262_144;
/** Filters of one exchange whose matches are kept. */
const filtersKeptMax = 4;
/** Rows of one exchange that are kept: about 0.5 KB each. */
const rowsKeptMax = 2000;
/** Messages whose content is kept while its pages are read. */
const contentsKeptMax = 2;

/** What a filter has left of the messages looked at so far. */
interface Matches {
  readonly indexes: number[];
  looked: number;
}

/** `openToSearch` gives exchanges apart from those of `open`: what is compressed is decoded in order, in each its own. */
export function createMessageReader(open: LongExchanges, openToSearch: LongExchanges): MessageReader {
  const matchesOf = new WeakMap<LongExchange, Map<string, Matches>>();
  const rowsKept = new WeakMap<LongExchange, Map<number, MessageRow>>();
  const contents = new Map<string, Content>();

  function matches(exchange: LongExchange, filter: MessageFilter): Matches {
    const known = matchesOf.get(exchange) ?? new Map<string, Matches>();
    matchesOf.set(exchange, known);
    const key = JSON.stringify(filter);
    const found = known.get(key) ?? { indexes: [], looked: 0 };
    known.delete(key);
    known.set(key, found);
    const oldest = known.keys().next().value;
    if (known.size > filtersKeptMax && oldest !== undefined) known.delete(oldest);
    return found;
  }

  /** A row that takes decoding is kept: windows ask for the same ones again. */
  async function rowOf(exchange: LongExchange, index: number): Promise<MessageRow | null> {
    const known = rowsKept.get(exchange) ?? new Map<number, MessageRow>();
    rowsKept.set(exchange, known);
    const kept = known.get(index);
    if (kept !== undefined) return kept;
    const row = await readRow(exchange, index);
    if (row === null || !row.compressed || row.state !== 'whole') return row;
    known.set(index, row);
    const oldest = known.keys().next().value;
    if (known.size > rowsKeptMax && oldest !== undefined) known.delete(oldest);
    return row;
  }

  async function list(
    exchangeId: number,
    from: number,
    limit: number,
    filter: MessageFilter | null,
  ): Promise<Result<MessageList>> {
    const exchange = open(exchangeId);
    if (exchange === null) return noExchange;
    const total = exchange.index.refresh();
    const untilMs = performance.now() + turnMs;
    const searched = filter === null ? null : openToSearch(exchangeId);
    const found = filter === null || searched === null ? null : matches(searched, filter);
    if (filter !== null && found !== null && searched !== null)
      await lookOn(searched, filter, found, searched.index.refresh(), untilMs);
    const count = found?.indexes.length ?? total;
    const rows: MessageRow[] = [];
    for (let at = from; at < Math.min(count, from + Math.min(limit, rowsMax)); at += 1) {
      const row = await rowOf(exchange, found === null ? at : (found.indexes[at] as number));
      if (row !== null) rows.push(row);
      if (performance.now() > untilMs) break;
    }
    return succeed({ rows, count, looked: found?.looked ?? total, total, close: closeOf(exchange, total) });
  }

  async function contentOf(exchange: LongExchange, index: number, decoded: boolean): Promise<Content | null> {
    const record = exchange.index.at(index);
    if (record == null || decoded) return readContent(exchange, index);
    const bytes = rawOf(exchange, record, messageBytesMax);
    return {
      bytes,
      ...(bytes.length < record.headerBytes + record.payloadBytes
        ? { state: 'cut', problem: 'The rest of its bytes is not shown here.' }
        : { state: 'whole', problem: null }),
      ...{ codings: [], contentType: 'application/octet-stream', facts: [], frames: 1 },
    };
  }

  return {
    list,
    get: async (exchangeId, index, decoded, from, limit) => {
      const exchange = open(exchangeId);
      if (exchange === null) return noExchange;
      exchange.index.refresh();
      const key = `${exchangeId} ${index} ${String(decoded)}`;
      const content =
        (from > 0 ? contents.get(key) : undefined) ?? (await contentOf(exchange, index, decoded));
      if (content === null) return fail('no-such-message', 'There is no message with this number.');
      contents.delete(key);
      contents.set(key, content);
      const oldest = contents.keys().next().value;
      if (contents.size > contentsKeptMax && oldest !== undefined) contents.delete(oldest);
      const { bytes, codings, facts, ...rest } = content;
      return succeed({
        ...rest,
        // A copy of its own: what goes to another thread is moved there, and a Buffer may share its memory.
        bytes: new Uint8Array(bytes.subarray(from, from + Math.min(limit, pageBytesMax))),
        totalBytes: bytes.length,
        codings: [...codings],
        facts: facts.map(([name, value]): [string, string] => [name, value]),
      });
    },
  };
}

/** A connection says nothing more soon after it was closed. */
const framesAfterClose = 16;

function closeOf({ index }: LongExchange, total: number): MessageList['close'] {
  for (let at = Math.max(0, total - framesAfterClose); at < total; at += 1) {
    const record = index.at(at);
    if (record != null && record.closeCode !== 0) return { side: record.side, code: record.closeCode };
  }
  return null;
}

const noExchange = fail('no-such-exchange', 'This exchange is not in the session.');

/** Looks at messages that were not looked at yet, as long as there is time. */
async function lookOn(
  exchange: LongExchange,
  filter: MessageFilter,
  found: Matches,
  total: number,
  untilMs: number,
): Promise<void> {
  const holds = compileTextMatch({ how: 'contains', text: filter.text });
  while (found.looked < total && performance.now() < untilMs) {
    const index = found.looked;
    const isIn = await isLeft(exchange, index, filter, holds);
    // Another question of the same window may have looked at it meanwhile.
    if (found.looked !== index) continue;
    if (isIn) found.indexes.push(index);
    found.looked += 1;
  }
}

async function isLeft(
  exchange: LongExchange,
  index: number,
  { side, sort, text }: MessageFilter,
  holds: (text: string) => boolean,
): Promise<boolean> {
  const record = exchange.index.at(index);
  if (record == null) return false;
  if (side !== null && record.side !== side) return false;
  if (sort !== null && isData(record) !== (sort === 'data')) return false;
  if (text === '') return true;
  // The row of the first part stands for the whole message.
  if (record.kind === 'websocket' && record.code === 0) return false;
  const content = await readContent(exchange, index);
  if (content === null) return false;
  if (content.facts.some(([, value]) => holds(value))) return true;
  const { buffer, byteOffset, length } = content.bytes;
  return holds(Buffer.from(buffer, byteOffset, length).toString('utf8'));
}
