import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { createMysqlObserver } from '../../../core/observers/mysql.ts';
import { startMariadb, type Mariadb } from '../../support/mariadb.ts';
import { nodePlatform } from '../../support/platform.ts';
import { startProgram } from '../../support/program.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { factOf, seenQueries, type SeenQuery } from '../../support/seen-queries.ts';
import { startWatchingRelay, type WatchingRelay } from '../../support/watching-relay.ts';
import { within } from '../../support/within.ts';
import { queryBreach } from '../../core/observers/query-script.ts';

/** One entry of the slow log, which has every statement. */
interface Logged {
  readonly connection: string;
  readonly statement: string;
  /** From the command's last byte read to the answer's last byte written, without the way there and back. */
  readonly us: number;
  readonly rows: number;
}

let mariadb: Mariadb;
let relay: WatchingRelay;
let connections: QueryEvent[][] = [];

beforeAll(async () => {
  mariadb = await startMariadb();
  relay = await startWatchingRelay(mariadb.port, () => {
    const events: QueryEvent[] = [];
    connections.push(events);
    return createMysqlObserver(nodePlatform, (event) => void events.push(event));
  });
});

afterAll(async () => {
  await relay.stop();
  await mariadb.stop();
});

/** What the one connection since the last call has told. */
function seen(): { connection: string; listed: SeenQuery[] } {
  expect(connections).toHaveLength(1);
  const [events = []] = connections;
  connections = [];
  expect(queryBreach(events)).toBeNull();
  expect(JSON.stringify(events)).not.toContain(mariadb.password);
  return { connection: factOf(events, 'connection') ?? '', listed: seenQueries(events) };
}

function readLog(text: string): Logged[] {
  return text
    .split(/^# User@Host: .*\n/m)
    .slice(1)
    .map((entry) => {
      const number = (name: string): number => Number(new RegExp(`${name}: ([0-9.]+)`).exec(entry)?.[1]);
      const statement = entry.slice(entry.indexOf('SET timestamp=')).split(';\n')[1] ?? '';
      return {
        connection: /Thread_id: (\d+)/.exec(entry)?.[1] ?? '',
        statement,
        us: number('Query_time') * 1e6,
        rows: number('Rows_sent') + number('Rows_affected'),
      };
    });
}

/** The entries of one connection, once so many are there: the server writes them behind its answers. */
async function logOf(connection: string, count: number): Promise<Logged[]> {
  const entries = (): Logged[] => readLog(mariadb.slowLog()).filter((each) => each.connection === connection);
  await expect.poll(() => entries().length).toBeGreaterThanOrEqual(count);
  return entries();
}

/** Runs the lines in the client, which goes on behind errors. */
async function client(lines: readonly string[], more: readonly string[] = []): Promise<void> {
  const args = [
    '--no-defaults',
    '--host=127.0.0.1',
    `--port=${relay.port}`,
    '--user=tester',
    '--local-infile',
  ];
  const child = spawn('mariadb', [...args, `--password=${mariadb.password}`, '--force', ...more, 'shop'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.stdin.end(`${lines.join('\n')}\n`);
  await within(20_000, 'mariadb to end', once(child, 'close'));
}

const rounds = 12;
const procedure = 'CREATE OR REPLACE PROCEDURE two() BEGIN SELECT 1; SELECT 2 UNION SELECT 3; END';

/** Each statement with the rows that it returns or touches, or the error. */
function script(file: string): readonly (readonly [statement: string, rows: number | string])[] {
  return [
    ['CREATE OR REPLACE TABLE t (id INT PRIMARY KEY AUTO_INCREMENT, name VARCHAR(40))', 0],
    ["INSERT INTO t (name) VALUES ('a'), ('b;c'), (NULL)", 3],
    ['SELECT * FROM t WHERE id IN (1, 2)', 2],
    ['SELECT SLEEP(0.003)', 1],
    ['SELECT SLEEP(0.03)', 1],
    ["UPDATE t SET name = 'x' WHERE id > 1", 2],
    ['SELECT * FROM missing', '1146'],
    ['SELEKT', '1064'],
    [`LOAD DATA LOCAL INFILE '${file}' INTO TABLE t (name)`, 3],
    ['BEGIN', 0],
    ['DELETE FROM t WHERE id = 3', 1],
    ['COMMIT', 0],
    ['SELECT seq, REPEAT(seq, 20) FROM seq_1_to_300', 300],
    ["PREPARE p FROM 'SELECT name FROM t WHERE id = ?'", 0],
    ['SET @id = 1', 0],
    ['EXECUTE p USING @id', 1],
    ['CALL two()', 3],
    ['SHOW TABLES', 1],
  ];
}

describe('the mariadb client on a real MariaDB', () => {
  it('has every statement listed with its rows, and the time that the server took', async () => {
    const file = path.join(scratchFolder(), 'rows.csv');
    writeFileSync(file, 'one\ntwo\nthree\n');
    await client(['DELIMITER //', `${procedure}//`]);
    expect(seen().listed.map(({ statement }) => statement)).toEqual([procedure]);
    const expected = script(file);
    const least = new Map<string, number>();
    for (let round = 0; round < rounds; round++) {
      await client(expected.map(([statement]) => `${statement};`));
      const { connection, listed } = seen();
      expect(listed.map(({ statement, end }) => [statement, end.error?.code ?? end.rows])).toEqual(expected);
      const logged = await logOf(connection, expected.length);
      expect(logged).toHaveLength(listed.length);
      for (const [index, { statement, askedAtUs, endedAtUs, end }] of listed.entries()) {
        const entry = logged[index]!;
        // What EXECUTE runs is in the log in its place.
        if (!statement.startsWith('EXECUTE')) expect(entry.statement).toBe(statement);
        if (end.error === null && !statement.startsWith('SHOW')) expect(entry.rows).toBe(end.rows);
        const over = endedAtUs - askedAtUs - entry.us;
        expect(over, statement).toBeGreaterThan(-200);
        least.set(statement, Math.min(least.get(statement) ?? Infinity, over));
      }
    }
    // What the machine does beside delays some of the rounds; the quickest is the one that shows the observer's own error.
    for (const [statement, over] of least) expect(over, statement).toBeLessThan(1000);
  });
});

describe('the mariadb client with compression', () => {
  it('has every statement listed with its rows', async () => {
    const expected = script('nowhere.csv').filter(([statement]) => !statement.startsWith('LOAD'));
    await client(
      expected.map(([statement]) => `${statement};`),
      ['--compress'],
    );
    expect(connections[0]).toContainEqual(expect.objectContaining({ name: 'compression', value: 'zlib' }));
    expect(seen().listed.map(({ statement, end }) => [statement, end.error?.code ?? end.rows])).toEqual(
      expected,
    );
  });
});

describe('a large result of a real MariaDB', () => {
  it('has all its rows and bytes', async () => {
    await client(["SELECT seq, REPEAT('x', 200) FROM seq_1_to_50000;"]);
    const [query] = seen().listed;
    expect(query?.end.rows).toBe(50_000);
    expect(query?.end.bytes).toBeGreaterThan(50_000 * 200);
    expect(query?.end.preview?.rows).toHaveLength(20);
  });
});

describe('prepared statements by MariaDB’s own library on a real MariaDB', () => {
  it('are listed with their values and rows as the library has them', async () => {
    const python = fileURLToPath(new URL('../../support/mariadb-prepared.py', import.meta.url));
    const { stdout, code } = await startProgram('python3', [
      python,
      String(relay.port),
      mariadb.password,
    ]).ended();
    expect(code).toBe(0);
    const got = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { affected?: number; rows?: (string | null)[][]; error?: string });
    const { connection, listed } = seen();
    const executions = listed.filter(({ verb }) => verb !== 'PREPARE' && verb !== 'FETCH');
    expect(
      executions.map(({ statement, parameters }) => [statement.split(' ', 2).join(' '), parameters]),
    ).toEqual([
      ['CREATE OR', []],
      ['INSERT INTO', ['1', '1.5', 'one']],
      ['INSERT INTO', ['-2', '-0.25', null]],
      ['INSERT INTO', ['3', '3', 'drei ä']],
      ['INSERT INTO', ['10']],
      ['SELECT *', ['5']],
      ['SELECT *', ['2']],
      ['SELECT i', []],
      ['UPDATE binary_rows', ['(20000 bytes)']],
      ['SELECT LENGTH(b),', ['0.02']],
      ['SELECT ?', ['41']],
    ]);
    // The library asks for two rows at a time where there is a cursor.
    const fetched = listed.filter(({ verb }) => verb === 'FETCH');
    expect(fetched.map(({ end }) => end.rows)).toEqual([2, 2, 2, 0]);
    expect(fetched.flatMap(({ end }) => end.preview?.rows ?? [])).toEqual(got[7]?.rows);
    const answers = got.filter(({ error }) => error === undefined);
    for (const [index, { end, statement }] of executions.entries()) {
      if (statement.startsWith('SELECT i')) continue;
      const { rows, affected } = answers[index]!;
      expect(end.rows, statement).toBe(rows?.length ?? affected);
      expect(end.preview?.rows, statement).toEqual(rows?.map((row) => row.map((value) => dated(value))));
    }
    expect(listed.find(({ end }) => end.error !== null)).toMatchObject({
      verb: 'PREPARE',
      end: { error: { code: '1146', message: got[10]?.error } },
    });
    const logged = await logOf(connection, executions.length);
    expect(logged.map(({ rows }) => rows)).toEqual(
      executions.map(({ end, statement }) => (statement.startsWith('SELECT i') ? 0 : end.rows)),
    );
    for (const [index, { askedAtUs, endedAtUs, statement }] of executions.entries()) {
      // The time of a statement that opens a cursor is below zero in MariaDB's log, and so written as 2^64 µs less something.
      if (statement.startsWith('SELECT i')) continue;
      expect(endedAtUs - askedAtUs - logged[index]!.us, statement).toBeGreaterThan(-200);
    }
  });
});

/** µs are written whole where there are any; the library knows how many digits the column has. */
function dated(value: string | null): string | null {
  return value?.endsWith('.250') === true ? value.replace(/\.250$/, '.250000') : value;
}
