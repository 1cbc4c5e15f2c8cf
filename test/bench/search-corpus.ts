import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { schemaVersion } from '../../electron/engine/session/migrations/index.ts';
import { openSession } from '../../electron/engine/session/session.ts';
import type { EngineUrls } from '../../electron/engine/engine.ts';
import { exchangeRecord } from '../support/records.ts';
import { repoRoot } from './processes.ts';

export const bodyCount = 100_000;
const bodyBytes = 10_000;
/** Stands in three bodies. */
export const rareWord = 'quagga-4711';
/** Stands in every tenth body. */
export const frequentWord = 'backordered';

const dist = (name: string): URL => pathToFileURL(join(repoRoot, 'dist/engine', name));
export const workers: EngineUrls = {
  writer: dist('writer-worker.js'),
  reader: dist('reader-worker.js'),
  indexer: dist('indexer-worker.js'),
  transfer: dist('transfer-worker.js'),
  pac: dist('pac-worker.js'),
  capture: dist('capture-worker.js'),
  captureHelper: dist('../native/plumbline-capture'),
};

/** A session of 100,000 JSON bodies, 1 GB, without an index. Made once and kept in `.cache/bench`. */
export async function searchCorpus(print: (line: string) => void): Promise<string> {
  const path = join(repoRoot, '.cache/bench', `search-${schemaVersion}.plumb`);
  if (!existsSync(path)) {
    print('Making 100,000 bodies; they are kept for the next time.');
    mkdirSync(dirname(path), { recursive: true });
    rmSync(`${path}-new`, { force: true });
    await fill(`${path}-new`);
    renameSync(`${path}-new`, path);
  }
  dropIndex(path);
  return path;
}

export function dropIndex(path: string): void {
  const db = new Database(path);
  db.exec('DELETE FROM body_groups; DELETE FROM body_signatures; DELETE FROM body_changed');
  db.exec('PRAGMA incremental_vacuum');
  db.close();
}

/** Bytes of the index in the file. */
export function indexBytes(path: string): number {
  const db = new Database(path, { readonly: true });
  const bytes = db
    .prepare(
      `SELECT (SELECT ifnull(sum(length(packed)), 0) FROM body_signatures) +
              (SELECT ifnull(sum(length(packed)), 0) FROM body_groups)`,
    )
    .pluck()
    .get() as number;
  db.close();
  return bytes;
}

async function fill(path: string): Promise<void> {
  const noIndexer = { ...workers, indexer: dist('none.js') };
  const opened = await openSession({ path, mode: 'create' }, noIndexer);
  if (!opened.ok) throw new Error(opened.error.message);
  const { sink, queueBytes, queueBytesMax, close } = opened.value;
  const head = Buffer.from('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n');
  const random = createRandom(4711);
  const items = Array.from({ length: 20_000 }, () => item(random));
  for (let done = 0; done < bodyCount; done++) {
    const id = sink.nextExchangeId();
    const body = Buffer.from(bodyText(id, items, random));
    sink.putHead(id, 'response', head, Date.now() * 1000);
    sink.appendBody(id, 'response', body, Date.now() * 1000);
    sink.putExchange(exchangeRecord({ id, responseBytes: body.length }));
    if (done % 50 !== 0) continue;
    do await new Promise(setImmediate);
    while (queueBytes() > queueBytesMax / 2);
  }
  await close();
}

function bodyText(id: number, items: readonly string[], random: () => number): string {
  const parts = [`{"request":"${hex(random, 16)}","page":${id}`];
  if (id % 30_000 === 20_000) parts.push(`"note":"${rareWord}"`);
  if (id % 10 === 7) parts.push(`"state":"${frequentWord}"`);
  const list: string[] = [];
  for (let length = 0; length < bodyBytes;) {
    const next = items[Math.floor(random() * items.length)] as string;
    list.push(next);
    length += next.length + 1;
  }
  return `${parts.join(',')},"items":[${list.join(',')}]}`;
}

const words =
  'order shipped to customer address payment pending confirmed invoice total amount currency discount warehouse delivery express standard refund product description colour blue green size large small cotton leather shoe jacket phone cable charger battery garden kitchen table chair window glass metal plastic wooden light heavy summer winter'.split(
    ' ',
  );

function item(random: () => number): string {
  const word = (): string => words[Math.floor(random() * words.length)] as string;
  return JSON.stringify({
    id: `${hex(random, 8)}-${hex(random, 4)}-${hex(random, 4)}-${hex(random, 12)}`,
    sku: `SKU-${Math.floor(random() * 1e6)}`,
    name: `${word()} ${word()} ${word()}`,
    price: Math.floor(random() * 100_000) / 100,
    stock: Math.floor(random() * 500),
    description: Array.from({ length: 12 }, word).join(' '),
    updatedAt: new Date(1.7e12 + random() * 1e10).toISOString(),
    url: `https://cdn.shop.test/img/${hex(random, 12)}.jpg`,
  });
}

function hex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
}

function createRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
