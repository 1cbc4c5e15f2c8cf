import { describe, expect, it } from 'vitest';
import { orderOfArrival } from '../../../../core/model/list-columns.ts';
import type { Session } from '../../../../electron/engine/session/session-api.ts';
import { codeOf, exchange, opened, tempPath, valueOf } from './support.ts';

type Change = Parameters<Parameters<Session['onViewChanged']>[0]>[0];

/** Collects changes; `until` resolves with those so far once they satisfy it. */
function changesOf(session: Session): { until: (done: (changes: Change[]) => boolean) => Promise<Change[]> } {
  const changes: Change[] = [];
  let check: () => void = () => undefined;
  session.onViewChanged((change) => {
    changes.push(change);
    check();
  });
  return {
    until: (done) =>
      new Promise((resolve) => {
        check = () => {
          if (done(changes)) resolve(changes);
        };
        check();
      }),
  };
}

async function idsIn(session: Session, viewId: number): Promise<number[]> {
  return valueOf(await session.rows(viewId, 0, 500)).rows.map(({ id }) => id);
}

describe('a view', () => {
  it('grows with what is committed and names the rows that changed', async () => {
    const session = await opened(tempPath());
    const changes = changesOf(session);
    const { viewId, count } = valueOf(await session.openView('', orderOfArrival));
    expect(count).toBe(0);
    session.sink.putExchange(exchange(1));
    session.sink.putExchange(exchange(2, { state: 'open' }));
    await session.flush();
    await changes.until((list) => list.at(-1)?.count === 2);
    session.sink.putExchange(exchange(2));
    await session.flush();
    const all = await changes.until((list) => list.at(-1)?.changed?.length === 1);
    expect(all.at(-1)).toEqual({ viewId, count: 2, changed: [2], progress: null });
    expect(valueOf(await session.rows(viewId, 1, 10))).toEqual({
      from: 1,
      rows: [{ ...exchange(2), mark: null, headers: [], process: null, way: null, device: null, via: null }],
      count: 2,
    });
  });

  it('takes in and lets go of rows whose fields begin or cease to match', async () => {
    const session = await opened(tempPath());
    const changes = changesOf(session);
    for (const id of [1, 2, 3]) session.sink.putExchange(exchange(id, { status: id === 2 ? null : 404 }));
    await session.flush();
    const { viewId, count } = valueOf(await session.openView('status:404', orderOfArrival));
    expect(count).toBe(2);
    session.sink.putExchange(exchange(2, { status: 404 }));
    await session.flush();
    const grown = await changes.until((list) => list.at(-1)?.count === 3);
    expect(grown.at(-1)?.changed).toBeNull();
    expect(await idsIn(session, viewId)).toEqual([1, 2, 3]);
    session.sink.putExchange(exchange(1, { status: 200 }));
    await session.flush();
    await changes.until((list) => list.at(-1)?.count === 2);
    expect(await idsIn(session, viewId)).toEqual([2, 3]);
    expect(valueOf(await session.position(viewId, 3))).toEqual({ index: 1 });
    expect(valueOf(await session.position(viewId, 1))).toEqual({ index: null });
  });

  it('orders by id although exchanges are first put out of order', async () => {
    const session = await opened(tempPath());
    const changes = changesOf(session);
    const { viewId } = valueOf(await session.openView('', orderOfArrival));
    session.sink.putExchange(exchange(5));
    await session.flush();
    await changes.until((list) => list.at(-1)?.count === 1);
    session.sink.putExchange(exchange(2));
    session.sink.putExchange(exchange(9));
    await session.flush();
    const all = await changes.until((list) => list.at(-1)?.count === 3);
    expect(all.at(-1)?.changed).toBeNull();
    expect(await idsIn(session, viewId)).toEqual([2, 5, 9]);
  });

  it('holds every row exactly once while tens of thousands are recorded around its opening', async () => {
    const session = await opened(tempPath());
    const changes = changesOf(session);
    const total = 40_000;
    const put = async (from: number, to: number): Promise<void> => {
      for (let id = from; id <= to; id++) {
        session.sink.putExchange(exchange(id, { status: id % 10 === 0 ? 500 : 200 }));
        if (id % 1000 === 0) await session.flush();
      }
    };
    await put(1, 20_000);
    const rest = put(20_001, total);
    const all = valueOf(await session.openView('', orderOfArrival));
    const failed = valueOf(await session.openView('status:500', orderOfArrival));
    await rest;
    await changes.until(
      (list) =>
        (all.count === total || list.some(({ viewId, count }) => viewId === all.viewId && count === total)) &&
        (failed.count === total / 10 ||
          list.some(({ viewId, count }) => viewId === failed.viewId && count === total / 10)),
    );
    expect(valueOf(await session.rows(failed.viewId, 1990, 10)).rows.map(({ id }) => id)).toEqual([
      19_910, 19_920, 19_930, 19_940, 19_950, 19_960, 19_970, 19_980, 19_990, 20_000,
    ]);
    expect(valueOf(await session.position(all.viewId, total))).toEqual({ index: total - 1 });
    expect(valueOf(await session.rows(all.viewId, total - 2, 10)).rows.map(({ id }) => id)).toEqual([
      total - 1,
      total,
    ]);
  });

  it('names no rows when more than a thousand changed', async () => {
    const session = await opened(tempPath());
    const changes = changesOf(session);
    valueOf(await session.openView('', orderOfArrival));
    for (let id = 1; id <= 5000; id++) session.sink.putExchange(exchange(id));
    await session.flush();
    const all = await changes.until((list) => list.at(-1)?.count === 5000);
    expect(all.length).toBeLessThan(20);
    for (const { changed } of all) expect(changed?.length ?? 0).toBeLessThanOrEqual(1000);
  });

  it('is refused beyond sixteen, and one that is closed is not there', async () => {
    const session = await opened(tempPath());
    const opening = await Promise.all(Array.from({ length: 17 }, () => session.openView('', orderOfArrival)));
    expect(opening.map(codeOf)).toEqual([...Array.from({ length: 16 }, () => 'ok'), 'too-many-views']);
    const { viewId } = valueOf(opening[0] ?? (await session.openView('', orderOfArrival)));
    expect(codeOf(await session.closeView(viewId))).toBe('ok');
    for (const asked of [
      await session.closeView(viewId),
      await session.rows(viewId, 0, 1),
      await session.position(viewId, 1),
    ]) {
      expect(codeOf(asked)).toBe('no-such-view');
    }
    expect(codeOf(await session.openView('', orderOfArrival))).toBe('ok');
  });

  it('answers questions after closing with a failure', async () => {
    const session = await opened(tempPath());
    await session.close();
    expect(codeOf(await session.openView('', orderOfArrival))).toBe('session-closed');
  });
});
