import { parentPort, workerData } from 'node:worker_threads';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { createBodyReader } from './body-pages.ts';
import { createExchangeReader } from './exchange-detail.ts';
import { createRawBodies } from './raw-body.ts';
import { createRawHeads } from './raw-heads.ts';
import type { FromReader, ReaderHandlers, ReaderStart, ToReader } from './reader-messages.ts';
import { openForReading, type ReadableFile } from './session-file.ts';
import { createExchangeRowReader } from './row.ts';
import { createSlabs } from './slabs.ts';
import { errorCodeOf, errorText } from './sqlite.ts';
import { createViews } from './views.ts';

/** Rows of one answer, whatever was asked for: an answer is copied on the proxy's event loop. */
const rowsMax = 500;

function send(message: FromReader, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function createHandlers(
  { db, abandoned }: ReadableFile,
  views: ReturnType<typeof createViews>,
): ReaderHandlers {
  const slabs = createSlabs(db);
  const exchanges = createExchangeReader(db, createExchangeRowReader(abandoned), createRawHeads(db, slabs));
  const readBody = createBodyReader(exchanges, createRawBodies(db, slabs), abandoned);
  return {
    openView: ({ filter }) => views.open(filter),
    closeView: ({ viewId }) => views.close(viewId),
    rows: ({ viewId, from, limit }) => views.rows(viewId, from, Math.min(limit, rowsMax)),
    position: ({ viewId, id }) => views.position(viewId, id),
    get: ({ id }) => {
      const detail = exchanges.detail(id);
      return detail === null
        ? fail('no-such-exchange', 'This exchange is not in the session.')
        : succeed(detail);
    },
    readBody: ({ exchangeId, side, decoded, from, limit }) =>
      readBody(exchangeId, side, decoded, from, limit),
    exportPage: ({ afterId, limit }) => succeed(exchanges.page(afterId, Math.min(limit, rowsMax))),
  };
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

function run({ path, changes }: ReaderStart): void {
  const opened = openForReading(path, changes !== null);
  if (!opened.ok) {
    send({ kind: 'refused', failure: opened.error });
    changes?.close();
    parentPort?.close();
    return;
  }
  const file = opened.value;
  const views = createViews(file.db, createExchangeRowReader(file.abandoned), (change) =>
    send({ kind: 'view-changed', change }),
  );
  const handlers = createHandlers(file, views);
  changes?.on('message', (ids: Float64Array) => views.noteCommitted(ids));
  parentPort?.on('message', (message: ToReader) => {
    if (message.kind === 'call') {
      void answer(handlers, message);
      return;
    }
    views.closeAll();
    changes?.close();
    file.db.close();
    parentPort?.close();
  });
  send({ kind: 'opened', exchangeCount: file.exchangeCount, notice: file.notice });
}

run(workerData as ReaderStart);
