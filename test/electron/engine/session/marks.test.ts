import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { orderOfArrival } from '../../../../core/model/list-columns.ts';
import type { Session } from '../../../../electron/engine/session/session-api.ts';
import { codeOf, exchange, opened, putResponse, tempPath, valueOf } from './support.ts';

async function list(session: Session, filter = ''): Promise<number[]> {
  const complete = new Set<number>();
  let tell: () => void = () => undefined;
  session.onViewChanged((change) => {
    if (change.progress === null) complete.add(change.viewId);
    tell();
  });
  const { viewId, progress } = valueOf(await session.openView(filter, orderOfArrival));
  if (progress !== null) {
    await new Promise<void>((resolve) => {
      tell = () => {
        if (complete.has(viewId)) resolve();
      };
      tell();
    });
  }
  const { ids } = valueOf(await session.ids(viewId, 0, 100_000));
  await session.closeView(viewId);
  return ids;
}

async function everything(session: Session): Promise<number> {
  return valueOf(await session.openView('', orderOfArrival)).viewId;
}

describe('marks', () => {
  it('are put on what is selected, are found by the filter, and stay in the file', async () => {
    const path = tempPath();
    const session = await opened(path);
    for (let id = 1; id <= 5; id++) session.sink.putExchange(exchange(id));
    await session.flush();
    const viewId = await everything(session);
    valueOf(await session.mark(viewId, [2, 4], { color: 'red' }));
    valueOf(await session.mark(viewId, [4], { comment: 'slow <b>here</b>', pinned: true }));
    expect(await list(session, 'color:red')).toEqual([2, 4]);
    expect(await list(session, 'comment:slow')).toEqual([4]);
    expect(await list(session, 'is:pinned')).toEqual([4]);
    valueOf(await session.mark(viewId, null, { color: null }));
    expect(await list(session, 'has:color')).toEqual([]);
    await session.close();

    const again = await opened(path, 'read');
    const { rows } = valueOf(await again.rows(await everything(again), 3, 1));
    expect(rows[0]?.mark).toEqual({ color: null, comment: 'slow <b>here</b>', pinned: true });
    expect(codeOf(await again.mark(await everything(again), [1], { pinned: true }))).toBe('read-only');
    await again.close();
  });

  it('sort a list, and a list is sorted again when they change', async () => {
    const session = await opened(tempPath());
    for (let id = 1; id <= 4; id++) session.sink.putExchange(exchange(id));
    await session.flush();
    const { viewId } = valueOf(await session.openView('', { column: 'comment', descending: false }));
    valueOf(await session.mark(viewId, [3], { comment: 'b' }));
    valueOf(await session.mark(viewId, [4], { comment: 'A' }));
    await expect.poll(async () => valueOf(await session.ids(viewId, 0, 10)).ids).toEqual([4, 3, 1, 2]);
    await session.close();
  });
});

describe('removed exchanges', () => {
  it('are in no list until they are restored', async () => {
    const session = await opened(tempPath());
    for (let id = 1; id <= 6; id++) session.sink.putExchange(exchange(id));
    await session.flush();
    const viewId = await everything(session);
    const { removalId, count } = valueOf(await session.remove(viewId, [2, 3, 5]));
    expect(count).toBe(3);
    await expect.poll(() => list(session)).toEqual([1, 4, 6]);
    await expect.poll(async () => valueOf(await session.ids(viewId, 0, 10)).ids).toEqual([1, 4, 6]);
    expect(valueOf(await session.summary(viewId, null)).count).toBe(3);
    session.sink.putExchange(exchange(3, { status: 500 }));
    await session.flush();
    expect(await list(session)).toEqual([1, 4, 6]);
    valueOf(await session.restore(removalId));
    await expect.poll(() => list(session)).toEqual([1, 2, 3, 4, 5, 6]);
    await session.close();
  });

  it('are all of a list, also right after others were removed, while it is made anew', async () => {
    const session = await opened(tempPath());
    for (let id = 1; id <= 5000; id++) session.sink.putExchange(exchange(id));
    await session.flush();
    const viewId = await everything(session);
    for (const id of [2, 4, 4999]) expect(valueOf(await session.remove(viewId, [id])).count).toBe(1);
    expect(valueOf(await session.remove(viewId, null)).count).toBe(4997);
    expect(await list(session)).toEqual([]);
    await session.close();
  });

  it('leave the file with the session, bytes and all, and the others stay whole', async () => {
    const path = tempPath();
    const session = await opened(path);
    for (let id = 1; id <= 40; id++) {
      putResponse(
        session,
        `HTTP/1.1 200 OK\r\nX-Secret: head-${id}-hidden-away\r\n\r\n`,
        Buffer.from(`body-${id}-hidden-away`),
        {
          path: `/path-${id}-hidden-away`,
        },
      );
    }
    putResponse(session, 'HTTP/1.1 200 OK\r\n\r\n', Buffer.alloc(5000), {});
    await session.flush();
    const viewId = await everything(session);
    valueOf(await session.remove(viewId, [7, 8, 30]));
    await session.close();

    const bytes = readFileSync(path).toString('latin1');
    for (const gone of [7, 8, 30]) expect(bytes).not.toContain(`-${gone}-hidden-away`);
    const again = await opened(path, 'open');
    expect(again.exchangeCount()).toBe(38);
    expect(await list(again)).toHaveLength(38);
    const body = valueOf(await again.readBody(9, 'response', false, 0, 1000));
    expect(Buffer.from(body.bytes).toString()).toBe('body-9-hidden-away');
    expect(valueOf(await again.get(31)).response?.raw).toContain('head-31-hidden-away');
    expect(valueOf(await again.readBody(41, 'response', false, 0, 10_000)).bytes).toHaveLength(5000);
    await again.close();
  });

  it('are all of them when the session is cleared, and a list that is empty then says that it is complete', async () => {
    const path = tempPath();
    const session = await opened(path);
    const told: (object | null)[] = [];
    session.onViewChanged(({ progress }) => told.push(progress));
    for (let id = 1; id <= 1200; id++)
      putResponse(session, 'HTTP/1.1 200 OK\r\n\r\n', Buffer.alloc(300, 'hidden-away '), {});
    await session.flush();
    expect(valueOf(await session.remove(await everything(session), null)).count).toBe(1200);
    await expect.poll(() => told.at(-1)).toBeNull();
    session.sink.putExchange(exchange(session.sink.nextExchangeId()));
    await session.flush();
    expect(await list(session)).toEqual([1201]);
    await session.close();
    expect(readFileSync(path).toString('latin1')).not.toContain('hidden-away');
    const again = await opened(path, 'open');
    expect(await list(again)).toEqual([1201]);
    expect(again.sink.nextExchangeId()).toBe(1202);
    await again.close();
  });
});

describe('columns that the writer packs', () => {
  it('give the same lists as the rows, and give way when a row is written again', async () => {
    const path = tempPath();
    const session = await opened(path);
    for (let id = 1; id <= 9000; id++) {
      session.sink.putExchange(exchange(id, { status: id % 7 === 0 ? 500 : 200, path: `/p/${9000 - id}` }));
      if (id % 1000 === 0) await session.flush();
    }
    const failed = await list(session, 'status:500');
    await session.close();

    const again = await opened(path, 'open');
    expect(await list(again, 'status:500')).toEqual(failed);
    const byPath = valueOf(await again.openView('', { column: 'path', descending: false }));
    expect(valueOf(await again.rows(byPath.viewId, 0, 3)).rows.map((row) => row.path)).toEqual([
      '/p/0',
      '/p/1',
      '/p/10',
    ]);
    again.sink.putExchange(exchange(7, { status: 201, path: '/p/00' }));
    await again.flush();
    await expect.poll(() => list(again, 'status:500')).toEqual(failed.slice(1));
    await again.close();
    const third = await opened(path, 'read');
    expect(await list(third, 'status:201')).toEqual([7]);
    await third.close();
  });
});
