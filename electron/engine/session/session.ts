import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { startIndexer, type IndexerClient } from './body-index/indexer-client.ts';
import { createPacketReader, type PacketReader } from '../packets/reading/packet-reader-client.ts';
import type { PacketReaderStart } from '../packets/reading/reader-messages.ts';
import { createReaderClient, type ReaderClient } from './reader-client.ts';
import type { FromReader, ReaderStart } from './reader-messages.ts';
import type {
  LegWatcher,
  OpenSessionOptions,
  Session,
  SessionQuestions,
  SessionSink,
} from './session-api.ts';
import { createWriterClient, type WriterClient } from './writer-client.ts';
import { namedIds } from './annotations.ts';
import { runsOf } from './lists/marks.ts';
import type { Annotation, FromWriter, WriterStart } from './writer-messages.ts';

/** Where the threads' entry modules are: `dist/engine/*.js`, or the TypeScript sources under test. */
export interface WorkerUrls {
  readonly writer: URL;
  readonly reader: URL;
  /** Left out: bodies are not indexed while this session is open, as while it is imported. */
  readonly indexer?: URL;
  /** Left out: nothing is asked of packets while this session is open. */
  readonly packetReader?: URL;
  /** The program that runs Wireshark's engine. */
  readonly dissection?: URL;
}

export interface SessionSettings {
  /** The file is thrown away unless it is completed: it need not survive a loss of power before. */
  readonly isDraft?: boolean;
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
const quietMsDefault = 1000;
/** The threads make much short-lived garbage; a small nursery keeps that out of the process's memory. */
const resourceLimits = { maxYoungGenerationSizeMb: 8 };

/**
 * Opens or makes a session file and starts its threads. Failures, each with one plain line: `bad-path`,
 * `file-exists`, `file-missing`, `folder-missing`, `not-a-file`, `not-a-session`, `session-damaged`,
 * `session-newer`, `session-older` (only to read), `session-foreign-schema`, `session-in-use`, `permission-denied`,
 * `read-only`, `disk-full`, `cannot-open`. With mode `read` the sink takes nothing.
 */
export async function openSession(
  options: OpenSessionOptions,
  workers: WorkerUrls,
  settings: SessionSettings = {},
): Promise<Result<Session>> {
  const file = path.resolve(options.path);
  const firstViewId = options.firstViewId ?? 0;
  if (options.mode === 'read') {
    const reader = await startReader(workers.reader, {
      path: options.path,
      changes: null,
      firstViewId,
    });
    const packets = createPacketReader(workers.packetReader, () => packetStart(file, true));
    return reader.ok ? succeed(readOnlySession(file, reader.value, packets)) : reader;
  }
  const { port1, port2 } = new MessageChannel();
  const index = new MessageChannel();
  const writer = await startWriter(
    workers.writer,
    {
      path: options.path,
      mode: options.mode,
      programVersion: settings.programVersion ?? '',
      isDraft: settings.isDraft ?? false,
      rescueFolder: settings.rescueFolder ?? null,
      retryMs: settings.retryMs ?? retryMsDefault,
      changes: port1,
      indexer: index.port1,
    },
    settings,
  );
  if (!writer.ok) {
    port2.close();
    index.port2.close();
    return writer;
  }
  const reader = await startReader(workers.reader, { path: options.path, changes: port2, firstViewId });
  if (!reader.ok) {
    index.port2.close();
    await writer.value.client.close();
    return reader;
  }
  const quietMs = settings.quietMs ?? quietMsDefault;
  const { indexer: indexerUrl } = workers;
  if (indexerUrl === undefined) index.port2.close();
  const indexer =
    indexerUrl === undefined
      ? noIndexer
      : startIndexer(indexerUrl, { path: options.path, writer: index.port2, quietMs }, resourceLimits);
  const packets = createPacketReader(workers.packetReader, () => packetStart(file, false));
  return succeed(liveSession(file, writer.value, reader.value, indexer, packets));

  function packetStart(path: string, isSaved: boolean): PacketReaderStart {
    const script = workers.dissection === undefined ? '' : fileURLToPath(workers.dissection);
    return { path, firstViewId, isSaved, dissection: { runtime: process.execPath, script } };
  }
}

interface StartedWriter {
  readonly client: WriterClient;
  readonly notice: string | null;
  readonly queueBytesMax: number;
}

interface StartedReader {
  readonly client: ReaderClient;
  readonly exchangeCount: number;
  readonly notice: string | null;
}

async function startWriter(
  url: URL,
  workerData: WriterStart,
  settings: SessionSettings,
): Promise<Result<StartedWriter>> {
  const worker = new Worker(url, {
    workerData,
    transferList: [workerData.changes, workerData.indexer],
    resourceLimits,
  });
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

async function startReader(url: URL, workerData: ReaderStart): Promise<Result<StartedReader>> {
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

const noIndexer: IndexerClient = { progress: () => null, close: () => Promise.resolve() };

function liveSession(
  file: string,
  writer: StartedWriter,
  reader: StartedReader,
  indexer: IndexerClient,
  packets: PacketReader,
): Session {
  const { client, queueBytesMax } = writer;
  let { notice } = writer;
  let place = file;
  let closing: Promise<void> | null = null;
  const noticed: (() => void)[] = [];
  let watcher: LegWatcher | null = null;
  const sink: SessionSink = {
    ...client.sink,
    putConversation: (record) => {
      client.sink.putConversation(record);
      watcher?.conversation(record);
    },
    putSecret: (conversationId, line) => {
      client.sink.putSecret(conversationId, line);
      watcher?.secret(line);
    },
  };
  client.onPackets(packets.grew);
  client.onNotice((sentence, path) => {
    if (path !== null) place = path;
    notice = sentence;
    for (const listener of noticed) listener();
  });
  return {
    ...questions(reader.client),
    ...acts(reader.client, client),
    get path() {
      return place;
    },
    get notice() {
      return notice;
    },
    onNotice: (listener) => noticed.push(listener),
    queueBytesMax,
    sink,
    packets,
    markPackets: async (numbers, change) => {
      const done = await client.annotate({ act: 'mark-packets', numbers, change });
      packets.grew();
      return done;
    },
    watchLegs: (wanted) => {
      watcher = wanted;
    },
    onPackets: client.onPackets,
    openFeed: () => {
      const { port1, port2 } = new MessageChannel();
      client.feed(port1);
      return { port: port2, counters: client.counters.shared };
    },
    flush: client.flush,
    queueBytes: client.queueBytes,
    exchangeCount: client.exchangeCount,
    packetCounts: () => ({
      packets: client.counters.last('packet'),
      conversations: client.counters.last('packetConversation'),
    }),
    onProblem: client.onProblem,
    diskBytes: () => diskBytes(place),
    bodyIndex: indexer.progress,
    close: () =>
      (closing ??= Promise.all([reader.client.close(), indexer.close(), packets.close()]).then(client.close)),
  };
}

function readOnlySession(
  file: string,
  { client, exchangeCount, notice }: StartedReader,
  packets: PacketReader,
): Session {
  return {
    ...questions(client),
    ...readOnlyActs,
    path: file,
    notice,
    queueBytesMax: 0,
    sink: closedSink,
    packets,
    markPackets: () => Promise.resolve(readOnly()),
    openFeed: () => null,
    watchLegs: () => undefined,
    onPackets: () => undefined,
    flush: () => Promise.resolve(),
    queueBytes: () => 0,
    exchangeCount: () => exchangeCount,
    packetCounts: () => ({ packets: 0, conversations: 0 }),
    onProblem: () => undefined,
    onNotice: () => undefined,
    diskBytes: () => diskBytes(file),
    bodyIndex: () => null,
    close: () => Promise.all([client.close(), packets.close()]).then(() => undefined),
  };
}

const closedSink: SessionSink = {
  nextExchangeId: () => 0,
  nextConversationId: () => 0,
  putExchange: () => undefined,
  putConversation: () => undefined,
  putHead: () => undefined,
  appendBody: () => false,
  putMessage: () => false,
  putSecret: () => undefined,
  putFacts: () => undefined,
};

function questions({ call, onViewChanged }: ReaderClient): SessionQuestions & Pick<Session, 'onViewChanged'> {
  return {
    openView: (filter, sort) => call('openView', { filter, sort }),
    closeView: (viewId) => call('closeView', { viewId }),
    stopView: (viewId, stopped) => call('stopView', { viewId, stopped }),
    rows: (viewId, from, limit, headers = []) => call('rows', { viewId, from, limit, headers }),
    ids: (viewId, from, limit) => call('ids', { viewId, from, limit }),
    position: (viewId, id) => call('position', { viewId, id }),
    get: (id) => call('get', { id }),
    summary: (viewId, ids) => call('summary', { viewId, ids }),
    timeline: (viewId, buckets, fromUs, toUs) => call('timeline', { viewId, buckets, fromUs, toUs }),
    distribution: (viewId, field, buckets) => call('distribution', { viewId, field, buckets }),
    branches: (filter, by, under) => call('branches', { filter, by, under }),
    values: (field, limit) => call('values', { field, limit }),
    headerNames: (limit) => call('headerNames', { limit }),
    selectedRuns: (viewId, ids) => call('selectedRuns', { viewId, ids }),
    readBody: (exchangeId, side, decoded, from, limit) =>
      call('readBody', { exchangeId, side, decoded, from, limit }),
    sharing: (id) => call('sharing', { id }),
    listMessages: (exchangeId, from, limit, filter) =>
      call('listMessages', { exchangeId, from, limit, filter }),
    namedMessage: (exchangeId, at, paths) => call('namedMessage', { exchangeId, at, paths }),
    checkProtos: (paths) => call('checkProtos', { paths }),
    readMessage: (exchangeId, index, decoded, from, limit) =>
      call('readMessage', { exchangeId, index, decoded, from, limit }),
    exportPage: (afterId, limit) => call('exportPage', { afterId, limit }),
    exportThese: (ids) => call('exportThese', { ids }),
    secrets: (conversationIds) => call('secrets', { conversationIds }),
    onViewChanged,
  };
}

type Acts = Pick<Session, 'mark' | 'markIds' | 'remove' | 'restore'>;

/** What people do to exchanges: the reader says which they are, the writer does it. */
function acts(reader: ReaderClient, writer: WriterClient): Acts {
  const selected = (
    viewId: number,
    ids: readonly number[] | null,
  ): ReturnType<SessionQuestions['selectedRuns']> => reader.call('selectedRuns', { viewId, ids });
  const annotate = async (
    annotation: Annotation,
    marked: readonly number[] | null,
  ): ReturnType<WriterClient['annotate']> => {
    const done = await writer.annotate(annotation);
    if (done.ok) await reader.call('noteMarked', { ids: marked });
    return done;
  };
  return {
    mark: async (viewId, ids, change) => {
      const found = await selected(viewId, ids);
      if (!found.ok) return found;
      const { runs } = found.value;
      return annotate({ act: 'mark', runs, change }, namedIds(runs) ?? []);
    },
    markIds: (ids, change) => annotate({ act: 'mark', runs: runsOf(ids), change }, ids),
    remove: async (viewId, ids) => {
      const found = await selected(viewId, ids);
      if (!found.ok) return found;
      const removed = await annotate({ act: 'remove', runs: found.value.runs }, null);
      if (!removed.ok) return removed;
      return succeed({ removalId: removed.value.removalId ?? 0, count: removed.value.count });
    },
    restore: (removalId) => annotate({ act: 'restore', removalId }, null),
  };
}

const readOnlyActs: Acts = {
  mark: () => Promise.resolve(readOnly()),
  markIds: () => Promise.resolve(readOnly()),
  remove: () => Promise.resolve(readOnly()),
  restore: () => Promise.resolve(readOnly()),
};

function readOnly(): ReturnType<typeof fail> {
  return fail('read-only', 'This session is open for reading only, so nothing in it can be changed.');
}

/** Bytes of the file and its log. */
async function diskBytes(given: string): Promise<number> {
  const file = await fs.realpath(given).catch(() => given);
  const sizes = await Promise.all(
    ['', '-wal'].map((ending) =>
      fs.stat(file + ending).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
