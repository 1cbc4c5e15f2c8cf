/**
 * `search-engine.ts DATA_DIR SESSION CORPUS`: an engine that records into SESSION. For each line on its standard input
 * it answers with one: `busy` opens CORPUS beside it, which is indexed from then on, and searches it without end;
 * `quiet` closes it. The first line it prints is its port.
 */
import { createInterface } from 'node:readline';
import { orderOfArrival } from '../../core/model/list-columns.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { openSession } from '../../electron/engine/session/session.ts';
import type { Session } from '../../electron/engine/session/session-api.ts';
import { workers } from './search-corpus.ts';

const [dataDir = '', path = '', corpus = ''] = process.argv.slice(2);
const made = await createEngine({
  ...{ dataDir, workers, upstreamCaFiles: [], insecureHosts: [], passThroughHosts: [] },
  controlPorts: () => [],
});
if (!made.ok) throw new Error(made.error.message);
const engine = made.value;
const own = await engine.openSession({ path, mode: 'create' });
if (!own.ok) throw new Error(own.error.message);
await engine.recordInto(own.value.id);
const listening = await engine.startRecording('127.0.0.1:0');
if (!listening.ok) throw new Error(listening.error.message);
let other: Session | null = null;

async function searchOn(session: Session): Promise<void> {
  while (other === session) {
    const opened = await session.openView('body:"there is no such text"', orderOfArrival);
    if (!opened.ok) return;
    await session.closeView(opened.value.viewId);
  }
}

function say(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

async function quiet(): Promise<void> {
  const closing = other;
  other = null;
  await closing?.close();
}

say({ port: Number(listening.value.listener?.split(':').at(-1)) });
for await (const line of createInterface({ input: process.stdin })) {
  await quiet();
  if (line === 'busy') {
    const opened = await openSession({ path: corpus, mode: 'open' }, workers);
    if (!opened.ok) throw new Error(opened.error.message);
    other = opened.value;
    void searchOn(other);
  }
  say({ done: line });
}
await quiet();
await engine.close();
