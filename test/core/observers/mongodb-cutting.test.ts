import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMongodbObserver, looksLikeMongodb } from '../../../core/observers/mongodb.ts';
import { nodePlatform } from '../../support/platform.ts';
import { createRandom, cutter } from './http1-script.ts';
import { mutateBytes } from './message-script.ts';
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
  type Document,
} from './mongodb-script.ts';
import {
  asks,
  misses,
  playStream,
  queryBreach,
  withoutTimes,
  tells,
  type QueryStep,
} from './query-script.ts';

const rich: Document = {
  id: objectId('507f1f77bcf86cd799439011'),
  text: 'grüße',
  number: 1.5,
  long: 77n,
  when: new Date(0),
  nothing: null,
  yes: true,
  bytes: binary(4, Buffer.alloc(16, 3)),
  inside: { list: [1, { a: 2 }, 'x'] },
};
const batch: Document = { cursor: { firstBatch: [rich, rich, { a: 1 }], id: 5n, ns: 'd.c' }, ok: double(1) };
const steps: readonly QueryStep[] = [
  asks(command(1, { find: 'c', filter: rich, $db: 'd' })),
  asks(
    Buffer.concat([
      command(2, { insert: 'c', $db: 'd' }, { sequences: { documents: [rich, { a: 1 }] }, checksum: true }),
      command(3, { getMore: 5n, collection: 'c', $db: 'd' }, { exhaustAllowed: true }),
    ]),
  ),
  asks(compressed(command(4, { update: 'c', updates: [{ q: { a: 1 }, u: { b: 1 } }], $db: 'd' }), 2)),
  asks(query(5, 'admin.$cmd', { isMaster: 1, client: { driver: { name: 'x' } } })),
  asks(Buffer.concat([legacyInsert(6, 'd.c', rich), legacyGetMore(7, 'd.c', 5n)])),
  asks(command(8, { saslStart: 1, payload: binary(0, Buffer.from('s')), $db: 'd' }).subarray(0, 60)),
  tells(reply(1, batch)),
  tells(Buffer.concat([reply(2, { n: 2, ok: 1 }), reply(3, batch, { id: 70, moreToCome: true })])),
  tells(compressed(reply(4, { n: 1, writeErrors: [{ code: 11000, errmsg: 'E' }], ok: 1 }), 2)),
  tells(queryReply(5, [{ ok: 1, setName: 'rs' }, rich])),
  tells(reply(70, { ok: 0, errmsg: 'no', code: 1, codeName: 'N' })),
  tells(compressed(reply(8, { ok: 1 }), 1)),
];
const step: fc.Arbitrary<QueryStep> = fc.oneof(
  { weight: 10, arbitrary: fc.constantFrom(...steps) },
  { weight: 1, arbitrary: fc.nat(300).map((gap) => misses('server', gap + 1)) },
  { weight: 1, arbitrary: fc.nat(300).map((gap) => misses('client', gap + 1)) },
);

describe('any cutting of the bytes of MongoDB', { timeout: 60_000 }, () => {
  it('gives the same events', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 10 }),
        fc.nat(),
        fc.constantFrom(1, 3, 20, 200),
        fc.constantFrom(100, 400, 10_000),
        (all, seed, chunkBytesMax, messageBytesMax) => {
          const open: Parameters<typeof playStream>[0] = (emit) =>
            createMongodbObserver(nodePlatform, emit, { messageBytesMax });
          const whole = playStream(open, all);
          expect(queryBreach(whole)).toBeNull();
          expect(withoutTimes(playStream(open, all, cutter(seed, chunkBytesMax)))).toEqual(
            withoutTimes(whole),
          );
        },
      ),
      { numRuns: 1000 },
    );
  });
});

const tricky = [
  [0xff, 0xff, 0xff, 0x7f],
  [0xff, 0xff, 0xff, 0xff],
  [0, 0, 0, 0],
  [5, 0, 0, 0, 0],
  [3],
  [4],
  [2],
  [0xdd, 7, 0, 0],
  [0xdc, 7, 0, 0],
].map((bytes) => Uint8Array.from(bytes));

describe('mutated messages of MongoDB', { timeout: 120_000 }, () => {
  it('of any kind are read without a failure, within the bounds', () => {
    const random = createRandom(27_017);
    for (let index = 0; index < 100_000; index++) {
      const mutated = Array.from({ length: 1 + random(4) }, (): QueryStep => {
        const one = steps[random(steps.length)]!;
        if (!('bytes' in one)) return one;
        if (random(20) === 0) return misses(one.sender, random(300));
        let { bytes } = one;
        for (let count = random(4); count > 0; count--) bytes = mutateBytes(bytes, tricky, random);
        return { sender: one.sender, bytes };
      });
      const [first] = mutated;
      if (first !== undefined && 'bytes' in first) looksLikeMongodb(first.bytes, new Uint8Array(0));
      const events = playStream(
        (emit) =>
          createMongodbObserver(nodePlatform, emit, {
            messageBytesMax: 50 + random(2000),
            waitingMax: 1 + random(5),
          }),
        mutated,
        cutter(random(2 ** 32), 1 + random(200)),
      );
      const wrong = queryBreach(events);
      if (wrong !== null) expect.fail(`case ${index}: ${wrong}`);
    }
  });
});
