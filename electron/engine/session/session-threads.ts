import { Worker, type MessagePort } from 'node:worker_threads';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { createReaderClient, type ReaderClient } from './reader-client.ts';
import type { FromReader, ReaderStart } from './reader-messages.ts';
import { createWriterClient, type WriterClient } from './writer-client.ts';
import type { FromWriter, WriterStart } from './writer-messages.ts';

export interface SessionSettings {
  /** Kept in the file, to know later which program wrote it. */
  readonly programVersion?: string;
  /** Where the session is saved again when its file and folder were deleted; none if left out. */
  readonly rescueFolder?: string;
  /** Body bytes (40 more for each piece of them) handed over and not yet written; beyond, bodies are not recorded. */
  readonly queueBytesMax?: number;
  /** How long what is put waits at most before it goes to the writer, ms. */
  readonly tickMs?: number;
  /** How long the writer waits between tries while the disk refuses, ms. */
  readonly retryMs?: number;
  /** How long nothing is written before the recording counts as quiet, and what is left of its bodies is indexed, ms. */
  readonly quietMs?: number;
}

const queueBytesMaxDefault = 28 * 1024 * 1024;
const tickMsDefault = 50;
const retryMsDefault = 1000;
/** The threads make much short-lived garbage; a small nursery keeps that out of the process's memory. */
export const resourceLimits = { maxYoungGenerationSizeMb: 8 };

export interface StartedWriter {
  readonly client: WriterClient;
  readonly notice: string | null;
  readonly queueBytesMax: number;
}

export interface StartedReader {
  readonly client: ReaderClient;
  readonly exchangeCount: number;
  readonly notice: string | null;
}

export async function startWriter(
  url: URL,
  start: Omit<WriterStart, 'programVersion' | 'rescueFolder' | 'retryMs'>,
  settings: SessionSettings,
): Promise<Result<StartedWriter>> {
  const workerData: WriterStart = {
    ...start,
    programVersion: settings.programVersion ?? '',
    rescueFolder: settings.rescueFolder ?? null,
    retryMs: settings.retryMs ?? retryMsDefault,
  };
  const { changes, indexer, feed } = workerData;
  const transferList = [changes, indexer, ...(feed === null ? [] : [feed])];
  const worker = new Worker(url, { workerData, transferList, resourceLimits });
  const first = await firstMessage<FromWriter>(worker);
  if (!first.ok) return first;
  if (first.value.kind === 'refused') return { ok: false, error: first.value.failure };
  if (first.value.kind !== 'opened') return unexpected();
  const queueBytesMax = settings.queueBytesMax ?? queueBytesMaxDefault;
  const { info } = first.value;
  const client = createWriterClient(worker, info, {
    tickMs: settings.tickMs ?? tickMsDefault,
    queueBytesMax,
  });
  return succeed({ client, notice: info.notice, queueBytesMax });
}

/** Not beside the writer: two threads that load at once leave the process some 10 MB larger. */
export async function startReader(url: URL, workerData: ReaderStart): Promise<Result<StartedReader>> {
  const transferList: MessagePort[] = workerData.changes === null ? [] : [workerData.changes];
  const worker = new Worker(url, { workerData, transferList, resourceLimits });
  const first = await firstMessage<FromReader>(worker);
  if (!first.ok) return first;
  if (first.value.kind === 'refused') return { ok: false, error: first.value.failure };
  if (first.value.kind !== 'opened') return unexpected();
  const { exchangeCount, notice } = first.value;
  return succeed({ client: createReaderClient(worker), exchangeCount, notice });
}

/** A thread that cannot even start (a broken installation) is a failure too. */
function firstMessage<M>(worker: Worker): Promise<Result<M>> {
  return new Promise((resolve) => {
    worker.once('message', (message: M) => resolve(succeed(message)));
    worker.once('error', (error) => {
      const reason = (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
      resolve(fail('cannot-open', `The session's threads cannot start: ${reason}.`));
    });
    worker.once('exit', () => resolve(unexpected()));
  });
}

function unexpected(): ReturnType<typeof fail> {
  return fail('cannot-open', 'The session could not be opened because one of its threads ended.');
}
