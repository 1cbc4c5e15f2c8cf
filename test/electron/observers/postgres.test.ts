import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { createPostgresObserver } from '../../../core/observers/postgres.ts';
import { nodePlatform } from '../../support/platform.ts';
import { startPostgres, type Postgres } from '../../support/postgres.ts';
import { startProgram } from '../../support/program.ts';
import { factOf, seenQueries, type SeenQuery } from '../../support/seen-queries.ts';
import { startWatchingRelay, type WatchingRelay } from '../../support/watching-relay.ts';
import { queryBreach } from '../../core/observers/query-script.ts';

/**
 * One line of the server's log (log_min_duration_statement = 0). Its time is what the server did for a message, from when it had read it: a simple query up to where
 * ReadyForQuery is sent, and each Parse, Bind and Execute for itself. It has neither the way there and back, nor the commit that comes with Sync.
 */
interface Logged {
  readonly process: string;
  readonly step: 'statement' | 'parse' | 'bind' | 'execute' | 'fetch';
  readonly name: string;
  readonly text: string;
  readonly us: number;
  parameters: string;
}

interface Conversation {
  readonly process: string;
  readonly listed: readonly SeenQuery[];
}

let postgres: Postgres;
let relay: WatchingRelay;
let connections: QueryEvent[][] = [];
const folder = mkdtempSync(path.join(tmpdir(), 'plumbline-test-'));

beforeAll(async () => {
  postgres = await startPostgres([
    ...['log_min_duration_statement=0', 'log_line_prefix=%p|', 'log_min_error_statement=panic'],
    'track_io_timing=off',
  ]);
  relay = await startWatchingRelay(postgres.port, () => {
    const events: QueryEvent[] = [];
    connections.push(events);
    return createPostgresObserver(nodePlatform, (event) => void events.push(event));
  });
});

afterAll(async () => {
  await relay.stop();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** What the connections since the last call have told. */
function conversations(): Conversation[] {
  const all = connections.map((events) => {
    expect(queryBreach(events)).toBeNull();
    expect(factOf(events, 'user')).toBe('tester');
    expect(factOf(events, 'server_version')).toMatch(/^\d/);
    return { process: factOf(events, 'server process') ?? '', listed: seenQueries(events) };
  });
  connections = [];
  return all;
}

function readLog(text: string): Logged[] {
  const entries: Logged[] = [];
  for (const line of text.split('\n')) {
    const [, process = '', rest = ''] = /^(\d+)\|(.*)$/.exec(line) ?? [];
    const timed =
      /^LOG: {2}duration: ([0-9.]+) ms {2}(statement|parse|bind|execute fetch from|execute)(?: ([^:]*))?: (.*)$/.exec(
        rest,
      );
    if (timed !== null) {
      const [, ms = '', step = '', name = '', text = ''] = timed;
      const known = step === 'execute fetch from' ? 'fetch' : (step as Logged['step']);
      entries.push({ process, step: known, name, text, us: Number(ms) * 1000, parameters: '' });
    }
    const given = /^DETAIL: {2}parameters: (.*)$/.exec(rest)?.[1];
    const last = entries.at(-1);
    if (given !== undefined && last?.process === process) last.parameters = given;
  }
  return entries;
}

function written(parameters: readonly (string | null)[]): string {
  return parameters
    .map((value, index) => `$${index + 1} = ${value === null ? 'NULL' : `'${value}'`}`)
    .join(', ');
}

async function run(program: string, args: readonly string[]): Promise<string> {
  const ended = await startProgram(
    program,
    ['-h', '127.0.0.1', '-p', String(relay.port), '-U', 'tester', ...args],
    {
      PGCONNECT_TIMEOUT: '10',
    },
  ).ended();
  expect(ended.code, ended.stderr).toBe(0);
  return ended.stdout;
}

const rounds = 12;
/** Each statement with the rows that it returns or touches, null where it counts none, or the error. */
const script: readonly (readonly [statement: string, rows: number | string | null])[] = [
  ['DROP TABLE IF EXISTS t', null],
  ['CREATE TABLE t (id serial PRIMARY KEY, name text)', null],
  ["INSERT INTO t (name) VALUES ('a'), ('b'), (NULL)", 3],
  ['SELECT * FROM t WHERE id IN (1, 2)', 2],
  ['SELECT pg_sleep(0.003)', 1],
  ['SELECT pg_sleep(0.03)', 1],
  ["UPDATE t SET name = 'x' WHERE id > 1", 2],
  ['SELECT * FROM missing', '42P01'],
  ['SELEKT 1', '42601'],
  ['COPY t (name) FROM STDIN', 2],
  ['COPY t TO STDOUT', 5],
  ['BEGIN', null],
  ['DELETE FROM t WHERE id = 3 RETURNING *', 1],
  ['COMMIT', null],
  ["SELECT n, repeat('x', 100) FROM generate_series(1, 300) n", 300],
  ['PREPARE p AS SELECT name FROM t WHERE id = $1', null],
  ['EXECUTE p(1)', 1],
  ['DECLARE c CURSOR WITH HOLD FOR SELECT * FROM t', null],
  ['FETCH 2 FROM c', 2],
  ['LISTEN news', null],
  ["NOTIFY news, 'hello'", null],
];

describe('a real PostgreSQL', () => {
  let psql: Conversation[] = [];
  const pgbench: Record<string, Conversation[]> = {};
  let log: Logged[] = [];
  let bench = '';
  let large: Conversation | undefined;
  const transactions = 40;

  beforeAll(async () => {
    const file = path.join(folder, 'script.sql');
    const lines = script.map(([statement]) =>
      statement.includes('FROM STDIN') ? `${statement};\none\ntwo\n\\.` : `${statement};`,
    );
    writeFileSync(file, `${lines.join('\n')}\n`);
    for (let round = 0; round < rounds; round++) await run('psql', ['-X', '-q', '-f', file, 'postgres']);
    psql = conversations();

    await run('psql', [
      '-X',
      '-q',
      '-c',
      "SELECT n, repeat('x', 200) FROM generate_series(1, 50000) n",
      'postgres',
    ]);
    [large] = conversations();

    bench = path.join(folder, 'bench.sql');
    writeFileSync(
      bench,
      [
        '\\set id random(1, 100)',
        '\\startpipeline',
        'INSERT INTO seen (id) VALUES (:id);',
        'SELECT n, :id AS id FROM generate_series(1, 7) n;',
        'SELECT pg_sleep(0.002);',
        '\\endpipeline',
        'UPDATE seen SET twice = id * 2 WHERE id = :id RETURNING 1;',
        'SELECT count(*) FROM seen WHERE id >= :id;',
      ].join('\n'),
    );
    await run('psql', ['-X', '-q', '-c', 'CREATE TABLE seen (id int, twice int)', 'postgres']);
    conversations();
    for (const mode of ['extended', 'prepared']) {
      await run('pgbench', [
        '-n',
        '-M',
        mode,
        '-f',
        bench,
        '-t',
        String(transactions),
        '-c',
        '2',
        'postgres',
      ]);
      pgbench[mode] = conversations().filter(({ listed }) => listed.length > 0);
    }
    // Then all of its log is there.
    await postgres.stop();
    log = readLog(postgres.log());
  }, 60_000);

  function logOf(process: string): Logged[] {
    return log.filter((entry) => entry.process === process);
  }

  it('driven by psql has every statement listed with its rows and the time that the server took', () => {
    expect(psql).toHaveLength(rounds);
    const least = new Map<string, number>();
    for (const { process, listed } of psql) {
      expect(listed.map(({ statement, end }) => [statement, end.error?.code ?? end.rows])).toEqual(
        script.map(([statement, rows]) => [`${statement};`, rows]),
      );
      // Errors have no time in the log.
      const timed = listed.filter(({ end }) => end.error === null);
      const entries = logOf(process);
      expect(entries.map(({ text }) => text)).toEqual(timed.map(({ statement }) => statement));
      for (const [index, { statement, askedAtUs, endedAtUs }] of timed.entries()) {
        // The time of a COPY from the client is that of its data, too.
        const over = endedAtUs - askedAtUs - entries[index]!.us;
        expect(over, statement).toBeGreaterThan(-200);
        least.set(statement, Math.min(least.get(statement) ?? Infinity, over));
      }
    }
    // What the machine does beside delays some of the rounds; the quickest is the one that shows the observer's own error.
    for (const [statement, over] of least) expect(over, statement).toBeLessThan(1000);
  });

  it('has all rows and bytes of a large result', () => {
    const end = large?.listed[0]?.end;
    expect(end?.rows).toBe(50_000);
    expect(end?.bytes).toBeGreaterThan(50_000 * 200);
    expect(end?.preview?.rows).toHaveLength(20);
  });

  it.each(['extended', 'prepared'])(
    'driven by pgbench (%s) has every execution of its pipelines, with values and rows',
    (mode) => {
      const clients = pgbench[mode] ?? [];
      expect(clients).toHaveLength(2);
      for (const { process, listed } of clients) {
        const executions = listed.filter(({ verb }) => verb !== 'PREPARE');
        const logged = logOf(process).filter(({ step }) => step === 'execute');
        expect(executions).toHaveLength(5 * transactions);
        expect(executions.map(({ statement, parameters }) => `${statement} ${written(parameters)}`)).toEqual(
          logged.map(({ text, parameters }) => `${text} ${parameters}`),
        );
        const rows = executions.map(({ end }) => end.rows);
        for (let at = 0; at < rows.length; at += 5) {
          expect([...rows.slice(at, at + 3), rows[at + 4]]).toEqual([1, 7, 1, 1]);
          expect(rows[at + 3]).toBeGreaterThanOrEqual(1);
        }
        expect(executions.filter(({ end }) => end.error !== null)).toEqual([]);
      }
    },
  );

  it.each(['extended', 'prepared'])(
    'driven by pgbench (%s) shows the time that the server took for statements and pipelines',
    (mode) => {
      let least = { single: Infinity, pipeline: Infinity };
      for (const { process, listed } of pgbench[mode] ?? []) {
        const executions = listed.filter(({ verb }) => verb !== 'PREPARE');
        const took = tookEach(logOf(process));
        expect(took).toHaveLength(executions.length);
        for (let at = 0; at < executions.length; at += 5) {
          const [first, , third, , fifth] = executions.slice(at, at + 5);
          const pipeline = third!.endedAtUs - first!.askedAtUs - (took[at]! + took[at + 1]! + took[at + 2]!);
          const single = fifth!.endedAtUs - fifth!.askedAtUs - took[at + 4]!;
          expect(pipeline).toBeGreaterThan(-200);
          expect(single).toBeGreaterThan(-200);
          least = { single: Math.min(least.single, single), pipeline: Math.min(least.pipeline, pipeline) };
        }
      }
      expect(least.single).toBeLessThan(1000);
      expect(least.pipeline).toBeLessThan(1000);
    },
  );
});

/** What the server took for each execution: its Bind and Execute, and its Parse where it has no name and so is parsed for it. */
function tookEach(entries: readonly Logged[]): number[] {
  const took: number[] = [];
  let sum = 0;
  for (const { step, name, us } of entries) {
    if (step !== 'parse' || name === '<unnamed>') sum += us;
    if (step === 'execute') {
      took.push(sum);
      sum = 0;
    }
  }
  return took;
}
