import { MessageChannel, type Worker } from 'node:worker_threads';
import { fail, type Result } from '../../../core/model/result.ts';
import { batchBuffers } from './batch.ts';
import { createSink, type SinkControl } from './sink.ts';
import type { SessionFeed } from './session-api.ts';
import { createSessionCounters, type SessionCounters } from './session-counters.ts';
import type { Annotated, Annotation, FromWriter, OpenedInfo, ToWriter } from './writer-messages.ts';

export interface WriterSettings {
  readonly tickMs: number;
  readonly queueBytesMax: number;
}

/** The sink, connected to the writer thread. */
export interface WriterClient extends Omit<SinkControl, 'written' | 'end' | 'isIdle' | 'handOver'> {
  readonly counters: SessionCounters;
  /** For another thread, which hands batches to the writer (`ToWriterFeed`, `FromWriterFeed`). */
  readonly openFeed: () => SessionFeed;
  readonly onProblem: (listener: (problem: string | null) => void) => void;
  /** What is to be said once. With a path: the file was deleted, and the session goes on in the one there. */
  readonly onNotice: (listener: (notice: string, path: string | null) => void) => void;
  /** A batch with packets was committed. */
  readonly onPackets: (listener: () => void) => void;
  readonly annotate: (annotation: Annotation) => Promise<Result<Annotated>>;
  /** Hands over what waits, has the file closed, and resolves when the thread has ended. */
  readonly close: () => Promise<void>;
}

/** The worker has said `opened`. */
export function createWriterClient(worker: Worker, info: OpenedInfo, settings: WriterSettings): WriterClient {
  const listeners: ((problem: string | null) => void)[] = [];
  const noticeListeners: ((notice: string, path: string | null) => void)[] = [];
  const packetListeners: (() => void)[] = [];
  let writerProblem: string | null = null;
  let lost: string | null = null;
  let isBehind = false;
  let told: string | null = null;
  let isGone = false;
  const waiting = new Map<number, (outcome: Result<Annotated>) => void>();
  let lastAnnotation = 0;

  function tell(): void {
    const slow = isBehind ? 'The disk is too slow for this traffic, so not everything is recorded.' : null;
    const cause = writerProblem ?? slow;
    const problem = cause === null ? null : [cause, lost].filter((part) => part !== null).join(' ');
    if (problem === told) return;
    told = problem;
    for (const listener of listeners) listener(problem);
  }

  function note(notice: string, path: string | null = null): void {
    for (const listener of noticeListeners) listener(notice, path);
  }

  const counters = createSessionCounters({
    exchange: info.lastExchangeId,
    conversation: info.lastConversationId,
    slab: info.lastSlabId,
    count: info.exchangeCount,
    packet: info.lastPacket,
    packetConversation: info.lastPacketConversation,
    packetBlock: info.lastPacketBlock,
    packetInterface: info.lastPacketInterface,
  });
  const control = createSink({
    ...settings,
    counters,
    send: (batch) => {
      const message: ToWriter = { kind: 'batch', batch };
      if (!isGone) worker.postMessage(message, batchBuffers(batch));
    },
    onLost: (records, heads) => {
      isBehind = true;
      lost = `${countOf(records, 'row')} and ${countOf(heads, 'head')} could not be kept.`;
      tell();
    },
  });

  worker.on('message', (message: FromWriter) => {
    switch (message.kind) {
      case 'written':
        control.written(message.number, message.buffers);
        if (isBehind && control.isIdle()) {
          isBehind = false;
          tell();
          note(`${lost ?? ''} The disk took them too slowly or not at all.`);
        }
        return;
      case 'problem':
        writerProblem = message.problem;
        tell();
        return;
      case 'packets':
        for (const listener of packetListeners) listener();
        return;
      case 'rescued':
        note(message.notice, message.path);
        return;
      case 'annotated':
        waiting.get(message.id)?.(message.outcome);
        waiting.delete(message.id);
        return;
      case 'closed':
        if (message.unwritten > 0) note(unwrittenSentence(message.unwritten));
        return;
      case 'opened':
      case 'refused':
        return;
      default:
        message satisfies never;
    }
  });
  worker.on('error', (error) => {
    const reason = error instanceof Error ? error.message : String(error);
    writerProblem = `Recording into this session has stopped (${reason}). Start a new session to go on.`;
    tell();
  });
  const ended = new Promise<void>((resolve) => {
    worker.on('exit', () => {
      isGone = true;
      for (const settle of waiting.values()) settle(gone());
      waiting.clear();
      resolve();
    });
  });

  return {
    sink: control.sink,
    flush: control.flush,
    queueBytes: control.queueBytes,
    exchangeCount: control.exchangeCount,
    onProblem: (listener) => {
      listeners.push(listener);
      if (told !== null) listener(told);
    },
    onNotice: (listener) => noticeListeners.push(listener),
    onPackets: (listener) => packetListeners.push(listener),
    counters,
    openFeed: () => {
      const { port1, port2 } = new MessageChannel();
      const message: ToWriter = { kind: 'feed', port: port1 };
      if (isGone) port1.close();
      else worker.postMessage(message, [port1]);
      return { port: port2, counters: counters.shared };
    },
    annotate: (annotation) =>
      new Promise((resolve) => {
        if (isGone) {
          resolve(gone());
          return;
        }
        const id = ++lastAnnotation;
        waiting.set(id, resolve);
        const message: ToWriter = { kind: 'annotate', id, annotation };
        worker.postMessage(message);
      }),
    close: async () => {
      control.end();
      const message: ToWriter = { kind: 'close' };
      if (!isGone) worker.postMessage(message);
      await ended;
    },
  };
}

function gone(): ReturnType<typeof fail> {
  return fail('session-closed', 'This session is closed.');
}

function unwrittenSentence(exchanges: number): string {
  return `The session was closed while its file could not be written: ${countOf(exchanges, 'exchange')} could not be kept, or not to the end.`;
}

function countOf(count: number, what: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? what : `${what}s`}`;
}
