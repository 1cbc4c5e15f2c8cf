import { parentPort, workerData } from 'node:worker_threads';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { parseFilter } from '../../../core/filter/parse-filter.ts';
import type { FilterNode } from '../../../core/filter/node.ts';
import { parseHeaderColumn, type SortColumn } from '../../../core/model/list-columns.ts';
import { createBodyReader } from './body-pages.ts';
import { createBodyIndex } from './body-index/body-index.ts';
import { createColumnStore } from './columns/column-store.ts';
import { createExchangeReader } from './exchange-detail.ts';
import { createBodyCheck, createRawBodies } from './raw-body.ts';
import { createLongExchanges } from './messages/long-exchange.ts';
import { createMessageReader } from './messages/message-reader.ts';
import { createNamedMessages } from './messages/named-message.ts';
import { createRawHeads, createRawHeadsOfRange } from './raw-heads.ts';
import type { FromReader, ReaderHandlers, ReaderStart, ToReader } from './reader-messages.ts';
import { openCopy, openForReading, type ReadableFile } from './session-file.ts';
import { createMovableSqlite } from './movable-sqlite.ts';
import type { Committed } from './writer-messages.ts';
import { createExchangeRowReader } from './row.ts';
import { createSecretReader } from './secrets.ts';
import { createSlabs } from './slabs.ts';
import { errorCodeOf, errorText } from './sqlite.ts';
import { stepBack } from './step-back.ts';
import { createHeaderKeys } from './lists/header-keys.ts';
import { createHeaderNames } from './lists/header-names.ts';
import { createHeaderSource, createHeaderValues, createListedRows } from './lists/listed-rows.ts';
import { createMarks } from './lists/marks.ts';
import { createSharing } from './lists/same-connection.ts';
import { sortKeysFor } from './lists/sort-keys.ts';
import { createViews, type Views } from './lists/views.ts';

/** Who opens a session to read it asks at once; a window comes later. */
const prepareAfterMs = 20;
/** When nothing was asked for so long, … */
const idleMs = 400;
/** … something is read ahead this often. */
const readAheadEveryMs = 10;

/** Rows of one answer, whatever was asked for: an answer is copied on the proxy's event loop. */
const rowsMax = 500;

function send(message: FromReader, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

interface Parts {
  readonly handlers: ReaderHandlers;
  readonly views: Views;
}

function createParts(
  { db, abandoned }: ReadableFile,
  { firstViewId, capture }: Pick<ReaderStart, 'firstViewId' | 'capture'>,
): Parts {
  const toExchange = createExchangeRowReader(abandoned);
  const slabs = createSlabs(db, capture);
  const rawHeads = createRawHeads(db, slabs);
  const exchanges = createExchangeReader(db, toExchange, rawHeads);
  const bodies = createRawBodies(db, slabs);
  const longExchanges = createLongExchanges(db, exchanges, bodies, abandoned);
  const messages = createMessageReader(longExchanges, createLongExchanges(db, exchanges, bodies, abandoned));
  const named = createNamedMessages(exchanges, longExchanges);
  const readBody = createBodyReader(exchanges, bodies, longExchanges, abandoned);
  const store = createColumnStore(db, toExchange);
  const marks = createMarks(db);
  const hasBody = createBodyCheck(db);
  const headerValues = createHeaderValues(exchanges);
  const headsOfRange = createRawHeadsOfRange(db, slabs);
  const views = createViews({
    store,
    marks,
    bodies: createBodyIndex(db),
    firstViewId,
    // Apart from the window's: a search would push out the decoders it reads on with.
    slow: {
      headerValues,
      readBody: createBodyReader(
        exchanges,
        bodies,
        createLongExchanges(db, exchanges, bodies, abandoned),
        abandoned,
      ),
      hasBody,
    },
    keysFor: (sort) => {
      const header = parseHeaderColumn(sort.column);
      return header === null
        ? sortKeysFor(sort.column as SortColumn, store, marks)
        : createHeaderKeys(createHeaderSource(headerValues, headsOfRange, header), store);
    },
    readRows: createListedRows(db, toExchange, marks, headerValues),
    onChanged: (change) => send({ kind: 'view-changed', change }),
  });
  const readSecrets = createSecretReader(db);
  const sharing = createSharing(store, exchanges, marks.isRemoved);
  const headerNames = createHeaderNames(db, exchanges, marks);
  const parse = (filter: string): Result<FilterNode | null> => {
    const clock = { nowUs: Date.now() * 1000, zoneOffsetMinutes: -new Date().getTimezoneOffset() };
    const { node, problem } = parseFilter(filter, clock);
    return problem === null ? succeed(node) : fail('bad-filter', problem.message);
  };
  const handlers: ReaderHandlers = {
    openView: ({ filter, sort }) => {
      const parsed = parse(filter);
      return parsed.ok ? views.open(parsed.value, sort) : parsed;
    },
    closeView: ({ viewId }) => views.close(viewId),
    stopView: ({ viewId, stopped }) => views.stop(viewId, stopped),
    rows: ({ viewId, from, limit, headers }) => views.rows(viewId, from, Math.min(limit, rowsMax), headers),
    ids: ({ viewId, from, limit }) => views.ids(viewId, from, limit),
    position: ({ viewId, id }) => views.position(viewId, id),
    get: ({ id }) => {
      const detail = exchanges.detail(id);
      return detail === null
        ? fail('no-such-exchange', 'This exchange is not in the session.')
        : succeed(detail);
    },
    summary: ({ viewId, ids }) => views.summary(viewId, ids),
    timeline: ({ viewId, buckets, fromUs, toUs }) => views.timeline(viewId, buckets, { fromUs, toUs }),
    distribution: ({ viewId, field, buckets }) => views.distribution(viewId, field, buckets),
    groups: ({ viewId, by, order, limit }) => views.groups(viewId, by, order, limit),
    branches: ({ filter, by, under }) => {
      const parsed = parse(filter);
      return parsed.ok ? views.branches(parsed.value, by, under) : parsed;
    },
    values: ({ field, limit }) => views.values(field, limit),
    headerNames: async ({ limit }) => succeed(await headerNames(limit)),
    selectedRuns: ({ viewId, ids }) => views.selectedRuns(viewId, ids),
    readBody: ({ exchangeId, side, decoded, from, limit }) =>
      readBody(exchangeId, side, decoded, from, limit),
    sharing: ({ id }) => {
      const found = sharing(id);
      return found === null
        ? fail('no-such-exchange', 'This exchange is not in the session.')
        : succeed(found);
    },
    listMessages: ({ exchangeId, from, limit, filter }) => messages.list(exchangeId, from, limit, filter),
    namedMessage: ({ exchangeId, at, paths }) => named.read(exchangeId, at, paths),
    checkProtos: ({ paths }) => named.check(paths),
    readMessage: ({ exchangeId, index, decoded, from, limit }) =>
      messages.get(exchangeId, index, decoded, from, limit),
    noteMarked: ({ ids }) => {
      views.noteMarked(ids);
      return succeed({});
    },
    exportThese: ({ ids }) =>
      succeed(exchanges.these(ids.slice(0, rowsMax).filter((id) => !marks.isRemoved(id)))),
    secrets: ({ conversationIds }) => succeed({ lines: readSecrets(conversationIds) }),
    exportPage: ({ afterId, limit }) => {
      for (let after = afterId; ;) {
        const page = exchanges.page(after, Math.min(limit, rowsMax));
        const kept = page.filter(({ exchange }) => !marks.isRemoved(exchange.id));
        if (kept.length > 0 || page.length === 0) return succeed(kept);
        after = page.at(-1)?.exchange.id ?? Infinity;
      }
    },
  };
  return { handlers, views };
}

async function answer(
  handlers: ReaderHandlers,
  { id, method, params }: ToReader & { kind: 'call' },
): Promise<void> {
  const handler = handlers[method] as (params: unknown) => Result<unknown> | Promise<Result<unknown>>;
  let outcome: Result<unknown>;
  try {
    outcome = await handler(params);
  } catch (error) {
    outcome = readFailure(error);
  }
  const bytes = outcome.ok ? (outcome.value as { bytes?: unknown }).bytes : undefined;
  const transfer = bytes instanceof Uint8Array ? [bytes.buffer as ArrayBuffer] : [];
  send({ kind: 'answer', id, outcome }, transfer);
}

function readFailure(error: unknown): Result<never> {
  const code = errorCodeOf(error);
  if (code === 'SQLITE_CORRUPT_BODY') return fail('session-damaged', errorText(error));
  if (code.startsWith('SQLITE_CORRUPT') || code.startsWith('SQLITE_NOTADB')) {
    return fail('session-damaged', 'This part of the session file is damaged and cannot be shown.');
  }
  if (code.startsWith('SQLITE_BUSY'))
    return fail('session-busy', 'The session file is locked. Try again in a moment.');
  if (code.startsWith('SQLITE_')) {
    return fail('session-unreadable', `The session file cannot be read (${code}: ${errorText(error)}).`);
  }
  return fail('internal', errorText(error));
}

/** What is damaged is come upon, and said, when somebody asks for it. */
function readsAhead(views: Views): boolean {
  try {
    return views.readAhead();
  } catch {
    return false;
  }
}

function run({ path, changes, firstViewId, capture }: ReaderStart): void {
  // A search takes all the processor it gets, and the proxy goes first.
  stepBack(5);
  const opened = openForReading(path, changes !== null);
  if (!opened.ok) {
    send({ kind: 'refused', failure: opened.error });
    changes?.close();
    parentPort?.close();
    return;
  }
  const file = opened.value;
  const movable = createMovableSqlite(file.db);
  const { handlers, views } = createParts({ ...file, db: movable.db }, { firstViewId, capture });
  changes?.on('message', (committed: Committed) => {
    if (typeof committed !== 'string') views.noteCommitted(committed);
    else movable.moveTo(openCopy(committed)).close();
  });
  let idle = setTimeout(() => void views.prepare().catch(() => undefined), prepareAfterMs);
  const readAhead = (): void => {
    if (readsAhead(views)) idle = setTimeout(readAhead, readAheadEveryMs);
  };
  parentPort?.on('message', (message: ToReader) => {
    clearTimeout(idle);
    idle = setTimeout(readAhead, idleMs);
    if (message.kind === 'call') {
      void answer(handlers, message);
      return;
    }
    clearTimeout(idle);
    views.closeAll();
    changes?.close();
    movable.db.close();
    parentPort?.close();
  });
  send({ kind: 'opened', exchangeCount: file.exchangeCount, notice: file.notice });
}

run(workerData as ReaderStart);
