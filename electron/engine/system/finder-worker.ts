import { networkInterfaces } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { normalizeAddress } from '../proxy/destination.ts';
import type { ClientConnection } from './client-process.ts';
import type { FromFinder, ToFinder } from './finder-messages.ts';
import { lookupFor } from './lookup-for.ts';
import { createRounds } from './rounds.ts';

/** The addresses of this machine are read again after so long. */
const addressesKeptMs = 10_000;

let addresses: ReadonlySet<string> = new Set();
let addressesReadMs = -Infinity;

/** Whether the client is on this machine. */
function isLocal({ localAddress, remoteAddress }: ClientConnection): boolean {
  const client = normalizeAddress(remoteAddress);
  if (client.startsWith('127.') || client === '::1' || client === normalizeAddress(localAddress)) return true;
  if (performance.now() - addressesReadMs > addressesKeptMs) {
    addressesReadMs = performance.now();
    const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    addresses = new Set(all.map(({ address }) => normalizeAddress(address)));
  }
  return addresses.has(client);
}

function tell(answers: FromFinder['answers']): void {
  if (answers.length === 0) return;
  const message: FromFinder = { answers };
  parentPort?.postMessage(message);
}

function run(): void {
  const now = (): number => performance.now();
  const rounds = createRounds(lookupFor(process.platform, now), tell, now);
  parentPort?.on('message', (message: ToFinder) => {
    switch (message.kind) {
      case 'find': {
        const { questions } = message;
        tell(
          questions.filter(({ connection }) => !isLocal(connection)).map(({ id }) => ({ id, process: null })),
        );
        rounds.ask(questions.filter(({ connection }) => isLocal(connection)));
        return;
      }
      case 'close':
        rounds.close();
        parentPort?.close();
        return;
      default:
        message satisfies never;
    }
  });
}

run();
