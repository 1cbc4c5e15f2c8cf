import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Session } from '../../../../electron/engine/session/session-api.ts';
import { message, query, startup, u16, u32 } from '../../../core/observers/postgres-script.ts';
import { dnsOf, pcapOf, tcpFrame, udpFrame, type TimedFrame } from '../../../support/frame-bytes.ts';
import { httpFrames, requestText } from '../../../support/http-capture.ts';
import {
  conversationsOf,
  exchangesOf,
  followedOf,
  importInto,
  packetRowsOf,
  readingSession,
  valueOf,
} from '../../../support/packet-session.ts';
import { scratchFolder } from '../../../support/scratch.ts';

async function imported(frames: readonly TimedFrame[]): Promise<Session> {
  const folder = scratchFolder();
  const [capture, saved] = [path.join(folder, 'a.pcap'), path.join(folder, 'a.plumb')];
  writeFileSync(capture, pcapOf(frames));
  expect(await importInto(saved, capture)).toEqual([]);
  return readingSession(saved);
}

const frames = httpFrames();
const startUs = frames[0]?.atUs ?? 0;

/** Parts of a conversation between ports 40000 and `port` after its handshake, 1 ms apart; a null part was not captured. */
function talk(
  port: number,
  parts: readonly (readonly ['client' | 'server', Uint8Array | string, 'lost'?])[],
): readonly TimedFrame[] {
  const there = { from: '192.0.2.1', to: '198.51.100.7', sourcePort: 40_000, destinationPort: port };
  const back = { from: '198.51.100.7', to: '192.0.2.1', sourcePort: port, destinationPort: 40_000 };
  const seq = { client: 1001, server: 5001 };
  const all = [
    tcpFrame({ ...there, seq: 1000, flags: 'S' }),
    tcpFrame({ ...back, seq: 5000, ack: 1001, flags: 'SA' }),
    tcpFrame({ ...there, seq: 1001, ack: 5001, flags: 'A' }),
  ];
  for (const [by, payload, lost] of parts) {
    const [way, other] = by === 'client' ? ([there, 'server'] as const) : ([back, 'client'] as const);
    if (lost === undefined) {
      all.push(tcpFrame({ ...way, seq: seq[by], ack: seq[other], flags: 'PA', payload }));
    }
    seq[by] += payload.length;
    const answer = by === 'client' ? back : there;
    all.push(tcpFrame({ ...answer, seq: seq[other], ack: seq[by], flags: 'A' }));
  }
  return all.map((bytes, at) => ({ atUs: startUs + at * 1000, bytes }));
}

describe('a conversation over HTTP', () => {
  test('is one with its exchange, its packets and its streams', async () => {
    const session = await imported(frames);
    const [conversation, ...others] = await conversationsOf(session);
    expect(others).toEqual([]);
    expect(conversation).toMatchObject({
      ...{ application: 'http/1', portA: 40_000, portB: 80, exchanges: 1, firstPacket: 1, lastPacket: 10 },
      ...{ packets: { a: 5, b: 5 }, handshakeUs: 2000 },
    });
    const [exchange] = await exchangesOf(session);
    expect(exchange).toMatchObject({ method: 'GET', status: 200, error: null });
    const body = await session.readBody(1, 'response', false, 0, 100);
    expect(body.ok && Buffer.from(body.value.bytes).toString()).toBe('hello world');
    const pieces = await followedOf(session, 1, 'tcp');
    expect(pieces.map(({ end }) => end)).toEqual(['a', 'b']);
    expect(Buffer.from(pieces[0]?.bytes ?? []).toString()).toBe(requestText);
    expect(await packetRowsOf(session, '', { kind: 'exchange', id: 1 })).toHaveLength(10);
  });

  test('and the next one between the same ports are two', async () => {
    const again = httpFrames(40_000, 80, startUs + 60_000_000, 900_000);
    const session = await imported([...frames, ...again]);
    const conversations = await conversationsOf(session);
    expect(conversations.map((row) => [row.firstPacket, row.lastPacket, row.packets, row.exchanges])).toEqual(
      [
        [1, 10, { a: 5, b: 5 }, 1],
        [11, 20, { a: 5, b: 5 }, 1],
      ],
    );
    const rows = await packetRowsOf(session);
    expect(rows.map(({ conversation }) => conversation)).toEqual([
      ...Array<number>(10).fill(1),
      ...Array<number>(10).fill(2),
    ]);
    expect((await exchangesOf(session)).map(({ status }) => status)).toEqual([200, 200]);
    for (const id of [1, 2]) {
      const numbers = (await packetRowsOf(session, '', { kind: 'exchange', id })).map(({ number }) => number);
      expect(numbers).toEqual(Array.from({ length: 10 }, (_, at) => (id - 1) * 10 + at + 1));
    }
  });

  test('whose capture ends before the answer is over says so', async () => {
    for (const count of [4, 5, 6]) {
      const [exchange, ...others] = await exchangesOf(await imported(frames.slice(0, count)));
      expect(others).toEqual([]);
      expect(exchange?.error?.code, `${count} packets`).toBe('capture-ended');
    }
  });

  test('whose capture begins within it is read from its next request on', async () => {
    const parts = [
      ['client', requestText],
      ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst'],
      ['client', requestText],
      ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond'],
    ] as const;
    const session = await imported(talk(80, parts).slice(5));
    expect((await conversationsOf(session)).map(({ application, portB }) => [application, portB])).toEqual([
      ['http/1', 80],
    ]);
    const exchanges = await exchangesOf(session);
    expect(exchanges.map(({ status, error }) => [status, error])).toEqual([[200, null]]);
    const body = await session.readBody(1, 'response', false, 0, 100);
    expect(body.ok && Buffer.from(body.value.bytes).toString()).toBe('second');
  });

  test('goes on behind bytes of a body that were not captured, which are zeros', async () => {
    const session = await imported(
      talk(80, [
        ['client', requestText],
        ['server', 'HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\nhello'],
        ['server', 'LOST!', 'lost'],
        ['server', 'world'],
        ['client', requestText],
        ['server', 'HTTP/1.1 204 No Content\r\n\r\n'],
      ]),
    );
    expect((await exchangesOf(session)).map(({ status, error }) => [status, error])).toEqual([
      [200, null],
      [204, null],
    ]);
    const body = await session.readBody(1, 'response', false, 0, 100);
    expect(body.ok && Buffer.from(body.value.bytes).toString()).toBe('hello\0\0\0\0\0world');
    const pieces = await followedOf(session, 1, 'tcp');
    expect(pieces.map(({ missingBefore }) => missingBefore)).toContain(5);
    expect((await conversationsOf(session))[0]?.missingBytes).toEqual({ a: 0, b: 5 });
  });
});

describe('a conversation with PostgreSQL', () => {
  const ready = message('Z', Buffer.from('I'));
  const row = message('D', u16(1), u32(1), Buffer.from('7'));
  const done = (tag: string): Uint8Array => message('C', Buffer.from(`${tag}\0`));
  const columns = message('T', u16(1), Buffer.from('n\0'), u32(0), u16(0), u32(23), u16(4), u32(0), u16(0));
  const login = [
    ['client', startup()],
    ['server', Buffer.concat([message('R', u32(0)), ready])],
  ] as const;
  const answer = Buffer.concat([columns, row, done('SELECT 1'), ready]);

  test('is kept with what was asked and the first rows of what was answered', async () => {
    const session = await imported(talk(5432, [...login, ['client', query('select n')], ['server', answer]]));
    const exchange = (await exchangesOf(session)).find(({ method }) => method === 'SELECT');
    const detail = await session.get(exchange?.id ?? 0);
    expect(detail.ok && detail.value.question).toMatchObject({
      statement: 'select n',
      parameters: [],
      preview: { columns: ['n'], rows: [['7']] },
    });
  });

  test('that lacks an answer says so of its statement', async () => {
    const session = await imported(
      talk(5432, [
        ...login,
        ['client', query('select 1')],
        ['server', answer, 'lost'],
        ['client', query('select 2')],
        ['server', answer],
      ]),
    );
    const exchanges = (await exchangesOf(session)).filter(({ method }) => method === 'SELECT');
    expect(exchanges).toHaveLength(2);
    expect(exchanges[0]).toMatchObject({ statement: 'select 1', rows: null, error: { code: 'lost' } });
  });

  test('whose capture ends before the answer says so', async () => {
    const session = await imported(talk(5432, [...login, ['client', query('select 1')]]));
    const exchange = (await exchangesOf(session)).find(({ method }) => method === 'SELECT');
    expect(exchange?.error?.code).toBe('capture-ended');
  });
});

describe('hundreds of conversations with a name server', () => {
  const ends = { client: '192.0.2.1', server: '192.0.2.53' };
  const dnsFrame = (port: number, id: number, answer?: string): Uint8Array => {
    const message = dnsOf(id, `host-${port}.example`, answer);
    return answer === undefined
      ? udpFrame(ends.client, ends.server, port, 53, message)
      : udpFrame(ends.server, ends.client, 53, port, message);
  };

  test('are read on when more is asked in one of them long after', async () => {
    const ports = Array.from({ length: 400 }, (_, at) => 40_000 + at);
    const all = ports.flatMap((port) => [dnsFrame(port, 1), dnsFrame(port, 1, '203.0.113.7')]);
    const [first, second, third] = ports as [number, number, number];
    all.push(dnsFrame(first, 2), dnsFrame(first, 2, '203.0.113.8'));
    all.push(dnsFrame(second, 2), dnsFrame(third, 1, '203.0.113.7'));
    const session = await imported(all.map((bytes, at) => ({ atUs: startUs + at * 1000, bytes })));
    const conversations = await conversationsOf(session);
    expect(conversations).toHaveLength(400);
    const found = conversations
      .slice(0, 4)
      .map(({ exchanges, packets }) => [exchanges, packets.a, packets.b]);
    expect(found).toEqual([
      [2, 2, 2],
      [2, 2, 1],
      [1, 1, 2],
      [1, 1, 1],
    ]);
    const exchanges = await exchangesOf(session);
    expect(exchanges.filter(({ error }) => error === null)).toHaveLength(401);
    expect(exchanges.filter(({ error }) => error !== null)).toHaveLength(1);
    expect(exchanges.at(-1)).toMatchObject({ error: { code: 'no-answer' } });
  });
});

describe('thousands of conversations that were closed', () => {
  const there = { from: '192.0.2.1', to: '198.51.100.7', destinationPort: 80 };
  const back = { from: '198.51.100.7', to: '192.0.2.1', sourcePort: 80 };
  const opened = (port: number, seq: number): Uint8Array[] => [
    tcpFrame({ ...there, sourcePort: port, seq, flags: 'S' }),
    tcpFrame({ ...back, destinationPort: port, seq: 5000, ack: seq + 1, flags: 'SA' }),
    tcpFrame({ ...there, sourcePort: port, seq: seq + 1, ack: 5001, flags: 'A' }),
  ];
  const closed = (port: number, seq: number): Uint8Array[] => [
    tcpFrame({ ...there, sourcePort: port, seq: seq + 1, ack: 5001, flags: 'FA' }),
    tcpFrame({ ...back, destinationPort: port, seq: 5001, ack: seq + 2, flags: 'FA' }),
    tcpFrame({ ...there, sourcePort: port, seq: seq + 2, ack: 5002, flags: 'A' }),
  ];

  test('keep their figures when something comes long after, and their ports may be used again', async () => {
    const ports = Array.from({ length: 5000 }, (_, at) => 20_000 + at);
    const all = ports.flatMap((port) => [...opened(port, 1000), ...closed(port, 1000)]);
    const [first, second] = ports as [number, number];
    all.push(tcpFrame({ ...back, destinationPort: first, seq: 5001, ack: 1002, flags: 'FA' }));
    all.push(...opened(second, 70_000), ...closed(second, 70_000));
    const session = await imported(all.map((bytes, at) => ({ atUs: startUs + at * 1000, bytes })));
    const page = { from: 0, limit: 500, sort: 'started', descending: false, text: '' } as const;
    const listed = await session.packets.call('conversations', page);
    if (!listed.ok) throw new Error(listed.error.message);
    expect(listed.value.count).toBe(5001);
    const [late, again, other] = listed.value.conversations;
    expect(other).toMatchObject({ packets: { a: 4, b: 2 }, handshakeUs: 2000 });
    expect(late).toMatchObject({ packets: { a: 4, b: 3 }, handshakeUs: 2000, lastPacket: 30_001 });
    expect(late?.rttUs).toEqual(other?.rttUs);
    expect(again).toMatchObject({ portA: second, packets: { a: 4, b: 2 } });
    const newest = await session.packets.call('conversations', { ...page, descending: true, limit: 1 });
    expect(newest.ok && newest.value.conversations[0]).toMatchObject({
      ...{ portA: second, packets: { a: 4, b: 2 }, handshakeUs: 2000, firstPacket: 30_002 },
    });
  });
});

test('lookups from one port are one conversation, in which an answer that comes again is known', async () => {
  const there = (payload: Uint8Array): Uint8Array => udpFrame('192.0.2.1', '192.0.2.53', 40_000, 53, payload);
  const back = (payload: Uint8Array): Uint8Array => udpFrame('192.0.2.53', '192.0.2.1', 53, 40_000, payload);
  const lookups = Array.from({ length: 50 }, (_, at) => {
    const answer = back(dnsOf(at, `host-${at}.example`, '192.0.2.9'));
    return [there(dnsOf(at, `host-${at}.example`)), answer, answer];
  });
  const session = await imported(lookups.flat().map((bytes, at) => ({ atUs: startUs + at * 1000, bytes })));
  expect(await conversationsOf(session)).toHaveLength(1);
  expect(await exchangesOf(session)).toHaveLength(50);
  const facts = JSON.stringify(valueOf(await session.get(50)));
  expect(facts).toContain('answered again');
  expect(facts).not.toContain('without its question');
});
