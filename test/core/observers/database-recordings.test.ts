import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seenQueries } from '../../support/seen-queries.ts';
import { mysqlRecordings, postgresRecordings, readDatabaseRecording } from './database-recordings.ts';
import { cutter } from './http1-script.ts';
import { openMysql } from './mysql-script.ts';
import { openPostgres } from './postgres-script.ts';
import { closes, playQueries, queryBreach, withoutTimes, type QueryStep } from './query-script.ts';

function stepsOf(name: string): QueryStep[] {
  return [...readDatabaseRecording(name), closes('client'), closes('server')];
}

/** `SELECT 2`: the verb and the rows, or the code of the error. */
function answers(name: string): string[] {
  const events = playQueries(name.startsWith('mysql') ? openMysql : openPostgres, stepsOf(name));
  expect(queryBreach(events)).toBeNull();
  expect(events.filter((event) => event.type === 'fact' && event.name === 'lost')).toEqual([]);
  return seenQueries(events).map(({ verb, end }) => `${verb} ${end.error?.code ?? end.rows ?? '-'}`);
}

describe('recorded conversations', () => {
  it('of psql are told as it was asked', () => {
    expect(answers('postgres-psql')).toEqual([
      ...[
        'CREATE -',
        'INSERT 2',
        'SELECT 2',
        'SELECT 42703',
        'BEGIN -',
        'DELETE 1',
        'COMMIT -',
        'COPY 2',
        'COPY 3',
      ],
    ]);
  });

  it('of pgbench are told with what is in its pipelines', () => {
    for (const mode of ['extended', 'prepared']) {
      const told = answers(`postgres-pgbench-${mode}`);
      const executed = told.filter((line) => !line.startsWith('PREPARE')).map((line) => line.split(' ')[0]);
      expect(executed).toEqual(Array.from({ length: 5 }, () => ['UPDATE', 'SELECT', 'SELECT']).flat());
      expect(told.filter((line) => /PREPARE|[A-Z] [0-9A-Z]{5}$/.test(line))).toEqual(
        mode === 'prepared' ? ['PREPARE -', 'PREPARE -', 'PREPARE -'] : [],
      );
    }
  });

  it('of the mariadb client are told as it was asked, compressed or not', () => {
    const asked = [
      ...['CREATE 0', 'INSERT 2', 'SELECT 2', 'SELECT 1054', 'BEGIN 0', 'DELETE 1', 'COMMIT 0'],
      ...['PREPARE 0', 'SET 0', 'EXECUTE 1', 'DROP 0'],
    ];
    expect(answers('mysql-client')).toEqual(asked);
    expect(answers('mysql-compressed')).toEqual(asked);
  });

  it('of the library of MariaDB are told with what it prepared', () => {
    expect(answers('mysql-prepared').filter((line) => line !== 'PREPARE -')).toEqual([
      ...['CREATE 0', 'INSERT 1', 'INSERT 1', 'INSERT 1', 'INSERT 3', 'SELECT 3', 'SELECT 2', 'SELECT 0'],
      ...['FETCH 2', 'FETCH 2', 'FETCH 2', 'FETCH 0', 'UPDATE 1', 'SELECT 1', 'PREPARE 1146', 'SELECT 1'],
    ]);
  });

  it('are told the same however they are cut', () => {
    for (const name of [...postgresRecordings, ...mysqlRecordings]) {
      const open = name.startsWith('mysql') ? openMysql : openPostgres;
      const whole = withoutTimes(playQueries(open, stepsOf(name)));
      fc.assert(
        fc.property(fc.nat(), fc.constantFrom(1, 3, 20, 400), (seed, chunkBytesMax) => {
          expect(withoutTimes(playQueries(open, stepsOf(name), cutter(seed, chunkBytesMax)))).toEqual(whole);
        }),
        { numRuns: 30 },
      );
    }
  });
});
