import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { createRedisObserver } from '../../../core/observers/redis.ts';
import { nodePlatform } from '../../support/platform.ts';
import { startRedis, type Redis } from '../../support/redis.ts';
import { startWatchingRelay, type WatchingRelay } from '../../support/watching-relay.ts';
import { within } from '../../support/within.ts';
import { queryBreach } from '../../core/observers/query-script.ts';

type Question = Extract<QueryEvent, { type: 'question' }>;
type End = Extract<QueryEvent, { type: 'answer-end' }>;

/** One command as it was observed. */
interface Seen {
  readonly statement: string;
  readonly firstByteUs: number;
  readonly end: End;
}

/** One entry of SLOWLOG: how long the server itself took. */
interface Logged {
  readonly args: readonly string[];
  readonly us: number;
}

let redis: Redis;
let relay: WatchingRelay;
let connections: QueryEvent[][] = [];

beforeAll(async () => {
  redis = await startRedis();
  relay = await startWatchingRelay(redis.port, () => {
    const events: QueryEvent[] = [];
    connections.push(events);
    return createRedisObserver(nodePlatform, (event) => void events.push(event));
  });
});

afterAll(async () => {
  await relay.stop();
  await redis.stop();
});

/** Standard output of redis-cli fed with these lines. */
async function redisCli(
  port: number,
  lines: readonly string[],
  args: readonly string[] = [],
): Promise<string> {
  const child = spawn('redis-cli', ['-h', '127.0.0.1', '-p', String(port), ...args], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stdin.end(`${lines.join('\n')}\n`);
  await within(20_000, 'redis-cli to end', once(child, 'close'));
  return output;
}

/** Sends everything at once, and waits until the answer to the last command has come. */
async function pipeline(port: number, commands: readonly (readonly string[])[]): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  const encode = (args: readonly string[]): string =>
    `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`).join('')}`;
  const last = 'this is the end';
  socket.write([...commands, ['ECHO', last]].map(encode).join(''));
  let tail = '';
  const answered = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      tail = (tail + chunk.toString('latin1')).slice(-100);
      if (tail.endsWith(`\r\n${last}\r\n`)) resolve();
    });
  });
  await within(20_000, 'the answers', answered);
  socket.end();
  await within(5_000, 'the end', once(socket, 'close'));
}

/** What was observed since the last call, in the order of the connections. */
function seen(): Seen[] {
  const all = connections.flatMap((events) => {
    expect(queryBreach(events)).toBeNull();
    const questions = events.filter((event): event is Question => event.type === 'question');
    const begins = new Map(
      events.flatMap((event) =>
        event.type === 'answer-begin' ? [[event.question, event.atUs] as const] : [],
      ),
    );
    const ends = new Map(
      events.flatMap((event) => (event.type === 'answer-end' ? [[event.question, event] as const] : [])),
    );
    return questions.map(({ question, statement, atUs }) => ({
      statement,
      firstByteUs: begins.get(question)! - atUs,
      end: ends.get(question)!,
    }));
  });
  connections = [];
  return all;
}

/** What redis-cli sends by itself, and what reads the log. */
const ownCommands = /^(?:COMMAND|HELLO|SLOWLOG)/i;

/** The server's own log since it was emptied last, oldest first; asked directly. */
async function slowLog(): Promise<Logged[]> {
  const json = await redisCli(redis.port, ['SLOWLOG GET -1'], ['-3', '--json']);
  const entries = JSON.parse(json) as [id: number, at: number, us: number, args: string[]][];
  await redisCli(redis.port, ['SLOWLOG RESET']);
  return entries
    .map(([, , us, args]) => ({ us, args }))
    .filter(({ args: [name = ''] }) => !ownCommands.test(name))
    .reverse();
}

const script = [
  'SET user:1:name "Ada Lovelace"',
  'GET user:1:name',
  'GET missing',
  'INCR counter',
  'LPUSH user:1:name x',
  'RPUSH list a b c',
  'LRANGE list 0 -1',
  'HSET h field value other 2',
  'HGETALL h',
  'DEBUG SLEEP 0.003',
  'DEBUG SLEEP 0.04',
  'MULTI',
  'INCR counter',
  'GET counter',
  'EXEC',
  'NOSUCH command',
  'DEL user:1:name list h counter',
];
const roundsMin = 5;
const roundsMax = 40;

describe('redis-cli on a real Redis', () => {
  it.each([
    ['RESP2', []],
    ['RESP3', ['-3']],
  ])('has every command listed, with the time that the server took (%s)', async (_protocol, args) => {
    await slowLog();
    seen();
    const least = new Map<number, number>();
    const isEnough = (): boolean => [...least.values()].every((over) => over < 1000);
    for (let round = 0; round < roundsMin || (round < roundsMax && !isEnough()); round++) {
      await redisCli(relay.port, script, args);
      const listed = seen().filter(({ statement }) => !ownCommands.test(statement));
      expect(listed.map(({ statement }) => statement)).toEqual(script);
      expect(listed.map(({ end }) => end.error?.code ?? end.status)).toEqual([
        ...['OK', '(string) 12 bytes', '(nil)', '(integer) 1', 'WRONGTYPE', '(integer) 3', '(array) 3'],
        ...['(integer) 2', args.length > 0 ? '(map) 2' : '(array) 4', 'OK', 'OK'],
        ...['OK', 'QUEUED', 'QUEUED', '(array) 2', 'ERR', '(integer) 4'],
      ]);
      expect(listed.map(({ end }) => end.rows).filter((rows) => rows !== null)).toEqual([
        ...[3, args.length > 0 ? 2 : 4, 2],
      ]);
      // Redis leaves EXEC out of its log, and what does not exist; what EXEC runs is in it with the time it took then.
      const logged = await slowLog();
      const expected = script.flatMap((line, index) => (/^(?:EXEC|NOSUCH)/.test(line) ? [] : index));
      expect(logged.map(({ args: [name] }) => name)).toEqual(
        expected.map((index) => script[index]!.split(' ')[0]),
      );
      for (const [at, index] of expected.entries()) {
        if (listed[index]!.end.status === 'QUEUED') continue;
        const over = listed[index]!.firstByteUs - logged[at]!.us;
        // The observer sees what the server does, and the way there and back.
        expect(over).toBeGreaterThan(-100);
        least.set(index, Math.min(least.get(index) ?? Infinity, over));
      }
    }
    // What the machine does beside delays some of the rounds; the quickest is the one that shows the observer's own error.
    for (const [index, over] of least) expect(over, script[index]).toBeLessThan(1000);
  });
});

describe('a pipelining client on a real Redis', () => {
  it('has every command with its own answer', async () => {
    await slowLog();
    seen();
    const commands = Array.from({ length: 3000 }, (_, index) =>
      index % 3 === 0
        ? ['SET', `item:${index}`, `value ${index}`]
        : index % 3 === 1
          ? ['GET', `item:${index - 1}`]
          : ['LRANGE', 'nothing', '0', '-1'],
    );
    await pipeline(relay.port, commands);
    const listed = seen();
    expect(listed).toHaveLength(commands.length + 1);
    const wrong = listed.slice(0, -1).filter(({ statement, end }, index) => {
      const [name, , value] = commands[index]!;
      if (!statement.startsWith(`${name} `)) return true;
      if (name === 'SET') return end.status !== 'OK' || !statement.endsWith(`"${value}"`);
      if (name === 'LRANGE') return end.rows !== 0;
      return end.preview?.rows[0]?.[0] !== `value ${index - 1}`;
    });
    expect(wrong).toEqual([]);
    expect(await slowLog()).toHaveLength(commands.length + 1);
  });

  it('has messages of a channel counted, and what was published listed', async () => {
    seen();
    const subscriber = connect({ host: '127.0.0.1', port: relay.port, noDelay: true });
    let received = '';
    subscriber.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
    const until = (text: string): Promise<void> =>
      within(
        10_000,
        text,
        new Promise((resolve) => {
          const look = (): void => {
            if (received.includes(text)) resolve();
          };
          subscriber.on('data', look);
          look();
        }),
      );
    subscriber.write('SUBSCRIBE news\r\n');
    await until(':1\r\n');
    await pipeline(
      relay.port,
      Array.from({ length: 50 }, (_, index) => ['PUBLISH', 'news', `number ${index}.`]),
    );
    await until('number 49.');
    subscriber.end('QUIT\r\n');
    await within(5_000, 'the end of the subscriber', once(subscriber, 'close'));
    const [first, second] = connections;
    expect(first?.at(-1)).toMatchObject({
      type: 'fact',
      name: 'messages',
      value: expect.stringMatching(/^50 on news, /) as string,
    });
    expect(
      second?.filter((event) => event.type === 'answer-end' && event.status === '(integer) 1'),
    ).toHaveLength(50);
  });
});
