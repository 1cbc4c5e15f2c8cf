import { describe, expect, it, onTestFinished } from 'vitest';
import { orderOfArrival } from '../../../../../core/model/list-columns.ts';
import { createViews } from '../../../../../electron/engine/session/lists/views.ts';
import { exchange, valueOf } from '../support.ts';
import { createLists } from './lists-support.ts';

/** `removed`: an exchange a person took out of the lists. */
function scene(count: number, { removed }: { readonly removed?: number } = {}) {
  const { db, store, marks, bodies, put } = createLists();
  for (let id = 1; id <= count; id += 1) put(exchange(id, {}));
  const told: number[] = [];
  const views = createViews({
    ...{ store, marks, bodies, firstViewId: 0, readRows: () => [], keysFor: () => null },
    onChanged: ({ viewId }) => told.push(viewId),
    slow: {
      headerValues: () => [],
      hasBody: () => false,
      readBody: () => Promise.reject(new Error('No body is asked for.')),
    },
  });
  onTestFinished(views.closeAll);
  const remove = (id: number): void => {
    db.prepare('INSERT INTO removals (removal, fromId, toId) VALUES (1, ?, ?)').run(id, id);
    views.noteMarked(null);
  };
  if (removed !== undefined) remove(removed);
  const open = async () => {
    const { viewId, count: length } = valueOf(await views.open(null, orderOfArrival));
    const { ids } = valueOf(views.ids(viewId, Math.max(0, length - 3), 3));
    return { length, ids };
  };
  return { views, put, remove, open, told };
}

describe('the list of all exchanges, read before a window asks', () => {
  it('is the same as when nothing was prepared', async () => {
    const { views, open } = scene(9000, { removed: 8999 });
    await views.prepare();
    expect(await open()).toEqual({ length: 8999, ids: [8997, 8998, 9000] });
  });

  it('has what was committed in the meantime, whether that was told or not', async () => {
    const { views, put, open } = scene(4100);
    await views.prepare();
    put(exchange(4101, {}), exchange(4105, {}));
    expect(await open()).toEqual({ length: 4102, ids: [4100, 4101, 4105] });

    const told = scene(4100);
    await told.views.prepare();
    told.put(exchange(4101, {}));
    told.views.noteCommitted([4101]);
    expect(await told.open()).toEqual({ length: 4101, ids: [4099, 4100, 4101] });
  });

  it('does not have what was taken out in the meantime', async () => {
    const { views, remove, open } = scene(100);
    await views.prepare();
    remove(99);
    expect(await open()).toEqual({ length: 99, ids: [97, 98, 100] });
  });

  it('is left unfinished when a window asks while it is being read, and tells nobody anything', async () => {
    const { views, open, told } = scene(20_000);
    const preparing = views.prepare();
    expect(await open()).toEqual({ length: 20_000, ids: [19_998, 19_999, 20_000] });
    await preparing;
    expect(told).toEqual([]);
  });
});
