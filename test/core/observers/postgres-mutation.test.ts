import { cpuUsage, memoryUsage } from 'node:process';
import { describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { postgresRecordings, readDatabaseRecording } from './database-recordings.ts';
import {
  bind,
  bound,
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
  u16,
  u32,
} from './postgres-script.ts';
import { checkCutting, checkMutations, type Conversations } from './sql-mutation.ts';
import { asks, closes, joined, tells } from './query-script.ts';

const hello = [
  asks(sslRequest),
  tells(raw('N')),
  asks(startup()),
  tells(message('R', u32(10), cstring('SCRAM-SHA-256'), raw('\0'))),
  asks(message('p', raw('secret'))),
  tells(
    message('R', u32(0)),
    message('S', cstring('a'), cstring('b')),
    message('K', u32(7), u32(8)),
    ready(),
  ),
];

const conversations: Conversations = [
  ...postgresRecordings.map((name) => readDatabaseRecording(name).slice(0, 16)),
  [
    ...hello,
    asks(query('select 1; select 2')),
    tells(columns(['a', 23], 'b'), row('1', null), row('22', 'x'), complete('SELECT 2')),
    tells(columns('c'), complete('SELECT 0'), ready()),
    asks(query('oops')),
    tells(notice('N', { S: 'NOTICE', C: '00000', M: 'hm' }), failure('42601', 'bad'), ready('E')),
    asks(message('X')),
  ],
  [
    ...hello,
    asks(parse('s', 'select $1::int8, $2', [20, 0]), describeStatement('s'), sync),
    tells(parsed, message('t', u16(2), u32(20), u32(25)), columns(['a', 20], 'b'), ready()),
    asks(bind({ statement: 's', values: [new Uint8Array(8), 'x'], formats: [1, 0], results: [1, 0] })),
    asks(execute('', 1), execute('', 1), sync),
    tells(bound, row(new Uint8Array(8), 'y'), message('s'), complete('SELECT 0'), ready()),
    asks(parse('', 'insert 1'), bind(), describePortal(), execute(), parse('', 'insert 2'), bind()),
    asks(execute(), sync, parse('', 'insert 3'), flush, bind(), execute(), sync),
    tells(parsed, bound, message('n'), complete('INSERT 0 1'), parsed, failure('23505', 'twice'), ready()),
    tells(failure('57014', 'stop'), ready()),
  ],
  [
    ...hello,
    asks(query('copy a from stdin')),
    tells(message('G', raw('\0'), u16(1), u16(0))),
    asks(message('d', raw('1\t2\n')), message('c')),
    tells(complete('COPY 1'), ready()),
    asks(parse('', 'copy a from stdin'), bind(), execute(), sync),
    tells(parsed, bound, message('G', raw('\0'), u16(0))),
    asks(message('d', raw('3\n')), message('f', cstring('no')), sync),
    tells(failure('57014', 'COPY failed'), ready()),
    asks(query('copy a to stdout')),
    tells(
      message('H', raw('\0'), u16(0)),
      message('d', raw('x\n')),
      message('c'),
      complete('COPY 1'),
      ready(),
    ),
    asks(message('F', u32(5), u16(0), u16(1), u32(1), raw('x'), u16(0))),
    tells(message('V', u32(1), raw('y')), ready()),
    tells(message('A', u32(1), cstring('ch'), cstring('load'))),
    asks(query('START_REPLICATION 0/0')),
    tells(message('W', raw('\0'), u16(0)), message('d', raw('w'))),
  ],
  [asks(gssRequest), tells(raw('N')), asks(sslRequest), tells(raw('S')), asks(raw('\x16'))],
  [asks(start(80_877_102, u32(1), u32(2))), closes('server'), closes('client')],
  [
    tells(row('x'), complete('SELECT 1'), ready()),
    asks(query('select 1')),
    tells(complete('SELECT 1'), ready()),
  ],
];

const tricky: readonly Uint8Array[] = [
  raw('Z\0\0\0\x05I'),
  raw('Z\0\0\0'),
  raw('Q\0\0'),
  sync,
  query('select 2'),
  raw('D\x3f\xff\xff\xff'),
  message('D', u16(0xffff)),
  message('T', u16(0xffff)),
  message('B', raw('\0\0'), u16(0xffff)),
  message('t', u16(0xffff), u32(1)),
  ready('E'),
  complete('SELECT 99999999999999999999'),
  failure('XX000', ''),
  message('c'),
  message('G', raw('\0')),
  execute('nowhere'),
  bind({ statement: 'nowhere', values: [null, new Uint8Array(3)], formats: [1] }),
  parse('s', 'x', [16, 17, 20, 21, 23, 700, 701, 1082, 1083, 1114, 1184, 1700, 2950, 3802, 1007]),
];

describe('any cutting of the bytes of PostgreSQL', { timeout: 60_000 }, () => {
  it('gives the same events, whole or broken', () => {
    checkCutting(openPostgres, conversations, tricky);
  });
});

describe('100,000 changed conversations with PostgreSQL', { timeout: 120_000 }, () => {
  it('are told without a failure, each question ended once', () => {
    const told = checkMutations(openPostgres, conversations, tricky, 100_000);
    for (const key of ['well', 'lost', 'skipped', 'cut', 'fact']) expect(told.get(key)).toBeGreaterThan(500);
  });
});

describe('floods', { timeout: 60_000 }, () => {
  /** Sends `part` from one end again and again up to 3 MB; returns how often each kind of event came. */
  function flooded(
    side: 'client' | 'server',
    part: Uint8Array,
  ): { told: Record<string, number>; heldBytes: number; cpuMs: number } {
    const told: Record<string, number> = {};
    const observer = openPostgres((event: QueryEvent) => (told[event.type] = (told[event.type] ?? 0) + 1));
    observer.bytes('client', joined(startup()), 1);
    observer.bytes('server', joined(message('R', u32(0)), ready()), 1);
    observer.bytes('client', query('select 1'), 1);
    const copies = Math.max(1, Math.floor(65_536 / part.length));
    const chunk = joined(...Array.from({ length: copies }, () => part));
    globalThis.gc?.();
    const before = memoryUsage().heapUsed + memoryUsage().arrayBuffers;
    const started = cpuUsage();
    for (let sent = 0; sent < 3e6; sent += chunk.length) observer.bytes(side, chunk, 2);
    const cpuMs = cpuUsage(started).user / 1000;
    globalThis.gc?.();
    return { told, heldBytes: memoryUsage().heapUsed + memoryUsage().arrayBuffers - before, cpuMs };
  }

  it('of rows, messages without an answer, statements and junk are bounded in memory and time', () => {
    const floods: (readonly ['client' | 'server', Uint8Array])[] = [
      ['server', row('x', 'y')],
      ['server', raw('Z\0\0\0')],
      ['server', notice('N', { M: 'x' })],
      ['server', message('S', cstring('a'), cstring('b'))],
      ['client', sync],
      ['client', joined(parse('a', 'x'), execute())],
      ['client', raw('Q\0\0')],
      ['client', raw('Q\0\xff\xff')],
      ['client', message('c')],
    ];
    for (const [side, part] of floods) {
      const { heldBytes, cpuMs } = flooded(side, part);
      expect(heldBytes, `held after ${JSON.stringify(Buffer.from(part).toString())}`).toBeLessThan(150e6);
      expect(cpuMs, `time of ${JSON.stringify(Buffer.from(part).toString())}`).toBeLessThan(10_000);
    }
  });

  it('of statements under new names keep the newest thousand', () => {
    const observer = openPostgres(() => undefined);
    observer.bytes('client', startup(), 1);
    globalThis.gc?.();
    const before = memoryUsage().heapUsed;
    for (let index = 0; index < 1500; index++) {
      observer.bytes('client', joined(parse(`s${index}`, `select ${'x'.repeat(20_000)}`), sync), 2);
      observer.bytes('server', joined(parsed, ready()), 2);
    }
    globalThis.gc?.();
    expect(memoryUsage().heapUsed - before).toBeLessThan(60e6);
  });
});
