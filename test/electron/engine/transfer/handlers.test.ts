import fs from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { contract } from '../../../../core/contract/index.ts';
import { dispatch, type Handlers } from '../../../../core/contract/dispatch.ts';
import { orderOfArrival } from '../../../../core/model/list-columns.ts';
import type { Engine } from '../../../../electron/engine/engine.ts';
import { transferHandlers } from '../../../../electron/engine/services/transfers.ts';
import { createTransfers } from '../../../../electron/engine/transfer/transfers.ts';
import { createUploads } from '../../../../electron/engine/transfer/uploads.ts';
import type { Session } from '../../../../electron/engine/session/session-api.ts';
import { exchange, opened, tempFolder, tempPath } from '../session/support.ts';
import { workers } from '../../../support/workers.ts';

/** The service as a window calls it, with an engine that has only what it needs. */
function openService(session: Session | null, dataDir: string) {
  const transfers = createTransfers(workers);
  const uploads = createUploads(dataDir);
  onTestFinished(() => transfers.close());
  onTestFinished(() => uploads.close());
  const found = session === null ? null : { id: 1, session, readOnly: false };
  const sessions = { get: () => found, ofView: () => found };
  const engine = { sessions, transfers, uploads, dataDir } as unknown as Engine;
  const handlers = { transfers: transferHandlers(engine) } as unknown as Handlers<null>;
  const call = async (method: string, params: unknown): Promise<unknown> => {
    const message = { kind: 'call', id: 1, service: 'transfers', method, params };
    return (await dispatch(contract, handlers, message, null))?.outcome;
  };
  return { call, transfers };
}

async function sessionOfFour(): Promise<Session> {
  const session = await opened(tempPath());
  for (let count = 0; count < 4; count++) {
    const id = session.sink.nextExchangeId();
    session.sink.putExchange(exchange(id, { host: id % 2 === 0 ? 'even.test' : 'odd.test' }));
  }
  return session;
}

it('exports the exchanges that match a filter, redacted unless told otherwise', async () => {
  const folder = tempFolder();
  const session = await sessionOfFour();
  await session.flush();
  const { call, transfers } = openService(session, folder);
  const view = await session.openView('host:even', orderOfArrival);
  const viewId = view.ok ? view.value.viewId : 0;
  const file = path.join(folder, 'even.har');
  const params = { selection: { kind: 'view', viewId, ids: null }, format: 'har', path: file };
  expect(await call('startExport', params)).toEqual({ ok: true, value: { transferId: 1 } });
  expect(await transfers.ended(1)).toMatchObject({ ok: true, value: { exchanges: 2 } });
  expect(fs.readFileSync(file, 'utf8')).toContain('Credentials are left out');
  expect(fs.readFileSync(file, 'utf8')).not.toContain('odd.test');
  expect(await call('list', {})).toMatchObject({
    value: { transfers: [{ transferId: 1, kind: 'export', state: 'finished', path: file }] },
  });
});

it('imports into a new session in the data folder and says where', async () => {
  const folder = tempFolder();
  const { call, transfers } = openService(null, folder);
  const file = new URL('../../../fixtures/chrome.har', import.meta.url).pathname;
  expect(await call('startImport', { path: file })).toEqual({
    ok: true,
    value: { transferId: 1, showing: null },
  });
  const ended = await transfers.ended(1);
  expect(ended).toMatchObject({ ok: true, value: { exchanges: 4, skipped: 1 } });
  const made = ended.ok ? ended.value.path : '';
  expect(path.dirname(made)).toBe(path.join(folder, 'sessions'));
  expect((await opened(made, 'read')).exchangeCount()).toBe(4);
});

it('refuses an export without a session, and formats that do not exist', async () => {
  const { call } = openService(null, tempFolder());
  const params = { selection: { kind: 'all' }, format: 'har', path: '/tmp/x' };
  expect(await call('startExport', params)).toMatchObject({ ok: false, error: { code: 'no-session' } });
  expect(await call('startExport', { ...params, format: 'pdf' })).toMatchObject({
    error: { code: 'bad-params' },
  });
});

it('cancelling what is not there does nothing', async () => {
  const { call } = openService(null, tempFolder());
  expect(await call('cancel', { transferId: 7 })).toEqual({ ok: true, value: {} });
});

it('imports what was handed over part by part, and removes it afterwards', async () => {
  const folder = tempFolder();
  const { call, transfers } = openService(null, folder);
  const bytes = new Uint8Array(fs.readFileSync(new URL('../../../fixtures/chrome.har', import.meta.url)));
  const half = Math.floor(bytes.length / 2);
  const first = { uploadId: null, name: 'chrome.har', bytes: bytes.subarray(0, half), last: false };
  expect(await call('upload', first)).toEqual({ ok: true, value: { uploadId: 1, file: null } });
  const second = { uploadId: 1, name: 'chrome.har', bytes: bytes.subarray(half), last: true };
  const answer = (await call('upload', second)) as { value: { file: { path: string } } };
  const { path: uploaded } = answer.value.file;
  expect(await call('startImport', { path: uploaded })).toMatchObject({ value: { transferId: 1 } });
  expect(await transfers.ended(1)).toMatchObject({ ok: true, value: { exchanges: 4 } });
  await expect.poll(() => fs.existsSync(uploaded)).toBe(false);
});

it('makes a session for each of two files of the same name', async () => {
  const folder = tempFolder();
  const { call, transfers } = openService(null, folder);
  const file = path.join(folder, 'traffic.har');
  fs.copyFileSync(new URL('../../../fixtures/chrome.har', import.meta.url), file);
  const both = await Promise.all([1, 2].map(() => call('startImport', { path: file })));
  expect(both).toMatchObject([{ value: { transferId: 1 } }, { value: { transferId: 2 } }]);
  const ended = await Promise.all([1, 2].map((id) => transfers.ended(id)));
  expect(ended).toMatchObject([1, 2].map(() => ({ ok: true, value: { exchanges: 4 } })));
  const made = fs.readdirSync(path.join(folder, 'sessions')).filter((name) => name.endsWith('.plumb'));
  expect(made).toHaveLength(2);
});

it('refuses parts that are too large, or that are no bytes', async () => {
  const { call } = openService(null, tempFolder());
  const part = { uploadId: null, name: 'a.har', last: false };
  for (const bytes of [new Uint8Array(262_145), 'text', null]) {
    expect(await call('upload', { ...part, bytes })).toMatchObject({ error: { code: 'bad-params' } });
  }
});

it('makes the folder for exports, and no other one', async () => {
  const folder = tempFolder();
  const session = await sessionOfFour();
  const { call, transfers } = openService(session, folder);
  const params = { selection: { kind: 'all' }, format: 'curl' };
  await call('startExport', { ...params, path: path.join(folder, 'exports', 'four.sh') });
  expect(await transfers.ended(1)).toMatchObject({ ok: true, value: { exchanges: 4 } });
  await call('startExport', { ...params, path: path.join(folder, 'elsewhere', 'four.sh') });
  expect(await transfers.ended(2)).toMatchObject({ ok: false, error: { code: 'folder-missing' } });
});
