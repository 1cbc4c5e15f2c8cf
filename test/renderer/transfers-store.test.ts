import { describe, expect, it } from 'vitest';
import type { Client } from '../../core/contract/client.ts';
import type { TransferSummary, TransferView } from '../../core/contract/transfers.ts';
import { fail, succeed } from '../../core/model/result.ts';
import type { Connection } from '../../renderer/state/connection.ts';
import { createNotices } from '../../renderer/state/notices.ts';
import { createStore } from '../../renderer/state/store.ts';
import { createTransfers, type FileContent } from '../../renderer/state/transfers.ts';

const whole: TransferSummary = {
  ...{ path: '/data/new.plumb', exchanges: 4, skipped: 0 },
  ...{ skips: [], warnings: [], cut: false },
};
const progress = { doneExchanges: 2, totalExchanges: null, doneBytes: 50, totalBytes: 100 };

interface Part {
  readonly uploadId: number | null;
  readonly bytes: Uint8Array;
  readonly last: boolean;
}

/** The store over an engine that starts everything as number 7 and tells what the test says. */
function createScene(running: readonly TransferView[] = [], showing: string | null = null) {
  const listeners = new Map<string, (payload: unknown) => void>();
  const parts: Part[] = [];
  const discarded: number[] = [];
  const cancelled: number[] = [];
  const openedPaths: string[] = [];
  const client = {
    services: {
      session: { saveCopy: () => Promise.resolve(succeed({ transferId: 7 })) },
      transfers: {
        startImport: () => Promise.resolve(succeed({ transferId: 7, showing })),
        startExport: () => Promise.resolve(succeed({ transferId: 7 })),
        list: () => Promise.resolve(succeed({ transfers: running })),
        cancel: ({ transferId }: { transferId: number }) => {
          cancelled.push(transferId);
          return Promise.resolve(succeed({}));
        },
        upload: (part: Part) => {
          parts.push(part);
          const file = part.last ? { kind: 'file', path: '/data/uploads/1/a.har' } : null;
          return Promise.resolve(succeed({ uploadId: 3, file }));
        },
        discardUpload: ({ uploadId }: { uploadId: number }) => {
          discarded.push(uploadId);
          return Promise.resolve(succeed({}));
        },
      },
    },
    on: (_service: string, event: string, listener: (payload: unknown) => void) => {
      listeners.set(event, listener);
      return () => {};
    },
  } as unknown as Client;
  let connect: (client: Client) => void = () => {};
  const connection: Connection = {
    state: createStore('ready' as const),
    client: () => client,
    onClient: (listener) => {
      connect = listener;
      listener(client);
    },
  };
  const session = {
    open: (path: string) => {
      openedPaths.push(path);
      return Promise.resolve();
    },
  };
  const notices = createNotices();
  const transfers = createTransfers(connection, session, notices);
  return {
    ...{ transfers, notices, openedPaths, parts, discarded, cancelled },
    tell: (event: string, payload: unknown) => listeners.get(event)?.(payload),
    restart: () => connect(client),
  };
}

function fileOf(size: number): FileContent {
  const slice = (from: number, to: number) => ({
    arrayBuffer: () => Promise.resolve(new ArrayBuffer(to - from)),
  });
  return { name: 'a.har', size, slice };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}

describe('imports and exports of the window', () => {
  it('open the session that an import made, and say what came in and what did not', async () => {
    const { transfers, notices, openedPaths, tell } = createScene();
    const underway = transfers.startImport('/home/ada/slow.har', null);
    await settled();
    tell('progress', { transferId: 7, progress });
    expect(await underway).toEqual(succeed(null));
    expect(transfers.list.get()).toMatchObject([{ kind: 'import', state: 'running', progress }]);
    const skips = [{ index: 2, reason: 'There is no URL.' }];
    tell('finished', { transferId: 7, summary: { ...whole, skipped: 1, skips, warnings: ['Odd times.'] } });
    expect(openedPaths).toEqual(['/data/new.plumb']);
    expect(transfers.list.get()).toMatchObject([{ state: 'finished' }]);
    expect(notices.list.get()).toMatchObject([
      {
        text: '4 exchanges imported from “slow.har”. 1 entry of it could not be used.',
        tone: 'warning',
        details: ['Entry 3: There is no URL.', 'Odd times.'],
      },
    ]);
  });

  it('show the session that a capture is read into from the start, and only then', async () => {
    const { transfers, openedPaths, tell } = createScene([], '/data/busy.plumb');
    const underway = transfers.startImport('/home/ada/busy.pcap', null);
    await settled();
    expect(openedPaths).toEqual(['/data/busy.plumb']);
    tell('finished', { transferId: 7, summary: { ...whole, path: '/data/busy.plumb', packets: 9 } });
    expect(await underway).toEqual(succeed(null));
    expect(openedPaths).toEqual(['/data/busy.plumb']);
  });

  it('say where an export is, with its path to copy', async () => {
    const { transfers, notices, openedPaths, tell } = createScene();
    const underway = transfers.startExport({
      ...{ selection: { kind: 'all' }, format: 'har', path: '/x/a.har' },
      ...{ redact: true, overwrite: false },
    });
    await settled();
    tell('finished', { transferId: 7, summary: { ...whole, path: '/x/a.har' } });
    expect(await underway).toEqual(succeed(null));
    expect(openedPaths).toEqual([]);
    expect(notices.list.get()).toMatchObject([
      { text: '4 exchanges exported to /x/a.har', tone: 'note', copy: { text: '/x/a.har', what: 'path' } },
    ]);
  });

  it('say where a copy of a session is, and leave it to the dialog that its name is taken', async () => {
    const { transfers, notices, openedPaths, tell } = createScene();
    const request = { sessionId: 1, path: '/x/copy.plumb', overwrite: false };
    const taken = transfers.startCopy(request);
    await settled();
    tell('failed', { transferId: 7, code: 'file-exists', message: 'It exists already.' });
    expect(await taken).toEqual(fail('file-exists', 'It exists already.'));
    expect(notices.list.get()).toEqual([]);

    const underway = transfers.startCopy({ ...request, overwrite: true });
    await settled();
    tell('progress', { transferId: 7, progress });
    expect(await underway).toEqual(succeed(null));
    expect(transfers.list.get()).toMatchObject([{ kind: 'copy', path: '/x/copy.plumb', state: 'running' }]);
    tell('finished', { transferId: 7, summary: { ...whole, path: '/x/copy.plumb' } });
    expect(openedPaths).toEqual([]);
    expect(notices.list.get()).toMatchObject([
      {
        text: 'A copy of the session with 4 exchanges saved as /x/copy.plumb',
        copy: { text: '/x/copy.plumb', what: 'path' },
      },
    ]);
  });

  it('leave a failure at the beginning to the dialog, and say a later one', async () => {
    const { transfers, notices, tell } = createScene();
    const first = transfers.startImport('/x.saz', null);
    await settled();
    tell('failed', { transferId: 7, code: 'password-needed', message: 'It is protected.' });
    expect(await first).toEqual(fail('password-needed', 'It is protected.'));
    expect(notices.list.get()).toEqual([]);
    const second = transfers.startImport('/x.saz', 'secret');
    await settled();
    tell('progress', { transferId: 7, progress });
    await second;
    tell('failed', { transferId: 7, code: 'disk-full', message: 'There is no room.' });
    expect(notices.list.get()).toMatchObject([{ text: 'There is no room.', tone: 'warning' }]);
    expect(transfers.list.get()).toMatchObject([{ state: 'failed' }]);
  });

  it('are cancelled without a word, since somebody wanted it', async () => {
    const { transfers, notices, tell, cancelled } = createScene();
    const underway = transfers.startImport('/x.har', null);
    await settled();
    tell('progress', { transferId: 7, progress });
    await underway;
    transfers.cancel('transfer-7');
    expect(cancelled).toEqual([7]);
    tell('failed', { transferId: 7, code: 'cancelled', message: 'Cancelled.' });
    expect(notices.list.get()).toEqual([]);
    expect(transfers.list.get()).toMatchObject([{ state: 'cancelled' }]);
  });

  it('of other windows are listed, but open and say nothing here', async () => {
    const other: TransferView = {
      ...{ transferId: 5, kind: 'import', path: '/b.har', state: 'running' },
      ...{ progress, summary: null, problem: null },
    };
    const { transfers, notices, openedPaths, tell } = createScene([other]);
    await settled();
    expect(transfers.list.get()).toMatchObject([{ key: 'transfer-5', state: 'running' }]);
    tell('finished', { transferId: 5, summary: whole });
    expect(openedPaths).toEqual([]);
    expect(notices.list.get()).toEqual([]);
  });

  it('end with the engine', async () => {
    const { transfers, restart } = createScene();
    const underway = transfers.startImport('/x.har', null);
    await settled();
    restart();
    expect(await underway).toMatchObject({ ok: false, error: { code: 'engine-gone' } });
    expect(transfers.list.get()).toEqual([]);
  });
});

describe('a file that is handed over', () => {
  it('goes in parts of at most 256 KiB, the last one marked', async () => {
    const { transfers, parts } = createScene();
    const uploaded = await transfers.upload(fileOf(600_000));
    expect(uploaded).toMatchObject({ ok: true, value: { kind: 'file', path: '/data/uploads/1/a.har' } });
    expect(parts.map(({ uploadId, bytes, last }) => [uploadId, bytes.length, last])).toEqual([
      [null, 262_144, false],
      [3, 262_144, false],
      [3, 75_712, true],
    ]);
  });

  it('is one empty part when it is empty, and refused beyond 2 GB before anything is sent', async () => {
    const { transfers, parts } = createScene();
    expect((await transfers.upload(fileOf(0))).ok).toBe(true);
    expect(parts).toHaveLength(1);
    const refused = await transfers.upload(fileOf(3_000_000_000));
    expect(refused).toMatchObject({ ok: false, error: { code: 'upload-too-large' } });
    expect(parts).toHaveLength(1);
  });

  it('is removed when it is cancelled on its way', async () => {
    const { transfers, discarded } = createScene();
    const uploading = transfers.upload(fileOf(600_000));
    transfers.list.subscribe(() => transfers.cancel('upload-1'));
    expect(await uploading).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    expect(discarded).toEqual([3]);
    expect(transfers.list.get()).toMatchObject([{ state: 'cancelled' }]);
  });

  it('is told to be gone when it changed since it was chosen', async () => {
    const { transfers } = createScene();
    const slice = () => ({ arrayBuffer: () => Promise.resolve(new ArrayBuffer(1)) });
    const uploaded = await transfers.upload({ name: 'a.har', size: 10, slice });
    expect(uploaded).toMatchObject({ ok: false, error: { code: 'file-unreadable' } });
  });
});
