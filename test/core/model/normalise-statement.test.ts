import fc from 'fast-check';
import { cpuUsage } from 'node:process';
import { describe, expect, it } from 'vitest';
import {
  normalisedCharsMax,
  normaliseStatement,
  traceParentOf,
  verbOf,
  withoutPasswords,
} from '../../../core/model/normalise-statement.ts';

describe('normaliseStatement', () => {
  it('takes values out of PostgreSQL', () => {
    const cases: readonly (readonly [string, string])[] = [
      ["select * from t where a = 'it''s' and b = 1.5e-3", 'SELECT * FROM t WHERE a = ? AND b = ?'],
      ["select E'a\\'b', B'01', X'1F', U&'\\0041', $$x'y$$, $tag$ $$ $tag$", 'SELECT ?, ?, ?, ?, ?, ?'],
      ['select "Tab 1".a1, t2.b_3 from "Tab 1" t2', 'SELECT "Tab 1".a1, t2.b_3 FROM "Tab 1" t2'],
      ['select -- why\n  a /* /* nested */ */ ,b', 'SELECT a ,b'],
      ['update t set a=-1, b = b -1, c=3-1', 'UPDATE t SET a=?, b = b -?, c=?-?'],
      ['select * from t where id in (1, -2, $3)', 'SELECT * FROM t WHERE id IN (?)'],
      [
        'select * from t where id = any($1) and x=ANY(array[1,2])',
        'SELECT * FROM t WHERE id = ANY(?) AND x=ANY(ARRAY[?])',
      ],
      ["insert into t(a,b) values (1,'x'), (2, NULL),(3,default)", 'INSERT INTO t(a,b) VALUES (?)'],
      ['select f(1, 2), (select 3)', 'SELECT f(?, ?), (SELECT ?)'],
      ['select a in (select id from u where v in (1,2))', 'SELECT a IN (SELECT id FROM u WHERE v IN (?))'],
      ["select data->>'a', x::int ? 'k' from t limit 10;", 'SELECT data->>?, x::int ? ? FROM t LIMIT ?'],
      ['select 0x1F, 1_000, .5, 12abc', 'SELECT ?, ?, ?, ?'],
      ['', ''],
      [';', ''],
      ["select 'open", 'SELECT ?'],
    ];
    for (const [sql, normalised] of cases) expect(normaliseStatement(sql, 'postgres')).toBe(normalised);
  });

  it('takes values out of MySQL', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['select "it\\"s", `a b`.c from t # end', 'SELECT ?, `a b`.c FROM t'],
      ["select 'a\\'b', _utf8mb4'x', x'1f', n'y', ?", 'SELECT ?, ?, ?, ?, ?'],
      ['select /*!40001 SQL_NO_CACHE */ * from t where a=@x', 'SELECT SQL_NO_CACHE * FROM t WHERE a=@x'],
      ['select $$, 1 - - 1', 'SELECT $$, ? - ?'],
    ];
    for (const [sql, normalised] of cases) expect(normaliseStatement(sql, 'mysql')).toBe(normalised);
  });

  it('gives statements that differ in values the same text', () => {
    const values = fc.oneof(
      fc.integer().map(String),
      fc.string().map((text) => `'${text.replaceAll("'", "''")}'`),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    );
    fc.assert(
      fc.property(fc.array(values, { minLength: 1, maxLength: 9 }), values, (list, value) => {
        const sql = `SELECT a FROM t WHERE b IN (${list.join(',')}) AND c = ${value} LIMIT 3`;
        expect(normaliseStatement(sql, 'postgres')).toBe('SELECT a FROM t WHERE b IN (?) AND c = ? LIMIT ?');
      }),
    );
  });

  it('is bounded and linear, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.constantFrom('postgres' as const, 'mysql' as const),
        (text, dialect) => {
          expect(normaliseStatement(text, dialect).length).toBeLessThanOrEqual(normalisedCharsMax);
          expect(typeof verbOf(text, dialect)).toBe('string');
          expect(withoutPasswords(`set password ${text}`, dialect)).toBeTypeOf('string');
        },
      ),
    );
    for (const part of [
      '(',
      "'",
      '$a',
      '$a$',
      '/*',
      '-',
      'in(',
      '(?),',
      'values(1),',
      '"',
      '`',
      '1e',
      '.1',
      "e'\\",
      '*/',
      'with ',
    ]) {
      const text = `select ${part.repeat(65_536 / part.length)}`;
      const started = cpuUsage();
      for (const dialect of ['postgres', 'mysql'] as const) {
        expect(normaliseStatement(text, dialect).length).toBeLessThanOrEqual(normalisedCharsMax);
        verbOf(text, dialect);
        verbOf(`with ${text}`, dialect);
        withoutPasswords(`alter user password ${text}`, dialect);
        traceParentOf(`${text} traceparent`, dialect);
      }
      expect(cpuUsage(started).user / 1000, part).toBeLessThan(1000);
    }
  });
});

describe('verbOf', () => {
  it('is the first word, or what is done behind WITH', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['select 1', 'SELECT'],
      ['  /* x */ -- y\n (select 1)', 'SELECT'],
      ['with a as (select 1), b as (delete from t) insert into u select * from a', 'INSERT'],
      ['WITH RECURSIVE t(n) AS (VALUES (1)) SELECT * FROM t', 'SELECT'],
      ['START_REPLICATION SLOT a', 'START_REPLICATION'],
      ['explain analyze select 1', 'EXPLAIN'],
      ['', 'EMPTY'],
      ['-- nothing', 'EMPTY'],
      ['42', 'QUERY'],
    ];
    for (const [sql, verb] of cases) expect(verbOf(sql, 'postgres')).toBe(verb);
    expect(verbOf('/*!40101 SET NAMES utf8 */', 'mysql')).toBe('SET');
  });
});

describe('traceParentOf', () => {
  it('finds what SQLCommenter wrote, in comments only', () => {
    const parent = '00-5bd66ef5095369c7b0d1f8f4bd33716a-c532cb4098ac3dd2-01';
    expect(traceParentOf(`select 1 /*framework='x',traceparent='${parent}'*/`, 'postgres')).toBe(parent);
    expect(traceParentOf(`select 1 /*traceparent=%27${parent}%27*/`, 'mysql')).toBe(parent);
    expect(traceParentOf(`select $$ traceparent='${parent}' $$`, 'postgres')).toBeNull();
    expect(traceParentOf("select 1 /*traceparent='00-1'*/", 'postgres')).toBeNull();
  });
});

describe('withoutPasswords', () => {
  it('removes what sets a password and nothing else', () => {
    const cases: readonly (readonly [string, string])[] = [
      [
        "CREATE ROLE a LOGIN ENCRYPTED PASSWORD 's3' VALID UNTIL '2030'",
        "CREATE ROLE a LOGIN ENCRYPTED PASSWORD '[removed]' VALID UNTIL '2030'",
      ],
      [
        "alter user 'a'@'h' identified via x using 's3'",
        "alter user 'a'@'h' identified via x using '[removed]'",
      ],
      ["set password for 'a'@'h' = password('s3')", "set password for 'a'@'h' = password('[removed]')"],
      [
        "change master to master_user='u', master_password='s3', master_host='h'",
        "change master to master_user='u', master_password='[removed]', master_host='h'",
      ],
      ["select * from users where password = 'x'", "select * from users where password = 'x'"],
    ];
    for (const [sql, kept] of cases) expect(withoutPasswords(sql, 'mysql')).toBe(kept);
  });
});
