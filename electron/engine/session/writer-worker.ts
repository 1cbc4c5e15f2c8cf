import fs from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { batchBuffers } from './batch.ts';
import { createBatchWriter } from './batch-writer.ts';
import { createCheckpointer } from './checkpointer.ts';
import { openForWriting, type WritableFile } from './session-file.ts';
import type { FromWriter, ToWriter, WriterStart } from './writer-messages.ts';
import { createWriterQueue } from './writer-queue.ts';

/** How often the thread looks whether the file is still where it was. */
const placeCheckMs = 2000;

function send(message: FromWriter, transfer: readonly ArrayBuffer[] = []): void {
  parentPort?.postMessage(message, transfer);
}

function run({ path, mode, programVersion, retryMs, changes }: WriterStart): void {
  const opened = openForWriting(path, mode, programVersion);
  if (!opened.ok) {
    send({ kind: 'refused', failure: opened.error });
    changes.close();
    parentPort?.close();
    return;
  }
  const file = opened.value;
  let writeProblem: string | null = null;
  let placeProblem: string | null = null;
  const report = (): void => send({ kind: 'problem', problem: writeProblem ?? placeProblem });

  const write = createBatchWriter(file.db);
  const checkpoint = createCheckpointer(file.db);
  const queue = createWriterQueue({
    write: (batch) => {
      const stored = write(batch);
      checkpoint.wrote(batch);
      return stored;
    },
    retryMs,
    onDone: (batch, ids) => {
      if (ids !== null && ids.length > 0) changes.postMessage(ids, [ids.buffer as ArrayBuffer]);
      const buffers = batchBuffers(batch);
      send({ kind: 'written', number: batch.number, buffers }, buffers);
    },
    onProblem: (problem) => {
      writeProblem = problem;
      report();
    },
  });

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
    clearInterval(placeCheck);
    checkpoint.stop();
    closeFile(file, queue.end());
    send({ kind: 'closed' });
    changes.close();
    parentPort?.close();
  });
  send({ kind: 'opened', info: file.info });
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
