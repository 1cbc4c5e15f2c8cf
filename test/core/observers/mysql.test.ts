import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { createMysqlObserver, looksLikeMysql } from '../../../core/observers/mysql.ts';
import { nodePlatform } from '../../support/platform.ts';
import { STEP_US } from './http1-script.ts';
import {
  binaryRow,
  clientFlags,
  column,
  command,
  eof,
  execute,
  failure,
  greeting,
  hello,
  le,
  login,
  ok,
  openMysql,
  packet,
  packets,
  preparedOk,
  query,
  raw,
  row,
  sized,
  toldMysql,
} from './mysql-script.ts';
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

const helloTold = [
  'fact server version: 10.11.19-MariaDB',
  'fact connection: 42',
  'fact user: ann',
  'fact database: shop',
  'fact authentication: mysql_native_password',
  'fact signed in: The server is ready for commands.',
];

function afterHello(flags: number, ...steps: readonly QueryStep[]): string[] {
  const told = toldMysql(...hello(flags), ...steps);
  expect(told.slice(0, helloTold.length)).toEqual(helloTold);
  return told.slice(helloTold.length);
}

const { plain, deprecateEof, tracking, attributes } = clientFlags;

describe('the handshake', () => {
  it('tells versions, user, database and way of signing in, and no password', () => {
    const told = toldMysql(
      tells(greeting('5.5.5-10.6.1-MariaDB')),
      asks(login(plain)),
      tells(packet(2, Uint8Array.of(0xfe), raw('caching_sha2_password\0abcdefgh\0'))),
      asks(packet(3, raw('topsecret'))),
      tells(packet(4, Uint8Array.of(1, 3)), packet(5, ok())),
    );
    expect(told).toEqual([
      'fact server version: 10.6.1-MariaDB',
      'fact connection: 42',
      'fact user: ann',
      'fact database: shop',
      'fact authentication: mysql_native_password',
      'fact authentication: caching_sha2_password',
      'fact signed in: The server is ready for commands.',
    ]);
  });

  it('tells why the server refuses, at once or later', () => {
    expect(
      toldMysql(tells(packet(0, Uint8Array.of(0xff), le(1040, 2), raw('Too many connections')))),
    ).toEqual(['fact refused: 1040: Too many connections']);
    const refusal = packet(2, failure(1045, '28000', 'Access denied'));
    expect(toldMysql(tells(greeting()), asks(login(plain)), tells(refusal)).at(-1)).toBe(
      'fact refused: 1045: Access denied',
    );
  });

  it('hands over to TLS where it begins, and goes on behind it with the login', () => {
    const events: QueryEvent[] = [];
    const handed: unknown[] = [];
    const hi = greeting();
    const observer = createMysqlObserver(nodePlatform, (event) => events.push(event), {
      onHandOver: (to, clientFrom, serverFrom, server) => handed.push(to, clientFrom, serverFrom, server),
    });
    observer.bytes('server', hi, 1);
    const wish = packet(1, le(clientFlags.ssl, 4), le(0, 4), new Uint8Array(24));
    observer.bytes('client', joined(wish, raw('\x16\x03\x01')), 2);
    observer.end('server', 'fin', 3);
    expect(handed.slice(0, 3)).toEqual(['tls', wish.length, hi.length]);
    expect(events.at(-1)).toMatchObject({ name: 'encryption', value: 'TLS' });
    const inside: QueryEvent[] = [];
    const plainText = createMysqlObserver(nodePlatform, (event) => inside.push(event), { afterTls: null });
    const response = login(clientFlags.ssl);
    response[3] = 2;
    plainText.bytes('client', response, 4);
    plainText.bytes('server', packet(3, ok()), 5);
    plainText.bytes('client', command(0x0e), 6);
    expect(inside.at(-1)).toMatchObject({ type: 'question', verb: 'PING' });
  });

  it('is refused only by a packet that says so, not by an empty one behind it', () => {
    const refusal = joined(packet(0, failure(1129, 'HY000', 'Host is blocked')), packet(0));
    const told = [
      'fact refused: 1129: Host is blocked',
      'fact began: The conversation was under way when the recording began. Statements that were prepared before are shown by their numbers.',
      'fact lost: Bytes of the server are missing, or are no packets.',
    ];
    expect(toldMysql(tells(refusal))).toEqual(told);
    expect(toldMysql(...tellsByByte(refusal))).toEqual(told);
  });
});

describe('text queries', () => {
  it('tell rows, first rows and the times of the bytes that matter', () => {
    const ask = query('SELECT id, name FROM t WHERE id IN (1, 2, 3)');
    const rows = packets(
      1,
      Uint8Array.of(2),
      column('id', 3),
      column('name'),
      eof(),
      row('1', 'ann'),
      row('2', null),
      eof(),
    );
    const events = playQueries(openMysql, [...hello(), asks(ask), tells(rows)]).slice(6);
    expect(events).toEqual([
      {
        type: 'question',
        question: 1,
        firstAtUs: 4 * STEP_US + ask.length,
        atUs: 4 * STEP_US + ask.length,
        verb: 'SELECT',
        statement: 'SELECT id, name FROM t WHERE id IN (1, 2, 3)',
        normalised: 'SELECT id, name FROM t WHERE id IN (?)',
        parameters: [],
        bytes: ask.length,
      },
      { type: 'answer-begin', question: 1, atUs: 5 * STEP_US + rows.length },
      {
        type: 'answer-end',
        question: 1,
        atUs: 5 * STEP_US + rows.length,
        rows: 2,
        bytes: rows.length,
        status: 'EOF',
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

  it('are read the same where EOF packets are left out, with what the session has changed', () => {
    const changed = joined(Uint8Array.of(0), sized(joined(sized('autocommit'), sized('OFF'))));
    expect(
      afterHello(
        tracking,
        asks(query('select 1')),
        tells(packets(1, Uint8Array.of(1), column('1', 3), row('1'), ok({ header: 0xfe, warnings: 2 }))),
        asks(query('set autocommit = 0')),
        tells(packet(1, ok({ status: 0x4000, info: joined(sized('done'), sized(changed)) }))),
      ),
    ).toEqual([
      '1 SELECT: select 1',
      '1 begins',
      '1 ends: 1 rows, OK, warnings=2',
      '2 SET: set autocommit = 0',
      '2 begins',
      '2 ends: 0 rows, OK, info=done, session variable=autocommit = OFF',
    ]);
  });

  it('tell rows touched, the new key, the state of the transaction, missing indexes and errors', () => {
    expect(
      afterHello(
        plain,
        asks(query('insert into t values (1), (2)')),
        tells(packet(1, ok({ affected: 2, insertId: 7, status: 3, info: raw('Records: 2') }))),
        asks(query('select * from big')),
        tells(packets(1, Uint8Array.of(1), column('a'), eof(), row('x'), eof(34))),
        asks(query('oops')),
        tells(packet(1, failure(1064, '42000', 'You have an error'))),
      ),
    ).toEqual([
      '1 INSERT: insert into t values (1), (2)',
      '1 begins',
      '1 ends: 2 rows, OK, insert id=7, transaction=open, info=Records: 2',
      '2 SELECT: select * from big',
      '2 begins',
      '2 ends: 1 rows, EOF, index=none was used',
      '3 OOPS: oops',
      '3 begins',
      '3 ends: 1064 You have an error, SQLSTATE=42000',
    ]);
  });

  it('with several results are one question, the rows added up', () => {
    expect(
      afterHello(
        plain,
        asks(query('call p()')),
        tells(
          packets(1, Uint8Array.of(1), column('a'), eof(), row('1'), eof(10), Uint8Array.of(1), column('b')),
          packets(8, eof(), row('2'), row('3'), eof(10), ok({ affected: 1 })),
        ),
        asks(command(0x0e)),
        tells(packet(1, ok())),
      ).filter((line) => line.includes('ends')),
    ).toEqual(['1 ends: 4 rows, EOF, results=several, of which the rows are added up', '2 ends: 0 rows, OK']);
  });

  it('tell attributes of the query, and statements without the passwords that they set', () => {
    expect(
      afterHello(
        attributes,
        asks(
          command(
            3,
            Uint8Array.of(1, 1, 0, 1, 253, 0),
            sized('traceparent'),
            sized('00-1'),
            raw("alter user ann identified by 's3cret'"),
          ),
        ),
        tells(packet(1, ok())),
      ),
    ).toEqual([
      "1 ALTER: alter user ann identified by '[removed]'",
      '1 begins',
      '1 ends: 0 rows, OK, attribute traceparent=00-1',
    ]);
  });

  it('of which the server takes a file tell its name and bytes', () => {
    expect(
      afterHello(
        plain,
        asks(query('load data local infile "a.csv" into table t')),
        tells(packet(1, Uint8Array.of(0xfb), raw('a.csv'))),
        asks(packet(2, raw('1\n2\n')), packet(3)),
        tells(packet(4, ok({ affected: 2 }))),
      ),
    ).toEqual([
      '1 LOAD: load data local infile "a.csv" into table t',
      '1 begins',
      '1 ends: 2 rows, OK, file=a.csv, copied=4 bytes',
    ]);
  });

  it('of 16 MiB and more come in several packets', () => {
    const sql = `select '${'x'.repeat(0xff_ffff)}'`;
    const body = joined(Uint8Array.of(3), raw(sql));
    const first = body.subarray(0, 0xff_ffff);
    const told = playQueries(openMysql, [
      ...hello(),
      asks(packet(0, first), packet(1, body.subarray(0xff_ffff))),
      tells(packet(2, ok())),
    ]).slice(6);
    expect(told).toMatchObject([
      { type: 'question', bytes: body.length + 8, normalised: 'SELECT ?' },
      { type: 'answer-begin' },
      { type: 'answer-end', status: 'OK' },
    ]);
    expect(told[0]).toHaveProperty('statement.length', 65_536);
  });

  it('tell how far MariaDB has come', () => {
    const progress = joined(
      Uint8Array.of(0xff),
      le(0xffff, 2),
      Uint8Array.of(1, 1, 2),
      le(50_000, 3),
      sized('copy to tmp table'),
    );
    expect(
      afterHello(plain, asks(query('alter table t force')), tells(packets(1, progress, ok()))).at(-1),
    ).toBe('1 ends: 0 rows, OK, progress=copy to tmp table stage 1 of 2, 50 %');
  });
});

describe('prepared statements', () => {
  const prepare = command(0x16, raw('select a, b, c from t where i = ? and s = ? and d = ?'));
  const answer = [
    preparedOk(9, 3, 3),
    ...[column('?'), column('?'), column('?'), eof()],
    ...[column('a', 8), column('b', 12), column('c', 246), eof()],
  ];
  const moment = Uint8Array.of(7, ...le(2026, 2), 11, 22, 3, 4, 5);

  it('are known by their number, with values and rows in binary', () => {
    const run = execute(
      9,
      [
        [3, 0],
        [253, 0],
        [12, 0],
      ],
      [le(2 ** 32 - 5, 4), null, moment],
    );
    const again = execute(9, [], [le(6, 4), sized('x'), moment]);
    const rows = [Uint8Array.of(3), column('a', 8), column('b', 12), column('c', 246), eof()];
    const events = playQueries(openMysql, [
      ...hello(),
      asks(prepare),
      tells(packets(1, ...answer)),
      asks(run),
      tells(
        packets(
          1,
          ...rows,
          binaryRow([le(2 ** 40, 8), moment, sized('1.50')]),
          binaryRow([null, null, null]),
          eof(),
        ),
      ),
      asks(again),
      tells(packets(1, ...rows, eof())),
      asks(command(0x19, le(9, 4)), execute(9, [], [])),
    ]).slice(6);
    expect(events).toMatchObject([
      { type: 'question', verb: 'PREPARE' },
      { type: 'answer-begin' },
      { type: 'answer-end', rows: null, error: null },
      { type: 'question', verb: 'SELECT', parameters: ['-5', null, '2026-11-22 03:04:05'] },
      { type: 'answer-begin' },
      {
        type: 'answer-end',
        rows: 2,
        preview: {
          columns: ['a', 'b', 'c'],
          rows: [
            ['1099511627776', '2026-11-22 03:04:05', '1.50'],
            [null, null, null],
          ],
        },
      },
      { type: 'question', parameters: ['6', 'x', '2026-11-22 03:04:05'] },
      { type: 'answer-begin' },
      { type: 'answer-end', rows: 0 },
      { type: 'question', verb: 'EXECUTE', statement: '(statement 9, prepared before the recording)' },
    ]);
  });

  it('are read where EOF packets are left out', () => {
    expect(
      afterHello(
        deprecateEof,
        asks(prepare),
        tells(packets(1, ...answer.filter((each) => each[0] !== 0xfe))),
        asks(command(0x0e)),
        tells(packet(1, ok())),
      ).filter((line) => line.includes('ends')),
    ).toEqual(['1 ends: ', '2 ends: 0 rows, OK']);
  });

  it('with long data, a cursor, and a reset are told in order', () => {
    expect(
      afterHello(
        plain,
        asks(command(0x16, raw('select ?'))),
        tells(packets(1, preparedOk(1, 1, 1), column('?'), eof(), column('a'), eof())),
        asks(command(0x18, le(1, 4), le(0, 2), raw('0123456789'))),
        asks(execute(1, [[252, 0]], [new Uint8Array(0)])),
        tells(packets(1, Uint8Array.of(1), column('a'), eof(66))),
        asks(command(0x1c, le(1, 4), le(10, 4))),
        tells(packets(1, binaryRow([sized('x')]), eof(130))),
        asks(command(0x1a, le(1, 4))),
        tells(packet(1, ok())),
      ).slice(3),
    ).toEqual([
      '2 SELECT [(10 bytes)]: select ?',
      '2 begins',
      '2 ends: 0 rows, EOF',
      '3 FETCH [10]: select ?',
      '3 begins',
      '3 ends: 1 rows, EOF',
      '4 RESET: select ?',
      '4 begins',
      '4 ends: 0 rows, OK',
    ]);
  });

  it('of MariaDB run before their number is known, and with many rows of values', () => {
    expect(
      afterHello(
        plain,
        asks(command(0x16, raw('insert into t values (?)')), execute(0xffff_ffff, [[3, 0]], [le(5, 4)])),
        tells(packets(1, preparedOk(3, 0, 1), column('?'), eof()), packet(1, ok({ affected: 1 }))),
        asks(
          command(0xfa, le(3, 4), le(128, 2), Uint8Array.of(3, 0, 0), le(8, 4), Uint8Array.of(0), le(9, 4)),
        ),
        tells(packet(1, ok({ affected: 2 }))),
      ).filter((line) => !line.includes('begins')),
    ).toEqual([
      '1 PREPARE: insert into t values (?)',
      '2 INSERT [5]: insert into t values (?)',
      '1 ends: ',
      '2 ends: 1 rows, OK',
      '3 INSERT [8]: insert into t values (?)',
      '3 ends: 2 rows, OK, bulk=More rows of values may follow the first, which is shown.',
    ]);
  });
});

describe('the compressed protocol', () => {
  const part = (sequence: number, plain: Uint8Array, isPacked: boolean): Uint8Array => {
    const body = isPacked ? new Uint8Array(deflateSync(plain)) : plain;
    return joined(le(body.length, 3), Uint8Array.of(sequence), le(isPacked ? plain.length : 0, 3), body);
  };
  const rows = packets(1, Uint8Array.of(1), column('a'), eof(), row('x'.repeat(500)), eof());

  it('is read, compressed or not, however the packets lie in its parts', () => {
    expect(
      afterHello(
        clientFlags.compress,
        asks(part(0, query('select 1'), false)),
        tells(part(1, rows.subarray(0, 100), true), part(2, rows.subarray(100), true)),
      ),
    ).toEqual(['fact compression: zlib', '1 SELECT: select 1', '1 begins', '1 ends: 1 rows, EOF']);
  });

  it('loses a part in which bytes are missing, and everything where a header is missing', () => {
    const whole = part(1, rows, true);
    const told = afterHello(
      clientFlags.compress,
      asks(part(0, query('select 1'), false)),
      tells(whole.subarray(0, 20)),
      misses('server', whole.length - 20),
      asks(part(0, query('select 2'), true)),
      tells(part(1, packet(1, ok()), false)),
      misses('server', 1),
      asks(part(0, query('select 3'), true)),
    );
    expect(told.slice(1)).toEqual([
      '1 SELECT: select 1',
      'fact lost: Bytes of the server are missing, or are no packets.',
      '1 ends: lost Bytes are missing before or in its answer.',
      '2 SELECT: select 2',
      `fact found: ${rows.length} bytes of the server are missing or were passed over.`,
      '2 begins',
      '2 ends: 0 rows, OK',
      'fact lost: Bytes are missing in what is compressed, so that what follows cannot be read.',
    ]);
  });
});

describe('other commands', () => {
  it('are named', () => {
    const steps = [
      [command(2, raw('shop')), packet(1, ok())],
      [command(9), packet(1, raw('Uptime: 3'))],
      [command(0x0c, le(12, 4)), packet(1, failure(1094, 'HY000', 'Unknown thread'))],
      [command(4, raw('t\0')), packets(1, column('a'), column('b'), eof())],
      [command(0x1b, le(0, 2)), packet(1, eof())],
      [command(0x11, raw('bob\0\x06secret')), packet(1, Uint8Array.of(0xfe), raw('plugin\0'))],
      [packet(2, raw('secret')), packet(3, ok())],
      [command(0x1f), packet(1, ok())],
      [command(0x12, le(4, 4), le(0, 2), le(1, 4), raw('bin.1')), packets(1, raw('\0event'), raw('\0event'))],
      [command(1), new Uint8Array(0)],
    ] as const;
    const told = afterHello(
      plain,
      ...steps.flatMap(([asked, told]) => [asks(asked), tells(told)]),
      closes('server'),
    );
    expect(told.filter((line) => !line.includes('begins'))).toEqual([
      '1 USE: USE shop',
      '1 ends: 0 rows, OK',
      '2 STATISTICS: STATISTICS',
      '2 ends: answer=Uptime: 3',
      '3 KILL: KILL 12',
      '3 ends: 1094 Unknown thread, SQLSTATE=HY000',
      '4 SHOW: SHOW FIELDS FROM t',
      '4 ends: 2 rows, EOF',
      '5 SET: SET OPTION multi-statements on',
      '5 ends: EOF',
      '6 CHANGE USER: CHANGE USER bob',
      '6 ends: 0 rows, OK',
      '7 RESET CONNECTION: RESET CONNECTION',
      '7 ends: 0 rows, OK',
      '8 BINLOG DUMP: BINLOG DUMP',
      'fact long-lived: The server sends what changes: a stream of replication.',
      'fact quit: The client ends the connection.',
      '8 ends: 2 rows, cut The conversation ended before the answer.',
    ]);
  });
});

describe('bytes that are missing', () => {
  const rows = packets(1, Uint8Array.of(1), column('a'), eof(), row('x'.repeat(200)), row('y'), eof());

  it('within a packet cost nothing but themselves', () => {
    const at = rows.length - 120;
    expect(
      afterHello(
        plain,
        asks(query('select 1')),
        tells(rows.subarray(0, at)),
        misses('server', 50),
        tells(rows.subarray(at + 50)),
      ).at(-1),
    ).toBe('1 ends: 2 rows, EOF, missing=Bytes in a packet of its answer.');
  });

  it('of the EOF behind the columns are not made up from packets before, so that no cursor is seen and rows are told', () => {
    const told = afterHello(
      plain,
      asks(query('select 1')),
      // Kept in pieces, the column has a bit at the place of the flags that means a cursor.
      ...tellsByByte(packets(1, Uint8Array.of(1), column('a'), eof()).subarray(0, -2)),
      misses('server', 2),
      tells(packets(4, row('x'), row('y'), eof())),
    );
    expect(told.at(-1)).toBe('1 ends: 2 rows, EOF, missing=Bytes in a packet of its answer.');
  });

  it('of the server end what was open; the next turn is read again', () => {
    expect(
      afterHello(
        plain,
        asks(query('select 1')),
        tells(rows.subarray(0, 60)),
        misses('server', 1000),
        tells(rows.subarray(150)),
        asks(query('select 2')),
        tells(packet(1, ok())),
      ),
    ).toEqual([
      '1 SELECT: select 1',
      'fact lost: Bytes of the server are missing, or are no packets.',
      '1 ends: 0 rows, lost Bytes are missing before or in its answer.',
      '2 SELECT: select 2',
      `fact found: ${1000 + rows.length - 150} bytes of the server are missing or were passed over.`,
      '2 begins',
      '2 ends: 0 rows, OK',
    ]);
  });

  it('of the client cost the questions in them', () => {
    expect(
      afterHello(plain, misses('client', 30), tells(rows), asks(query('select 2')), tells(packet(1, ok()))),
    ).toEqual([
      'fact lost: Bytes of the client are missing, or are no packets.',
      'fact lost: An answer came to a question that was not recorded.',
      'fact found: 30 bytes of the client are missing or were passed over.',
      '1 SELECT: select 2',
      '1 begins',
      '1 ends: 0 rows, OK',
    ]);
  });

  it('make a recording that begins in the middle tell so, whoever comes first', () => {
    const began =
      'fact began: The conversation was under way when the recording began. Statements that were prepared before are shown by their numbers.';
    expect(toldMysql(asks(query('select 1')), tells(rows))).toEqual([
      began,
      '1 SELECT: select 1',
      '1 begins',
      '1 ends: 2 rows, EOF',
    ]);
    expect(toldMysql(tells(raw('wwwwwwwwww')), asks(query('select 1')), tells(rows)).slice(0, 3)).toEqual([
      began,
      'fact lost: Bytes of the server are missing, or are no packets.',
      '1 SELECT: select 1',
    ]);
  });
});

describe('looksLikeMysql', () => {
  const none = new Uint8Array(0);

  it('knows a greeting, a refusal and, in the middle, a query', () => {
    expect(looksLikeMysql(none, none)).toBe('need-more');
    expect(looksLikeMysql(none, greeting().subarray(0, 9))).toBe('need-more');
    expect(looksLikeMysql(none, greeting())).toBe('yes');
    expect(looksLikeMysql(none, packet(0, failure(1040, '08004', 'Too many connections')))).toBe('yes');
    expect(looksLikeMysql(query('select 1').subarray(0, 7), none)).toBe('need-more');
    expect(looksLikeMysql(query('select 1'), none)).toBe('yes');
    expect(looksLikeMysql(command(3, Uint8Array.of(0, 1), raw('select 1')), none)).toBe('yes');
  });

  it('knows what it is not', () => {
    for (const text of [
      '220 mail\r\n',
      'SSH-2.0-x\r\n',
      'HTTP/1.1 200 OK\r\n',
      '\0\0\0\0\0',
      '\x50\0\0\0\x0a\x01\x02\x03',
    ]) {
      expect(looksLikeMysql(none, raw(text))).toBe('no');
      expect(looksLikeMysql(raw(text), none)).toBe('no');
    }
  });
});
