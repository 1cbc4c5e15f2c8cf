import fs from 'node:fs';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createBatchWriter } from '../../../../electron/engine/session/batch-writer.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import type { Batch } from '../../../../electron/engine/session/batch.ts';
import { migrate } from '../../../../electron/engine/session/schema.ts';
import { createSessionCounters } from '../../../../electron/engine/session/session-counters.ts';
import { createSink, type SinkControl } from '../../../../electron/engine/session/sink.ts';
import { openScratchSqlite } from '../../../../electron/engine/session/sqlite.ts';
import { createWriterQueue } from '../../../../electron/engine/session/writer-queue.ts';
import { exchange, opened, startUs, tempPath, valueOf } from './support.ts';

const megabyte = 1024 * 1024;

/** A sink whose writer does nothing until told. */
function stuckSink(queueBytesMax = 8 * megabyte): {
  control: SinkControl;
  batches: Batch[];
  lost: number[][];
  write: () => void;
} {
  const batches: Batch[] = [];
  const lost: number[][] = [];
  const control = createSink({
    counters: createSessionCounters({}),
    tickMs: 60_000,
    queueBytesMax,
    send: (batch) => batches.push(batch),
    onLost: (...counts) => lost.push(counts),
  });
  const write = (): void => {
    for (let batch = batches.shift(); batch !== undefined; batch = batches.shift())
      control.written(batch.number, []);
  };
  return { control, batches, lost, write };
}

describe('a queue whose writer is stuck', () => {
  it('takes body bytes up to its bound and again when something was written', () => {
    const { control, write } = stuckSink();
    const piece = new Uint8Array(64 * 1024);
    let taken = 0;
    while (control.sink.appendBody(1, 'response', piece, startUs)) taken += piece.length;
    expect(taken).toBeGreaterThan(7.9 * megabyte);
    expect(control.queueBytes()).toBeLessThanOrEqual(8 * megabyte);
    expect(control.queueBytes()).toBeGreaterThan(taken);
    write();
    expect(control.sink.appendBody(1, 'response', piece, startUs)).toBe(true);
  });

  it('counts what many tiny pieces cost besides their bytes', () => {
    const { control } = stuckSink(megabyte);
    let pieces = 0;
    while (control.sink.appendBody(1, 'response', new Uint8Array(1), startUs)) pieces += 1;
    expect(pieces).toBe(Math.floor(megabyte / 33));
  });

  it('refuses a piece larger than the bound as a whole', () => {
    const { control } = stuckSink(megabyte);
    expect(control.sink.appendBody(1, 'request', new Uint8Array(2 * megabyte), startUs)).toBe(false);
    expect(control.queueBytes()).toBe(0);
  });

  it('hands over at most eight batches and keeps the last state of at most 20,000 records', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { control, batches, lost, write } = stuckSink();
    for (let id = 1; id <= 30_000; id++) control.sink.putExchange(exchange(id));
    for (let id = 1; id <= 30_000; id++) control.sink.putExchange(exchange(id, { status: 500 }));
    vi.advanceTimersByTime(60_000);
    expect(batches).toHaveLength(8);
    const kept = 8 * 1024 + 20_000;
    expect(control.exchangeCount()).toBe(kept);
    expect(lost).toHaveLength(1);
    write();
  });

  it('lets no tick encode more than 256 records', () => {
    const { control, batches, write } = stuckSink();
    for (let id = 1; id <= 10_000; id++) control.sink.putExchange(exchange(id, { state: 'open' }));
    const flushed = control.flush();
    let exchanges = 0;
    const db = openScratchSqlite();
    migrate(db);
    const store = createBatchWriter(db);
    while (batches.length > 0) {
      const batch = batches.shift() as Batch;
      const { length } = store(batch).ids;
      expect(length).toBeLessThanOrEqual(256);
      exchanges += length;
      control.written(batch.number, []);
    }
    write();
    expect(exchanges).toBe(10_000);
    return flushed;
  });

  it('bounds the heads that wait and says how many were lost', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { control, lost } = stuckSink();
    for (let count = 0; count < 20; count++)
      control.sink.putHead(2, 'response', new Uint8Array(megabyte), startUs);
    vi.advanceTimersByTime(60_000);
    expect(lost).toEqual([[0, 13]]);
  });
});

describe('a record that lacks what it must have', () => {
  it('is left out alone, with a sentence, and the rest of its batch is stored', () => {
    const db = openScratchSqlite();
    migrate(db);
    const { control, batches } = stuckSink();
    control.sink.putExchange(exchange(1));
    control.sink.putExchange({ ...exchange(2), host: undefined } as unknown as ExchangeRecord);
    control.sink.putExchange(exchange(3, { startedAtUs: NaN }));
    control.sink.putExchange(exchange(4));
    void control.flush();
    const problems: (string | null)[] = [];
    const queue = createWriterQueue({
      write: createBatchWriter(db),
      retryMs: 60_000,
      onDone: () => undefined,
      onProblem: (problem) => problems.push(problem),
    });
    for (const batch of batches) queue.push(batch);
    expect(db.prepare('SELECT id FROM exchanges').pluck().all()).toEqual([1, 4]);
    expect(problems).toEqual([expect.stringMatching(/^Part of the recording could not be stored/)]);
    db.close();
  });
});

describe('a full disk', () => {
  it('holds the batch, says so in a sentence, and goes on when there is room', async () => {
    const file = tempPath();
    const db = new Database(file);
    migrate(db);
    db.pragma('journal_mode = WAL');
    const limit = (pages: number): unknown => db.pragma(`max_page_count = ${pages}`);
    limit(20);
    const problems: (string | null)[] = [];
    const { control, batches } = stuckSink();
    let settle: (rows: number) => void = () => undefined;
    const rowsOfSecond = new Promise<number>((resolve) => (settle = resolve));
    const queue = createWriterQueue({
      write: createBatchWriter(db),
      retryMs: 10,
      onDone: ({ number }, ids) => {
        control.written(number, []);
        if (number === 2) settle(ids?.length ?? -1);
      },
      onProblem: (problem) => {
        problems.push(problem);
        if (problem !== null) setTimeout(() => limit(10_000), 50);
      },
    });
    control.sink.appendBody(1, 'response', new Uint8Array(megabyte), startUs);
    void control.flush();
    control.sink.putExchange(exchange(1));
    void control.flush();
    for (const batch of batches) queue.push(batch);
    expect(control.queueBytes()).toBeGreaterThan(megabyte);
    expect(await rowsOfSecond).toBe(1);
    expect(problems).toEqual([expect.stringMatching(/^The disk is full/), null]);
    expect(control.queueBytes()).toBe(0);
    expect(db.prepare('SELECT sum(length(bytes)) FROM slabs').pluck().get()).toBe(megabyte);
    expect(queue.end()).toEqual([]);
    db.close();
  });

  it('leaves the file marked as incomplete when it is closed meanwhile', () => {
    const db = openScratchSqlite();
    migrate(db);
    db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true }))}`);
    const { control, batches } = stuckSink();
    const queue = createWriterQueue({
      write: createBatchWriter(db),
      retryMs: 60_000,
      onDone: () => undefined,
      onProblem: () => undefined,
    });
    control.sink.appendBody(1, 'response', new Uint8Array(megabyte), startUs);
    void control.flush();
    for (const batch of batches) queue.push(batch);
    expect(queue.end()).toHaveLength(1);
    db.close();
  });
});

describe('a session file that is taken away', () => {
  it('is said to be gone, keeps answering, and closes', async () => {
    const file = tempPath();
    const session = await opened(file);
    const problem = new Promise<string | null>((resolve) => session.onProblem(resolve));
    fs.rmSync(file);
    expect(await problem).toMatch(/was deleted/);
    session.sink.putExchange(exchange(1));
    await session.flush();
    expect(valueOf(await session.get(1)).exchange.id).toBe(1);
    await session.close();
  });
});
