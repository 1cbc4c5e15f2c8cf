import { describe, expect, it, vi } from 'vitest';
import type { Sort } from '../../../../../core/model/list-columns.ts';
import type { Session } from '../../../../../electron/engine/session/session-api.ts';
import type { SortKeys } from '../../../../../electron/engine/session/lists/keys.ts';
import { createView } from '../../../../../electron/engine/session/lists/view.ts';
import { bytesOf, exchange, opened, startUs, tempPath, valueOf } from '../support.ts';
import { createLists } from './lists-support.ts';

const byServer: Sort = { column: 'response.server', descending: false };

function put(session: Session, id: number, server: string | null, state: 'done' | 'open' = 'done'): void {
  session.sink.putExchange(exchange(id, { state }));
  if (server === null) return;
  const head = `HTTP/1.1 200 OK\r\nServer: ${server}\r\nAge: 1\r\n\r\n`;
  session.sink.putHead(id, 'response', bytesOf(head), startUs);
}

/** Resolves when all heads are read. */
async function openSorted(session: Session, sort: Sort, filter = ''): Promise<number> {
  const told: { viewId: number; isOver: boolean }[] = [];
  session.onViewChanged(({ viewId, progress }) => told.push({ viewId, isOver: progress === null }));
  const { viewId, progress } = valueOf(await session.openView(filter, sort));
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

  it('reads what an exchange has that comes into the list before others', async () => {
    const session = await opened(tempPath());
    const statusOf = (id: number) => (id > 4096 ? 500 : 200);
    for (let id = 1; id <= 4110; id++) {
      const isOpen = id === 100;
      session.sink.putExchange(
        exchange(id, { status: isOpen ? null : statusOf(id), state: isOpen ? 'open' : 'done' }),
      );
      const head = `HTTP/1.1 200 OK\r\nServer: s${9000 - id}\r\n\r\n`;
      session.sink.putHead(id, 'response', bytesOf(head), startUs);
    }
    await session.flush();
    const viewId = await openSorted(session, byServer, 'status:500');
    expect((await idsOf(session, viewId)).slice(0, 2)).toEqual([4110, 4109]);
    session.sink.putExchange(exchange(100, { status: 500 }));
    await session.flush();
    await vi.waitFor(async () => expect(await idsOf(session, viewId)).toHaveLength(15), 20_000);
    await vi.waitFor(async () => expect((await idsOf(session, viewId)).at(-1)).toBe(100), 20_000);
    expect(valueOf(await session.position(viewId, 100))).toEqual({ index: 14 });
    put(session, 4111, 'a');
    session.sink.putExchange(exchange(4111, { status: 500 }));
    await session.flush();
    await vi.waitFor(async () => expect((await idsOf(session, viewId))[0]).toBe(4111), 20_000);
    await session.close();
  });
});

/** Values that are read ten at a time; the greater the id, the smaller the value. */
function slowKeys(): SortKeys {
  const known = new Set<number>();
  return {
    gather: (ids, from) => {
      const to = Math.min(ids.length, from + 10);
      for (const id of ids.subarray(from, to)) known.add(id);
      return to;
    },
    read: (ids) => ({ keys: Float64Array.from(ids, (id) => (known.has(id) ? -id : NaN)), depth: null }),
    compare: (a, b) => b - a,
    hasValue: (id) => known.has(id),
    isFixed: false,
    isMark: false,
  };
}

describe('a list whose values are still being read', () => {
  it('shows those known in order, has a place for every row, can be stopped and goes on', async () => {
    const { put, store, marks, bodies } = createLists();
    for (let id = 1; id <= 50; id++) put(exchange(id, {}));
    const slow = {
      headerValues: () => [],
      hasBody: () => false,
      readBody: () => Promise.reject(new Error('No body is asked for.')),
    };
    const view = createView({ store, marks, bodies, slow }, null, slowKeys(), false);
    const hasAll = () => Array.from({ length: 50 }, (_, at) => view.indexOf(at + 1)).every((at) => at >= 0);
    await view.fill(Infinity);
    expect(view.progress()).toEqual({ done: 10, total: 50, isStopped: false });
    expect(view.slice(0, 12)).toEqual([10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 11, 12]);
    expect([view.isSeen(), view.isFilled(), hasAll()]).toEqual([true, false, true]);
    await view.fill(Infinity);
    expect(hasAll()).toBe(true);
    view.stop();
    expect(view.progress()).toEqual({ done: 20, total: 50, isStopped: true });
    expect([view.isFilled(), hasAll()]).toEqual([true, true]);
    expect(view.slice(0, 3)).toEqual([20, 19, 18]);
    view.goOn();
    while (!view.isFilled()) await view.fill(Infinity);
    expect(view.progress()).toBeNull();
    expect(view.slice(0, 3)).toEqual([50, 49, 48]);
    put(exchange(51, {}));
    store.refresh([51]);
    view.update([51]);
    expect([view.isFilled(), view.slice(0, 2)]).toEqual([true, [51, 50]]);
  });
});
