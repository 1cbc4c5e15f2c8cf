import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import zlib from 'node:zlib';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { orderOfArrival } from '../../../../../core/model/list-columns.ts';
import { createBodyIndex, told } from '../../../../../electron/engine/session/body-index/body-index.ts';
import { unpackOwners } from '../../../../../electron/engine/session/body-index/group-format.ts';
import type { Session } from '../../../../../electron/engine/session/session-api.ts';
import { openSqlite, type Sqlite } from '../../../../../electron/engine/session/sqlite.ts';
import { bytesOf, exchange, opened, putResponse, startUs, tempPath, valueOf } from '../support.ts';

const quick = { quietMs: 20, tickMs: 5 };
const plainHead = 'HTTP/1.1 200 OK\r\n\r\n';
const gzipHead = 'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n';

function withFile<T>(file: string, use: (db: Sqlite) => T): T {
  const db = openSqlite(file, { readonly: true, busyMs: 5000 });
  try {
    return use(db);
  } finally {
    db.close();
  }
}

/** What the index says of the first exchanges. */
function says(file: string, text: string, count: number): number[] {
  return withFile(file, (db) => {
    const search = createBodyIndex(db).search({ how: 'contains', text });
    return search === null ? [] : [...search(0).subarray(0, count)];
  });
}

/** Ids that groups have taken in, whether covered or passed over. */
function indexedIds(file: string): Set<number> {
  return withFile(file, (db) => {
    const groups = db.prepare('SELECT packed FROM body_groups').pluck().all();
    const owners = groups.flatMap((packed) => unpackOwners(packed)?.list ?? []);
    return new Set(owners.filter(({ kind }) => kind !== 'partly').map(({ id }) => id));
  });
}

async function untilIndexed(file: string, count: number): Promise<void> {
  await expect.poll(() => indexedIds(file).size, { timeout: 10_000, interval: 20 }).toBe(count);
}

/** The ids a filter finds when it has looked at everything. */
async function find(session: Session, filter: string): Promise<number[]> {
  const filled = new Set<number>();
  let check: () => void = () => undefined;
  session.onViewChanged(({ viewId, progress }) => {
    if (progress === null) filled.add(viewId);
    check();
  });
  const { viewId, progress } = valueOf(await session.openView(filter, orderOfArrival));
  if (progress !== null) {
    await new Promise<void>((resolve) => {
      check = () => {
        if (filled.has(viewId)) resolve();
      };
      check();
    });
  }
  const { ids } = valueOf(await session.ids(viewId, 0, 100_000));
  await session.closeView(viewId);
  return ids;
}

/** Small bodies share a chunk, and what is told of one is then told of all: these are large enough for one of their own. */
function wide(text: string): Buffer {
  return Buffer.from(text + ' '.repeat(8000));
}

function putText(session: Session, text: string): number {
  return putResponse(session, plainHead, wide(text));
}

describe('the index of bodies', () => {
  it('is built beside the recording and tells which exchanges cannot have a text', async () => {
    const file = tempPath();
    const session = await opened(file, 'create', quick);
    putText(session, '{"name": "Äpfel und Birnen"}');
    putResponse(session, gzipHead, zlib.gzipSync(wide('{"name": "QUITTEN"}')));
    session.sink.putExchange(exchange(session.sink.nextExchangeId()));
    const posted = session.sink.nextExchangeId();
    session.sink.putExchange(exchange(posted, { requestBytes: 7 }));
    session.sink.appendBody(posted, 'request', wide('quitten'), startUs);
    await session.flush();
    await untilIndexed(file, 4);
    expect(says(file, 'äPFEL', 4)).toEqual([1, 1, 1, 1]);
    expect(says(file, 'Äpfel', 4)).toEqual([told.candidate, told.absent, told.absent, told.absent]);
    expect(says(file, 'quitten', 4)).toEqual([told.absent, told.candidate, told.absent, told.candidate]);
    expect(says(file, 'qu', 4)).toEqual([]);
    expect(await find(session, 'body:quitten')).toEqual([2, 4]);
    expect(await find(session, 'body:"äpfel"')).toEqual([]);
    expect(await find(session, '-body:quitten')).toEqual([1, 3]);
    expect(await find(session, 'body:qu or body:pfe')).toEqual([1, 2, 4]);
    await expect.poll(session.bodyIndex).toBeNull();
    await session.close();
  });

  it('goes on where it stopped when the file is opened again, and is read from a file nobody writes', async () => {
    const file = tempPath();
    const session = await opened(file, 'create', quick);
    putText(session, 'the first body');
    await session.flush();
    await untilIndexed(file, 1);
    putText(session, 'the second body');
    await session.close();
    const again = await opened(file, 'open', quick);
    await untilIndexed(file, 2);
    putText(again, 'the third body');
    await again.flush();
    await untilIndexed(file, 3);
    await again.close();
    expect(withFile(file, (db) => db.prepare('SELECT count(*) FROM body_groups').pluck().get())).toBe(1);
    const reading = await opened(file, 'read');
    expect(says(file, 'second', 3)).toEqual([told.absent, told.candidate, told.absent]);
    expect(await find(reading, 'body:second')).toEqual([2]);
    expect(await find(reading, 'body:body')).toEqual([1, 2, 3]);
    expect(reading.bodyIndex()).toBeNull();
    await reading.close();
  });

  it('is built for what a killed engine left', async () => {
    const file = tempPath();
    const recorder = fileURLToPath(new URL('../recorder.ts', import.meta.url));
    const child = spawn(process.execPath, ['--no-warnings', recorder, file], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = new Promise((resolve) => child.once('exit', resolve));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    child.kill('SIGKILL');
    await exited;
    const session = await opened(file, 'open', quick);
    const last = session.sink.nextExchangeId();
    session.sink.putExchange(exchange(last));
    session.sink.appendBody(last, 'response', bytesOf('put after the end'), startUs);
    await session.flush();
    await untilIndexed(file, last);
    expect(await find(session, 'body:"after the end"')).toEqual([last]);
    await session.close();
  });

  it('does not count for exchanges that are open, or that got bytes after they were indexed', async () => {
    const file = tempPath();
    const session = await opened(file, 'create', quick);
    const open = session.sink.nextExchangeId();
    session.sink.putExchange(exchange(open, { state: 'open' }));
    session.sink.appendBody(open, 'response', bytesOf('begun '), startUs);
    const late = putText(session, 'ended ');
    await session.flush();
    await untilIndexed(file, 1);
    expect(says(file, 'plumbline', 2)).toEqual([told.nothing, told.absent]);
    session.sink.appendBody(late, 'response', bytesOf('plumbline'), startUs);
    session.sink.appendBody(open, 'response', bytesOf('plumbline'), startUs);
    await session.flush();
    expect(says(file, 'plumbline', 2)).toEqual([told.nothing, told.nothing]);
    expect(await find(session, 'body:plumbline')).toEqual([open, late]);
    session.sink.putExchange(exchange(open));
    await session.flush();
    await untilIndexed(file, 2);
    expect(says(file, 'plumbline', 2)).toEqual([told.candidate, told.nothing]);
    await session.close();
  });

  it('forgets removed exchanges when they leave the file, and indexes the others again', async () => {
    const file = tempPath();
    const session = await opened(file, 'create', quick);
    for (const text of ['first secret', 'second', 'third secret']) putText(session, text);
    await session.flush();
    await untilIndexed(file, 3);
    const { viewId } = valueOf(await session.openView('', orderOfArrival));
    valueOf(await session.remove(viewId, [3]));
    expect(await find(session, 'body:secret')).toEqual([1]);
    await session.close();
    expect(indexedIds(file).size).toBe(0);
    const again = await opened(file, 'open', quick);
    expect(putText(again, 'another third')).toBe(3);
    await again.flush();
    await untilIndexed(file, 3);
    expect(await find(again, 'body:secret')).toEqual([1]);
    expect(await find(again, 'body:third')).toEqual([3]);
    await again.close();
  });

  it.each([
    ['a piece is missing', 'DELETE FROM body_signatures WHERE id % 3 = 0'],
    ['pieces are cut short', 'UPDATE body_signatures SET packed = substr(packed, 1, length(packed) - 1)'],
    ['pieces are text', `UPDATE body_signatures SET packed = 'x'`],
    ['pieces stand in each other’s place', 'UPDATE body_signatures SET packed = zeroblob(length(packed))'],
    ['the group is damaged', 'UPDATE body_groups SET packed = randomblob(length(packed))'],
    ['the group is text', `UPDATE body_groups SET built = 'x', packed = 'y'`],
    ['a group has a number beyond all', 'UPDATE body_groups SET id = 9223372036854775807'],
  ])('is passed over where %s', async (_what, sql) => {
    const file = tempPath();
    const session = await opened(file, 'create', quick);
    for (const text of ['first needle', 'second', 'third needle']) putText(session, text);
    await session.flush();
    await untilIndexed(file, 3);
    await session.close();
    const db = new Database(file);
    db.exec(sql);
    db.close();
    const reading = await opened(file, 'read');
    expect(await find(reading, 'body:needle')).toEqual([1, 3]);
    expect(await find(reading, '-body:"the nothing of it"')).toEqual([1, 2, 3]);
    await reading.close();
    const again = await opened(file, 'open', quick);
    expect(await find(again, 'body:needle')).toEqual([1, 3]);
    await again.close();
  });

  it('passes over bodies whose bytes the file does not hold', async () => {
    const file = tempPath();
    const session = await opened(file, 'create', { ...quick, quietMs: 60_000 });
    putText(session, 'x'.repeat(1000));
    putText(session, 'whole');
    await session.close();
    const db = new Database(file);
    db.exec('UPDATE slabs SET bytes = substr(bytes, 900)');
    db.close();
    const again = await opened(file, 'open', quick);
    await untilIndexed(file, 2);
    expect(says(file, 'not there', 2)).toEqual([told.absent, told.passed]);
    putText(again, 'more of it');
    await again.flush();
    expect(await find(again, 'body:x or body:more')).toEqual([1, 3]);
    await again.close();
  });

  const word = fc.constantFrom(
    'needle',
    'NEEDLE',
    'né',
    '漢字',
    '💡',
    'nee',
    'dle',
    ' ',
    '"',
    '\n',
    '\0\x01\x02',
  );
  const body = fc.tuple(
    fc.array(word, { maxLength: 12 }).map((words) => words.join('')),
    fc.constantFrom(0, 0, 12_280, 65_530, 200_000),
    fc.boolean(),
  );
  it('finds what a look at every body finds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(body, { minLength: 10, maxLength: 40 }), async (bodies) => {
        const file = tempPath();
        const unindexed = await opened(file, 'create', { ...quick, quietMs: 60_000 });
        for (const [text, padding, isGzip] of bodies) {
          const bytes = Buffer.from('-'.repeat(padding) + text);
          putResponse(unindexed, isGzip ? gzipHead : plainHead, isGzip ? zlib.gzipSync(bytes) : bytes);
        }
        await unindexed.flush();
        const filters = ['needle', '漢字', 'né', 'ee', '--needle'].flatMap((text) => [
          `body:${text}`,
          `-body:${text}`,
          `body:${text} or response-body:nee`,
        ]);
        const expected = [];
        for (const filter of filters) expected.push(await find(unindexed, filter));
        await unindexed.close();
        const indexed = await opened(file, 'open', quick);
        await untilIndexed(file, bodies.length);
        const found = [];
        for (const filter of filters) found.push(await find(indexed, filter));
        await indexed.close();
        expect(found).toEqual(expected);
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });
});

describe('a look at bodies', () => {
  it('tells when it is over, though nothing was found', async () => {
    const session = await opened(tempPath(), 'create', { quietMs: 60_000 });
    putResponse(session, gzipHead, zlib.gzipSync(Buffer.alloc(250_000_000)));
    await session.flush();
    expect(await find(session, 'body:"not in there"')).toEqual([]);
    await session.close();
  });

  it.each([
    ['a gzip bomb', gzipHead, () => zlib.gzipSync(Buffer.alloc(250_000_000))],
    ['a long plain body', plainHead, () => Buffer.alloc(200_000_000, 'nothing to find here ')],
  ])('ends within 100 ms when its list is closed, even inside %s', async (_what, head, make) => {
    const file = tempPath();
    const session = await opened(file, 'create', { quietMs: 60_000, queueBytesMax: 1_000_000_000 });
    putResponse(session, head, make());
    await session.flush();
    const tookMs: number[] = [];
    for (const text of ['not in there', 'nor there', 'nowhere']) {
      const { viewId, progress } = valueOf(await session.openView(`body:"${text}"`, orderOfArrival));
      expect(progress).not.toBeNull();
      const began = performance.now();
      valueOf(await session.closeView(viewId));
      valueOf(await session.get(1));
      tookMs.push(performance.now() - began);
    }
    // What the machine does beside delays some of them.
    expect(Math.min(...tookMs)).toBeLessThan(100);
    await session.close();
  });
});
