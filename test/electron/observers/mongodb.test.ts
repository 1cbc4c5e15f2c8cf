import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import { bsonType, createBson } from '../../../core/observers/mongodb-bson.ts';
import { readMongodbMessage } from '../../../core/observers/mongodb-message.ts';
import { createMongodbObserver } from '../../../core/observers/mongodb.ts';
import {
  binary,
  command,
  compressed,
  double,
  legacyGetMore,
  legacyInsert,
  objectId,
  query,
  queryReply,
  reply,
} from '../../core/observers/mongodb-script.ts';
import { playStream, queryBreach } from '../../core/observers/query-script.ts';
import { nodePlatform } from '../../support/platform.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { writeTcpPcap, type TcpPart } from '../../support/tcp-pcap.ts';
import { tshark } from '../../support/tshark.ts';

const rich = {
  _id: objectId('507f1f77bcf86cd799439011'),
  text: 'grüße, "quoted"',
  number: 1.5,
  whole: -3,
  long: 9_007_199_254_740_993n,
  when: new Date('2024-01-02T03:04:05.006Z'),
  nothing: null,
  yes: true,
  bytes: binary(4, Buffer.alloc(16, 3)),
  inside: { list: [1, { a: 2 }, 'x'], deep: { deeper: { deepest: 0.25 } } },
};

const parts: readonly TcpPart[] = [
  { sender: 'client', bytes: query(1, 'admin.$cmd', { isMaster: 1, client: { driver: { name: 'x' } } }) },
  { sender: 'server', bytes: queryReply(1, [{ ismaster: true, maxWireVersion: 17, ok: double(1) }]) },
  { sender: 'client', bytes: command(2, { find: 'orders', filter: rich, limit: 20, $db: 'shop' }) },
  {
    sender: 'server',
    bytes: reply(2, {
      cursor: { firstBatch: [rich, { _id: 2 }], id: 77n, ns: 'shop.orders' },
      ok: double(1),
    }),
  },
  { sender: 'client', bytes: command(3, { getMore: 77n, collection: 'orders', $db: 'shop' }) },
  {
    sender: 'server',
    bytes: reply(3, { cursor: { nextBatch: [{ _id: 3 }], id: 0n, ns: 'shop.orders' }, ok: double(1) }),
  },
  {
    sender: 'client',
    bytes: command(4, { insert: 'orders', $db: 'shop' }, { sequences: { documents: [{ _id: 4 }, rich] } }),
  },
  {
    sender: 'server',
    bytes: reply(4, { n: 1, writeErrors: [{ index: 1, code: 11000, errmsg: 'E11000' }], ok: double(1) }),
  },
  { sender: 'client', bytes: compressed(command(5, { count: 'orders', query: { a: 'z' }, $db: 'shop' }), 2) },
  { sender: 'server', bytes: compressed(reply(5, { n: 12, ok: double(1) }), 2) },
  { sender: 'client', bytes: legacyInsert(6, 'shop.old', { a: 1 }) },
  { sender: 'client', bytes: legacyGetMore(7, 'shop.old', 5n) },
  { sender: 'server', bytes: queryReply(7, [{ a: 1 }, { a: 2 }]) },
];

/** What both see in one message. */
interface Read {
  readonly requestId: string;
  readonly responseTo: string;
  readonly opcodes: string;
  readonly names: string;
  readonly strings: string;
  readonly integers: string;
  readonly longs: string;
  readonly doubles: string;
}

describe('messages of MongoDB, written by the specification', () => {
  const file = (): string => {
    const written = path.join(scratchFolder(), 'mongodb.pcap');
    writeTcpPcap(written, 27_017, parts);
    return written;
  };

  it('have the ids, names and values that tshark reads', () => {
    const fields = [
      ...['mongo.request_id', 'mongo.response_to', 'mongo.opcode', 'mongo.element.name'],
      ...[
        'mongo.element.value.string',
        'mongo.element.value.int',
        'mongo.element.value.int64',
        'mongo.element.value.double',
      ],
    ];
    const theirs = tsharkFields(file(), fields).map((row): Read => {
      const [requestId = '', responseTo = '', opcodes = '', names = '', strings = ''] = row;
      const [integers = '', longs = '', doubles = ''] = row.slice(5);
      return { requestId, responseTo, opcodes, names, strings, integers, longs, doubles };
    });
    expect(theirs).toEqual(parts.map(({ bytes }) => ownReading(bytes)));
  });

  it('become the questions that tshark can pair by their ids', () => {
    const rows = tsharkFields(file(), ['mongo.request_id', 'mongo.response_to']);
    const answered = rows.filter(([, responseTo]) => responseTo !== idText(0));
    const events = observed();
    expect(queryBreach(events)).toBeNull();
    const ends = events.filter(
      (event): event is Extract<QueryEvent, { type: 'answer-end' }> => event.type === 'answer-end',
    );
    expect(events.filter(({ type }) => type === 'question')).toHaveLength(rows.length - answered.length);
    expect(ends.filter(({ bytes }) => bytes > 0)).toHaveLength(answered.length);
    expect(ends.map(({ rows: count, error }) => error?.code ?? count)).toEqual([
      null,
      2,
      1,
      '11000',
      12,
      null,
      2,
    ]);
  });
});

function observed(): QueryEvent[] {
  return playStream((emit) => createMongodbObserver(nodePlatform, emit), parts);
}

/** These fields of each message; without being told, tshark takes the port for TLS. */
function tsharkFields(file: string, fields: readonly string[]): string[][] {
  const text = tshark([
    ...['-r', file, '-d', 'tcp.port==27017,mongo', '-Y', 'mongo', '-T', 'fields'],
    ...['-E', 'separator=/t', '-E', 'occurrence=a', '-E', 'aggregator=,'],
    ...fields.flatMap((field) => ['-e', field]),
  ]);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

/** The same by the reader of the observer, in the words of tshark. */
function ownReading(whole: Uint8Array): Read {
  const view = Buffer.from(whole);
  const code = view.readInt32LE(12);
  const message = readMongodbMessage(nodePlatform, code, view.subarray(16), true, 1_000_000);
  if ('unreadable' in message) throw new Error(message.unreadable);
  const bson = createBson(nodePlatform);
  const names: string[] = [];
  const found = {
    strings: [] as string[],
    integers: [] as string[],
    longs: [] as string[],
    doubles: [] as string[],
  };
  const { bytes } = message;
  const walk = (at: number, to: number): void =>
    bson.each(bytes, at, to, (element) => {
      names.push(element.name);
      const { type } = element;
      if (type === bsonType.document || type === bsonType.array) walk(element.at, element.to);
      if (type === bsonType.string) found.strings.push(bson.string(bytes, element, 1000));
      if (type === bsonType.int32) found.integers.push(String(bson.number(bytes, element)));
      // It calls a date by its milliseconds.
      if (type === bsonType.int64 || type === bsonType.date)
        found.longs.push(
          Buffer.from(bytes.buffer, bytes.byteOffset + element.at, 8)
            .readBigInt64LE()
            .toString(),
        );
      if (type === bsonType.double) found.doubles.push(String(bson.number(bytes, element)));
      return true;
    });
  if (message.opCode !== 1 && message.at >= 0) walk(message.at, message.to);
  for (const { at: from, to } of message.sequences)
    for (let at = from; at < to; at += Buffer.from(bytes.buffer, bytes.byteOffset + at, 4).readInt32LE())
      walk(at, to);
  return {
    requestId: idText(view.readInt32LE(4)),
    responseTo: idText(view.readInt32LE(8)),
    opcodes: String(code),
    names: names.join(','),
    strings: found.strings.join(','),
    integers: found.integers.join(','),
    longs: found.longs.join(','),
    doubles: found.doubles.join(','),
  };
}

function idText(id: number): string {
  return `0x${id.toString(16).padStart(8, '0')}`;
}
