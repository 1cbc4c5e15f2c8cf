/**
 * `npm run bench -- store`: how fast the session takes exchanges (1 KiB and 1 MiB bodies) beside a plain file
 * append of the same bytes, interleaved, and what that costs the event loop that feeds it.
 */
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openSession } from '../../electron/engine/session/session.ts';
import { exchangeRecord } from '../support/records.ts';
import { repoRoot } from './processes.ts';
import { judge, median, table } from './table.ts';

const workers = {
  writer: pathToFileURL(join(repoRoot, 'dist/engine/writer-worker.js')),
  reader: pathToFileURL(join(repoRoot, 'dist/engine/reader-worker.js')),
  indexer: pathToFileURL(join(repoRoot, 'dist/engine/indexer-worker.js')),
};
const head = Buffer.from(
  `GET /small HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench/1\r\n${'X-Filler: filler\r\n'.repeat(16)}\r\n`,
);

interface StoreRun {
  readonly perSecond: number;
  readonly megabytesPerSecond: number;
  /** CPU of the feeding thread alone, µs an exchange. */
  readonly feedingUs: number;
}

async function store(path: string, count: number, bodyBytes: number): Promise<StoreRun> {
  const opened = await openSession({ path, mode: 'create' }, workers);
  if (!opened.ok) throw new Error(opened.error.message);
  const { sink, flush, close, queueBytes, queueBytesMax } = opened.value;
  const body = Buffer.alloc(bodyBytes, 'plumbline ');
  const began = performance.now();
  let feedingMs = 0;
  for (let done = 0; done < count;) {
    const from = performance.now();
    for (let slice = 0; slice < 50 && done < count; slice++, done++) {
      const id = sink.nextExchangeId();
      const atUs = Date.now() * 1000;
      sink.putHead(id, 'request', head, atUs);
      sink.putHead(id, 'response', head, atUs);
      for (let at = 0; at < bodyBytes; at += 65_536) {
        sink.appendBody(id, 'response', body.subarray(at, at + 65_536), atUs);
      }
      sink.putExchange(exchangeRecord({ id, responseBytes: bodyBytes }));
    }
    feedingMs += performance.now() - from;
    do await new Promise(setImmediate);
    while (queueBytes() > queueBytesMax / 2);
  }
  await flush();
  const seconds = (performance.now() - began) / 1000;
  await close();
  return {
    perSecond: count / seconds,
    megabytesPerSecond: (count * bodyBytes) / seconds / 1e6,
    feedingUs: (feedingMs * 1000) / count,
  };
}

function append(path: string, count: number, bodyBytes: number): number {
  const file = openSync(path, 'w');
  const bytes = Buffer.alloc(bodyBytes + 2 * head.length, 'plumbline ');
  const began = performance.now();
  for (let done = 0; done < count; done++) writeSync(file, bytes);
  closeSync(file);
  return count / ((performance.now() - began) / 1000);
}

export async function benchStore(rounds: number, print: (line: string) => void): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  try {
    const rows: string[][] = [];
    let smallPerSecond = 0;
    let largeMegabytes = 0;
    for (const [name, count, bodyBytes] of [
      ['1 KiB bodies', 30_000, 1024],
      ['1 MiB bodies', 400, 1_048_576],
    ] as const) {
      const runs: StoreRun[] = [];
      const appends: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const path = join(folder, `${bodyBytes}-${round}`);
        runs.push(await store(`${path}.plumb`, count, bodyBytes));
        appends.push(append(`${path}.bin`, count, bodyBytes));
        rmSync(`${path}.plumb`);
        rmSync(`${path}.bin`);
      }
      const perSecond = median(runs.map((run) => run.perSecond));
      const megabytes = median(runs.map((run) => run.megabytesPerSecond));
      if (bodyBytes === 1024) smallPerSecond = perSecond;
      else largeMegabytes = megabytes;
      rows.push([
        name,
        perSecond.toFixed(0),
        megabytes.toFixed(0),
        (perSecond / median(appends)).toFixed(3),
        median(runs.map((run) => run.feedingUs)).toFixed(1),
      ]);
    }
    print(table(['session', 'exchanges/s', 'MB/s', '÷ file append', 'loop µs each'], rows));
    return judge(
      [
        { what: '1 KiB exchanges stored a second', measured: smallPerSecond, wanted: 15_000, sense: 'min' },
        { what: '1 MiB bodies, MB/s', measured: largeMegabytes, wanted: 250, sense: 'min' },
      ],
      print,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
