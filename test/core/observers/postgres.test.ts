import { describe, expect, it } from 'vitest';
import { createPostgresObserver, looksLikePostgres } from '../../../core/observers/postgres.ts';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { nodePlatform } from '../../support/platform.ts';
import { STEP_US } from './http1-script.ts';
import {
  bind,
  bound,
  closed,
  columns,
  complete,
  cstring,
  describePortal,
  describeStatement,
  execute,
  failure,
  flush,
  gssRequest,
  message,
  noData,
  notice,
  openPostgres,
  parse,
  parsed,
  query,
  raw,
  ready,
  row,
  sslRequest,
  start,
  startup,
  sync,
  toldPostgres,
  u16,
  u32,
} from './postgres-script.ts';
import {
  asks,
  closes,
  joined,
  misses,
  playQueries,
  tells,
  tellsByByte,
  type QueryStep,
} from './query-script.ts';

const hello = [asks(startup()), tells(message('R', u32(0)), message('K', u32(77), u32(123_456)), ready())];
const helloTold = [
  'fact protocol: 3.0',
  'fact user: me',
  'fact database: shop',
  'fact authentication: none asked for',
  'fact server process: 77',
  'fact signed in: The server is ready for questions.',
];

function afterHello(...steps: readonly QueryStep[]): string[] {
  const told = toldPostgres(...hello, ...steps);
  expect(told.slice(0, helloTold.length)).toEqual(helloTold);
  return told.slice(helloTold.length);
}

describe('the start', () => {
  it('tells the parameters, the way of signing in and what the server says of itself, and no password', () => {
    const told = toldPostgres(
      asks(startup({ user: 'ann', database: 'db', application_name: 'psql', password: 'x' })),
      tells(message('R', u32(10), cstring('SCRAM-SHA-256-PLUS'), cstring('SCRAM-SHA-256'), raw('\0'))),
      asks(message('p', cstring('SCRAM-SHA-256'), u32(6), raw('secret'))),
      tells(message('R', u32(11), raw('r=1')), message('R', u32(12), raw('v=1')), message('R', u32(0))),
      tells(message('S', cstring('server_version'), cstring('15.18')), ready()),
    );
    expect(told).toEqual([
      'fact protocol: 3.0',
      'fact user: ann',
      'fact database: db',
      'fact application_name: psql',
      'fact password: [removed]',
      'fact authentication: SCRAM-SHA-256-PLUS, SCRAM-SHA-256',
      'fact server_version: 15.18',
      'fact signed in: The server is ready for questions.',
    ]);
  });

  it('tells why the server refuses', () => {
    const refusal = notice('E', { S: 'FATAL', V: 'FATAL', C: '28P01', M: 'password authentication failed' });
    expect(toldPostgres(asks(startup()), tells(message('R', u32(3)), refusal), closes('server'))).toContain(
      'fact refused: FATAL 28P01: password authentication failed',
    );
  });

  it('goes on in plain text when the server refuses encryption', () => {
    const told = toldPostgres(asks(gssRequest), tells(raw('N')), asks(sslRequest), tells(raw('N')), ...hello);
    expect(told).toEqual([
      'fact encryption: GSSAPI refused by the server',
      'fact encryption: TLS refused by the server',
      ...helloTold,
    ]);
  });

  it('hands over to TLS where it begins, and says nothing more', () => {
    const events: QueryEvent[] = [];
    const handed: unknown[] = [];
    const observer = createPostgresObserver(nodePlatform, (event) => events.push(event), {
      onHandOver: (...all) => handed.push(all),
    });
    observer.bytes('client', joined(gssRequest), 1);
    observer.bytes('server', raw('N'), 2);
    observer.bytes('client', sslRequest, 3);
    observer.bytes('server', raw('S\x16\x03'), 4);
    observer.bytes('client', raw('\x16\x03\x01'), 5);
    observer.end('server', 'reset', 6);
    expect(handed).toEqual([['tls', 16, 2]]);
    expect(events.at(-1)).toEqual({ type: 'fact', name: 'encryption', value: 'TLS', atUs: 4 });
  });

  it('of a connection that cancels is one question', () => {
    const told = toldPostgres(asks(start(80_877_102, u32(77), u32(5))), closes('server'), closes('client'));
    expect(told).toEqual(['1 CANCEL: CANCEL what server process 77 does', '1 ends: ']);
  });
});

describe('simple queries', () => {
  it('tell rows, the tag, the first rows and the times of the bytes that matter', () => {
    const ask = query('select id, name from t where id < 3');
    const answer = [
      columns(['id', 23], 'name'),
      row('1', 'ann'),
      row('2', null),
      complete('SELECT 2'),
      ready(),
    ];
    const events = playQueries(openPostgres, [...hello, asks(ask), tells(...answer)]).slice(6);
    const [one = answer[0]!, two = answer[0]!] = answer;
    const askedAtUs = 3 * STEP_US + ask.length;
    const answeredAtUs = 4 * STEP_US + answer.reduce((sum, part) => sum + part.length, 0);
    expect(one.length + two.length).toBeGreaterThan(0);
    expect(events).toEqual([
      {
        type: 'question',
        question: 1,
        firstAtUs: askedAtUs,
        atUs: askedAtUs,
        verb: 'SELECT',
        statement: 'select id, name from t where id < 3',
        normalised: 'SELECT id, name FROM t WHERE id < ?',
        parameters: [],
        bytes: ask.length,
      },
      { type: 'answer-begin', question: 1, atUs: answeredAtUs },
      {
        type: 'answer-end',
        question: 1,
        atUs: answeredAtUs,
        rows: 2,
        bytes: answeredAtUs - 4 * STEP_US,
        status: 'SELECT 2',
        error: null,
        preview: {
          columns: ['id', 'name'],
          rows: [
            ['1', 'ann'],
            ['2', null],
          ],
        },
        facts: [],
      },
    ]);
  });

  it('begin to be answered with the first row, and end with the tag', () => {
    const events = playQueries(openPostgres, [
      ...hello,
      asks(query('select 1')),
      tells(columns('a')),
      tells(row('1').subarray(0, 6)),
      tells(row('1').subarray(6)),
      tells(complete('SELECT 1')),
      tells(ready()),
    ]).slice(7);
    expect(events.map((event) => [event.type, Math.floor(event.atUs / STEP_US)])).toEqual([
      ['answer-begin', 5],
      ['answer-end', 7],
    ]);
  });

  it('with several statements are one question with all tags', () => {
    expect(
      afterHello(
        asks(query('begin; insert into t values (1),(2); select 1; commit')),
        tells(
          complete('BEGIN'),
          complete('INSERT 0 2'),
          columns('a'),
          row('1'),
          complete('SELECT 1'),
          complete('COMMIT'),
          ready(),
        ),
      ),
    ).toEqual([
      '1 BEGIN: begin; insert into t values (1),(2); select 1; commit',
      '1 begins',
      '1 ends: 3 rows, BEGIN; INSERT 0 2; SELECT 1; COMMIT, command=BEGIN, command=INSERT 0 2, command=SELECT 1, command=COMMIT',
    ]);
  });

  it('tell no state of the transaction where ReadyForQuery holds none, whatever came before', () => {
    // Kept in pieces, the tag begins with the letter that means an open transaction.
    const answer = joined(complete('TRUNCATE TABLE'), message('Z'));
    for (const told of [[tells(answer)], tellsByByte(answer)])
      expect(afterHello(asks(query('truncate t')), ...told).at(-1)).toBe('1 ends: TRUNCATE TABLE');
  });

  it('tell the error with what helps, notices, and the state of the transaction', () => {
    expect(
      afterHello(
        asks(query('begin'), query('selekt 1'), query('')),
        tells(complete('BEGIN'), ready('T')),
        tells(notice('N', { S: 'WARNING', V: 'WARNING', C: '01000', M: 'look out' })),
        tells(failure('42601', 'syntax error', { P: '1', D: 'near', F: 'scan.l' }), ready('E')),
        tells(message('I'), ready('E')),
      ),
    ).toEqual([
      '1 BEGIN: begin',
      '2 SELEKT: selekt 1',
      '3 EMPTY: ',
      '1 begins',
      '1 ends: BEGIN, transaction=open',
      '2 begins',
      '2 ends: 42601 syntax error, notice=WARNING 01000: look out, position=1, detail=near, transaction=failed',
      '3 begins',
      '3 ends: transaction=failed',
    ]);
  });

  it('of which the answer never comes are cut', () => {
    expect(
      afterHello(asks(query('select 1')), tells(columns('a'), row('1')), closes('client'), closes('server')),
    ).toEqual([
      '1 SELECT: select 1',
      '1 begins',
      '1 ends: 1 rows, cut The conversation ended before the answer.',
    ]);
  });

  it('are told without the passwords that they set', () => {
    const told = afterHello(asks(query("alter role ann password 'tops3cret'")));
    expect(told).toEqual(["1 ALTER: alter role ann password '[removed]'"]);
  });
});

describe('COPY', () => {
  it('from the client tells lines and bytes', () => {
    expect(
      afterHello(
        asks(query('copy t from stdin')),
        tells(message('G', raw('\0'), u16(1), u16(0))),
        asks(message('d', raw('1\n2\n')), message('d', raw('3\n')), message('c')),
        tells(complete('COPY 3'), ready()),
        asks(query('select 1')),
        tells(complete('SELECT 1'), ready()),
      ),
    ).toEqual([
      '1 COPY: copy t from stdin',
      '1 begins',
      '1 ends: 3 rows, COPY 3, copied=6 bytes',
      '2 SELECT: select 1',
      '2 begins',
      '2 ends: 1 rows, SELECT 1',
    ]);
  });

  it('by the extended protocol passes over the Sync that the server passes over', () => {
    const told = afterHello(
      asks(parse('', 'copy t from stdin'), bind(), execute(), sync),
      tells(parsed, bound, message('G', raw('\0'), u16(0))),
      asks(message('d', raw('1\n')), message('c'), sync),
      tells(complete('COPY 1'), ready()),
      asks(query('select 1')),
      tells(complete('SELECT 1'), ready()),
    );
    expect(told.filter((line) => line.includes('ends'))).toEqual([
      '1 ends: 1 rows, COPY 1, copied=2 bytes',
      '2 ends: 1 rows, SELECT 1',
    ]);
  });

  it('whose data were sent before the server was ready for them is matched all the same', () => {
    const told = afterHello(
      asks(parse('', 'copy t from stdin'), bind(), execute(), message('d', raw('1\n')), message('c'), sync),
      tells(parsed, bound, message('G', raw('\0'), u16(0)), complete('COPY 1'), ready()),
    );
    expect(told.at(-1)).toBe('1 ends: 1 rows, COPY 1, copied=2 bytes');
  });

  it('to the client tells lines and bytes', () => {
    expect(
      afterHello(
        asks(query('copy t to stdout')),
        tells(message('H', raw('\0'), u16(1), u16(0)), message('d', raw('1\n')), message('d', raw('2\n'))),
        tells(message('c'), complete('COPY 2'), ready()),
      ),
    ).toEqual(['1 COPY: copy t to stdout', '1 begins', '1 ends: 2 rows, COPY 2, copied=4 bytes']);
  });

  it('of replication is known as long-lived', () => {
    expect(
      afterHello(
        asks(query('START_REPLICATION 0/0')),
        tells(message('W', raw('\0'), u16(0)), message('d', raw('w'))),
        asks(message('d', raw('r'))),
        closes('server'),
      ),
    ).toEqual([
      '1 START_REPLICATION: START_REPLICATION 0/0',
      '1 begins',
      'fact long-lived: Both ends send as they like: a stream of replication.',
      '1 ends: 1 rows, cut The conversation ended before the answer.',
    ]);
  });
});

describe('the extended protocol', () => {
  it('makes one question of all messages of an execution', () => {
    const asked = [parse('', 'select $1::int', [23]), bind({ values: ['7'] }), describePortal(), execute()];
    const events = playQueries(openPostgres, [
      ...hello,
      asks(...asked, sync),
      tells(parsed, bound, columns(['int4', 23]), row('7'), complete('SELECT 1'), ready()),
    ]).slice(6);
    expect(events).toMatchObject([
      { type: 'question', verb: 'SELECT', parameters: ['7'], bytes: joined(...asked).length },
      { type: 'answer-begin' },
      { type: 'answer-end', rows: 1, status: 'SELECT 1', preview: { columns: ['int4'], rows: [['7']] } },
    ]);
  });

  it('tells the preparing, and values and rows in binary by what was prepared', () => {
    const uuid = Uint8Array.from({ length: 16 }, (_, at) => at * 17);
    const events = playQueries(openPostgres, [
      ...hello,
      asks(parse('s1', 'select a, b, c from t where u = $1 and n = $2'), describeStatement('s1'), sync),
      tells(
        parsed,
        message('t', u16(2), u32(2950), u32(21)),
        columns(['a', 20], ['b', 1114], ['c', 1700]),
        ready(),
      ),
      asks(bind({ statement: 's1', values: [uuid, Uint8Array.of(255, 254)], formats: [1], results: [1] })),
      asks(execute(), sync),
      tells(
        bound,
        row(
          Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 246),
          Uint8Array.of(0, 0, 0, 0, 0, 0x1e, 0x84, 0x80),
          joined(u16(2), u16(0), u16(0x4000), u16(2), u16(12), u16(3400)),
        ),
        complete('SELECT 1'),
        ready(),
      ),
    ]).slice(6);
    expect(events).toMatchObject([
      { type: 'question', verb: 'PREPARE' },
      { type: 'answer-begin' },
      { type: 'answer-end', rows: null },
      {
        type: 'question',
        verb: 'SELECT',
        normalised: 'SELECT a, b, c FROM t WHERE u = ? AND n = ?',
        parameters: ['00112233-4455-6677-8899-aabbccddeeff', '-2'],
      },
      { type: 'answer-begin' },
      {
        type: 'answer-end',
        preview: { columns: ['a', 'b', 'c'], rows: [['-10', '2000-01-01 00:00:02', '-12.34']] },
      },
    ]);
  });

  it('matches answers of a pipeline in order', () => {
    const each = (value: string) => [bind({ statement: 's', values: [value] }), execute()];
    expect(
      afterHello(
        asks(parse('s', 'select $1'), ...each('a'), ...each('b'), ...each('c'), sync),
        tells(parsed, bound, row('a'), complete('SELECT 1')),
        tells(bound, row('b'), row('b'), complete('SELECT 2'), bound, complete('SELECT 0'), ready()),
      ),
    ).toEqual([
      '1 SELECT [a]: select $1',
      '2 SELECT [b]: select $1',
      '3 SELECT [c]: select $1',
      '1 begins',
      '1 ends: 1 rows, SELECT 1',
      '2 begins',
      '2 ends: 2 rows, SELECT 2',
      '3 begins',
      '3 ends: 0 rows, SELECT 0',
    ]);
  });

  it('says which of a pipeline were not run behind an error, up to the Sync', () => {
    const each = (sql: string) => [parse('', sql), bind(), execute()];
    expect(
      afterHello(
        asks(...each('insert 1'), ...each('insert 2'), ...each('insert 3'), sync, ...each('insert 4'), sync),
        tells(parsed, bound, complete('INSERT 0 1'), parsed, failure('23505', 'duplicate key'), ready('I')),
        tells(parsed, bound, complete('INSERT 0 1'), ready()),
      ).slice(4),
    ).toEqual([
      '1 begins',
      '1 ends: 1 rows, INSERT 0 1',
      '2 begins',
      '2 ends: 23505 duplicate key',
      '3 ends: skipped Not run, because a statement sent before it failed.',
      '4 begins',
      '4 ends: 1 rows, INSERT 0 1',
    ]);
  });

  it('tells an error that comes with the commit at Sync', () => {
    expect(
      afterHello(
        asks(parse('', 'insert'), bind(), execute(), sync),
        tells(parsed, bound, complete('INSERT 0 1'), failure('23503', 'foreign key'), ready()),
      ).at(-1),
    ).toBe('1 ends: 1 rows, INSERT 0 1, 23503 foreign key');
  });

  it('tells each fetch of a portal with a limit', () => {
    expect(
      afterHello(
        asks(parse('', 'select 1'), bind({ portal: 'c' }), execute('c', 2), flush),
        tells(parsed, bound, row('1'), row('2'), message('s')),
        asks(execute('c', 2), sync),
        tells(row('3'), complete('SELECT 1'), ready()),
      ).filter((line) => !line.includes('begins')),
    ).toEqual([
      '1 SELECT: select 1',
      '1 ends: 2 rows, suspended',
      '2 SELECT: select 1',
      '2 ends: 1 rows, SELECT 1',
    ]);
  });

  it('names closing, describing and calling a function', () => {
    expect(
      afterHello(
        asks(
          parse('s', 'select 1'),
          sync,
          describeStatement('s'),
          sync,
          message('C', raw('S'), cstring('s')),
          sync,
        ),
        tells(parsed, ready(), message('t', u16(0)), noData, ready(), closed, ready()),
        asks(message('F', u32(1598), u16(0), u16(1), u32(1), raw('x'), u16(0))),
        tells(message('V', u32(1), raw('y')), ready()),
      ).filter((line) => !line.includes('begins') && !line.includes('ends')),
    ).toEqual([
      '1 PREPARE: select 1',
      '2 DESCRIBE: select 1',
      '3 CLOSE: CLOSE statement s',
      '4 FUNCTION [x]: function 1598',
    ]);
  });
});

describe('bytes that are missing', () => {
  it('within a message cost nothing but themselves', () => {
    const long = row('x'.repeat(1000));
    const told = afterHello(
      asks(query('select 1')),
      tells(columns('a'), long.subarray(0, 100)),
      misses('server', 800),
      tells(long.subarray(900), row('b'), complete('SELECT 2'), ready()),
    );
    expect(told.at(-1)).toBe('1 ends: 2 rows, SELECT 2, missing=Bytes in a message of its answer.');
  });

  it('of the server end what was open, and matching begins again at ReadyForQuery', () => {
    expect(
      afterHello(
        asks(query('select 1')),
        tells(columns('a'), row('1')),
        misses('server', 5000),
        tells(raw('junkZ\0'), ready()),
        asks(query('select 2')),
        tells(complete('SELECT 1'), ready()),
      ),
    ).toEqual([
      '1 SELECT: select 1',
      '1 begins',
      '1 ends: 1 rows, lost Bytes are missing before or in its answer.',
      'fact lost: In what the server sent: bytes are missing. Answers are not matched until both ends have taken turns.',
      'fact found: 5006 bytes of the server are missing or were passed over.',
      '2 SELECT: select 2',
      '2 begins',
      '2 ends: 1 rows, SELECT 1',
    ]);
  });

  it('of the client are found again at a Query or a Sync, and nothing is matched before both have taken turns', () => {
    expect(
      afterHello(
        misses('client', 100),
        asks(raw('where xQ\0\0\0\x03 = 1\0'), query('select 2')),
        tells(complete('SELECT 9'), ready()),
        asks(query('select 3')),
        tells(complete('SELECT 3'), ready()),
      ),
    ).toEqual([
      'fact lost: In what the client sent: bytes are missing. Answers are not matched until both ends have taken turns.',
      'fact found: 117 bytes of the client are missing or were passed over.',
      '1 SELECT: select 2',
      '1 ends: lost Its answer cannot be told from others, because bytes before it are missing.',
      '2 SELECT: select 3',
      '2 begins',
      '2 ends: 3 rows, SELECT 3',
    ]);
  });

  it('make a recording that begins in the middle name what was prepared before', () => {
    expect(
      toldPostgres(
        asks(bind({ statement: 's1', values: ['4'] }), execute(), sync),
        tells(bound, complete('UPDATE 4'), ready()),
      ),
    ).toEqual([
      'fact began: The conversation was under way when the recording began. Statements that were prepared before are shown by their names.',
      '1 EXECUTE [4]: (statement s1, made before the recording)',
      '1 begins',
      '1 ends: 4 rows, UPDATE 4',
    ]);
  });
});

describe('looksLikePostgres', () => {
  const none = new Uint8Array(0);

  it('knows the beginnings of a conversation', () => {
    for (const bytes of [
      startup(),
      sslRequest,
      gssRequest,
      start(80_877_102, u32(1), u32(2)),
      query('select 1'),
    ]) {
      for (let length = 0; length < 5; length++) {
        expect(looksLikePostgres(bytes.subarray(0, length), none)).toBe('need-more');
      }
      expect(looksLikePostgres(bytes, none)).toBe('yes');
    }
    expect(looksLikePostgres(sync, none)).toBe('yes');
    expect(looksLikePostgres(parse('s', 'select 1'), none)).toBe('yes');
  });

  it('knows what it is not', () => {
    for (const text of [
      'GET / HTTP/1.1\r\n',
      'QUIT\r\n',
      '\x16\x03\x01\0\0',
      'PING\r\n',
      '\0\0\0\x10\0\0\0\x02\0\0\0\0',
      'Q\0\0\0\x16select\0 1234567890',
    ]) {
      expect(looksLikePostgres(raw(text), none)).toBe('no');
    }
    expect(looksLikePostgres(none, raw('220 hello'))).toBe('no');
  });
});
