import fs from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { fail, succeed, type Result } from '../../../core/model/result.ts';
import { startIndexer, type IndexerClient } from './body-index/indexer-client.ts';
import { createPacketReader, type PacketReader } from '../packets/reading/packet-reader-client.ts';
import type { PacketReaderStart } from '../packets/reading/reader-messages.ts';
import type { ReaderClient } from './reader-client.ts';
import type {
  LegWatcher,
  OpenSessionOptions,
  Session,
  SessionQuestions,
  SessionSink,
} from './session-api.ts';
import {
  resourceLimits,
  startReader,
  startWriter,
  type SessionSettings,
  type StartedReader,
  type StartedWriter,
} from './session-threads.ts';
import type { WriterClient } from './writer-client.ts';
import { namedIds } from './annotations.ts';
import { runsOf } from './lists/marks.ts';
import type { Annotation } from './writer-messages.ts';
import type { LeftIn } from './left-bytes.ts';

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
    const capture = options.capture ?? null;
    const start = { path: options.path, capture, changes: null, firstViewId };
    const reader = await startReader(workers.reader, start);
    return reader.ok
      ? succeed(readOnlySession(file, reader.value, readPackets(file, workers, capture)))
      : reader;
  }
  const { port1, port2 } = new MessageChannel();
  const index = new MessageChannel();
  const writer = await startWriter(
    workers.writer,
    {
      path: options.path,
      mode: options.mode,
      kind: 'session',
      changes: port1,
      indexer: index.port1,
      feed: null,
    },
    settings,
  );
  if (!writer.ok) {
    port2.close();
    index.port2.close();
    return writer;
  }
  const reader = await startReader(workers.reader, {
    ...{ path: options.path, capture: null, changes: port2, firstViewId },
  });
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
  const packets = createPacketReader(
    workers.packetReader,
    packetStart(file, null, workers, firstViewId, false),
  );
  return succeed(liveSession(file, writer.value, reader.value, indexer, packets));
}

/** The packets of a saved session; its file need not be there before the first question. `capture`: as for `openSession`. */
export function readPackets(path: string, workers: WorkerUrls, capture: LeftIn | null): PacketReader {
  return createPacketReader(workers.packetReader, packetStart(path, capture, workers, 0, true));
}

function packetStart(
  path: string,
  capture: LeftIn | null,
  { dissection }: WorkerUrls,
  firstViewId: number,
  isSaved: boolean,
): PacketReaderStart {
  const script = dissection === undefined ? '' : fileURLToPath(dissection);
  return { path, capture, firstViewId, isSaved, dissection: { runtime: process.execPath, script } };
}

const quietMsDefault = 1000;
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
    openFeed: client.openFeed,
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
    groups: (viewId, by, order, limit) => call('groups', { viewId, by, order, limit }),
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
