/**
 * `npm run bench -- search`: text in 100,000 bodies (1 GB), with and without the index, how the index is built, how soon
 * a search can be given up, and what all that adds to the time of requests through the proxy meanwhile.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { orderOfArrival } from '../../core/model/list-columns.ts';
import type { Result } from '../../core/model/result.ts';
import { openSession } from '../../electron/engine/session/session.ts';
import type { OpenSessionOptions, Session } from '../../electron/engine/session/session-api.ts';
import { makeCertificate } from './certificate.ts';
import type { DriverResult } from './driver.ts';
import { output, repoRoot, start } from './processes.ts';
import { dropIndex, frequentWord, indexBytes, rareWord, searchCorpus, workers } from './search-corpus.ts';
import { judge, median, table } from './table.ts';

const requestsPerPhase = 3000;
const firstHits = 100;

interface Search {
  /** From the call until so many hits were known: the first one, the first 100, all. */
  readonly firstMs: number;
  readonly hundredMs: number;
  readonly allMs: number;
  readonly hits: number;
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

async function opened(path: string, mode: OpenSessionOptions['mode']): Promise<Session> {
  return valueOf(await openSession({ path, mode }, workers));
}

/** Hits as a window hears of them. */
async function search(session: Session, filter: string): Promise<Search> {
  const began = performance.now();
  const times = { first: 0, hundred: 0 };
  let settle: (hits: number) => void = () => undefined;
  const ended = new Promise<number>((resolve) => (settle = resolve));
  const hear = (count: number, progress: unknown): void => {
    const ms = performance.now() - began;
    if (count >= 1 && times.first === 0) times.first = ms;
    if (count >= firstHits && times.hundred === 0) times.hundred = ms;
    if (progress === null) settle(count);
  };
  let viewId = -1;
  session.onViewChanged((change) => {
    if (change.viewId === viewId) hear(change.count, change.progress);
  });
  const view = valueOf(await session.openView(filter, orderOfArrival));
  viewId = view.viewId;
  hear(view.count, view.progress);
  const hits = await ended;
  const allMs = performance.now() - began;
  valueOf(await session.closeView(viewId));
  return { firstMs: times.first, hundredMs: times.hundred || allMs, allMs, hits };
}

/** From closing a list that is being searched for until the reader answers the next question. */
async function cancel(session: Session): Promise<number> {
  const { viewId, progress } = valueOf(await session.openView('body:"no such text"', orderOfArrival));
  if (progress === null) throw new Error('The search was over before it could be given up.');
  const began = performance.now();
  valueOf(await session.closeView(viewId));
  valueOf(await session.get(1));
  return performance.now() - began;
}

/** Seconds it took, and those that processors worked. */
async function untilIndexed(session: Session): Promise<{ seconds: number; workedSeconds: number }> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  let hasBegun = false;
  while (!hasBegun || session.bodyIndex() !== null) {
    hasBegun ||= session.bodyIndex() !== null;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - began) / 1000, workedSeconds: (user + system) / 1e6 };
}

/** p99 of requests one after the other while nothing else happens, and while a session is indexed and searched. */
async function throughProxy(corpus: string, rounds: number): Promise<{ quiet: number[]; busy: number[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'));
  const certificate = makeCertificate(folder);
  const origin = await start(process.execPath, [
    join(repoRoot, 'test/bench/origin.ts'),
    certificate.cert,
    certificate.key,
  ]);
  const engine = spawn(
    process.execPath,
    [join(repoRoot, 'test/bench/search-engine.ts'), join(folder, 'data'), join(folder, 'own.plumb'), corpus],
    { stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const lines = createInterface({ input: engine.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => JSON.parse((await lines.next()).value as string);
  try {
    const { port } = (await next()) as { port: number };
    const job = {
      ...{ proxy: port, origin: (JSON.parse(origin.firstLine) as { http: number }).http, host: '127.0.0.1' },
      ...{ tls: false, path: '/small', concurrency: 1, requests: requestsPerPhase },
    };
    const drive = async (): Promise<number> => {
      const text = await output(process.execPath, [
        join(repoRoot, 'test/bench/driver.ts'),
        JSON.stringify(job),
      ]);
      return (JSON.parse(text) as DriverResult).p99Ms;
    };
    await drive();
    const p99: { quiet: number[]; busy: number[] } = { quiet: [], busy: [] };
    for (let round = 0; round < rounds; round++) {
      for (const phase of ['quiet', 'busy'] as const) {
        engine.stdin.write(`${phase}\n`);
        await next();
        p99[phase].push(await drive());
      }
    }
    return p99;
  } finally {
    const exited = once(engine, 'exit');
    engine.stdin.end();
    await exited;
    await origin.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export async function benchSearch(rounds: number, print: (line: string) => void): Promise<boolean> {
  const corpus = await searchCorpus(print);
  const plain = await opened(corpus, 'read');
  const rarePlain = await search(plain, `body:${rareWord}`);
  const cancelMs: number[] = [];
  for (let round = 0; round < rounds * 3; round++) cancelMs.push(await cancel(plain));
  await plain.close();

  const proxied = await throughProxy(corpus, rounds);
  dropIndex(corpus);

  const session = await opened(corpus, 'open');
  const built = await untilIndexed(session);
  const runs: Record<'rare' | 'absent' | 'short' | 'frequent', Search[]> = {
    ...{ rare: [], absent: [], short: [], frequent: [] },
  };
  const filters = {
    ...{ rare: rareWord, absent: '"there is no such text"', short: 'c0ffee', frequent: frequentWord },
  };
  // What follows the catching up is stored within seconds: the last group is not full.
  await search(session, `body:${filters.absent}`);
  for (let round = 0; round < rounds; round++) {
    for (const name of ['rare', 'absent', 'short', 'frequent'] as const) {
      runs[name].push(await search(session, `body:${filters[name]}`));
    }
  }
  await session.close();
  const bytes = indexBytes(corpus);
  dropIndex(corpus);

  const row = (what: string, all: readonly Search[]): string[] => [
    what,
    (all[0]?.hits ?? 0).toString(),
    ...(['firstMs', 'hundredMs', 'allMs'] as const).map((name) =>
      median(all.map((one) => one[name])).toFixed(0),
    ),
  ];
  print(
    table(
      ['text in 100,000 bodies, 1 GB', 'hits', 'first ms', '100 ms', 'all ms'],
      [
        row('rare, not indexed', [rarePlain]),
        row('rare', runs.rare),
        row('in no body', runs.absent),
        row('six hexadecimal digits', runs.short),
        row('in every tenth body', runs.frequent),
      ],
    ),
  );
  print(
    `index built in ${built.seconds.toFixed(1)} s (${built.workedSeconds.toFixed(1)} s of CPU), ${(bytes / 1e6).toFixed(0)} MB`,
  );
  const quiet = median(proxied.quiet);
  const busy = median(proxied.busy);
  print(`p99 of a request: ${quiet.toFixed(2)} ms, while indexing and searching ${busy.toFixed(2)} ms`);
  return judge(
    [
      {
        what: 'indexed, rare word, ms',
        measured: median(runs.rare.map((run) => run.allMs)),
        wanted: 500,
        sense: 'max',
      },
      { what: 'giving up a search, ms', measured: Math.max(...cancelMs), wanted: 100, sense: 'max' },
      { what: 'added to the p99 of a request, ms', measured: busy - quiet, wanted: 2, sense: 'max' },
    ],
    print,
  );
}
