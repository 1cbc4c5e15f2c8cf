import type { Pieces } from '../../../core/encoding/byte-source.ts';
import { pieceBytesMax } from '../../../core/encoding/byte-source.ts';
import {
  noBody,
  type FormatBody,
  type FormatExchange,
  type FormatLeg,
} from '../../../core/formats/format.ts';
import { fieldValue, readHeadText } from '../../../core/model/head-text.ts';
import type { BodySide, ConversationRecord } from '../../../core/model/exchange-record.ts';
import type { Mark } from '../../../core/model/mark.ts';
import { succeed, type Result } from '../../../core/model/result.ts';
import { readCodings, type Coding } from '../session/content-coding.ts';
import { createMarks } from '../session/lists/marks.ts';
import { openDecodedBody } from '../session/decoded-body.ts';
import type { ExchangeWithLegs } from '../session/answers.ts';
import { createExchangeReader } from '../session/exchange-detail.ts';
import { createLongExchanges, type LongExchanges } from '../session/messages/long-exchange.ts';
import { readContent } from '../session/messages/message-content.ts';
import { isData } from '../session/messages/message-row.ts';
import { unpackPieces, type PieceKind } from '../session/piece-list.ts';
import { createRawBodies, type RawBodies, type RawBody } from '../session/raw-body.ts';
import { createRawHeads, type RawHeads } from '../session/raw-heads.ts';
import { createExchangeRowReader } from '../session/row.ts';
import { openForReading } from '../session/session-file.ts';
import type { HeadPart } from '../session/session-api.ts';
import { createSlabs } from '../session/slabs.ts';
import type { Sqlite } from '../session/sqlite.ts';

/** A session as formats see it, on a connection of its own. For a worker: reading blocks its thread. */
export interface SessionExchanges {
  readonly count: number;
  /** In the order of the ids given, or of all; ids that are not there, or were removed, are left out. */
  readonly read: (ids: Float64Array | null) => AsyncGenerator<FormatExchange>;
  readonly close: () => void;
}

const rowsAtOnce = 100;

/** Failures are those of `openForReading`. */
export function openSessionExchanges(path: string, live: boolean): Result<SessionExchanges> {
  const opened = openForReading(path, live);
  if (!opened.ok) return opened;
  const { db, abandoned, exchangeCount } = opened.value;
  const slabs = createSlabs(db);
  const heads = createRawHeads(db, slabs);
  const bodies = createRawBodies(db, slabs);
  const kindsOf = createKinds(db);
  const exchanges = createExchangeReader(db, createExchangeRowReader(abandoned), heads);

  const longExchanges = createLongExchanges(db, exchanges, bodies, abandoned);
  const marks = createMarks(db);
  const format = (found: ExchangeWithLegs): FormatExchange => ({
    ...toFormat(found, kindsOf(found.exchange.id), marks.of(found.exchange.id), heads, bodies),
    ...messagesOf(found, longExchanges),
  });

  // eslint-disable-next-line @typescript-eslint/require-await
  async function* read(ids: Float64Array | null): AsyncGenerator<FormatExchange> {
    if (ids !== null) {
      for (const id of ids) {
        const found = exchanges.page(id - 1, 1)[0];
        if (found?.exchange.id === id && !marks.isRemoved(id)) yield format(found);
      }
      return;
    }
    for (let afterId = 0; ;) {
      const page = exchanges.page(afterId, rowsAtOnce);
      for (const found of page) if (!marks.isRemoved(found.exchange.id)) yield format(found);
      const last = page.at(-1);
      if (last === undefined) return;
      afterId = last.exchange.id;
    }
  }

  return succeed({ count: exchangeCount, read, close: () => db.close() });
}

/** Messages whose bodies are written as they came: a content coding, once undone, moves their places. */
function messagesOf({ exchange }: ExchangeWithLegs, open: LongExchanges): Pick<FormatExchange, 'messages'> {
  if (exchange.requestMessages + exchange.responseMessages === 0) return {};
  return {
    messages: async function* () {
      const long = open(exchange.id);
      const total = long?.index.refresh() ?? 0;
      for (let index = 0; long !== null && index < total; index += 1) {
        const record = long.index.at(index);
        if (record == null) continue;
        const isFirst = record.kind === 'websocket' && isData(record) && record.code !== 0;
        yield { record, data: isFirst ? ((await readContent(long, index))?.bytes ?? null) : null };
      }
    },
  };
}

/** What there is of an exchange: a query for each kind that is not there would be half the time of an export. */
function createKinds(db: Sqlite): (id: number) => ReadonlySet<PieceKind> {
  const rows = db.prepare('SELECT packed FROM pieces WHERE exchangeId = ?').pluck();
  return (id) => {
    const kinds = new Set<PieceKind>();
    for (const packed of rows.all(id)) {
      if (packed instanceof Uint8Array)
        for (const { kind } of unpackPieces(packed, () => true)) kinds.add(kind);
    }
    return kinds;
  };
}

function toFormat(
  { exchange, clientLeg, serverLeg }: ExchangeWithLegs,
  kinds: ReadonlySet<PieceKind>,
  mark: Mark | null,
  heads: RawHeads,
  bodies: RawBodies,
): FormatExchange {
  const { id, clientConversation: _client, serverConversation: _server, ...record } = exchange;
  const texts = (part: HeadPart): string[] =>
    (kinds.has(part) ? heads(id, part) : []).map((bytes) =>
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1'),
    );
  const request = texts('request').at(-1) ?? null;
  const response = texts('response').at(-1) ?? null;
  const body = (side: BodySide, head: string | null): FormatBody =>
    kinds.has(`${side}-body`) ? toBody(bodies.open(id, side), head) : noBody;
  return {
    record,
    clientLeg: toLeg(clientLeg),
    serverLeg: toLeg(serverLeg),
    heads: {
      request,
      interim: texts('interim'),
      response,
      requestTrailers: texts('request-trailers'),
      responseTrailers: texts('response-trailers'),
    },
    requestBody: body('request', request),
    responseBody: body('response', response),
    comment: mark === null || mark.comment === '' ? null : mark.comment,
    color: mark?.color ?? null,
    pinned: mark?.pinned ?? false,
  };
}

function toLeg(conversation: ConversationRecord | null): FormatLeg | null {
  if (conversation === null) return null;
  const { id, ...rest } = conversation;
  return { key: String(id), conversation: rest };
}

function toBody(raw: RawBody, head: string | null): FormatBody {
  const wire = (): Pieces => wirePieces(raw);
  const coding = head === null ? null : fieldValue(readHeadText(head).headers, 'content-encoding');
  const read = readCodings(coding);
  if ('problem' in read) return { wire, content: null };
  return { wire, content: read.codings.length === 0 ? wire : () => contentPieces(raw, read.codings) };
}

// eslint-disable-next-line @typescript-eslint/require-await
async function* wirePieces(raw: RawBody): Pieces {
  for (let at = 0; ;) {
    let bytes: Uint8Array;
    try {
      bytes = raw.read(at, pieceBytesMax);
    } catch {
      return 'A part of this body is missing from the session file.';
    }
    if (bytes.length === 0) return null;
    yield bytes;
    at += bytes.length;
  }
}

async function* contentPieces(raw: RawBody, codings: readonly Coding[]): Pieces {
  const body = openDecodedBody(raw, codings);
  try {
    for (;;) {
      const bytes = await body.take(pieceBytesMax);
      if (bytes.length > 0) yield bytes;
      if (!body.ended()) continue;
      return body.defect() === null ? null : 'The content coding of this body cannot be undone.';
    }
  } finally {
    body.close();
  }
}
