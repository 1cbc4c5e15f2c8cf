import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { networkInterfaces } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { QuickJS, type JSValueHandle } from 'quickjs-wasi';
import { pacLibrary } from './pac-library.ts';
import {
  lookupHeadBytes,
  questionMs,
  type PacQuestion,
  type PacReply,
  type PacThreadData,
} from './pac-messages.ts';

/**
 * The thread that runs a PAC script, inside an interpreter compiled to WebAssembly: the script sees the library's
 * functions and nothing of Node. Memory, stack and time are bounded.
 */
const memoryBytesMax = 32 * 1024 * 1024;
const stackBytesMax = 256 * 1024;
const answerMax = 100_000;
const reasonMax = 300;

const { script, shared } = workerData as PacThreadData;
const port = parentPort;
if (port === null) throw new Error('This file runs as a worker thread.');
const state = new Int32Array(shared, 0, 1);
let until = 0;

const say = (reply: PacReply): void => {
  port.postMessage(reply);
};

/** Asks the engine, whose own lookups are used, and waits. */
function lookup(name: string): string[] {
  Atomics.store(state, 0, 0);
  say({ type: 'lookup', name });
  Atomics.wait(state, 0, 0, Math.max(1, until - performance.now()));
  const length = Atomics.load(state, 0);
  if (length === 0) return [];
  const bytes = Buffer.from(shared, lookupHeadBytes, length).toString();
  return JSON.parse(bytes) as string[];
}

/** The first IPv4 address that others can reach, else loopback, as in browsers. */
function ownAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.1';
}

function clock(gmt: boolean): number[] {
  const now = new Date();
  const shifted = gmt ? now : new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return [
    shifted.getUTCFullYear(),
    shifted.getUTCMonth(),
    shifted.getUTCDate(),
    shifted.getUTCDay(),
    shifted.getUTCHours(),
    shifted.getUTCMinutes(),
    shifted.getUTCSeconds(),
  ];
}

function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\s+/g, ' ').slice(0, reasonMax);
}

async function start(): Promise<void> {
  const wasm = readFileSync(createRequire(import.meta.url).resolve('quickjs-wasi/quickjs.wasm'));
  const vm = await QuickJS.create({
    wasm,
    memoryLimit: memoryBytesMax,
    maxStackSize: stackBytesMax,
    interruptHandler: () => performance.now() > until,
    // The script has nothing that prints; what the interpreter itself would say goes nowhere (EBADF).
    wasi: () => ({ fd_write: () => 8 }),
  });
  until = performance.now() + questionMs;
  const given = [
    vm.newFunction('lookup', (name) => vm.hostToHandle(lookup(name.toString()))),
    vm.newFunction('ownAddress', () => vm.newString(ownAddress())),
    vm.newFunction('clock', (gmt) => vm.hostToHandle(clock(gmt.toBoolean()))),
  ];
  const library = vm.evalCode(pacLibrary, 'library');
  vm.callFunction(library, vm.undefined, ...given).dispose();
  vm.evalCode(script, 'proxy.pac').dispose();
  const find = vm.evalCode('typeof FindProxyForURL === "function" ? FindProxyForURL : null');
  if (!find.isFunction) throw new Error('It has no function FindProxyForURL.');
  say({ type: 'ready' });

  port?.on('message', ({ id, url, host }: PacQuestion) => {
    until = performance.now() + questionMs;
    const args = [vm.newString(url), vm.newString(host)];
    let answer: JSValueHandle | null = null;
    try {
      answer = vm.callFunction(find, vm.undefined, ...args);
      const text = answer.isString ? answer.toString() : '';
      if (!answer.isString && !answer.isNull && !answer.isUndefined) {
        say({ type: 'failed', id, reason: 'It gave something that is no text.' });
      } else say({ type: 'answer', id, text: text.slice(0, answerMax) });
    } catch (error) {
      say({ type: 'failed', id, reason: reasonOf(error) });
    } finally {
      answer?.dispose();
      for (const arg of args) arg.dispose();
    }
  });
}

start().catch((error: unknown) => {
  say({ type: 'failed', id: 0, reason: reasonOf(error) });
});
