import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Result } from '../../../../core/model/result.ts';
import type { TransferSummary } from '../../../../core/contract/transfers.ts';
import { orderOfArrival } from '../../../../core/model/list-columns.ts';
import type { Session } from '../../../../electron/engine/session/session-api.ts';
import { createTransfers } from '../../../../electron/engine/transfer/transfers.ts';
import { bytesOf, codeOf, opened, putResponse, tempFolder, valueOf } from './support.ts';
import { workers } from '../../../support/workers.ts';

const secret = 'the-secret-that-was-removed';

/** Three exchanges, the second of which was removed. */
async function recorded(file: string): Promise<Session> {
  const session = await opened(file);
  for (const body of ['first', secret, 'third']) {
    putResponse(session, `HTTP/1.1 200 OK\r\n\r\n`, bytesOf(body.repeat(400)));
  }
  await session.flush();
  const view = valueOf(await session.openView('', orderOfArrival));
  valueOf(await session.remove(view.viewId, [2]));
  return session;
}

async function copied(session: Session, target: string, overwrite = false): Promise<Result<TransferSummary>> {
  await session.flush();
  const transfers = createTransfers(workers);
  const job = { kind: 'copy', sessionPath: session.path, live: true, path: target, overwrite } as const;
  const { transferId } = valueOf(transfers.start(job));
  return transfers.ended(transferId);
}

describe('a copy of a session', () => {
  it('is a session of its own with everything but what was removed, for its owner only', async () => {
    const folder = tempFolder();
    const session = await recorded(path.join(folder, 'recording.plumb'));
    const target = path.join(folder, 'copy.plumb');
    expect(valueOf(await copied(session, target))).toMatchObject({ path: target, exchanges: 2 });

    expect(fs.statSync(target).mode & 0o777).toBe(0o600);
    expect(fs.readFileSync(target).includes(secret)).toBe(false);
    const copy = await opened(target, 'read');
    const view = valueOf(await copy.openView('', orderOfArrival));
    expect(valueOf(await copy.ids(view.viewId, 0, 10)).ids).toEqual([1, 3]);
    const body = valueOf(await copy.readBody(3, 'response', true, 0, 5));
    expect(Buffer.from(body.bytes).toString()).toBe('third');
    expect(copy.notice).toBeNull();
    expect(fs.readdirSync(folder).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it('does not disturb the recording, which goes on and can still restore', async () => {
    const folder = tempFolder();
    const session = await recorded(path.join(folder, 'recording.plumb'));
    valueOf(await copied(session, path.join(folder, 'copy.plumb')));
    putResponse(session, `HTTP/1.1 200 OK\r\n\r\n`, bytesOf('fourth'));
    await session.flush();
    expect(valueOf(await session.restore(1)).count).toBe(1);
    const view = valueOf(await session.openView('', orderOfArrival));
    expect(view.count).toBe(4);
  });

  it('takes the place of a file only when told to', async () => {
    const folder = tempFolder();
    const session = await recorded(path.join(folder, 'recording.plumb'));
    const target = path.join(folder, 'copy.plumb');
    fs.writeFileSync(target, 'something else');
    expect(codeOf(await copied(session, target))).toBe('file-exists');
    expect(fs.readFileSync(target, 'utf8')).toBe('something else');
    expect(valueOf(await copied(session, target, true)).exchanges).toBe(2);
  });

  it('never takes the place of a session that is being recorded into, or of a folder', async () => {
    const folder = tempFolder();
    const session = await recorded(path.join(folder, 'recording.plumb'));
    expect(codeOf(await copied(session, session.path, true))).toBe('session-in-use');
    expect(codeOf(await copied(session, folder, true))).toBe('not-a-file');
    expect(codeOf(await copied(session, path.join(folder, 'none', 'a.plumb')))).toBe('folder-missing');
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const folder = tempFolder();
    const session = await recorded(path.join(folder, 'recording.plumb'));
    await session.flush();
    const transfers = createTransfers(workers);
    const job = { kind: 'copy', sessionPath: session.path, live: true, overwrite: false } as const;
    const { transferId } = valueOf(transfers.start({ ...job, path: path.join(folder, 'copy.plumb') }));
    transfers.cancel(transferId);
    expect(codeOf(await transfers.ended(transferId))).toBe('cancelled');
    expect(fs.readdirSync(folder).filter((name) => /copy|^\./.test(name))).toEqual([]);
  });
});
