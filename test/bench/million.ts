import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { openSession } from '../../electron/engine/session/session.ts';
import { schemaVersion } from '../../electron/engine/session/migrations/index.ts';
import { exchangeRecord } from '../support/records.ts';
import { repoRoot } from './processes.ts';

export const workers = {
  writer: pathToFileURL(join(repoRoot, 'dist/engine/writer-worker.js')),
  reader: pathToFileURL(join(repoRoot, 'dist/engine/reader-worker.js')),
  indexer: pathToFileURL(join(repoRoot, 'dist/engine/indexer-worker.js')),
};
const blockRows = 4096;
const flushEvery = 10_000;

const hosts = Array.from(
  { length: 400 },
  (_, at) => `${['api', 'cdn', 'img', 'auth', 'shop'][at % 5] ?? ''}${at}.example-${at % 37}.test`,
);
const types = ['application/json', 'text/html', 'image/png', 'text/css', 'font/woff2', null];
const methods = ['GET', 'GET', 'GET', 'GET', 'POST', 'PUT', 'DELETE'];
const statuses = [200, 200, 200, 200, 204, 304, 301, 400, 401, 404, 500, 503];
const places = ['products', 'cart', 'users', 'api/v1/items', 'api/v2/orders', 'static/js'];
const apps = ['curl', 'Chrome', 'okhttp', 'ShopApp'];

/** Numbers from 0 to 1, the same in every run; those that follow one another are independent (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * A session of a million exchanges with heads and small bodies, made once and kept in the cache folder. Waits until all
 * columns are packed and all bodies are indexed, as happens while exchanges are recorded at a usual rate.
 */
export async function millionSession(count: number, print: (line: string) => void): Promise<string> {
  const folder = join(repoRoot, '.cache', 'bench');
  const path = join(folder, `list-${count}-schema-${schemaVersion}.plumb`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const making = `${path}.making`;
  for (const ending of ['', '-wal', '-shm', '.lock']) rmSync(making + ending, { force: true });
  print(`Making ${count.toLocaleString('en')} exchanges once; this takes some minutes.`);
  const opened = await openSession({ path: making, mode: 'create' }, workers);
  if (!opened.ok) throw new Error(opened.error.message);
  const { sink, flush, close } = opened.value;
  const random = randomFrom(7);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const body = Buffer.from('{"ok":true,"items":[1,2,3]}');
  const startUs = Date.now() * 1000 - count * 2000;
  for (let n = 0; n < count; n++) {
    const id = sink.nextExchangeId();
    const atUs = startUs + n * 2000;
    const tookUs = Math.floor(1000 + random() ** 4 * 3e6);
    const query = random() < 0.3 ? `?page=${Math.floor(random() * 50)}` : '';
    const path = `/shop/${pick(['de', 'en', 'fr'])}/${pick(places)}/${Math.floor(random() * 1e6)}${query}`;
    const method = pick(methods);
    const host = hosts[Math.floor(random() ** 2 * hosts.length)] ?? '';
    const request = `${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept: */*\r\nX-Request-Id: ${n}\r\n\r\n`;
    sink.putHead(id, 'request', Buffer.from(request), atUs);
    sink.putHead(id, 'response', Buffer.from('HTTP/1.1 200 OK\r\nServer: bench\r\n\r\n'), atUs);
    sink.appendBody(id, 'response', body, atUs);
    sink.putExchange(
      exchangeRecord({
        ...{ id, host, path, method, status: pick(statuses), contentType: pick(types), app: pick(apps) },
        ...{ startedAtUs: atUs, requestEndedAtUs: atUs + 100, sentFromUs: atUs + 200, sentToUs: atUs + 300 },
        ...{ responseFromUs: atUs + Math.floor(tookUs * 0.7), responseToUs: atUs + tookUs - 50 },
        ...{ clientFromUs: atUs + Math.floor(tookUs * 0.7) + 50, endedAtUs: atUs + tookUs },
        ...{ waitUs: Math.floor(tookUs * 0.7), receiveUs: Math.floor(tookUs * 0.3) },
        responseBytes: Math.floor(random() ** 5 * 5e6),
      }),
    );
    if (n % flushEvery === 0) await flush();
  }
  await flush();
  await until(
    making,
    'SELECT count(*) FROM column_blocks WHERE id < 4294967296',
    Math.floor(count / blockRows),
  );
  await until(making, 'SELECT ifnull(max(toId), 0) FROM body_groups', count);
  await close();
  renameSync(making, path);
  return path;
}

async function until(path: string, sql: string, least: number): Promise<void> {
  const db = new Database(path, { readonly: true });
  const now = db.prepare(sql).pluck();
  while ((now.get() as number) < least) await new Promise((resolve) => setTimeout(resolve, 200));
  db.close();
}
