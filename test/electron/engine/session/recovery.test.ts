import { orderOfArrival } from '../../../../core/model/list-columns.ts';
import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { migrations, schemaVersion } from '../../../../electron/engine/session/migrations/index.ts';
import { checkSchema, migrate, userVersion } from '../../../../electron/engine/session/schema.ts';
import { openScratchSqlite } from '../../../../electron/engine/session/sqlite.ts';
import { exchange, opened, tempPath, valueOf } from './support.ts';

const recorder = fileURLToPath(new URL('./recorder.ts', import.meta.url));

/** A process that records into the file until it is killed, and prints `<id> <time>` for exchanges it has put. */
function startRecorder(file: string): ChildProcess {
  const child = spawn(process.execPath, ['--no-warnings', recorder, file], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  return child;
}

describe('a session whose engine was killed', () => {
  it('holds everything put more than a second before, and says what was left open', async () => {
    const file = tempPath();
    const child = startRecorder(file);
    const put: { id: number; atMs: number }[] = [];
    const exited = new Promise((resolve) => child.once('exit', resolve));
    for await (const line of createInterface({ input: child.stdout! })) {
      const [id = 0, atMs = 0] = line.split(' ').map(Number);
      put.push({ id, atMs });
      if (put.length === 200) child.kill('SIGKILL');
    }
    await exited;
    const killedAtMs = put[199]?.atMs ?? 0;
    const expected = put.filter(({ atMs }) => atMs < killedAtMs - 1000).at(-1)?.id ?? 0;
    expect(expected).toBeGreaterThan(100);

    const reading = await opened(file, 'read');
    expect(reading.notice).toMatch(/ended unexpectedly; one exchange that was open is marked as interrupted/);
    expect(valueOf(await reading.get(1)).exchange.state).toBe('interrupted');
    await reading.close();

    const session = await opened(file, 'open');
    expect(session.notice).toMatch(/ended unexpectedly; one exchange that was open is marked as interrupted/);
    const { viewId } = valueOf(await session.openView('', orderOfArrival));
    const { rows, count } = valueOf(await session.rows(viewId, 0, 2));
    expect(count).toBeGreaterThanOrEqual(expected);
    expect(session.sink.nextExchangeId()).toBe(count + 1);
    expect(rows.map(({ state, errorCode }) => [state, errorCode])).toEqual([
      ['interrupted', 'recording-interrupted'],
      ['done', null],
    ]);
    expect(rows[0]?.errorMessage).toMatch(/recording ended before this exchange did/);
    for (const id of [2, Math.floor(expected / 2), expected]) {
      const body = valueOf(await session.readBody(id, 'response', false, 0, 5000));
      expect(Buffer.compare(body.bytes, Buffer.alloc(2000, id % 251))).toBe(0);
      expect(valueOf(await session.get(id)).response?.startLine).toBe(`HTTP/1.1 200 Number ${id}`);
    }
    await session.close();
    const again = await opened(file, 'open');
    expect(again.notice).toBeNull();
  });

  it('can be opened at once, though its lock file is still there', async () => {
    const file = tempPath();
    const child = startRecorder(file);
    await new Promise((resolve) => child.stdout?.once('data', resolve));
    expect(fs.existsSync(`${file}-lock`)).toBe(true);
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
    await (await opened(file, 'open')).close();
    expect(fs.existsSync(`${file}-lock`)).toBe(false);
  });
});

describe('a session that is closed', () => {
  it('marks what is still open as interrupted', async () => {
    const file = tempPath();
    const first = await opened(file);
    first.sink.putExchange(exchange(1, { state: 'open' }));
    await first.close();
    const second = await opened(file, 'read');
    expect(valueOf(await second.get(1)).exchange).toMatchObject({
      state: 'interrupted',
      errorCode: 'recording-interrupted',
    });
    expect(second.notice).toBeNull();
  });

  it('holds what was put just before', async () => {
    const file = tempPath();
    const session = await opened(file);
    for (let id = 1; id <= 3000; id++) session.sink.putExchange(exchange(id));
    await Promise.all([session.close(), session.close()]);
    session.sink.putExchange(exchange(3001));
    expect((await opened(file, 'read')).exchangeCount()).toBe(3000);
  });

  it('can be read from a place that cannot be written to, and reading leaves nothing beside it', async () => {
    const file = tempPath();
    const session = await opened(file);
    session.sink.putExchange(exchange(1));
    await session.close();
    const before = fs.readFileSync(file);
    const reading = await opened(file, 'read');
    expect(valueOf(await reading.exportPage(0, 10))).toHaveLength(1);
    expect(fs.readdirSync(file.replace(/[^/]+$/, ''))).toEqual(['recording.plumb']);
    await reading.close();
    expect(Buffer.compare(fs.readFileSync(file), before)).toBe(0);
  });
});

describe('the migrations', () => {
  it('bring any older version to the present one and change nothing the second time', () => {
    for (let version = 0; version <= migrations.length; version++) {
      const db = openScratchSqlite();
      migrate(db, version);
      expect(userVersion(db)).toBe(version);
      migrate(db);
      migrate(db);
      expect(userVersion(db)).toBe(schemaVersion);
      expect(checkSchema(db, 'x')).toEqual({ ok: true, value: schemaVersion });
      db.close();
    }
  });

  it('leave behind a file that only its owner reads and that gives space back', async () => {
    const file = tempPath();
    const session = await opened(file, 'create', { programVersion: '1.2.3' });
    session.sink.putExchange(exchange(1));
    await session.flush();
    for (const ending of ['', '-wal', '-shm', '-lock']) {
      expect([ending, fs.statSync(file + ending).mode & 0o777]).toEqual([ending, 0o600]);
    }
    await session.close();
    const db = new Database(file, { readonly: true });
    expect(db.pragma('auto_vacuum', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('delete');
    expect(db.pragma('application_id', { simple: true })).toBe(Buffer.from('PLMB').readUInt32BE());
    expect(db.prepare('SELECT createdBy, writtenBy, clean FROM session_info').get()).toEqual({
      createdBy: '1.2.3',
      writtenBy: '1.2.3',
      clean: 1,
    });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    db.close();
  });
});
