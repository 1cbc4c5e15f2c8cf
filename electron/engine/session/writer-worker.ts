import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { batchBuffers, type Batch } from './batch.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { createChangeGuard, createIndexStore } from './body-index/index-store.ts';
import type { FromStore, StoredPart } from './body-index/indexer-messages.ts';
import { createAnnotations } from './annotations.ts';
import { createBatchWriter, exchangeIds } from './batch-writer.ts';
import { createCheckpointer, noCheckpointer } from './checkpointer.ts';
import { createBlockBuilder } from './columns/block-builder.ts';
import { createDraftColumns } from './columns/draft-columns.ts';
import { createMovableSqlite } from './movable-sqlite.ts';
import { createPlaceKeeper } from './place-keeper.ts';
import { purgeRemoved } from './purge.ts';
import { markPackets } from '../packets/packet-store.ts';
import { errorText, isFullDisk, type Sqlite } from './sqlite.ts';
import { openForWriting, type WritableFile } from './session-file.ts';
import type {
  Annotated,
  Annotation,
  FromWriter,
  FromWriterFeed,
  ToWriter,
  ToWriterFeed,
  WriterStart,
} from './writer-messages.ts';
import { createWriterQueue } from './writer-queue.ts';

/** How long closing may take for packing columns; what is left is read from the rows. */
const packingOnCloseMs = 300;

function send(message: FromWriter, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function run(start: WriterStart): void {
  const { path, mode, programVersion, kind, rescueFolder, retryMs, changes, indexer, feed } = start;
  const isDraft = kind !== 'session';
  const packsColumns = kind !== 'listing';
  const opened = openForWriting(path, mode, programVersion, isDraft);
  if (!opened.ok) {
    send({ kind: 'refused', failure: opened.error });
    changes.close();
    indexer.close();
    feed?.close();
    parentPort?.close();
    return;
  }
  const movable = createMovableSqlite(opened.value.db);
  const { db } = movable;
  let writeProblem: string | null = null;
  let placeProblem: string | null = null;
  const report = (): void => send({ kind: 'problem', problem: writeProblem ?? placeProblem });

  const blocks = isDraft ? null : createBlockBuilder(db);
  const annotations = createAnnotations(db);
  const guard = createChangeGuard(db, opened.value.info.lastExchangeId);
  const watcher = blocks ?? (packsColumns ? { row: createDraftColumns(db) } : {});
  const write = createBatchWriter(db, watcher, guard);
  const checkpoint = isDraft ? noCheckpointer : createCheckpointer(db);
  /** Who handed a batch over, when that was not the session's own thread. */
  const feeders = new WeakMap<Batch, MessagePort>();
  const ports = new Set<MessagePort>();
  const queue = createWriterQueue({
    write: (batch) => {
      const stored = write(batch);
      checkpoint.wrote(batch);
      blocks?.wrote();
      return stored;
    },
    retryMs,
    onDone: (batch, ids) => {
      tellIndexer({ kind: 'wrote' });
      if (ids !== null && ids.length > 0) changes.postMessage(ids, [ids.buffer as ArrayBuffer]);
      const buffers = batchBuffers(batch);
      const done: FromWriterFeed = { kind: 'written', number: batch.number, buffers };
      if (batch.packets !== null) send({ kind: 'packets' });
      const feeder = feeders.get(batch);
      if (feeder === undefined) send(done, buffers);
      else feeder.postMessage(done, buffers);
    },
    onProblem: (problem) => {
      writeProblem = problem;
      report();
    },
  });

  function annotate(annotation: Annotation): Result<Annotated> {
    switch (annotation.act) {
      case 'mark':
        return annotations.mark(annotation.runs, annotation.change);
      case 'remove':
        return succeed(annotations.remove(annotation.runs));
      case 'mark-packets':
        return succeed(markPackets(db, annotation.numbers, annotation.change));
      case 'restore':
        return succeed(annotations.restore(annotation.removalId));
      default:
        return annotation satisfies never;
    }
  }

  const keeper = createPlaceKeeper({
    file: opened.value,
    rescueFolder,
    onRescued: (next, notice) => {
      movable.moveTo(next.db);
      changes.postMessage(next.path);
      send({ kind: 'rescued', path: next.path, notice });
    },
    onProblem: (problem) => {
      placeProblem = problem;
      report();
    },
  });
  const storeIndex = createIndexStore(db);
  indexer.on('message', (part: StoredPart) => {
    tellIndexer({ kind: 'stored', ok: didStore(() => storeIndex(part)) });
    if (part.kind === 'pieces') checkpoint.added(part.pieces.reduce((sum, { length }) => sum + length, 0));
  });
  function tellIndexer(message: FromStore): void {
    indexer.postMessage(message);
  }

  function takeFrom(port: MessagePort): void {
    ports.add(port);
    port.on('message', (batch: ToWriterFeed) => {
      feeders.set(batch, port);
      queue.push(batch);
    });
    port.once('close', () => ports.delete(port));
  }

  parentPort?.on('message', (message: ToWriter) => {
    if (message.kind === 'batch') {
      queue.push(message.batch);
      return;
    }
    if (message.kind === 'feed') {
      takeFrom(message.port);
      return;
    }
    if (message.kind === 'annotate') {
      send({ kind: 'annotated', id: message.id, outcome: attempt(() => annotate(message.annotation)) });
      return;
    }
    checkpoint.stop();
    blocks?.stop();
    keeper.stop();
    const unwritten = queue.end();
    const complete = unwritten.length === 0;
    if (complete) tidy(db, packsColumns);
    closeFile(keeper.file(), complete);
    send({ kind: 'closed', unwritten: exchangeIds(unwritten).size });
    for (const port of ports) port.close();
    changes.close();
    indexer.close();
    parentPort?.close();
  });
  send({ kind: 'opened', info: opened.value.info });
  if (feed !== null) takeFrom(feed);
}

/** What was removed leaves the file, and what lists need of the newest exchanges is packed, if that is quick. */
function tidy(db: Sqlite, packsColumns: boolean): void {
  try {
    purgeRemoved(db);
    if (packsColumns) createBlockBuilder(db).finish(performance.now() + packingOnCloseMs);
  } catch {
    // A full disk: what was removed stays removed from the lists, and leaves the file another time.
  }
}

function attempt(step: () => Result<Annotated>): Result<Annotated> {
  try {
    return step();
  } catch (error) {
    if (isFullDisk(error)) {
      return fail('disk-full', 'The disk is full, so nothing was changed. Make room and do it again.');
    }
    return fail('cannot-write', `This could not be written to the session file (${errorText(error)}).`);
  }
}

/** A full disk: bodies are searched without the index. */
function didStore(step: () => void): boolean {
  try {
    step();
    return true;
  } catch {
    return false;
  }
}

function closeFile(file: WritableFile, complete: boolean): void {
  try {
    file.close(complete);
  } catch {
    // The file stays marked as not cleanly closed, and the next one to open it says so.
  }
}

run(workerData as WriterStart);
