import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { orderOfArrival } from '../../../core/model/list-columns.ts';
import { bootEngine } from '../../../electron/engine/boot.ts';
import { createEngine, type Engine } from '../../../electron/engine/engine.ts';
import type { Session } from '../../../electron/engine/session/session-api.ts';
import { openSession } from '../../../electron/engine/session/session.ts';
import { createTransfers } from '../../../electron/engine/transfer/transfers.ts';
import { runCurl } from '../../support/program.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { smallDisk } from '../../support/small-disk.ts';
import { startWebOrigin } from '../../support/web-origin.ts';
import { exchange, opened, putResponse, startUs, valueOf } from '../engine/session/support.ts';
import { workers } from '../../support/workers.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
/** Within which the window is told, and recording goes on. */
const soon = { timeout: 10_000, interval: 20 };
const slowly = { timeout: 20_000, interval: 20 };
const megabyte = 1024 * 1024;

function problemOf(session: Session): { now: string | null } {
  const problem: { now: string | null } = { now: null };
  session.onProblem((sentence) => (problem.now = sentence));
  return problem;
}

async function put(session: Session, bytes = 1000): Promise<number> {
  const id = putResponse(session, 'HTTP/1.1 200 OK\r\n\r\n', new Uint8Array(bytes).fill(7));
  await session.flush();
  return id;
}

async function idsOf(session: Session): Promise<number[]> {
  const { viewId } = valueOf(await session.openView('', orderOfArrival));
  const ids: number[] = [];
  await vi.waitFor(async () => {
    const page = valueOf(await session.ids(viewId, 0, 1000));
    ids.splice(0, Infinity, ...page.ids);
    expect(ids.length).toBe(session.exchangeCount());
  }, soon);
  return ids;
}

async function bodyBytes(session: Session, id: number): Promise<number> {
  const { bytes } = valueOf(await session.readBody(id, 'response', false, 0, 65_536));
  expect(bytes.every((byte) => byte === 7)).toBe(true);
  return bytes.length;
}

async function startedEngine(dataDir: string): Promise<Engine> {
  const engine = valueOf(
    await createEngine({
      ...{ dataDir, upstreamCaFiles: [], insecureHosts: [], passThroughHosts: [] },
      ...{ workers, controlPorts: () => [] },
    }),
  );
  onTestFinished(engine.close);
  valueOf(await engine.settings.update({ diskFreeBytesMin: 0 }));
  return engine;
}

async function record(engine: Engine, file: string): Promise<Session> {
  const { id, session } = valueOf(await engine.openSession({ path: file, mode: 'create' }));
  valueOf(await engine.recordInto(id));
  return session;
}

async function getThrough(engine: Engine, url: string): Promise<number | null> {
  const proxy = `http://${engine.recording().listener ?? ''}`;
  return (await runCurl(['-x', proxy, '-o', '/dev/null', url])).code;
}

if (process.getuid?.() === 0) {
  fullDisk();
  placeTaken();
  noPermission();
} else {
  it('passes with the rights to mount, in a namespace of its own', { timeout: 300_000 }, () => {
    const run = ['node_modules/vitest/vitest.mjs', 'run', '--project=integration', import.meta.filename];
    execFileSync('unshare', ['-Urm', process.execPath, ...run], { cwd: root });
  });
}

function fullDisk(): void {
  describe('a disk that is full while exchanges are recorded', () => {
    it('is told in one line while the proxy goes on; what waits is stored when there is room', async () => {
      const disk = smallDisk(12);
      const origin = await startWebOrigin();
      onTestFinished(origin.close);
      const engine = await startedEngine(scratchFolder());
      const session = await record(engine, path.join(disk.folder, 'test.plumb'));
      valueOf(await engine.startRecording('127.0.0.1:0'));
      expect(await getThrough(engine, `${origin.http}/before`)).toBe(0);
      await session.flush();
      disk.fill();
      for (let count = 0; count < 5; count++) {
        expect(await getThrough(engine, `${origin.http}/during-${count}`)).toBe(0);
      }
      await vi.waitFor(() => expect(engine.recording().problem).not.toBeNull(), soon);
      expect(engine.recording().problem).toMatch(
        /^The disk is full, so the session cannot grow\. Make room\./,
      );
      expect(engine.recording().problem).not.toContain('\n');
      disk.makeRoom();
      await vi.waitFor(() => expect(engine.recording().problem).toBeNull(), soon);
      await session.flush();
      const page = valueOf(await session.exportPage(0, 100));
      expect(page.map(({ exchange: { path: asked } }) => asked)).toEqual([
        '/before',
        ...[0, 1, 2, 3, 4].map((count) => `/during-${count}`),
      ]);
      expect(page.every(({ exchange: { state, recorded } }) => state === 'done' && recorded === 'full')).toBe(
        true,
      );
    });

    it('loses nothing that was flushed, bounds what waits and takes it all in afterwards', async () => {
      const disk = smallDisk(12);
      const session = await opened(path.join(disk.folder, 'test.plumb'), 'create', {
        queueBytesMax: 4 * megabyte,
      });
      const problem = problemOf(session);
      const kept = [await put(session), await put(session)];
      disk.fill();
      const waiting: number[] = [];
      for (let count = 0; count < 400; count++) {
        waiting.push(
          putResponse(session, 'HTTP/1.1 200 OK\r\n\r\n', new Uint8Array(5000).fill(7), {
            path: `/waits/${count}`,
          }),
        );
      }
      const piece = new Uint8Array(megabyte);
      let refused = 0;
      for (let count = 0; count < 8; count++) {
        if (!session.sink.appendBody(kept[0] ?? 0, 'request', piece, startUs)) refused += 1;
      }
      expect(refused).toBeGreaterThan(0);
      expect(session.queueBytes()).toBeLessThanOrEqual(4 * megabyte);
      await vi.waitFor(() => expect(problem.now).toMatch(/^The disk is full/), soon);
      for (const id of kept) expect(await bodyBytes(session, id)).toBe(1000);
      disk.makeRoom();
      await vi.waitFor(() => expect(problem.now).toBeNull(), soon);
      await session.flush();
      expect(await idsOf(session)).toEqual([...kept, ...waiting]);
      expect(await bodyBytes(session, waiting[399] ?? 0)).toBe(5000);
    });

    it('says how many rows could not be kept, also after there is room', async () => {
      const disk = smallDisk(24);
      const session = await opened(path.join(disk.folder, 'test.plumb'), 'create');
      const problem = problemOf(session);
      await put(session);
      disk.fill();
      const wanted = 40_000;
      for (let count = 0; count < wanted; count++)
        session.sink.putExchange(exchange(session.sink.nextExchangeId()));
      await vi.waitFor(() => expect(problem.now).toMatch(/rows and 0 heads could not be kept/), soon);
      const lost = Number(/([\d,]+) rows/.exec(problem.now ?? '')?.[1]?.replaceAll(',', ''));
      expect(lost).toBe(wanted + 1 - session.exchangeCount());
      disk.makeRoom();
      await vi.waitFor(() => expect(problem.now).toBeNull(), slowly);
      await session.flush();
      expect(session.notice).toContain(`${lost.toLocaleString('en')} rows and 0 heads could not be kept`);
    });

    it('refuses a mark and a removal, and does neither by half', async () => {
      const disk = smallDisk(12);
      const session = await opened(path.join(disk.folder, 'test.plumb'), 'create');
      for (let count = 0; count < 3000; count++)
        session.sink.putExchange(exchange(session.sink.nextExchangeId()));
      await session.flush();
      const { viewId } = valueOf(await session.openView('', orderOfArrival));
      disk.fill();
      const comment = 'x'.repeat(1000);
      const refused = await session.mark(viewId, null, { comment });
      expect(refused).toMatchObject({ ok: false, error: { code: 'disk-full' } });
      expect(refused.ok ? '' : refused.error.message).toMatch(/disk is full/);
      const marked = valueOf(await session.rows(viewId, 0, 500)).rows.filter(({ mark }) => mark !== null);
      expect(marked).toEqual([]);
      disk.makeRoom();
      expect(valueOf(await session.mark(viewId, [1], { comment: 'kept' })).count).toBe(1);
    });

    it('is closed on without harm: what was stored is there, and what was not is told', async () => {
      const disk = smallDisk(12);
      const file = path.join(disk.folder, 'test.plumb');
      const session = valueOf(await openSession({ path: file, mode: 'create' }, workers));
      for (let count = 0; count < 3000; count++)
        session.sink.putExchange(exchange(session.sink.nextExchangeId()));
      await session.flush();
      const { viewId } = valueOf(await session.openView('', orderOfArrival));
      valueOf(await session.remove(viewId, [5, 6]));
      disk.fill();
      for (let count = 0; count < 100; count++)
        putResponse(session, 'HTTP/1.1 200 OK\r\n\r\n', new Uint8Array(50_000));
      await session.close();
      expect(session.notice).toMatch(/could not be written: 100 exchanges could not be kept/);
      disk.makeRoom();
      const again = await opened(file, 'open');
      const page = valueOf(await again.exportPage(2990, 500));
      expect(page.at(-1)?.exchange.id).toBe(3000);
      expect(again.notice).toMatch(/ended unexpectedly/);
      expect(valueOf(await again.openView('', orderOfArrival)).count).toBe(2998);
    });

    it('keeps removed exchanges out of lists when closing cannot take them out of the file', async () => {
      const disk = smallDisk(12);
      const file = path.join(disk.folder, 'test.plumb');
      const session = valueOf(await openSession({ path: file, mode: 'create' }, workers));
      for (let count = 0; count < 5000; count++)
        session.sink.putExchange(exchange(session.sink.nextExchangeId()));
      await session.flush();
      const { viewId } = valueOf(await session.openView('', orderOfArrival));
      const gone = Array.from({ length: 1000 }, (_, index) => index * 5 + 1);
      valueOf(await session.remove(viewId, gone));
      disk.fill();
      await session.close();
      const full = await opened(file, 'read');
      expect(valueOf(await full.openView('', orderOfArrival)).count).toBe(4000);
      await full.close();
      disk.makeRoom();
      const again = await opened(file, 'open');
      expect(valueOf(await again.openView('', orderOfArrival)).count).toBe(4000);
      await again.close();
      const after = await opened(file, 'read');
      expect(valueOf(await after.openView('', orderOfArrival)).count).toBe(4000);
      expect(after.exchangeCount()).toBe(4000);
      expect(after.notice).toBeNull();
    });

    it('leaves no part of an export or import behind', async () => {
      const disk = smallDisk(12);
      const source = path.join(scratchFolder(), 'source.plumb');
      const session = await opened(source);
      for (let count = 0; count < 10; count++) {
        const id = session.sink.nextExchangeId();
        session.sink.putExchange(exchange(id));
        for (let part = 0; part < 4; part++)
          session.sink.appendBody(id, 'response', new Uint8Array(megabyte / 2).fill(65), startUs);
        await session.flush();
      }
      await session.close();
      const transfers = createTransfers(workers);
      onTestFinished(() => transfers.close());
      const har = path.join(disk.folder, 'all.har');
      const job = { sessionPath: source, live: false, ids: null, totalExchanges: 10, format: 'har' as const };
      const start = async (file: string) => {
        const exporting = { ...job, kind: 'export' as const, path: file, redact: false, overwrite: false };
        const { transferId } = valueOf(transfers.start({ ...exporting, password: null }));
        return transfers.ended(transferId);
      };
      expect(await start(har)).toMatchObject({ ok: false, error: { code: 'disk-full' } });
      expect(fs.readdirSync(disk.folder)).toEqual([]);
      const elsewhere = path.join(scratchFolder(), 'all.har');
      valueOf(await start(elsewhere));
      const sessionPath = path.join(disk.folder, 'imported.plumb');
      const { transferId } = valueOf(
        transfers.start({ kind: 'import', path: elsewhere, sessionPath, password: null }),
      );
      const imported = await transfers.ended(transferId);
      expect(imported.ok ? '' : imported.error.message).toMatch(/disk/);
      expect(fs.readdirSync(disk.folder)).toEqual([]);
    });

    it('takes no new session, and says that there is no room', async () => {
      const disk = smallDisk(2);
      disk.fill();
      const refused = await openSession(
        { path: path.join(disk.folder, 'new.plumb'), mode: 'create' },
        workers,
      );
      expect(refused).toMatchObject({ ok: false, error: { code: 'disk-full' } });
      expect(fs.readdirSync(disk.folder)).toEqual(['ballast']);
    });
  });
}

function placeTaken(): void {
  describe('a session file that is taken away while it is recorded into', () => {
    it('and deleted is saved again beside it with everything, open views go on, and nothing later is lost', async () => {
      const engine = await startedEngine(scratchFolder());
      const folder = scratchFolder();
      const file = path.join(folder, 'test.plumb');
      const session = await record(engine, file);
      const before = await put(session, 3000);
      const open = session.sink.nextExchangeId();
      session.sink.putExchange(exchange(open, { state: 'open' }));
      await session.flush();
      const { viewId } = valueOf(await session.openView('', orderOfArrival));
      let told = false;
      engine.events.on('sessions', () => (told = true));
      for (const ending of ['', '-wal', '-shm', '-lock']) fs.rmSync(file + ending);
      await vi.waitFor(() => expect(session.path).not.toBe(file), soon);
      expect(told).toBe(true);
      const restored = path.join(folder, 'test (restored).plumb');
      expect(session.path).toBe(restored);
      expect(session.notice).toBe(
        `The session file ${file} was deleted while it was open. All of it was saved again as ${restored}, and recording goes on there.`,
      );
      await vi.waitFor(() => expect(engine.recording().problem).toBeNull(), soon);
      session.sink.putExchange(exchange(open, { state: 'done' }));
      const after = await put(session, 2000);
      await vi.waitFor(async () => {
        expect(valueOf(await session.ids(viewId, 0, 10)).ids).toEqual([before, open, after]);
      }, soon);
      expect([await bodyBytes(session, before), await bodyBytes(session, after)]).toEqual([3000, 2000]);
      valueOf(await session.markIds([before], { comment: 'still here' }));
      await vi.waitFor(() => expect(engine.settings.current().recentSessions[0]).toBe(restored), soon);
      expect(fs.statSync(restored).mode & 0o777).toBe(0o600);
      await engine.close();
      expect(fs.readdirSync(folder)).toEqual(['test (restored).plumb']);
      const read = await opened(restored, 'read');
      expect(read.notice).toBeNull();
      expect(await idsOf(read)).toEqual([before, open, after]);
      expect(valueOf(await read.get(open)).exchange.state).toBe('done');
    });

    it('with its folder is saved again in the data folder', async () => {
      const dataDir = scratchFolder();
      const engine = await startedEngine(dataDir);
      const folder = path.join(scratchFolder(), 'gone');
      fs.mkdirSync(folder);
      const session = await record(engine, path.join(folder, 'test.plumb'));
      const before = await put(session);
      fs.rmSync(folder, { recursive: true });
      await vi.waitFor(() => {
        expect(session.path).toBe(path.join(dataDir, 'sessions', 'test (restored).plumb'));
      }, soon);
      const after = await put(session);
      expect(await idsOf(session)).toEqual([before, after]);
    });

    it('is said to be kept when there is no room, and saved again when there is', async () => {
      const disk = smallDisk(16);
      const session = await opened(path.join(disk.folder, 'test.plumb'));
      const problem = problemOf(session);
      const before = await put(session, 2 * megabyte);
      disk.fill(3 * megabyte);
      fs.rmSync(session.path);
      await vi.waitFor(
        () => expect(problem.now).toMatch(/cannot be saved again yet\. There is no room/),
        soon,
      );
      const meanwhile = await put(session);
      disk.makeRoom();
      await vi.waitFor(() => expect(problem.now).toBeNull(), soon);
      expect(path.basename(session.path)).toBe('test (restored).plumb');
      expect(await idsOf(session)).toEqual([before, meanwhile]);
    });

    it('and deleted just before it is closed is saved again', async () => {
      const folder = scratchFolder();
      const file = path.join(folder, 'test.plumb');
      const session = await opened(file);
      const id = await put(session);
      fs.rmSync(file);
      await session.close();
      const read = await opened(path.join(folder, 'test (restored).plumb'), 'read');
      expect(await idsOf(read)).toEqual([id]);
    });

    it('and moved is recorded into where it is now, until it is moved back', async () => {
      const folder = scratchFolder();
      const file = path.join(folder, 'test.plumb');
      const moved = path.join(folder, 'moved.plumb');
      const session = await opened(file);
      const problem = problemOf(session);
      const before = await put(session);
      fs.renameSync(file, moved);
      await vi.waitFor(() => expect(problem.now).toContain(`was moved to ${moved}`), soon);
      const meanwhile = await put(session);
      fs.renameSync(moved, file);
      await vi.waitFor(() => expect(problem.now).toBeNull(), soon);
      const after = await put(session);
      expect(await idsOf(session)).toEqual([before, meanwhile, after]);
      fs.renameSync(file, moved);
      await session.close();
      expect(await idsOf(await opened(moved, 'read'))).toEqual([before, meanwhile, after]);
    });
  });
}

/** Root may do everything; without these capabilities even root is held to the permissions. */
function withoutPrivileges(program: string, ...args: readonly string[]): string {
  const dropped = '-dac_override,-dac_read_search';
  const run = [process.execPath, '--no-warnings', path.join(import.meta.dirname, program), ...args];
  return execFileSync('setpriv', [`--bounding-set=${dropped}`, `--inh-caps=${dropped}`, ...run], {
    encoding: 'utf8',
  });
}

function noPermission(): void {
  describe('permissions', () => {
    it('that make the folder read-only while recording do not stop it', async () => {
      const folder = path.join(scratchFolder(), 'place');
      fs.mkdirSync(folder);
      const file = path.join(folder, 'test.plumb');
      const told = JSON.parse(withoutPrivileges('read-only-folder.ts', file)) as unknown;
      fs.chmodSync(folder, 0o700);
      expect(told).toEqual({ problems: [], stored: 100 });
      const read = await opened(file, 'open');
      expect(await idsOf(read)).toHaveLength(100);
    });

    it.each([
      ['that allow only reading open the file for reading, say so, and record into a new one', 0o400, 2],
      ['that allow nothing say so, and a new session is recorded into', 0o000, 1],
    ])('%s', async (_what, mode, count) => {
      const folder = scratchFolder();
      const file = path.join(folder, 'test.plumb');
      const session = await opened(file);
      await put(session);
      await session.close();
      fs.chmodSync(file, mode);
      const told = JSON.parse(withoutPrivileges('boot-and-tell.ts', folder, file)) as {
        problem: string;
        sessions: { path: string; readOnly: boolean; recorded: boolean }[];
      };
      expect(told.problem).toMatch(/^The permissions of “test\.plumb” or of .* do not allow opening it\./);
      expect(told.problem).toMatch(/into a new session\.$/);
      expect(told.sessions).toHaveLength(count);
      expect(told.sessions.filter(({ recorded }) => recorded)).toEqual([
        expect.objectContaining({ readOnly: false }),
      ]);
      if (count === 2) expect(told.sessions).toContainEqual({ path: file, readOnly: true, recorded: false });
    });

    it('that allow no new session at all are a failure in one line', async () => {
      const dataDir = scratchFolder();
      fs.writeFileSync(path.join(dataDir, 'sessions'), '');
      const booted = await bootEngine({
        ...{ dataDir, upstreamCaFiles: [], insecureHosts: [], passThroughHosts: [] },
        ...{ workers, controlPorts: () => [] },
        ...{ sessionPath: null, sessionRefused: 'record-elsewhere', proxy: '127.0.0.1:0', record: false },
      });
      expect(booted.ok ? '' : booted.error.message).toMatch(/^The folder .* for new sessions cannot be made/);
    });
  });
}
