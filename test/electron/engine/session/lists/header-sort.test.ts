import { describe, expect, it, vi } from 'vitest';
import { orderOfArrival, type Sort } from '../../../../../core/model/list-columns.ts';
import type { Session } from '../../../../../electron/engine/session/session-api.ts';
import { bytesOf, exchange, opened, startUs, tempPath, valueOf } from '../support.ts';

const byServer: Sort = { column: 'response.server', descending: false };

function put(session: Session, id: number, server: string | null, state: 'done' | 'open' = 'done'): void {
  session.sink.putExchange(exchange(id, { state }));
  if (server === null) return;
  const head = `HTTP/1.1 200 OK\r\nServer: ${server}\r\nAge: 1\r\n\r\n`;
  session.sink.putHead(id, 'response', bytesOf(head), startUs);
}

/** Resolves when all heads are read. */
async function openSorted(session: Session, sort: Sort): Promise<number> {
  const told: { viewId: number; isOver: boolean }[] = [];
  session.onViewChanged(({ viewId, progress }) => told.push({ viewId, isOver: progress === null }));
  const { viewId, progress } = valueOf(await session.openView('', sort));
  if (progress !== null) {
    await vi.waitFor(
      () => expect(told.some((each) => each.viewId === viewId && each.isOver)).toBe(true),
      20_000,
    );
  }
  return viewId;
}

const idsOf = async (session: Session, viewId: number, from = 0, limit = 100): Promise<number[]> =>
  valueOf(await session.rows(viewId, from, limit)).rows.map(({ id }) => id);

describe('a list sorted by a header field', () => {
  it('has those with the field in the order of its text, whatever the case, and the others behind', async () => {
    const session = await opened(tempPath());
    const servers = ['nginx/1.25', 'Apache', null, 'nginx/1.2', 'apache', 'NGINX/1.25', 'caddy', null];
    servers.forEach((server, at) => put(session, at + 1, server));
    await session.flush();
    const up = await openSorted(session, byServer);
    expect(await idsOf(session, up)).toEqual([2, 5, 7, 4, 1, 6, 3, 8]);
    const down = await openSorted(session, { ...byServer, descending: true });
    expect(await idsOf(session, down)).toEqual([6, 1, 4, 7, 5, 2, 3, 8]);
    await session.close();
  });

  it('takes in what comes, and what an open exchange gets later', async () => {
    const session = await opened(tempPath());
    put(session, 1, 'm');
    put(session, 2, null, 'open');
    await session.flush();
    const viewId = await openSorted(session, byServer);
    expect(await idsOf(session, viewId)).toEqual([1, 2]);
    put(session, 3, 'z');
    put(session, 2, 'a');
    await session.flush();
    await vi.waitFor(async () => expect(await idsOf(session, viewId)).toEqual([2, 1, 3]), 20_000);
    await session.close();
  });

  it('answers other questions while heads are read, shows what is known, and can be stopped', async () => {
    const session = await opened(tempPath());
    const count = 30_000;
    for (let id = 1; id <= count; id++) {
      put(session, id, `host-${String((id * 7919) % count).padStart(6, '0')}`);
      if (id % 2000 === 0) await session.flush();
    }
    await session.flush();
    await openSorted(session, orderOfArrival);
    const changes: (number | null)[] = [];
    session.onViewChanged(({ progress }) => changes.push(progress?.done ?? null));
    const { viewId, progress } = valueOf(await session.openView('', byServer));
    expect(progress).not.toBeNull();
    const known = progress?.done ?? 0;
    expect(known).toBeGreaterThan(0);
    expect(known).toBeLessThan(count);
    const first = await idsOf(session, viewId, 0, 3);
    expect(first).toHaveLength(3);
    for (const id of first) expect(id).toBeLessThanOrEqual(count);
    expect(valueOf(await session.stopView(viewId, true)).progress?.isStopped).toBe(true);
    const other = valueOf(await session.openView('', { column: 'size', descending: true }));
    expect(other).toMatchObject({ count, progress: null });
    valueOf(await session.stopView(viewId, false));
    await vi.waitFor(() => expect(changes.at(-1)).toBeNull(), 20_000);
    const sorted = await idsOf(session, viewId, 0, 5);
    expect(sorted.map((id) => (id * 7919) % count)).toEqual([0, 1, 2, 3, 4]);
    const middle = await idsOf(session, viewId, 15_000, 2);
    expect(middle.map((id) => (id * 7919) % count)).toEqual([15_000, 15_001]);
    await session.close();
  });
});
