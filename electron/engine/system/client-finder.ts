import { Worker } from 'node:worker_threads';
import type { ClientConnection, ClientProcess } from './client-process.ts';
import type { FromFinder, Question, ToFinder } from './finder-messages.ts';

/** Names the processes behind connections from this machine. Asked once for each connection that is accepted. */
export interface ClientFinder {
  /**
   * Null when the client is on another machine, in another network namespace or gone, or nobody can say. A client
   * that lives for 200 ms is found; the answer comes within 0.2 s, on platforms where asking is dear within 5 s.
   * Never rejects.
   */
  readonly find: (connection: ClientConnection) => Promise<ClientProcess | null>;
  /** Everything that was not answered becomes null. Resolves when the thread has ended. */
  readonly close: () => Promise<void>;
}

/** Questions that wait; the oldest beyond that is answered with null. */
const waitingMax = 10_000;
/** Questions of so long go to the thread together: to wake it costs more than to answer one. */
const gatherMs = 20;
/** A thread that died this often is not started again. */
const deathsMax = 3;
/** How long the thread may take to end by itself. */
const closeTimeoutMs = 1000;
const resourceLimits = { maxYoungGenerationSizeMb: 2, maxOldGenerationSizeMb: 128 };

type Settle = (found: ClientProcess | null) => void;

/**
 * The work is done in a thread of its own, which starts at once; the event loop sends and gets one message for many
 * connections. `url` is that of finder-worker.
 */
export function createClientFinder(url: URL): ClientFinder {
  const waiting = new Map<number, Settle>();
  let gathered: Question[] = [];
  let lastId = 0;
  let deaths = 0;
  let isClosed = false;
  let worker: Worker | null = null;
  let ended: Promise<void> = Promise.resolve();

  function settle(id: number, found: ClientProcess | null): void {
    const settled = waiting.get(id);
    waiting.delete(id);
    settled?.(found);
  }

  function startWorker(): Worker {
    const started = new Worker(url, { resourceLimits });
    started.on('message', ({ answers }: FromFinder) => {
      for (const { id, process } of answers) settle(id, process);
    });
    started.on('error', () => {
      // 'exit' follows.
    });
    ended = new Promise((resolve) => {
      started.on('exit', () => {
        worker = null;
        if (!isClosed) deaths++;
        for (const id of [...waiting.keys()]) settle(id, null);
        resolve();
      });
    });
    worker = started;
    return started;
  }

  function send(): void {
    const questions = gathered;
    gathered = [];
    if (isClosed) return;
    const message: ToFinder = { kind: 'find', questions };
    (worker ?? startWorker()).postMessage(message);
  }

  startWorker();
  return {
    find: ({ localAddress, localPort, remoteAddress, remotePort }) =>
      new Promise((resolve) => {
        if (isClosed || deaths >= deathsMax) {
          resolve(null);
          return;
        }
        const id = ++lastId;
        waiting.set(id, resolve);
        if (gathered.length === 0) setTimeout(send, gatherMs);
        gathered.push({ id, connection: { localAddress, localPort, remoteAddress, remotePort } });
        if (waiting.size <= waitingMax) return;
        for (const [oldest] of waiting) {
          settle(oldest, null);
          break;
        }
      }),
    close: async () => {
      isClosed = true;
      for (const id of [...waiting.keys()]) settle(id, null);
      const message: ToFinder = { kind: 'close' };
      worker?.postMessage(message);
      const timer = setTimeout(() => void worker?.terminate(), closeTimeoutMs);
      await ended;
      clearTimeout(timer);
    },
  };
}
