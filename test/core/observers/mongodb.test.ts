import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import type { QueryEvent } from '../../../core/model/query-events.ts';
import {
  createMongodbObserver,
  looksLikeMongodb,
  type MongodbLimits,
} from '../../../core/observers/mongodb.ts';
import { nodePlatform } from '../../support/platform.ts';
import { cutter, STEP_US } from './http1-script.ts';
import {
  binary,
  bsonString,
  command,
  compressed,
  cstring,
  double,
  i32,
  legacyGetMore,
  legacyInsert,
  objectId,
  query,
  queryReply,
  Raw,
  reply,
  type Document,
  type Value,
} from './mongodb-script.ts';
import {
  asks,
  closes,
  lines,
  misses,
  playStream,
  queryBreach,
  tells,
  type QueryStep,
} from './query-script.ts';

type End = Extract<QueryEvent, { type: 'answer-end' }>;

function play(
  steps: readonly QueryStep[],
  chunksOf?: (bytes: Uint8Array) => Uint8Array[],
  limits?: Partial<MongodbLimits>,
): QueryEvent[] {
  const events = playStream((emit) => createMongodbObserver(nodePlatform, emit, limits), steps, chunksOf);
  expect(queryBreach(events)).toBeNull();
  return events;
}

const told = (...steps: readonly QueryStep[]): string[] => lines(play(steps));

function endOf(answer: Buffer, document: Document = { find: 'orders', $db: 'shop' }): End {
  const events = play([asks(command(1, document)), tells(answer)]);
  return events.find((event): event is End => event.type === 'answer-end')!;
}

const batch = (documents: readonly Document[], id = 0n, name = 'firstBatch'): Document => ({
  cursor: { [name]: documents, id, ns: 'shop.orders' },
  ok: double(1),
});

describe('a command and its reply', () => {
  it('is a question in the words of the shell, answered with rows', () => {
    const events = play([
      asks(
        command(7, {
          find: 'orders',
          filter: { status: 'open', total: { $gt: 100 } },
          sort: { at: -1 },
          limit: 20,
          lsid: { id: binary(4, Buffer.alloc(16, 1)) },
          $db: 'shop',
        }),
      ),
      tells(
        reply(
          7,
          batch([
            { _id: 1, status: 'open' },
            { _id: 2, status: 'open' },
          ]),
        ),
      ),
    ]);
    expect(lines(events)).toEqual([
      '1 ? find | shop.orders.find({"status":"open","total":{"$gt":100}}).sort({"at":-1}).limit(20) | shop.orders.find({"status":?,"total":{"$gt":?}}).sort({"at":-1}).limit(?)',
      '1 …',
      '1 = ok | 2',
    ]);
    expect(events.at(-1)).toMatchObject({
      preview: {
        columns: ['document'],
        rows: [['{"_id":1,"status":"open"}'], ['{"_id":2,"status":"open"}']],
      },
      facts: [],
    });
  });

  it('has the times of the first and of the last byte', () => {
    const [asked, answered] = [command(7, { ping: 1, $db: 'admin' }), reply(7, { ok: double(1) })];
    const events = play([asks(asked), tells(answered)], cutter(1, 1));
    expect(events.map((event) => [event.atUs, 'firstAtUs' in event ? event.firstAtUs : 0])).toEqual([
      [STEP_US + asked.length, STEP_US + 1],
      [2 * STEP_US + 1, 0],
      [2 * STEP_US + answered.length, 0],
    ]);
    expect(events[0]).toMatchObject({ bytes: asked.length });
    expect(events[2]).toMatchObject({ bytes: answered.length });
  });

  it('is matched by its id, whatever the order', () => {
    const ends = play([
      asks(Buffer.concat([1, 2, 3].map((id) => command(id, { ping: 1, $db: 'admin' })))),
      tells(Buffer.concat([3, 1, 2].map((id) => reply(id, { ok: 1 })))),
    ]).flatMap((event) => (event.type === 'answer-end' ? event.question : []));
    expect(ends).toEqual([3, 1, 2]);
  });

  it.each<[Document, Record<string, readonly Document[]>, string, string]>([
    [
      {
        aggregate: 'orders',
        pipeline: [{ $match: { a: 1 } }, { $group: { _id: '$b', sum: { $sum: '$c' } } }],
        cursor: {},
      },
      {},
      'shop.orders.aggregate([{"$match":{"a":1}},{"$group":{"_id":"$b","sum":{"$sum":"$c"}}}])',
      'shop.orders.aggregate([{"$match":{"a":?}},{"$group":{"_id":"$b","sum":{"$sum":"$c"}}}])',
    ],
    [
      { insert: 'orders', ordered: true },
      { documents: [{ a: 1 }, { a: 'x' }] },
      'shop.orders.insert([{"a":1},{"a":"x"}])',
      'shop.orders.insert(?)',
    ],
    [
      { insert: 'orders', documents: [{ a: 1 }] },
      {},
      'shop.orders.insert([{"a":1}])',
      'shop.orders.insert(?)',
    ],
    [
      { update: 'orders' },
      { updates: [{ q: { _id: 5 }, u: { $set: { a: 2 } } }] },
      'shop.orders.updateOne({"_id":5}, {"$set":{"a":2}})',
      'shop.orders.updateOne({"_id":?}, {"$set":{"a":?}})',
    ],
    [
      { update: 'orders', updates: [{ q: {}, u: { $inc: { n: 1 } }, multi: true }] },
      {},
      'shop.orders.updateMany({}, {"$inc":{"n":1}})',
      'shop.orders.updateMany({}, {"$inc":{"n":?}})',
    ],
    [
      { update: 'orders' },
      {
        updates: [
          { q: { a: 1 }, u: { b: 1 } },
          { q: { a: 2 }, u: { b: 2 } },
        ],
      },
      'shop.orders.update([{"q":{"a":1},"u":{"b":1}},{"q":{"a":2},"u":{"b":2}}])',
      'shop.orders.update([{"q":{"a":?},"u":{"b":?}}])',
    ],
    [
      { delete: 'orders', deletes: [{ q: { a: 1 }, limit: 1 }] },
      {},
      'shop.orders.deleteOne({"a":1})',
      'shop.orders.deleteOne({"a":?})',
    ],
    [
      { delete: 'orders', deletes: [{ q: {}, limit: 0 }] },
      {},
      'shop.orders.deleteMany({})',
      'shop.orders.deleteMany({})',
    ],
    [{ count: 'orders', query: { a: 1 } }, {}, 'shop.orders.count({"a":1})', 'shop.orders.count({"a":?})'],
    [
      { distinct: 'orders', key: 'city', query: {} },
      {},
      'shop.orders.distinct("city", {})',
      'shop.orders.distinct("city", {})',
    ],
    [
      { findAndModify: 'jobs', query: { state: 'new' }, update: { $set: { state: 'taken' } } },
      {},
      'shop.jobs.findAndModify({"state":"new"}, {"$set":{"state":"taken"}})',
      'shop.jobs.findAndModify({"state":?}, {"$set":{"state":?}})',
    ],
    [{ getMore: 77n, collection: 'orders' }, {}, 'shop.orders.getMore(77)', 'shop.orders.getMore(?)'],
    [
      { hello: 1, helloOk: true },
      {},
      'shop.runCommand({"hello":1,"helloOk":true})',
      'shop.runCommand({"hello":?,"helloOk":?})',
    ],
    [
      { find: 'orders', filter: { id: { $in: [1, 2, 3] }, tags: [{ a: 1 }, { a: 2 }, { b: 1 }] } },
      {},
      'shop.orders.find({"id":{"$in":[1,2,3]},"tags":[{"a":1},{"a":2},{"b":1}]})',
      'shop.orders.find({"id":{"$in":[?]},"tags":[{"a":?},{"b":?}]})',
    ],
  ])('%o reads as in the shell', (document, sequences, statement, normalised) => {
    const [event] = play([asks(command(1, { ...document, $db: 'shop' }, { sequences, checksum: true }))]);
    expect(event).toMatchObject({ statement, normalised, verb: Object.keys(document)[0] });
  });

  it('counts what it touched', () => {
    expect(endOf(reply(1, { n: 3, nModified: 2, ok: 1 }))).toMatchObject({
      rows: 3,
      facts: [['modified', '2']],
    });
    expect(endOf(reply(1, { values: ['a', 'b'], ok: 1 }))).toMatchObject({ rows: 2 });
    expect(endOf(reply(1, { lastErrorObject: { n: 1 }, value: { _id: 1 }, ok: 1 }))).toMatchObject({
      rows: 1,
      preview: { rows: [['{"_id":1}']] },
    });
    expect(endOf(reply(1, { ok: 1 }))).toMatchObject({ rows: null, preview: null });
  });

  it('may fail', () => {
    expect(
      endOf(reply(1, { ok: double(0), errmsg: 'ns not found', code: 26, codeName: 'NamespaceNotFound' })),
    ).toMatchObject({
      status: '',
      error: { code: '26', message: 'NamespaceNotFound: ns not found' },
    });
    const errors = [11000, 11000].map((code, index) => ({ index, code, errmsg: 'E11000 duplicate key' }));
    expect(endOf(reply(1, { n: 1, writeErrors: errors, ok: 1 }))).toMatchObject({
      rows: 1,
      error: { code: '11000', message: 'E11000 duplicate key (and 1 more)' },
    });
    expect(
      endOf(reply(1, { n: 1, ok: 1, writeConcernError: { code: 64, errmsg: 'timed out' } })),
    ).toMatchObject({
      error: null,
      facts: [['write concern', 'timed out']],
    });
  });

  it('may leave a cursor, which is gone on with', () => {
    const events = play([
      asks(command(1, { find: 'orders', batchSize: 1, $db: 'shop' })),
      tells(reply(1, batch([{ _id: 1 }], 77n))),
      asks(command(2, { getMore: 77n, collection: 'orders', maxTimeMS: 500, $db: 'shop' })),
      tells(reply(2, batch([{ _id: 2 }, { _id: 3 }], 0n, 'nextBatch'))),
    ]);
    const [first, second] = events.filter((event): event is End => event.type === 'answer-end');
    expect(first).toMatchObject({ rows: 1, facts: [['cursor', '77']] });
    expect(second).toMatchObject({
      rows: 2,
      facts: [
        ['waits on purpose', 'up to 500 ms'],
        ['cursor', '77 of question 1'],
      ],
    });
  });

  it('may want no reply, or get many', () => {
    expect(
      told(
        asks(
          command(
            1,
            { insert: 'log', $db: 'shop' },
            { sequences: { documents: [{ a: 1 }] }, moreToCome: true },
          ),
        ),
        asks(command(2, { hello: 1, maxAwaitTimeMS: 10_000, $db: 'admin' }, { exhaustAllowed: true })),
        tells(reply(2, { ok: 1, setName: 'rs0' }, { id: 500, moreToCome: true })),
        tells(reply(500, { ok: 1 }, { id: 501, moreToCome: true })),
      ),
    ).toEqual([
      '1 ? insert | shop.log.insert([{"a":1}]) | shop.log.insert(?)',
      '1 = not acknowledged | -',
      '2 ? hello | admin.runCommand({"hello":1,"maxAwaitTimeMS":10000}) | admin.runCommand({"hello":?,"maxAwaitTimeMS":?})',
      '2 …',
      '! replica set: rs0',
      '2 = watched until the connection ended | -',
    ]);
    const series = play([
      asks(command(1, { getMore: 5n, collection: 'c', $db: 'd' }, { exhaustAllowed: true })),
      tells(reply(1, batch([{ a: 1 }], 5n, 'nextBatch'), { id: 500, moreToCome: true })),
      tells(reply(500, batch([{ a: 2 }, { a: 3 }], 0n, 'nextBatch'))),
    ]).at(-1);
    expect(series).toMatchObject({
      rows: 3,
      facts: [
        ['cursor', '5'],
        ['cursor', '5'],
        ['replies', '2'],
      ],
    });
  });

  it('says who speaks', () => {
    const hello = {
      hello: 1,
      client: { application: { name: 'web' }, driver: { name: 'nodejs', version: '6.3.0' } },
      compression: ['zlib', 'snappy'],
      $db: 'admin',
    };
    const facts = told(
      asks(command(1, hello)),
      tells(reply(1, { maxWireVersion: 21, compression: ['zlib'], me: 'db:27017', ok: 1 })),
    );
    expect(facts.filter((line) => line.startsWith('!'))).toEqual([
      '! application: web',
      '! driver: nodejs 6.3.0',
      '! compression offered: zlib, snappy',
      '! wire version: 21',
      '! server: db:27017',
      '! compression: zlib',
    ]);
  });
});

describe('values', () => {
  const shown = (value: Value): string => {
    const [event] = play([asks(command(1, { find: 'c', filter: { v: value }, $db: 'd' }))]);
    return event?.type === 'question' ? event.statement.slice('d.c.find({"v":'.length, -2) : '';
  };
  const decimal = (digits: string): Raw => new Raw(19, Buffer.from(digits, 'hex').reverse());

  it.each<[string, Value]>([
    ['"text \\"ü\\""', 'text "ü"'],
    ['1.5', 1.5],
    ['{"$numberDouble":"NaN"}', double(NaN)],
    ['-3', -3],
    ['9007199254740993', 9_007_199_254_740_993n],
    ['{"$oid":"507f1f77bcf86cd799439011"}', objectId('507f1f77bcf86cd799439011')],
    ['{"$date":"2024-01-02T03:04:05Z"}', new Date('2024-01-02T03:04:05Z')],
    ['{"$date":"2024-01-02T03:04:05.006Z"}', new Date('2024-01-02T03:04:05.006Z')],
    ['{"$date":{"$numberLong":"-1"}}', new Date(-1)],
    ['null', null],
    ['true', true],
    ['{"$binary":{"base64":"AQID","subType":"00"}}', binary(0, Buffer.from([1, 2, 3]))],
    ['{"$uuid":"01010101-0101-0101-0101-010101010101"}', binary(4, Buffer.alloc(16, 1))],
    [
      '{"$regularExpression":{"pattern":"^a","options":"i"}}',
      new Raw(11, Buffer.concat([cstring('^a'), cstring('i')])),
    ],
    ['{"$timestamp":{"t":5,"i":9}}', new Raw(17, Buffer.concat([i32(9), i32(5)]))],
    ['{"$code":"f()"}', new Raw(13, bsonString('f()'))],
    ['{"$minKey":1}', new Raw(255, Buffer.alloc(0))],
    ['{"$maxKey":1}', new Raw(127, Buffer.alloc(0))],
    ['{"$undefined":true}', new Raw(6, Buffer.alloc(0))],
    // From the specification's tests of Decimal128.
    ['{"$numberDecimal":"0.1"}', decimal('303e0000000000000000000000000001')],
    ['{"$numberDecimal":"-1"}', decimal('b0400000000000000000000000000001')],
    ['{"$numberDecimal":"1E+3"}', decimal('30460000000000000000000000000001')],
    ['{"$numberDecimal":"0.001234"}', decimal('303400000000000000000000000004d2')],
    ['{"$numberDecimal":"1234567890123456789012345678901234"}', decimal('30403cde6fff9732de825cd07e96aff2')],
    ['{"$numberDecimal":"Infinity"}', decimal('78000000000000000000000000000000')],
    ['{"$numberDecimal":"NaN"}', decimal('7c000000000000000000000000000000')],
  ])('are written as %s', (expected, value) => {
    expect(shown(value)).toBe(expected);
  });

  it('are cut where they are long or deep', () => {
    expect(shown('x'.repeat(5000))).toBe(`"${'x'.repeat(1000)}…"`);
    expect(shown(binary(0, Buffer.alloc(100)))).toContain('…');
    let deep: Document = { end: 1 };
    for (let depth = 0; depth < 50; depth++) deep = { d: deep };
    expect(shown(deep)).toContain('{…}');
    const [event] = play([
      asks(command(1, { find: 'c', filter: { v: Array.from({ length: 30_000 }, () => 12_345) }, $db: 'd' })),
    ]);
    expect(event).toMatchObject({ normalised: 'd.c.find({"v":[?]})' });
    expect(event?.type === 'question' && event.statement).toHaveLength(65_536);
  });
});

describe('secrets', () => {
  it('of signing in are never told', () => {
    const payload = binary(0, Buffer.from('n,,n=ada,r=secret'));
    const events = play([
      asks(command(1, { hello: 1, speculativeAuthenticate: { saslStart: 1, payload }, $db: 'admin' })),
      tells(reply(1, { ok: 1, speculativeAuthenticate: { payload } })),
      asks(command(2, { saslStart: 1, mechanism: 'SCRAM-SHA-256', payload, $db: 'admin' })),
      tells(reply(2, { conversationId: 1, payload, ok: 1 })),
      asks(command(3, { createUser: 'ada', pwd: 'secret', roles: [], $db: 'admin' })),
    ]);
    expect(lines(events).filter((line) => line.includes('?'))).toEqual([
      '1 ? hello | admin.runCommand({"hello":1,"speculativeAuthenticate":{…}}) | admin.runCommand({"hello":?,"speculativeAuthenticate":?})',
      '2 ? saslStart | admin.runCommand({"saslStart":1,"mechanism":"SCRAM-SHA-256","payload":"***"}) | admin.runCommand({"saslStart":?,"mechanism":?,"payload":?})',
      '3 ? createUser | admin.runCommand({"createUser":"ada","pwd":"***","roles":[]}) | admin.runCommand({"createUser":?,"pwd":?,"roles":[]})',
    ]);
    const all = JSON.stringify(events);
    expect(all).not.toContain('secret');
    expect(all).not.toContain(Buffer.from('secret').toString('base64').slice(0, 6));
    expect(all).not.toContain(Buffer.from('n,,n=ada,r=secret').toString('base64').slice(0, 12));
  });
});

describe('compression', () => {
  const asked = command(1, { find: 'c', filter: { a: 1 }, $db: 'd' });
  const answered = reply(1, batch([{ a: 1 }]));

  it.each([0, 2])('with method %i is read', (method) => {
    expect(told(asks(compressed(asked, method)), tells(compressed(answered, method)))).toEqual([
      '1 ? find | d.c.find({"a":1}) | d.c.find({"a":?})',
      '1 …',
      '1 = ok | 1',
    ]);
  });

  it('with snappy or zstd is timed, and said not to be read', () => {
    const words = 'unreadable command: it is compressed with snappy, which is not read here';
    expect(told(asks(compressed(asked, 1)), tells(compressed(answered, 3)))).toEqual([
      '! unreadable: A command is compressed with snappy, which is not read here.',
      `1 ? compressed | ${words} | ${words}`,
      '1 …',
      '! unreadable: A reply is compressed with zstd, which is not read here.',
      '1 =  | -',
    ]);
  });

  it('that is damaged, or would be too long, says so', () => {
    const damaged = compressed(asked, 2);
    damaged.fill(0x55, 30);
    expect(told(asks(damaged))[0]).toBe('! unreadable: A command is compressed, and its bytes are damaged.');
    const bomb = compressed(command(1, { find: 'c', filter: { a: 'x'.repeat(100_000) }, $db: 'd' }), 2);
    expect(lines(play([asks(bomb)], undefined, { messageBytesMax: 50_000 }))[0]).toBe(
      '! unreadable: A command is compressed, and too long to be read.',
    );
  });
});

describe('messages of old drivers', () => {
  it('are read', () => {
    const events = play([
      asks(query(1, 'admin.$cmd', { isMaster: 1, client: { driver: { name: 'old' } } })),
      tells(queryReply(1, [{ ismaster: true, maxWireVersion: 4, ok: 1 }])),
      asks(query(2, 'shop.orders', { $query: { a: 1 }, $orderby: { b: 1 } })),
      tells(queryReply(2, [{ a: 1 }, { a: 1 }], 5n)),
      asks(legacyGetMore(3, 'shop.orders', 5n)),
      tells(queryReply(3, [{ a: 1 }])),
      asks(legacyInsert(4, 'shop.orders', { a: 9 })),
    ]);
    expect(lines(events)).toEqual([
      '! driver: old',
      '1 ? isMaster | admin.runCommand({"isMaster":1,"client":{"driver":{"name":"old"}}}) | admin.runCommand({"isMaster":?,"client":{"driver":{"name":?}}})',
      '1 …',
      '! wire version: 4',
      '1 = ok | -',
      '2 ? find | shop.orders.find({"a":1}) | shop.orders.find({"a":?})',
      '2 …',
      '2 = ok | 2',
      '3 ? getMore | shop.orders.getMore() | shop.orders.getMore()',
      '3 …',
      '3 = ok | 1',
      '4 ? insert | shop.orders.insert({"a":9}) | shop.orders.insert(?)',
      '4 = not acknowledged | -',
    ]);
  });
});

describe('a connection', () => {
  const ping = (id: number): Buffer => command(id, { ping: 1, $db: 'admin' });
  const pong = (id: number): Buffer => reply(id, { ok: 1 });
  const doneOf = (steps: readonly QueryStep[]): string[] =>
    told(...steps).filter((line) => / = |^!/.test(line));

  it('that ends early cuts what waits', () => {
    expect(told(asks(ping(1)), closes('client'), tells(pong(1).subarray(0, 20))).at(-1)).toBe(
      '1 =  | - | cut: The connection ended before the reply.',
    );
  });

  it('with a gap inside a message loses no more than that', () => {
    const torn = reply(2, batch(Array.from({ length: 50 }, (_, index) => ({ index }))));
    expect(
      doneOf([
        asks(Buffer.concat([ping(1), ping(2), ping(3)])),
        tells(Buffer.concat([pong(1), torn.subarray(0, 300)])),
        misses('server', 200),
        tells(Buffer.concat([torn.subarray(500), pong(3)])),
      ]),
    ).toEqual(['1 = ok | -', '! missing: 200 bytes of the server are missing.', '2 = ok | -', '3 = ok | -']);
  });

  it('with a longer gap goes on where a message can begin', () => {
    expect(
      doneOf([
        asks(Buffer.concat([ping(1), ping(2), ping(3)])),
        tells(pong(1).subarray(0, 18)),
        misses('server', 400),
        tells(Buffer.concat([Buffer.alloc(70, 0x61), pong(3)])),
      ]),
    ).toEqual([
      '! missing: 400 bytes of the server are missing.',
      '1 = ok | -',
      '3 = ok | -',
      '2 =  | - | cut: The connection ended before the reply.',
    ]);
  });

  it('of something else says so, and finds back', () => {
    expect(doneOf([asks(Buffer.concat([Buffer.alloc(50, 0x55), ping(1)])), tells(pong(1))])).toEqual([
      '! unreadable: The client sent something that is no message of MongoDB.',
      '1 = ok | -',
    ]);
  });

  it('counts a batch that is longer than what is kept', () => {
    const documents = Array.from({ length: 500 }, (_, index) => ({ index, text: 'y'.repeat(index % 90) }));
    const answer = reply(1, batch(documents, 7n));
    for (const chunkBytesMax of [1, 50, 100_000]) {
      const events = play([asks(ping(1)), tells(answer)], cutter(3, chunkBytesMax), {
        messageBytesMax: 2000,
      });
      expect(events.at(-1)).toMatchObject({ rows: 500, facts: [['reply', 'only its beginning was read']] });
    }
  });

  it('keeps no more questions waiting than the bound', () => {
    const events = play([asks(Buffer.concat([1, 2, 3, 4].map(ping)))], undefined, { waitingMax: 2 });
    const early = events.filter((event) => event.type === 'answer-end' && event.atUs < 2 * STEP_US);
    expect(early).toHaveLength(2);
  });

  it('is recognised by its first bytes', () => {
    const none = new Uint8Array(0);
    const first = ping(1);
    expect(looksLikeMongodb(first, none)).toBe('yes');
    expect(looksLikeMongodb(query(1, 'admin.$cmd', { isMaster: 1 }), none)).toBe('yes');
    expect(looksLikeMongodb(compressed(first, 1), none)).toBe('yes');
    for (let length = 0; length < 21; length++)
      expect(looksLikeMongodb(first.subarray(0, length), none)).toBe('need-more');
    expect(looksLikeMongodb(pong(1), none)).toBe('no');
    expect(looksLikeMongodb(none, pong(1))).toBe('no');
    for (const other of [
      'GET / HTTP/1.1\r\nHost: a',
      '*1\r\n$4\r\nPING\r\n',
      '\x16\x03\x01\x02\x00\x01\x00\x01\xfc',
    ])
      expect(looksLikeMongodb(Buffer.from(other.padEnd(30, '\0'), 'latin1'), none)).toBe('no');
  });
});
