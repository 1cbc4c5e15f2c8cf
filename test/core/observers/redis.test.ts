import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { createRedisObserver, looksLikeRedis, type RedisLimits } from '../../../core/observers/redis.ts';
import { nodePlatform } from '../../support/platform.ts';
import { createRandom, cutter, STEP_US } from './http1-script.ts';
import { mutateBytes } from './message-script.ts';
import {
  asks,
  closes,
  lines,
  misses,
  playStream,
  queryBreach,
  withoutTimes,
  tells,
  type QueryStep,
} from './query-script.ts';

type End = Extract<QueryEvent, { type: 'answer-end' }>;

function play(
  steps: readonly QueryStep[],
  chunksOf?: (bytes: Uint8Array) => Uint8Array[],
  limits?: Partial<RedisLimits>,
): QueryEvent[] {
  const events = playStream((emit) => createRedisObserver(nodePlatform, emit, limits), steps, chunksOf);
  expect(queryBreach(events)).toBeNull();
  return events;
}

/** A command as clients send it. */
function command(...args: readonly (string | Uint8Array)[]): Buffer {
  const parts = args.map((arg) => Buffer.from(arg));
  return Buffer.concat([
    Buffer.from(`*${parts.length}\r\n`),
    ...parts.map((part) => Buffer.concat([Buffer.from(`$${part.length}\r\n`), part, Buffer.from('\r\n')])),
  ]);
}

const told = (...steps: readonly QueryStep[]): string[] => lines(play(steps));

/** The end of the only question, whose reply is this. */
function endOf(reply: string, args: readonly string[] = ['GET', 'k']): End {
  const events = play([asks(command(...args)), tells(reply)]);
  return events.find((event): event is End => event.type === 'answer-end')!;
}

describe('a command and its reply', () => {
  it('are a question and an answer, in the order of the pipeline', () => {
    const events = play([
      asks(Buffer.concat([command('SET', 'user:17:name', 'Ada Lovelace'), command('GET', 'user:17:name')])),
      tells('+OK\r\n$12\r\nAda Lovelace\r\n'),
    ]);
    expect(lines(events)).toEqual([
      '1 ? SET | SET user:17:name "Ada Lovelace" | SET user:?:name',
      '2 ? GET | GET user:17:name | GET user:?:name',
      '1 …',
      '1 = OK | -',
      '2 …',
      '2 = (string) 12 bytes | -',
    ]);
    expect(events[0]).toMatchObject({ bytes: 51, firstAtUs: STEP_US + 83, atUs: STEP_US + 83 });
    expect(events[5]).toMatchObject({
      bytes: 19,
      atUs: 2 * STEP_US + 24,
      preview: { columns: ['value'], rows: [['Ada Lovelace']] },
    });
  });

  it('have the times of the chunks with their first and last bytes', () => {
    const events = play([asks(command('GET', 'k')), tells('$5\r\nhello\r\n')], cutter(5, 1));
    expect(events.map((event) => [event.atUs, 'firstAtUs' in event ? event.firstAtUs : 0])).toEqual([
      [STEP_US + 20, STEP_US + 1],
      [2 * STEP_US + 1, 0],
      [2 * STEP_US + 11, 0],
    ]);
  });

  it('can be inline', () => {
    expect(told(asks('set a "b c"\r\n\r\nPING\n'), tells('+OK\r\n+PONG\r\n'))).toEqual([
      '1 ? SET | set a "b c" | SET a',
      '2 ? PING | PING | PING',
      '1 …',
      '1 = OK | -',
      '2 …',
      '2 = PONG | -',
    ]);
  });

  it.each([
    [':42\r\n', '(integer) 42', null, [['42']]],
    ['$-1\r\n', '(nil)', null, [[null]]],
    ['*-1\r\n', '(nil)', null, [[null]]],
    ['_\r\n', '(nil)', null, [[null]]],
    ['*0\r\n', '(array) 0', 0, undefined],
    ['*3\r\n$1\r\na\r\n:1\r\n$-1\r\n', '(array) 3', 3, [['a'], ['1'], [null]]],
    ['*2\r\n*2\r\n:1\r\n*1\r\n+x\r\n$1\r\nb\r\n', '(array) 2', 2, [['[1, [x]]'], ['b']]],
    [',1.5\r\n', '(double) 1.5', null, [['1.5']]],
    ['#t\r\n', '(true)', null, [['t']]],
    [
      '(3492890328409238509324850943850943825024385\r\n',
      '(big number) 3492890328409238509324850943850943825024385',
      null,
      [['3492890328409238509324850943850943825024385']],
    ],
    ['=15\r\ntxt:Some string\r\n', '(verbatim string) 15 bytes', null, [['txt:Some string']]],
    [
      '%2\r\n+a\r\n:1\r\n+b\r\n:2\r\n',
      '(map) 2',
      2,
      [
        ['a', '1'],
        ['b', '2'],
      ],
    ],
    ['~2\r\n:1\r\n:2\r\n', '(set) 2', 2, [['1'], ['2']]],
    ['|1\r\n+ttl\r\n:3600\r\n*2\r\n:1\r\n:2\r\n', '(array) 2', 2, [['1'], ['2']]],
    ['*2\r\n|1\r\n+x\r\n*1\r\n:9\r\n:1\r\n:2\r\n', '(array) 2', 2, [['1'], ['2']]],
    ['$?\r\n;4\r\nHell\r\n;1\r\no\r\n;0\r\n', '(string) 5 bytes', null, [['Hello']]],
    ['*?\r\n:1\r\n:2\r\n:3\r\n.\r\n', '(array) 3', 3, [['1'], ['2'], ['3']]],
    ['%?\r\n+a\r\n:1\r\n.\r\n', '(map) 1', 1, [['a', '1']]],
    ['$4\r\n\x00\xff"\n\r\n', '(string) 4 bytes', null, [['\\x00\\xff"\\n']]],
  ])('reads %j', (reply, status, rows, cells) => {
    const end = endOf(reply);
    expect(end).toMatchObject({ status, rows, error: null, bytes: reply.length });
    expect(end.preview?.rows).toEqual(cells);
  });

  it.each([
    ['-ERR unknown command\r\n', 'ERR', 'unknown command'],
    ['-WRONGTYPE Operation against a key\r\n', 'WRONGTYPE', 'Operation against a key'],
    ['-MOVED 3999 127.0.0.1:6381\r\n', 'MOVED', 'Slot 3999 is served by 127.0.0.1:6381.'],
    ['-ASK 3999 127.0.0.1:6381\r\n', 'ASK', 'Slot 3999 is on its way to 127.0.0.1:6381.'],
    ['!21\r\nSYNTAX invalid syntax\r\n', 'SYNTAX', 'invalid syntax'],
    ['-all lower case\r\n', 'ERR', 'all lower case'],
  ])('reads the error %j', (reply, code, message) => {
    expect(endOf(reply)).toMatchObject({ status: '', rows: null, error: { code, message }, preview: null });
  });

  it('shows a hash as fields and values in both protocols', () => {
    const fields = { columns: ['field', 'value'], rows: [['a', '1']] };
    expect(endOf('*2\r\n$1\r\na\r\n$1\r\n1\r\n', ['HGETALL', 'h']).preview).toEqual(fields);
    expect(endOf('%1\r\n$1\r\na\r\n$1\r\n1\r\n', ['HGETALL', 'h']).preview).toEqual(fields);
  });

  it('of a transaction are queued, then run', () => {
    const events = play([
      asks(
        Buffer.concat([command('MULTI'), command('INCR', 'n'), command('LPUSH', 'n', 'x'), command('EXEC')]),
      ),
      tells('+OK\r\n+QUEUED\r\n+QUEUED\r\n*2\r\n:1\r\n-WRONGTYPE no list\r\n'),
    ]);
    expect(lines(events).filter((line) => line.includes('='))).toEqual([
      '1 = OK | -',
      '2 = QUEUED | -',
      '3 = QUEUED | -',
      '4 = (array) 2 | 2',
    ]);
    expect(events.at(-1)).toMatchObject({
      facts: [
        ['error inside', 'WRONGTYPE no list'],
        ['transaction', '2 commands'],
      ],
    });
  });

  it('that waits on purpose says so', () => {
    expect(endOf('*-1\r\n', ['BLPOP', 'jobs', '5']).facts).toEqual([['waits on purpose', 'up to 5 s']]);
    expect(endOf('_\r\n', ['XREAD', 'BLOCK', '0', 'STREAMS', 's', '$']).facts).toEqual([
      ['waits on purpose', 'until there is something'],
    ]);
  });

  it.each([
    [['MGET', 'a:1', 'a:2', 'b'], 'MGET a:? b …'],
    [['MSET', 'a:1', 'x', 'b:2', 'y'], 'MSET a:? b:?'],
    [['HSET', 'cart:9f86d081884c7d65', 'f', 'v'], 'HSET cart:?'],
    [['EVALSHA', 'abc', '2', 'k:1', 'l:2', 'v'], 'EVALSHA k:? l:?'],
    [['XREAD', 'COUNT', '2', 'STREAMS', 's:1', 't:1', '0', '0'], 'XREAD s:? t:?'],
    [['ZUNIONSTORE', 'out:1', '2', 'a', 'b'], 'ZUNIONSTORE out:? a b'],
    [['config', 'get', 'maxmemory'], 'CONFIG GET'],
    [['OBJECT', 'ENCODING', 'k:5'], 'OBJECT ENCODING k:?'],
    [['BLPOP', 'q1', 'q2', '0'], 'BLPOP q? …'],
    [['PING'], 'PING'],
    [['JSON.GET', 'doc:1', '$.a'], 'JSON.GET doc:?'],
    [['SESSION', '550e8400-e29b-41d4-a716-446655440000'], 'SESSION ?'],
  ])('%j is grouped as %s', (args, normalised) => {
    const [event] = play([asks(command(...args))]);
    expect(event).toMatchObject({ normalised });
  });

  it('is shown cut, with text as text and other bytes escaped', () => {
    const [event] = play([asks(command('SET', 'grüße', Buffer.from([0, 255, 34]), 'x'.repeat(5000), ''))]);
    expect(event).toMatchObject({ statement: `SET "grüße" "\\x00\\xff\\"" ${'x'.repeat(1000)}… ""` });
  });
});

describe('passwords', () => {
  it.each([
    [['AUTH', 'hunter2'], 'AUTH ***'],
    [['AUTH', 'ada', 'hunter2'], 'AUTH ada ***'],
    [['HELLO', '3', 'AUTH', 'ada', 'hunter2', 'SETNAME', 'app'], 'HELLO 3 AUTH ada *** SETNAME app'],
    [['CONFIG', 'SET', 'requirepass', 'hunter2'], 'CONFIG SET requirepass ***'],
    [['MIGRATE', 'h', '1', 'k', '0', '5', 'AUTH', 'hunter2'], 'MIGRATE h 1 k 0 5 AUTH ***'],
    [['MIGRATE', 'h', '1', 'k', '0', '5', 'AUTH2', 'ada', 'hunter2'], 'MIGRATE h 1 k 0 5 AUTH2 ada ***'],
    [['ACL', 'SETUSER', 'ada', 'on', '>hunter2', '~*'], 'ACL SETUSER ada on >*** ~*'],
    [['ACL', 'SETUSER', 'ada', '>hunter2 with a space'], 'ACL SETUSER ada >***'],
  ])('of %j are never told', (args, statement) => {
    const events = play([asks(command(...args)), tells('*2\r\n$11\r\nrequirepass\r\n$7\r\nhunter2\r\n')]);
    expect(events.find(({ type }) => type === 'question')).toMatchObject({ statement });
    const isShown = args[0] !== 'ACL';
    expect(
      JSON.stringify(isShown ? events.filter(({ type }) => type !== 'answer-end') : events),
    ).not.toContain('hunter2');
  });

  it('are not told of CONFIG GET either', () => {
    expect(endOf('*2\r\n$11\r\nrequirepass\r\n$7\r\nhunter2\r\n', ['CONFIG', 'GET', '*']).preview).toBeNull();
  });
});

describe('what the server sends unasked', () => {
  const confirmed = (kind: string, channel: string, count: number, first = '*'): string =>
    `${first}3\r\n$${kind.length}\r\n${kind}\r\n$${channel.length}\r\n${channel}\r\n:${count}\r\n`;
  const message = (channel: string, text: string, first = '*'): string =>
    `${first}3\r\n$7\r\nmessage\r\n$${channel.length}\r\n${channel}\r\n$${text.length}\r\n${text}\r\n`;

  it.each(['*', '>'])('for a subscription is counted (%s)', (first) => {
    expect(
      told(
        asks(command('SUBSCRIBE', 'news', 'sport')),
        tells(confirmed('subscribe', 'news', 1, first)),
        tells(message('news', 'early', first) + confirmed('subscribe', 'sport', 2, first)),
        tells(message('sport', 'goal', first)),
        asks(command('UNSUBSCRIBE')),
        tells(
          confirmed('unsubscribe', 'news', 1, first) +
            message('sport', 'x', first) +
            confirmed('unsubscribe', 'sport', 0, first),
        ),
        asks(command('GET', 'k')),
        tells('*3\r\n+message\r\n+not\r\n+one\r\n'),
      ),
    ).toEqual([
      '1 ? SUBSCRIBE | SUBSCRIBE news sport | SUBSCRIBE news sport',
      '1 …',
      '1 = subscriptions: 2 | -',
      '2 ? UNSUBSCRIBE | UNSUBSCRIBE | UNSUBSCRIBE',
      '2 …',
      '2 = subscriptions: 0 | -',
      '3 ? GET | GET k | GET k',
      '3 …',
      '3 = (array) 3 | 3',
      '! messages: 1 on news, 38 bytes',
      '! messages: 2 on sport, 73 bytes',
    ]);
  });

  it('beside replies in RESP3 takes none of their places', () => {
    const events = told(
      asks(Buffer.concat([command('HELLO', '3'), command('GET', 'a')])),
      tells('%1\r\n$7\r\nversion\r\n$5\r\n7.0.1\r\n>2\r\n$10\r\ninvalidate\r\n*1\r\n$1\r\na\r\n$1\r\nx\r\n'),
    );
    expect(events).toContain('! server version: 7.0.1');
    expect(events).toContain('2 = (string) 1 byte | -');
    expect(events.at(-1)).toBe('! messages: 1 invalidate, 32 bytes');
  });

  it('for MONITOR is counted', () => {
    const seen = '+1700000000.123456 [0 127.0.0.1:5000] "GET" "a"\r\n';
    expect(
      told(asks(command('MONITOR')), tells(`+OK\r\n${seen}${seen}`), asks(command('QUIT')), tells('+OK\r\n')),
    ).toEqual([
      '1 ? MONITOR | MONITOR | MONITOR',
      '1 …',
      '1 = OK | -',
      '2 ? QUIT | QUIT | QUIT',
      '2 …',
      '2 = OK | -',
      '! messages: 2 of MONITOR, 98 bytes',
    ]);
  });

  it('is nothing where a client wants no replies', () => {
    const all = ['CLIENT REPLY SKIP', 'SET a 1', 'GET a', 'CLIENT REPLY OFF', 'SET b 2', 'CLIENT REPLY ON'];
    const ends = told(
      asks(Buffer.concat(all.map((text) => command(...text.split(' '))))),
      tells('$1\r\n1\r\n+OK\r\n'),
    );
    expect(ends.filter((line) => line.includes('='))).toEqual([
      '1 = no reply | -',
      '2 = no reply | -',
      '4 = no reply | -',
      '5 = no reply | -',
      '3 = (string) 1 byte | -',
      '6 = OK | -',
    ]);
  });
});

describe('a connection', () => {
  it('that ends early cuts what waits', () => {
    expect(
      told(asks(command('GET', 'k')), closes('client'), tells('$10\r\nhal'), closes('server', 'reset')),
    ).toEqual(['1 ? GET | GET k | GET k', '1 …', '1 =  | - | cut: The connection ended before the reply.']);
  });

  it('with a gap is in step again from the next command on', () => {
    const gap = 'gap: Bytes are missing here, so that the reply cannot be told.';
    expect(
      told(
        asks(Buffer.concat([command('GET', 'a'), command('GET', 'b')])),
        tells('$3\r\nabc'),
        misses('server', 20),
        tells('stale\r\n+OK\r\n'),
        asks(command('GET', 'c')),
        tells('$1\r\nc\r\n'),
        misses('client', 9),
        asks(Buffer.concat([Buffer.from('rest of a value\r\n$1\r\n9\r\n'), command('GET', 'd')])),
        tells('$1\r\nd\r\n'),
      ),
    ).toEqual([
      '1 ? GET | GET a | GET a',
      '2 ? GET | GET b | GET b',
      '1 …',
      '! missing: 20 bytes of the server are missing.',
      `1 =  | - | ${gap}`,
      `2 =  | - | ${gap}`,
      '3 ? GET | GET c | GET c',
      '3 …',
      '3 = (string) 1 byte | -',
      '! missing: 9 bytes of the client are missing.',
      '4 ? GET | GET d | GET d',
      '4 …',
      '4 = (string) 1 byte | -',
    ]);
  });

  it('that becomes a replication stream is left', () => {
    const events = told(asks(command('PSYNC', '?', '-1')), tells('+FULLRESYNC abc 0\r\n$3\r\nREDx'));
    expect(events.slice(1)).toEqual([
      '! replication: The server sends its whole data from here on; it is not read.',
      '1 =  | - | not-read: The data that a replica is sent is not read.',
    ]);
  });

  it('with more commands under way than the bound tells the first ones', () => {
    const five = Buffer.concat(Array.from({ length: 5 }, (_, at) => command('GET', `k${at}`)));
    const events = play(
      [asks(five), tells(':0\r\n:1\r\n:2\r\n:3\r\n:4\r\n'), asks(command('PING')), tells('+PONG\r\n')],
      undefined,
      {
        waitingMax: 2,
      },
    );
    expect(events.flatMap((event) => (event.type === 'answer-end' ? event.status : []))).toEqual([
      '(integer) 0',
      '(integer) 1',
      'PONG',
    ]);
  });

  it('whose replies are nested too deeply, or no replies, says so and goes on', () => {
    for (const bad of [
      `${'*1\r\n'.repeat(40)}:1\r\n`,
      'HTTP/1.1 400\r\n',
      '$5\r\nabcdefgh',
      '$99999999999999999\r\n',
      '\r\n',
      ';4\r\n',
    ]) {
      const events = told(asks(command('GET', 'a')), tells(bad), asks(command('PING')), tells('+PONG\r\n'));
      expect(events).toContain('! unreadable: The server sent something that is no reply of Redis.');
      expect(events.at(-1)).toBe('2 = PONG | -');
    }
  });
});

describe('the recogniser', () => {
  const looks = (client: string, server = ''): string =>
    looksLikeRedis(Buffer.from(client, 'latin1'), Buffer.from(server, 'latin1'));

  it('knows commands, whole or begun', () => {
    for (const client of ['*1\r\n$4\r\nPING\r\n', '*3\r\n$3\r\n', 'PING\r\n', 'auth secret\r\n'])
      expect(looks(client)).toBe('yes');
    for (const client of [
      '',
      '*',
      '*3',
      '*3\r',
      '*3\r\n',
      '*3\r\n$',
      '*3\r\n$3',
      '*3\r\n$3\r',
      'PI',
      'auth x',
    ])
      expect(looks(client)).toBe('need-more');
  });

  it('knows what is none', () => {
    for (const client of [
      'GET / HTTP/1.1\r\n',
      '*x',
      '*3\r\nabc',
      '\x16\x03\x01',
      'PINGS\r\n',
      'POST /',
      'CONNECT a:1',
    ])
      expect(looks(client)).toBe('no');
    expect(looks('', '+OK\r\n')).toBe('no');
  });
});

const steps: readonly QueryStep[] = [
  asks(command('SET', 'user:1', 'value with\r\nlines')),
  asks(Buffer.concat([command('GET', 'k'), command('MGET', 'a', 'b', 'ü')])),
  asks('PING\r\n\r\nGET "x y"\r\n'),
  asks(command('SUBSCRIBE', 'a', 'b')),
  asks(command('CLIENT', 'REPLY', 'SKIP')),
  asks(Buffer.concat([command('MULTI'), command('EXEC'), command('HELLO', '3')])),
  tells('+OK\r\n'),
  tells('$18\r\nvalue with\r\nlines\x00\x01\r\n'),
  tells('*3\r\n$1\r\na\r\n*2\r\n:1\r\n$-1\r\n-ERR x\r\n'),
  tells('%1\r\n+a\r\n~1\r\n#t\r\n'),
  tells('>3\r\n+message\r\n+c\r\n+x\r\n'),
  tells('*3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n'),
  tells('|1\r\n+k\r\n*?\r\n:1\r\n.\r\n$?\r\n;3\r\nabc\r\n;0\r\n'),
  tells('-MOVED 1 a:1\r\n'),
  asks(command('GET', 'half').subarray(0, 15)),
  tells('$10\r\nhal'),
];
const step: fc.Arbitrary<QueryStep> = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...steps) },
  { weight: 1, arbitrary: fc.nat(30).map((gap) => misses('server', gap + 1)) },
  { weight: 1, arbitrary: fc.nat(30).map((gap) => misses('client', gap + 1)) },
);

describe('any cutting of the bytes of Redis', { timeout: 60_000 }, () => {
  it('gives the same events', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.nat(),
        fc.constantFrom(1, 2, 7, 40),
        (all, seed, max) => {
          const whole = play(all);
          expect(withoutTimes(play(all, cutter(seed, max)))).toEqual(withoutTimes(whole));
        },
      ),
      { numRuns: 2000 },
    );
  });
});

const tricky = [
  '*',
  '$',
  '\r\n',
  '*-1\r\n',
  '$-1\r\n',
  '>1\r\n',
  '|1\r\n',
  '%?\r\n',
  '.\r\n',
  '$?\r\n',
  ';0\r\n',
  '99999999',
  '*1000000000\r\n',
].map((text) => Uint8Array.from(Buffer.from(text)));

/** Takes 5 s where it was written. */
describe('mutated commands and replies', { timeout: 120_000 }, () => {
  it('of any kind are read without a failure, within the bounds', () => {
    const random = createRandom(6379);
    for (let index = 0; index < 100_000; index++) {
      const mutated = Array.from({ length: 1 + random(6) }, (): QueryStep => {
        const one = steps[random(steps.length)]!;
        if (!('bytes' in one)) return one;
        if (random(20) === 0) return misses(one.sender, random(100));
        let { bytes } = one;
        for (let count = random(4); count > 0; count--) bytes = mutateBytes(bytes, tricky, random);
        return { sender: one.sender, bytes };
      });
      const events = playStream(
        (emit) => createRedisObserver(nodePlatform, emit, { waitingMax: 1 + random(8) }),
        mutated,
        cutter(random(2 ** 32), 1 + random(60)),
      );
      const wrong = queryBreach(events);
      if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
    }
  });
});
