import { Buffer } from 'node:buffer';
import { cpuUsage, memoryUsage } from 'node:process';
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { mysqlRecordings, readDatabaseRecording } from './database-recordings.ts';
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
  ok,
  openMysql,
  packet,
  packets,
  preparedOk,
  query,
  raw,
  row,
  sized,
} from './mysql-script.ts';
import { checkCutting, checkMutations, type Conversations } from './sql-mutation.ts';
import { asks, joined, tells } from './query-script.ts';

function compressed(sequence: number, plain: Uint8Array): Uint8Array {
  const body = new Uint8Array(deflateSync(plain));
  return joined(le(body.length, 3), Uint8Array.of(sequence), le(plain.length, 3), body);
}

const conversations: Conversations = [
  ...mysqlRecordings.map((name) => readDatabaseRecording(name).slice(0, 16)),
  [
    ...hello(),
    asks(query('select 1')),
    tells(
      packets(
        1,
        Uint8Array.of(2),
        column('a', 3),
        column('b'),
        eof(),
        row('1', null),
        row('2', 'x'),
        eof(10),
      ),
    ),
    tells(packets(8, Uint8Array.of(1), column('c'), eof(), eof())),
    asks(query('oops')),
    tells(packet(1, failure(1064, '42000', 'no'))),
    asks(command(2, raw('shop'))),
    tells(packet(1, ok())),
    asks(command(1)),
  ],
  [
    ...hello(clientFlags.tracking),
    asks(command(0x16, raw('select a, b from t where i = ? and s = ?'))),
    tells(packets(1, preparedOk(9, 2, 2), column('?'), column('?'), column('a', 8), column('b', 12))),
    asks(command(0x18, le(9, 4), le(1, 2), raw('long'))),
    asks(
      execute(
        9,
        [
          [3, 0],
          [253, 0],
        ],
        [le(7, 4), sized('x')],
      ),
    ),
    tells(packets(1, Uint8Array.of(2), column('a', 8), column('b', 12))),
    tells(packets(4, binaryRow([le(5, 8), Uint8Array.of(0)]), binaryRow([null, null]), ok({ header: 0xfe }))),
    asks(command(0x1c, le(9, 4), le(3, 4))),
    tells(packets(1, binaryRow([null, null]), ok({ header: 0xfe }))),
    asks(command(0x19, le(9, 4)), command(0x0e)),
    tells(
      packet(
        1,
        ok({ status: 0x4000, info: joined(sized('i'), sized(joined(Uint8Array.of(1), sized(sized('d'))))) }),
      ),
    ),
  ],
  [
    ...hello(clientFlags.attributes),
    asks(command(3, Uint8Array.of(1, 1, 0, 1, 253, 0), sized('k'), sized('v'), raw('load data'))),
    tells(packet(1, Uint8Array.of(0xfb), raw('f'))),
    asks(packet(2, raw('1\n')), packet(3)),
    tells(packet(4, ok({ affected: 1 }))),
    asks(command(0x11, raw('bob\0'))),
    tells(packet(1, Uint8Array.of(0xfe), raw('p\0'))),
    asks(packet(2, raw('secret'))),
    tells(packet(3, ok())),
    asks(command(4, raw('t\0')), command(9), command(0xfa, le(1, 4), le(128, 2))),
    tells(packets(1, column('a'), eof()), packet(1, raw('Uptime')), packet(1, ok())),
    asks(command(0x12, le(4, 4))),
    tells(packets(1, raw('\0e'), raw('\0f'))),
  ],
  [tells(greeting()), asks(packet(1, le(clientFlags.ssl, 4), new Uint8Array(28))), asks(raw('\x16\x03'))],
  [
    ...hello(clientFlags.compress),
    asks(compressed(0, query('select 1'))),
    tells(compressed(1, packets(1, Uint8Array.of(1), column('a'), eof(), row('x'), eof()))),
    asks(compressed(0, command(0x0e))),
    tells(compressed(1, packet(1, ok()))),
  ],
  [tells(row('x', 'y'), raw('zz')), asks(query('select 1')), tells(packet(1, ok()))],
];

const tricky: readonly Uint8Array[] = [
  raw('\xff\xff\xff\0'),
  packet(0),
  packet(1, Uint8Array.of(0xff)),
  packet(1, Uint8Array.of(0xff, 0xff, 0xff)),
  packet(1, Uint8Array.of(0xfc, 0xff, 0xff)),
  packet(1, Uint8Array.of(0xfe), le(2 ** 53, 8)),
  packet(1, preparedOk(1, 65_535, 65_535)),
  packet(1, Uint8Array.of(0xfb)),
  packet(1, eof(0xffff)),
  packet(1, ok({ status: 0xffff, info: Uint8Array.of(0xfd, 0xff, 0xff, 0xff, 0xfe) })),
  execute(
    9,
    Array.from({ length: 40 }, (_, at) => [at < 20 ? at : 235 + at, at] as const),
    [le(1, 8), le(1, 8)],
  ),
  execute(0xffff_ffff, [], []),
  command(0x18, le(1, 4), le(9, 2)),
  command(0x16, raw('?'.repeat(50))),
  query('select 2'),
];

describe('any cutting of the bytes of MySQL', { timeout: 60_000 }, () => {
  it('gives the same events, whole or broken', () => {
    checkCutting(openMysql, conversations, tricky);
  });
});

describe('100,000 changed conversations with MySQL', { timeout: 120_000 }, () => {
  it('are told without a failure, each question ended once', () => {
    const told = checkMutations(openMysql, conversations, tricky, 100_000);
    for (const key of ['well', 'lost', 'cut', 'fact']) expect(told.get(key)).toBeGreaterThan(500);
  });
});

describe('floods', { timeout: 60_000 }, () => {
  it('of rows, errors, commands, statements and junk are bounded in memory and time', () => {
    const floods: (readonly ['client' | 'server', Uint8Array])[] = [
      ['server', packet(1, row('x', 'y'))],
      ['server', joined(...Array.from({ length: 256 }, (_, at) => packet((at + 5) & 255, row('x', 'y'))))],
      ['server', raw('\x01\0\0')],
      ['client', query('select 1')],
      ['client', command(0x16, raw('select ?'))],
      ['client', command(0x18, le(1, 4), le(1, 2))],
      ['client', raw('\x01\0\0\0\x63')],
    ];
    for (const [side, part] of floods) {
      const observer = openMysql(() => undefined);
      for (const step of hello()) if ('bytes' in step) observer.bytes(step.sender, step.bytes, 1);
      observer.bytes('client', query('select 1'), 1);
      observer.bytes('server', packets(1, Uint8Array.of(2), column('a'), column('b'), eof()), 1);
      const chunk = joined(
        ...Array.from({ length: Math.max(1, Math.floor(65_536 / part.length)) }, () => part),
      );
      globalThis.gc?.();
      const before = memoryUsage().heapUsed + memoryUsage().arrayBuffers;
      const started = cpuUsage();
      for (let sent = 0; sent < 2e6; sent += chunk.length) observer.bytes(side, chunk, 2);
      const name = JSON.stringify(Buffer.from(part.subarray(0, 30)).toString('latin1'));
      expect(cpuUsage(started).user / 1000, `time of ${name}`).toBeLessThan(8000);
      globalThis.gc?.();
      const held = memoryUsage().heapUsed + memoryUsage().arrayBuffers - before;
      expect(held, `held after ${name}`).toBeLessThan(150e6);
    }
  });
});
