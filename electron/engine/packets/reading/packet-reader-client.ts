import { Worker } from 'node:worker_threads';
import { fail, type Result } from '../../../../core/model/result.ts';
import type {
  FromPacketReader,
  PacketAnswer,
  PacketMethod,
  PacketParams,
  PacketReaderStart,
  PacketViewChange,
  ToPacketReader,
} from './reader-messages.ts';

/** Asks the packet reader thread of one session, which is started by the first question. Nothing rejects. */
export interface PacketReader {
  readonly call: <M extends PacketMethod>(method: M, params: PacketParams<M>) => Promise<PacketAnswer<M>>;
  readonly onViewChanged: (listener: (change: PacketViewChange) => void) => void;
  /** Somebody will ask soon. */
  readonly prepare: () => void;
  /** More was committed. */
  readonly grew: () => void;
  readonly close: () => Promise<void>;
}

export function createPacketReader(url: URL | undefined, start: PacketReaderStart): PacketReader {
  const listeners: ((change: PacketViewChange) => void)[] = [];
  const waiting = new Map<number, (outcome: Result<never>) => void>();
  let worker: Worker | null = null;
  let ended: Promise<void> = Promise.resolve();
  let lastId = 0;
  let isClosed = false;

  function begin(entry: URL): Worker {
    const thread = new Worker(entry, {
      workerData: start,
      resourceLimits: { maxYoungGenerationSizeMb: 16 },
    });
    thread.on('message', (message: FromPacketReader) => {
      switch (message.kind) {
        case 'answer':
          waiting.get(message.id)?.(message.outcome as Result<never>);
          waiting.delete(message.id);
          return;
        case 'view-changed':
          for (const listener of listeners) listener(message.change);
          return;
        case 'refused':
          settleAll({ ok: false, error: message.failure });
          return;
        default:
          message satisfies never;
      }
    });
    thread.on('error', () => {
      // `exit` follows.
    });
    ended = new Promise((resolve) => {
      thread.on('exit', () => {
        worker = null;
        settleAll(fail('cannot-read', 'Reading the packets broke off. Try again.'));
        resolve();
      });
    });
    return thread;
  }

  function settleAll(outcome: ReturnType<typeof fail>): void {
    for (const settle of waiting.values()) settle(outcome);
    waiting.clear();
  }

  function post(thread: Worker, message: ToPacketReader): void {
    thread.postMessage(message);
  }

  return {
    prepare: () => {
      if (!isClosed && url !== undefined) worker ??= begin(url);
    },
    call: (method, params) => {
      if (isClosed) return Promise.resolve(fail('session-closed', 'This session is closed.'));
      if (url === undefined) return Promise.resolve(fail('cannot-read', 'Packets cannot be read here.'));
      worker ??= begin(url);
      const thread = worker;
      return new Promise((resolve) => {
        const id = ++lastId;
        waiting.set(id, resolve);
        post(thread, { kind: 'call', id, method, params });
      });
    },
    onViewChanged: (listener) => listeners.push(listener),
    grew: () => {
      if (worker !== null) post(worker, { kind: 'grew' });
    },
    close: async () => {
      isClosed = true;
      if (worker !== null) post(worker, { kind: 'close' });
      await ended;
    },
  };
}
