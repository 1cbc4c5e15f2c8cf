import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { schemaVersion } from '../../../../electron/engine/session/migrations/index.ts';
import type { OpenSessionOptions } from '../../../../electron/engine/session/session-api.ts';
import { openSession } from '../../../../electron/engine/session/session.ts';
import {
  codeOf,
  conversation,
  exchange,
  opened,
  putResponse,
  tempFolder,
  tempPath,
  valueOf,
} from './support.ts';
import { workers } from '../../../support/workers.ts';

type Mode = OpenSessionOptions['mode'];

let template: Buffer | null = null;

/** A copy of a cleanly closed session with 300 exchanges. */
async function sessionFile(): Promise<string> {
  const file = tempPath();
  if (template === null) {
    const session = await opened(file, 'create');
    session.sink.putConversation(conversation(1));
    for (let count = 0; count < 300; count++) {
      putResponse(session, 'HTTP/1.1 200 OK\r\n\r\n', Buffer.alloc(1000), { clientConversation: 1 });
    }
    await session.close();
    template = fs.readFileSync(file);
  } else {
    fs.writeFileSync(file, template);
  }
  return file;
}

async function altered(sql: string): Promise<string> {
  const file = await sessionFile();
  const db = new Database(file);
  db.unsafeMode();
  db.exec(sql);
  db.close();
  return file;
}

async function patched(at: number, bytes: Uint8Array): Promise<string> {
  const file = await sessionFile();
  patch(file, at, bytes);
  return file;
}

function patch(file: string, at: number, bytes: Uint8Array): void {
  const handle = fs.openSync(file, 'r+');
  fs.writeSync(handle, bytes, 0, bytes.length, at);
  fs.closeSync(handle);
}

function written(bytes: string | Uint8Array): string {
  const file = tempPath();
  fs.writeFileSync(file, bytes);
  return file;
}

function otherDatabase(): string {
  const file = tempPath();
  const db = new Database(file);
  db.exec('CREATE TABLE exchanges (id INTEGER PRIMARY KEY)');
  db.close();
  return file;
}

async function truncated(): Promise<string> {
  const file = await sessionFile();
  fs.truncateSync(file, fs.statSync(file).size - 40_000);
  return file;
}

const cases: [string, string, () => Promise<string> | string, readonly Mode[]][] = [
  [
    'a text file',
    'not-a-session',
    () => written('GET / HTTP/1.1\r\n'.repeat(20)),
    ['open', 'read', 'create-or-open'],
  ],
  ['an empty file', 'not-a-session', () => written(''), ['open', 'read', 'create-or-open']],
  ['a few bytes of SQLite', 'not-a-session', () => written('SQLite format 3\0'), ['open', 'read']],
  ['a database of another program', 'not-a-session', otherDatabase, ['open', 'read']],
  ['a file cut off', 'session-damaged', truncated, ['open', 'read']],
  ['a damaged schema', 'session-damaged', () => patched(100, Buffer.alloc(200, 0xaa)), ['open', 'read']],
  [
    'a newer session',
    'session-newer',
    () => altered(`PRAGMA user_version = ${schemaVersion + 1}`),
    ['open', 'read'],
  ],
  [
    'a session without a version',
    'not-a-session',
    () => altered('PRAGMA user_version = 0'),
    ['open', 'read'],
  ],
  [
    'a trigger',
    'session-foreign-schema',
    () => altered('CREATE TRIGGER t AFTER INSERT ON slabs BEGIN DELETE FROM slabs; END'),
    ['open', 'read'],
  ],
  ['a view', 'session-foreign-schema', () => altered('CREATE VIEW v AS SELECT 1'), ['open', 'read']],
  [
    'a view in place of a table',
    'session-foreign-schema',
    () => altered('ALTER TABLE slabs RENAME TO s; CREATE VIEW slabs AS SELECT id, bytes FROM s'),
    ['open', 'read'],
  ],
  ['another column', 'session-foreign-schema', () => altered('ALTER TABLE slabs ADD COLUMN x'), ['open']],
  [
    'a number that no exchange can have',
    'session-foreign-schema',
    () => altered('UPDATE exchanges SET id = 4294967296 WHERE id = 300'),
    ['open', 'read'],
  ],
  ['a missing table', 'session-foreign-schema', () => altered('DROP TABLE slabs'), ['open', 'read']],
  [
    'an index on an expression',
    'session-foreign-schema',
    () => altered('CREATE INDEX i ON slabs (abs(id))'),
    ['open'],
  ],
  ['a folder', 'not-a-file', tempFolder, ['open', 'read', 'create-or-open']],
  ['a missing file', 'file-missing', tempPath, ['open', 'read']],
  [
    'a missing folder',
    'folder-missing',
    () => path.join(tempFolder(), 'no', 'x.plumb'),
    ['create', 'open', 'read'],
  ],
  ['a path below a file', 'folder-missing', () => path.join(written('x'), 'x.plumb'), ['create', 'open']],
  ['a device', 'not-a-file', () => '/dev/null', ['open', 'read']],
  ['an existing file', 'file-exists', () => written('x'), ['create']],
  ['an empty path', 'bad-path', () => '', ['create', 'open']],
  ['a path with a NUL', 'bad-path', () => '/tmp/a\0b', ['create', 'open', 'read']],
  ['white space at the end', 'bad-path', () => `${tempPath()} `, ['create']],
  ['a name too long', 'bad-path', () => path.join(tempFolder(), 'x'.repeat(400)), ['create']],
];

describe('opening a session', () => {
  it.each(cases)('refuses %s in one line (%s) and leaves it as it was', async (_, code, make, modes) => {
    const file = await make();
    const isFile = fs.existsSync(file) && fs.statSync(file).isFile();
    const before = isFile ? fs.readFileSync(file) : null;
    for (const mode of modes) {
      const result = await openSession({ path: file, mode }, workers);
      expect([mode, codeOf(result)]).toEqual([mode, code]);
      const message = result.ok ? '' : result.error.message;
      expect(message).toMatch(/^[^\n]{10,300}\.$/);
      expect(message).not.toMatch(/Error|\bat .*:\d+|SQLITE_/);
    }
    if (before === null) return;
    expect(Buffer.compare(fs.readFileSync(file), before)).toBe(0);
    expect(fs.readdirSync(path.dirname(file))).toEqual([path.basename(file)]);
  });

  it('refuses what permissions forbid', async () => {
    const file = await sessionFile();
    fs.chmodSync(file, 0o400);
    expect(codeWithoutPrivileges('open', file)).toBe('permission-denied');
    fs.chmodSync(file, 0);
    expect(codeWithoutPrivileges('read', file)).toBe('permission-denied');
    const folder = tempFolder();
    fs.chmodSync(folder, 0o500);
    expect(codeWithoutPrivileges('create', path.join(folder, 'x.plumb'))).toBe('permission-denied');
  });

  it('refuses a session that is being recorded into, but lets it be read', async () => {
    const file = tempPath();
    const session = await opened(file);
    session.sink.putExchange(exchange(1, { state: 'open' }));
    await session.flush();
    const link = path.join(tempFolder(), 'link.plumb');
    fs.symlinkSync(file, link);
    for (const name of [file, link]) {
      expect(codeOf(await openSession({ path: name, mode: 'open' }, workers))).toBe('session-in-use');
    }
    const reading = await opened(file, 'read');
    expect(reading.notice).toBeNull();
    expect(valueOf(await reading.get(1)).exchange.state).toBe('open');
    expect(reading.sink.appendBody(1, 'response', new Uint8Array(1), 0)).toBe(false);
    session.sink.putExchange(exchange(1));
    await session.flush();
    expect(valueOf(await session.get(1)).exchange.state).toBe('done');
  });

  it('says so when the threads cannot start', async () => {
    const missing = pathToFileURL(path.join(tempFolder(), 'none.js'));
    const result = await openSession(
      { path: tempPath(), mode: 'create' },
      { writer: missing, reader: missing, indexer: missing },
    );
    expect(codeOf(result)).toBe('cannot-open');
  });
});

describe('a forged session', () => {
  it('shows values of the wrong type as empty ones', async () => {
    const file = await altered(`
      UPDATE exchanges SET host = x'00ff', port = 'many', status = 'x', state = 'melting', clientReused = 7 WHERE id = 1;
      UPDATE conversations SET role = 'x', chain = '{"a":1}', dialAttempts = '[{"address":1},null,3]' WHERE id = 1;
      INSERT INTO pieces VALUES (1, 77, 1, 0, 0, 'text'), (1, 78, 1, 0, 0, zeroblob(24)), (1, 79, 1, 0, 0, x'ffffffff');
    `);
    const session = await opened(file, 'open');
    const detail = valueOf(await session.get(1));
    const { state, host, port, status, clientReused } = detail.exchange;
    expect([state, host, port, status, clientReused]).toEqual(['interrupted', '', 0, null, false]);
    expect(detail.clientLeg).toMatchObject({ role: 'client', chain: [], dialAttempts: [] });
    expect(detail.request).toBeNull();
  });

  it.each([
    ['points outside its slab', `UPDATE slabs SET bytes = x'00'`],
    ['lacks its slab', 'DELETE FROM slabs'],
    ['claims to have been left in a file', 'UPDATE slabs SET bytes = 0'],
    ['claims to be longer than it is', 'UPDATE pieces SET responseBytes = 4000000000000000'],
    ['claims a length that is none', `UPDATE pieces SET responseBytes = 'x'`],
  ])('whose body %s fails to show that body only', async (_, sql) => {
    const session = await opened(await altered(sql), 'open');
    expect(codeOf(await session.readBody(1, 'response', false, 0, 1000))).toBe('session-damaged');
    expect(codeOf(await session.get(1))).toBe('ok');
  });

  it('with a damaged page fails to show what is in it and nothing else', async () => {
    const file = await sessionFile();
    const db = new Database(file, { readonly: true });
    const leaves = db.prepare(`SELECT pageno FROM dbstat WHERE name = 'pieces' AND pagetype = 'leaf'`);
    const page = leaves.pluck().get() as number;
    const pageBytes = db.pragma('page_size', { simple: true }) as number;
    db.close();
    patch(file, (page - 1) * pageBytes, Buffer.alloc(pageBytes, 0xee));
    const session = await opened(file, 'read');
    expect(codeOf(await session.get(1))).toBe('session-damaged');
    expect(valueOf(await session.exportPage(0, 500))).toHaveLength(300);
  });
});

/** Root may read and write everything; without these capabilities even root is held to the permissions. */
function codeWithoutPrivileges(mode: string, file: string): string {
  const program = [process.execPath, path.join(import.meta.dirname, 'open-and-tell.ts'), mode, file];
  const dropped = '-dac_override,-dac_read_search';
  const command =
    process.getuid?.() === 0
      ? ['setpriv', `--bounding-set=${dropped}`, `--inh-caps=${dropped}`, ...program]
      : program;
  return execFileSync(command[0] ?? '', command.slice(1), { encoding: 'utf8' });
}
