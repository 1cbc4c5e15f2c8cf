import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TransferProgress, TransferSummary } from '../../../../core/contract/transfers.ts';
import type { ExportFormatName } from '../../../../core/formats/index.ts';
import type { Result } from '../../../../core/model/result.ts';
import type { ExportJob } from '../../../../electron/engine/transfer/transfer-messages.ts';
import { createTransfers, type Transfers } from '../../../../electron/engine/transfer/transfers.ts';
import { checkHar } from '../../../support/har-schema.ts';
import { bytesOf, conversation, exchange, opened, startUs, tempFolder, valueOf } from '../session/support.ts';
import { workers } from '../../../support/workers.ts';

const fixtures = new URL('../../../fixtures/', import.meta.url);
const fixture = (name: string): string => new URL(name, fixtures).pathname;

function started(): Transfers {
  const transfers = createTransfers(workers);
  onTestFinished(() => transfers.close());
  return transfers;
}

async function imported(file: string, sessionPath: string, password: string | null = null) {
  const transfers = started();
  const { transferId } = valueOf(transfers.start({ kind: 'import', path: file, sessionPath, password }));
  return transfers.ended(transferId);
}

function job(
  sessionPath: string,
  format: ExportFormatName,
  file: string,
  changes: Partial<ExportJob> = {},
): ExportJob {
  return {
    ...{ kind: 'export', sessionPath, live: false, ids: null, totalExchanges: 0, format, path: file },
    ...{ redact: false, overwrite: false, password: null },
    ...changes,
  };
}

async function exported(wanted: ExportJob): Promise<Result<TransferSummary>> {
  const transfers = started();
  return transfers.ended(valueOf(transfers.start(wanted)).transferId);
}

const text = (file: string): string => fs.readFileSync(file, 'utf8');
const modeOf = (file: string): number => fs.statSync(file).mode & 0o777;

/** A session with one exchange of each kind, both legs told. */
async function recordedSession(folder: string): Promise<string> {
  const file = path.join(folder, 'recorded.plumb');
  const session = await opened(file);
  const { sink } = session;
  sink.putConversation(conversation(sink.nextConversationId(), { role: 'client' }));
  sink.putConversation(
    conversation(sink.nextConversationId(), {
      role: 'server',
      localPort: 40_000,
      remoteAddress: '192.0.2.1',
    }),
  );
  const bodies: readonly (readonly [string, Buffer])[] = [
    ['', Buffer.from('{"a":"é"}')],
    ['Content-Encoding: gzip\r\n', zlib.gzipSync('hello '.repeat(10_000))],
    ['Content-Encoding: br\r\n', zlib.brotliCompressSync(randomBytes(5000))],
    ['Content-Encoding: gzip\r\n', Buffer.from('this is no gzip')],
    ['Transfer-Encoding: chunked\r\n', randomBytes(3000)],
  ];
  for (const [field, body] of bodies) {
    const id = sink.nextExchangeId();
    const head = `POST http://api.example.com/things/${id} HTTP/1.1\r\nCookie: sid=secret\r\n\r\n`;
    sink.putHead(id, 'request', bytesOf(head), startUs);
    sink.putHead(
      id,
      'response',
      bytesOf(`HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n${field}\r\n`),
      startUs,
    );
    sink.appendBody(id, 'request', bytesOf(`id=${id}`), startUs);
    sink.appendBody(id, 'response', body, startUs);
    sink.putExchange(
      exchange(id, {
        ...{ method: 'POST', scheme: 'http', port: 80, clientConversation: 1, serverConversation: 2 },
        ...{ requestBytes: 4, responseBytes: body.length, sentFromUs: startUs + id * 1000 + 20 },
        ...{ sentToUs: startUs + id * 1000 + 30, waitUs: 500, sendUs: 10, receiveUs: 5, blockedUs: 20 },
        serverReused: id > 1,
      }),
    );
  }
  await session.flush();
  valueOf(await session.markIds([1], { comment: 'slow', color: 'red', pinned: true }));
  valueOf(await session.markIds([3], { pinned: true }));
  await session.close();
  return file;
}

describe('a session', () => {
  it('is the same HAR after it went through one, in a private file that passes the schema', async () => {
    const folder = tempFolder();
    const first = path.join(folder, 'first.har');
    const second = path.join(folder, 'second.har');
    const again = path.join(folder, 'again.plumb');
    const summary = valueOf(await exported(job(await recordedSession(folder), 'har', first)));
    expect(summary).toMatchObject({ exchanges: 5, path: first });
    expect(valueOf(await imported(first, again))).toMatchObject({ exchanges: 5, skipped: 0, path: again });
    valueOf(await exported(job(again, 'har', second)));
    expect(text(second)).toBe(text(first));
    await checkHar(JSON.parse(text(first)));
    expect([modeOf(first), modeOf(again)]).toEqual([0o600, 0o600]);
    expect(fs.readdirSync(folder).sort()).toEqual([
      'again.plumb',
      'first.har',
      'recorded.plumb',
      'second.har',
    ]);
  });

  it('has the same content in every body after it went through HAR, codings on again', async () => {
    const folder = tempFolder();
    const recorded = await recordedSession(folder);
    const har = path.join(folder, 'a.har');
    const again = path.join(folder, 'again.plumb');
    valueOf(await exported(job(recorded, 'har', har)));
    valueOf(await imported(har, again));
    const before = await opened(recorded, 'read');
    const after = await opened(again, 'read');
    for (let id = 1; id <= 5; id++) {
      const [one, two] = await Promise.all(
        [before, after].map(async (session) =>
          valueOf(await session.readBody(id, 'response', true, 0, 100_000)),
        ),
      );
      expect(Buffer.from(two!.bytes).equals(Buffer.from(one!.bytes)), `exchange ${id}`).toBe(true);
      expect(two!.codings).toEqual(one!.codings);
      expect(valueOf(await after.get(id)).request).toEqual(valueOf(await before.get(id)).request);
    }
    expect(valueOf(await after.get(5)).exchange.serverConversation).toBe(2);
  });

  it('has the same WebSocket messages after it went through an archive', async () => {
    const folder = tempFolder();
    const [recorded, saz, again] = ['socket.plumb', 'a.saz', 'again.plumb'].map((name) =>
      path.join(folder, name),
    ) as [string, string, string];
    const session = await opened(recorded);
    const { sink } = session;
    const id = sink.nextExchangeId();
    sink.putHead(id, 'request', bytesOf('GET http://live.test/ HTTP/1.1\r\n\r\n'), startUs);
    sink.putHead(id, 'response', bytesOf('HTTP/1.1 101 Switching Protocols\r\n\r\n'), startUs);
    const frames = [
      {
        side: 'request',
        code: 1,
        flags: 5,
        headerBytes: 6,
        bytes: Buffer.from([0x81, 0x82, 0, 0, 0, 0, 104, 105]),
      },
      {
        side: 'response',
        ...{ code: 2, flags: 1, headerBytes: 4 },
        bytes: Buffer.concat([Buffer.of(0x82, 126, 0x75, 0x30), randomBytes(30_000)]),
      },
    ] as const;
    for (const { bytes, ...frame } of frames) {
      sink.appendBody(id, frame.side, bytes, startUs);
      const payloadBytes = bytes.length - frame.headerBytes;
      sink.putMessage(id, {
        ...{ ...frame, kind: 'websocket', from: 0, payloadBytes, closeCode: 0 },
        ...{ firstAtUs: startUs, lastAtUs: startUs },
      });
    }
    sink.putExchange(
      exchange(id, {
        ...{ method: 'GET', scheme: 'http', host: 'live.test', port: 80, path: '/', protocol: 'websocket' },
        ...{ status: 101, longLived: 'websocket', requestBytes: 8, responseBytes: 30_004 },
        ...{ requestMessages: 1, responseMessages: 1, clientConversation: null, serverConversation: null },
      }),
    );
    await session.flush();
    await session.close();
    valueOf(await exported(job(recorded, 'saz', saz)));
    expect(valueOf(await imported(saz, again))).toMatchObject({ exchanges: 1, skipped: 0 });
    const after = await opened(again, 'read');
    expect(valueOf(await after.get(1)).exchange).toMatchObject({
      ...{ protocol: 'websocket', longLived: 'websocket', requestMessages: 1, responseMessages: 1 },
      ...{ requestBytes: 8, responseBytes: 30_004, note: null },
    });
    for (const { side, bytes } of frames) {
      const body = valueOf(await after.readBody(1, side, false, 0, 100_000));
      expect(Buffer.from(body.bytes).equals(bytes)).toBe(true);
    }
  });

  it('has the same bytes in every body after it went through an archive with a password', async () => {
    const folder = tempFolder();
    const recorded = await recordedSession(folder);
    const saz = path.join(folder, 'a.saz');
    const again = path.join(folder, 'again.plumb');
    valueOf(await exported(job(recorded, 'saz', saz, { password: 'päss' })));
    expect(await imported(saz, again)).toMatchObject({ ok: false, error: { code: 'password-needed' } });
    expect(await imported(saz, again, 'wrong')).toMatchObject({
      ok: false,
      error: { code: 'wrong-password' },
    });
    expect(fs.readdirSync(folder).sort()).toEqual(['a.saz', 'recorded.plumb']);
    expect(valueOf(await imported(saz, again, 'päss'))).toMatchObject({ exchanges: 5, skipped: 0 });
    const before = await opened(recorded, 'read');
    const after = await opened(again, 'read');
    for (let id = 1; id <= 5; id++) {
      const [one, two] = await Promise.all(
        [before, after].map(async (session) =>
          valueOf(await session.readBody(id, 'response', false, 0, 100_000)),
        ),
      );
      expect(Buffer.from(two!.bytes).equals(Buffer.from(one!.bytes)), `exchange ${id}`).toBe(true);
    }
  });

  it('is exported in part, without credentials, while it is open', async () => {
    const folder = tempFolder();
    const recorded = await recordedSession(folder);
    const session = await opened(recorded, 'open');
    const har = path.join(folder, 'part.har');
    const wanted = job(session.path, 'har', har, {
      live: true,
      redact: true,
      ids: Float64Array.of(2, 4, 99),
    });
    expect(valueOf(await exported(wanted)).exchanges).toBe(2);
    expect(text(har)).toContain('/things/2');
    expect(text(har)).not.toMatch(/secret|things\/1"/);
  });

  it('becomes commands, one for each request', async () => {
    const folder = tempFolder();
    const file = path.join(folder, 'all.sh');
    valueOf(await exported(job(await recordedSession(folder), 'curl', file, { redact: true })));
    expect(text(file).match(/^curl /gm)).toHaveLength(5);
    expect(text(file)).not.toContain('secret');
  });
});

describe('an export', () => {
  it('replaces no file unless told so, and needs a folder that is there', async () => {
    const folder = tempFolder();
    const recorded = await recordedSession(folder);
    const file = path.join(folder, 'a.har');
    fs.writeFileSync(file, 'precious');
    expect(await exported(job(recorded, 'har', file))).toMatchObject({
      ok: false,
      error: { code: 'file-exists' },
    });
    expect(text(file)).toBe('precious');
    expect((await exported(job(recorded, 'har', file, { overwrite: true }))).ok).toBe(true);
    const nowhere = path.join(folder, 'no', 'a.har');
    expect(await exported(job(recorded, 'har', nowhere))).toMatchObject({
      error: { code: 'folder-missing' },
    });
  });
});

describe('a file of another program', () => {
  it.each([
    ['mitmproxy-8.flows', 7],
    ['playwright-1.65.har', 6],
    ['chrome.har', 4],
    ['fiddler.har', 2],
  ])('comes in by its content, whatever its name: %s', async (name, count) => {
    const folder = tempFolder();
    const file = path.join(folder, 'file.bin');
    fs.copyFileSync(fixture(name), file);
    const sessionPath = path.join(folder, 'a.plumb');
    expect(valueOf(await imported(file, sessionPath)).exchanges).toBe(count);
    const session = await opened(sessionPath, 'read');
    expect(session.exchangeCount()).toBe(count);
    expect(session.notice).toBeNull();
  });

  it.each([
    ['garbage', 'unknown-format', Buffer.from('This is nothing. '.repeat(50))],
    ['empty', 'empty-file', Buffer.alloc(0)],
    ['JSON of another kind', 'nothing-imported', Buffer.from('{"a":[1,2,3]}')],
    ['a HAR without entries', 'nothing-imported', Buffer.from('{"log":{"version":"1.2","entries":[]}}')],
    [
      'a HAR cut off early',
      'nothing-imported',
      Buffer.from('{"log":{"entries":[{"request":{"url":"http://a'),
    ],
    ['a cut archive', 'archive-damaged', Buffer.from('PK\x03\x04 and then nothing')],
    ['a session', 'is-a-session', Buffer.from('SQLite format 3\0'.padEnd(200, ' '))],
    ['flows cut off early', 'nothing-imported', Buffer.from('9999:4:type;')],
  ])('that is %s is refused in one line, and nothing is left behind', async (_name, code, bytes) => {
    const folder = tempFolder();
    const file = path.join(folder, 'file.har');
    fs.writeFileSync(file, bytes);
    const outcome = await imported(file, path.join(folder, 'a.plumb'));
    expect(outcome).toMatchObject({ ok: false, error: { code } });
    expect(outcome.ok ? '' : outcome.error.message).toMatch(/^[^\n]+\.$/);
    expect(fs.readdirSync(folder)).toEqual(['file.har']);
  });

  it('is not read into a session that is there already', async () => {
    const folder = tempFolder();
    const recorded = await recordedSession(folder);
    expect(await imported(fixture('chrome.har'), recorded)).toMatchObject({ error: { code: 'file-exists' } });
    expect((await opened(recorded, 'read')).exchangeCount()).toBe(5);
  });
});

describe('a large transfer', { timeout: 120_000 }, () => {
  const bodyBytes = 60 * 1024 * 1024;

  it('holds little memory, leaves the event loop alone, tells how far it is and loses no byte', async () => {
    const folder = tempFolder();
    const recorded = path.join(folder, 'large.plumb');
    const session = await opened(recorded);
    const { sink } = session;
    const hash = createHash('sha256');
    const id = sink.nextExchangeId();
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n';
    sink.putHead(id, 'response', bytesOf(head), startUs);
    for (let done = 0; done < bodyBytes; done += 4 * 1024 * 1024) {
      const piece = randomBytes(4 * 1024 * 1024);
      hash.update(piece);
      expect(sink.appendBody(id, 'response', piece, startUs)).toBe(true);
      await session.flush();
    }
    sink.putExchange(exchange(id, { responseBytes: bodyBytes }));
    await session.close();

    const har = path.join(folder, 'large.har');
    const again = path.join(folder, 'again.plumb');
    const transfers = started();
    const told: TransferProgress[] = [];
    transfers.events.on('progress', ({ progress }) => told.push(progress));
    const before = process.memoryUsage.rss();
    let most = before;
    const sampler = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 10);
    const startedAtMs = performance.now();
    const cpu = process.threadCpuUsage();
    valueOf(await transfers.ended(valueOf(transfers.start(job(recorded, 'har', har))).transferId));
    const wanted = { kind: 'import', path: har, sessionPath: again, password: null } as const;
    valueOf(await transfers.ended(valueOf(transfers.start(wanted)).transferId));
    const tookMs = performance.now() - startedAtMs;
    const { user, system } = process.threadCpuUsage(cpu);
    clearInterval(sampler);
    expect((most - before) / 1024 / 1024).toBeLessThan(350);
    // The event loop's thread only passes messages on; its wall-clock delay would measure the machine.
    expect((user + system) / 1000 / tookMs).toBeLessThan(0.2);
    expect(told.some(({ doneBytes, totalBytes }) => totalBytes !== null && doneBytes < totalBytes)).toBe(
      true,
    );

    const read = await opened(again, 'read');
    const found = createHash('sha256');
    for (let from = 0; from < bodyBytes; from += 262_144) {
      found.update(valueOf(await read.readBody(1, 'response', true, from, 262_144)).bytes);
    }
    expect(found.digest('hex')).toBe(hash.digest('hex'));
  });

  it('is cancelled at once, and leaves nothing behind', async () => {
    const folder = tempFolder();
    const har = path.join(folder, 'many.har');
    const entry = JSON.stringify({
      request: { url: 'http://a/b', method: 'GET' },
      response: { status: 200 },
    });
    fs.writeFileSync(har, `{"log":{"entries":[${`${entry},`.repeat(200_000)}${entry}]}}`);
    const transfers = started();
    const wanted = {
      kind: 'import',
      path: har,
      sessionPath: path.join(folder, 'a.plumb'),
      password: null,
    } as const;
    const { transferId } = valueOf(transfers.start(wanted));
    await new Promise<void>((resolve) => {
      transfers.events.once('progress', () => resolve());
    });
    transfers.cancel(transferId);
    expect(await transfers.ended(transferId)).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(transfers.list().map(({ state }) => state)).toEqual(['cancelled']);
    expect(fs.readdirSync(folder)).toEqual(['many.har']);
  });
});
