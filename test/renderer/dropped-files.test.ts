import { expect, it } from 'vitest';
import { fail, succeed } from '../../core/model/result.ts';
import { createDroppedFiles } from '../../renderer/state/dropped-files.ts';
import type { FileDialog, FileDialogs } from '../../renderer/state/file-dialogs.ts';
import { createNotices } from '../../renderer/state/notices.ts';
import { createStore } from '../../renderer/state/store.ts';
import type { Transfers } from '../../renderer/state/transfers.ts';

/** Everything is handed over as `kind`; imports end as `outcome`. */
function createScene(kind: 'file' | 'session', outcome: Awaited<ReturnType<Transfers['startImport']>>) {
  const did: string[] = [];
  const transfers = {
    startImport: (path: string, password: string | null) => {
      did.push(`import ${path} ${password ?? '-'}`);
      return Promise.resolve(outcome);
    },
    upload: ({ name }: { name: string }) => {
      did.push(`upload ${name}`);
      const discard = () => did.push(`discard ${name}`);
      return Promise.resolve(succeed({ kind, path: `/data/${name}`, discard }));
    },
  } as unknown as Transfers;
  const session = {
    open: (path: string) => {
      did.push(`open ${path}`);
      return Promise.resolve();
    },
  };
  const shown = createStore<FileDialog | null>(null);
  const dialogs = { shown, show: shown.set, close: () => shown.set(null) } as unknown as FileDialogs;
  const notices = createNotices();
  const dropped = createDroppedFiles(transfers, session, dialogs, notices);
  return { ...dropped, did, shown, notices };
}

function file(name: string, path: string | null) {
  const slice = () => ({ arrayBuffer: () => Promise.resolve(new ArrayBuffer(1)) });
  return { name, size: 1, slice, path };
}

it('reads a file by its path where there is one, else by its contents', async () => {
  const { takeFiles, did } = createScene('file', succeed(null));
  await takeFiles([file('a.har', '/home/a.har'), file('b.saz', null)]);
  expect(did).toEqual(['import /home/a.har -', 'upload b.saz', 'import /data/b.saz -']);
});

it('opens a session, by its ending or by its content', async () => {
  const { takeFiles, openPath, did } = createScene('session', fail('is-a-session', 'It is a session.'));
  await takeFiles([file('a.plumb', '/home/a.plumb'), file('b.plumb', null)]);
  expect(await openPath('/home/c.db', null)).toBeNull();
  expect(did).toEqual([
    ...['open /home/a.plumb', 'upload b.plumb', 'open /data/b.plumb'],
    ...['import /home/c.db -', 'open /home/c.db'],
  ]);
});

it('asks for the password of a file that is protected, and discards it when nobody gives one', async () => {
  const { takeFiles, did, shown, notices } = createScene('file', fail('password-needed', 'Protected.'));
  await takeFiles([file('b.saz', null)]);
  const dialog = shown.get();
  expect(dialog).toMatchObject({ kind: 'import', locked: { path: '/data/b.saz', problem: 'Protected.' } });
  if (dialog?.kind === 'import') dialog.locked?.discard();
  expect(did.at(-1)).toBe('discard b.saz');
  expect(notices.list.get()).toEqual([]);
});

it('says why a file could not be read', async () => {
  const { takeFiles, notices } = createScene('file', fail('unknown-format', 'That is no recording.'));
  await takeFiles([file('b.txt', null)]);
  expect(notices.list.get()).toMatchObject([{ text: 'That is no recording.' }]);
});
