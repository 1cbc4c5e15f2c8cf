import fs from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { batchBuffers } from './batch.ts';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { createChangeGuard, createIndexStore } from './body-index/index-store.ts';
import type { FromStore, StoredPart } from './body-index/indexer-messages.ts';
import { createAnnotations } from './annotations.ts';
import { createBatchWriter } from './batch-writer.ts';
import { createCheckpointer } from './checkpointer.ts';
import { createBlockBuilder } from './columns/block-builder.ts';
import { purgeRemoved } from './purge.ts';
import { errorText } from './sqlite.ts';
import { openForWriting, type WritableFile } from './session-file.ts';
import type { Annotated, Annotation, FromWriter, ToWriter, WriterStart } from './writer-messages.ts';
import { createWriterQueue } from './writer-queue.ts';

/** How long closing may take for packing columns; what is left is read from the rows. */
const packingOnCloseMs = 300;
/** How often the thread looks whether the file is still where it was. */
const placeCheckMs = 2000;

function send(message: FromWriter, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function run({ path, mode, programVersion, retryMs, changes, indexer }: WriterStart): void {
  const opened = openForWriting(path, mode, programVersion);
  if (!opened.ok) {
    send({ kind: 'refused', failure: opened.error });
    changes.close();
    indexer.close();
    parentPort?.close();
    return;
  }
  const file = opened.value;
  let writeProblem: string | null = null;
  let placeProblem: string | null = null;
  const report = (): void => send({ kind: 'problem', problem: writeProblem ?? placeProblem });

  const blocks = createBlockBuilder(file.db);
  const annotations = createAnnotations(file.db);
  const write = createBatchWriter(
    file.db,
    blocks.stored,
    createChangeGuard(file.db, file.info.lastExchangeId),
  );
  const checkpoint = createCheckpointer(file.db);
  const queue = createWriterQueue({
    write: (batch) => {
      const stored = write(batch);
      checkpoint.wrote(batch);
      blocks.wrote();
      return stored;
    },
    retryMs,
    onDone: (batch, ids) => {
      tellIndexer({ kind: 'wrote' });
      if (ids !== null && ids.length > 0) changes.postMessage(ids, [ids.buffer as ArrayBuffer]);
      const buffers = batchBuffers(batch);
      send({ kind: 'written', number: batch.number, buffers }, buffers);
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
      case 'restore':
        return succeed(annotations.restore(annotation.removalId));
      default:
        return annotation satisfies never;
    }
  }

  const storeIndex = createIndexStore(file.db);
  indexer.on('message', (part: StoredPart) => {
    tellIndexer({ kind: 'stored', ok: didStore(() => storeIndex(part)) });
    if (part.kind === 'pieces') checkpoint.added(part.pieces.reduce((sum, { length }) => sum + length, 0));
  });
  function tellIndexer(message: FromStore): void {
    indexer.postMessage(message);
  }

  const inode = inodeOf(file.path);
  const placeCheck = setInterval(() => {
    const problem = inodeOf(file.path) === inode ? null : movedSentence(file);
    if (problem === placeProblem) return;
    placeProblem = problem;
    report();
  }, placeCheckMs);

  parentPort?.on('message', (message: ToWriter) => {
    if (message.kind === 'batch') {
      queue.push(message.batch);
      return;
    }
    if (message.kind === 'annotate') {
      send({ kind: 'annotated', id: message.id, outcome: attempt(() => annotate(message.annotation)) });
      return;
    }
    clearInterval(placeCheck);
    checkpoint.stop();
    blocks.stop();
    const complete = queue.end();
    if (complete) tidy(file);
    closeFile(file, complete);
    send({ kind: 'closed' });
    changes.close();
    indexer.close();
    parentPort?.close();
  });
  send({ kind: 'opened', info: file.info });
}

/** What was removed leaves the file, and what lists need of the newest exchanges is packed, if that is quick. */
function tidy({ db }: WritableFile): void {
  try {
    purgeRemoved(db);
    createBlockBuilder(db).finish(performance.now() + packingOnCloseMs);
  } catch {
    // A full disk: what was removed stays removed from the lists, and leaves the file another time.
  }
}

function attempt(step: () => Result<Annotated>): Result<Annotated> {
  try {
    return step();
  } catch (error) {
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

function inodeOf(path: string): bigint | null {
  try {
    return fs.statSync(path, { bigint: true }).ino;
  } catch {
    return null;
  }
}

function movedSentence({ path }: WritableFile): string {
  return `The session file ${path} was moved or deleted. What is recorded goes with it: start a new session.`;
}

run(workerData as WriterStart);
