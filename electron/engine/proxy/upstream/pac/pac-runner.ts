import { lookup } from 'node:dns';
import { Worker } from 'node:worker_threads';
import { fail, succeed, type Result } from '../../../../../core/model/result.ts';
import {
  lookupBytes,
  lookupHeadBytes,
  questionMs,
  type PacQuestion,
  type PacReply,
  type PacThreadData,
} from './pac-messages.ts';

/** A script in its thread. */
export interface PacRunner {
  /**
   * What `FindProxyForURL` gave, as text. Failures: `pac-failed` (it threw, or it is no PAC), `pac-timeout`,
   * `pac-busy` (too many questions wait).
   */
  readonly ask: (url: string, host: string) => Promise<Result<string>>;
  readonly close: () => void;
}

/** The interpreter interrupts the script; a thread that is silent for this long beyond that is ended. */
const graceMs = 250;
/** The thread's own start: compiling the interpreter takes some 10 ms. */
const startMs = 10_000;
const waitingMax = 1000;

interface Waiting {
  readonly question: PacQuestion;
  readonly settle: (result: Result<string>) => void;
}

/** Starts the thread with the first question, and again after it had to be ended. */
export function createPacRunner(workerUrl: URL, script: string): PacRunner {
  let worker: Worker | null = null;
  let ready = false;
  let asked: Waiting | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lastId = 0;
  let closed = false;
  const waiting: Waiting[] = [];

  const settle = (result: Result<string>): void => {
    clearTimeout(timer);
    const done = asked;
    asked = null;
    done?.settle(result);
    next();
  };
  const end = (): void => {
    const ending = worker;
    worker = null;
    ready = false;
    ending?.removeAllListeners();
    ending?.on('error', () => undefined);
    void ending?.terminate();
  };
  const endWith = (result: Result<string>): void => {
    end();
    settle(result);
  };
  const expectWithin = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      endWith(fail('pac-timeout', `The PAC gave no answer within ${questionMs / 1000} s.`));
    }, ms);
  };

  const start = (): void => {
    const shared = new SharedArrayBuffer(lookupHeadBytes + lookupBytes);
    const workerData: PacThreadData = { script, shared };
    const made = new Worker(workerUrl, { workerData });
    made.unref();
    worker = made;
    made.on('error', (error: Error) => {
      endWith(fail('pac-failed', `The PAC could not be run: ${error.message}`));
    });
    made.on('message', (reply: PacReply) => {
      switch (reply.type) {
        case 'ready':
          ready = true;
          post();
          return;
        case 'lookup':
          lookUp(reply.name, shared);
          return;
        case 'answer':
          if (reply.id === asked?.question.id) settle(succeed(reply.text));
          return;
        case 'failed':
          if (reply.id === 0) endWith(fail('pac-failed', `The PAC cannot be used: ${reply.reason}`));
          else if (reply.id === asked?.question.id) settle(failureOf(reply.reason));
          return;
        default:
          reply satisfies never;
      }
    });
    expectWithin(startMs);
  };
  const post = (): void => {
    if (asked === null) return;
    expectWithin(questionMs + graceMs);
    worker?.postMessage(asked.question);
  };
  const next = (): void => {
    if (asked !== null || closed) return;
    asked = waiting.shift() ?? null;
    if (asked === null) return;
    if (worker === null) start();
    else if (ready) post();
  };

  return {
    ask: (url, host) =>
      new Promise((resolve) => {
        if (closed || waiting.length >= waitingMax) {
          resolve(fail('pac-busy', 'Too many questions wait for the PAC.'));
          return;
        }
        waiting.push({ question: { id: ++lastId, url, host }, settle: resolve });
        next();
      }),
    close: () => {
      closed = true;
      end();
      clearTimeout(timer);
      const left = [...(asked === null ? [] : [asked]), ...waiting.splice(0)];
      asked = null;
      for (const each of left) each.settle(fail('pac-busy', 'The PAC is no longer used.'));
    },
  };
}

function failureOf(reason: string): Result<string> {
  return reason.includes('interrupted')
    ? fail('pac-timeout', `The PAC gave no answer within ${questionMs / 1000} s.`)
    : fail('pac-failed', `The PAC failed: ${reason}`);
}

/** Answers the thread, which waits: IPv4 first, nothing for a name that is not known. */
function lookUp(name: string, shared: SharedArrayBuffer): void {
  lookup(name.slice(0, 255), { all: true, order: 'ipv4first' }, (error, found) => {
    const addresses = error === null ? found.slice(0, 40).map(({ address }) => address) : [];
    const bytes = Buffer.from(JSON.stringify(addresses));
    new Uint8Array(shared, lookupHeadBytes).set(bytes.subarray(0, lookupBytes));
    const state = new Int32Array(shared, 0, 1);
    Atomics.store(state, 0, bytes.length);
    Atomics.notify(state, 0);
  });
}
