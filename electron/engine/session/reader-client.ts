import type { Worker } from 'node:worker_threads';
import { fail, type Result } from '../../../core/model/result.ts';
import type { ViewChange } from './answers.ts';
import type { FromReader, ReaderAnswer, ReaderMethod, ReaderParams, ToReader } from './reader-messages.ts';

/** Asks the reader thread. A thread that is gone answers with the failure `session-closed`; nothing rejects. */
export interface ReaderClient {
  readonly call: <M extends ReaderMethod>(method: M, params: ReaderParams[M]) => Promise<ReaderAnswer<M>>;
  readonly onViewChanged: (listener: (change: ViewChange) => void) => void;
  /** Resolves when the thread has ended. */
  readonly close: () => Promise<void>;
}

/** The worker has said `opened`. */
export function createReaderClient(worker: Worker): ReaderClient {
  const waiting = new Map<number, (outcome: Result<never>) => void>();
  const listeners: ((change: ViewChange) => void)[] = [];
  let lastId = 0;
  let isGone = false;

  const post = (message: ToReader): void => worker.postMessage(message);

  worker.on('message', (message: FromReader) => {
    switch (message.kind) {
      case 'answer':
        waiting.get(message.id)?.(message.outcome as Result<never>);
        waiting.delete(message.id);
        return;
      case 'view-changed':
        for (const listener of listeners) listener(message.change);
        return;
      case 'opened':
      case 'refused':
        return;
      default:
        message satisfies never;
    }
  });
  worker.on('error', () => {
    // 'exit' follows.
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
    call: (method, params) =>
      new Promise((resolve) => {
        if (isGone) {
          resolve(gone() as ReaderAnswer<typeof method>);
          return;
        }
        const id = ++lastId;
        waiting.set(id, resolve as (outcome: Result<never>) => void);
        post({ kind: 'call', id, method, params });
      }),
    onViewChanged: (listener) => listeners.push(listener),
    close: async () => {
      if (!isGone) post({ kind: 'close' });
      await ended;
    },
  };
}

function gone(): ReturnType<typeof fail> {
  return fail('session-closed', 'This session is closed.');
}
