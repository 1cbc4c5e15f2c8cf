import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { ViewProgress } from '../../../../../core/contract/exchanges.ts';
import type { FilterNode } from '../../../../../core/filter/node.ts';
import { parseFilter } from '../../../../../core/filter/parse-filter.ts';
import { orderOfArrival, type SortColumn } from '../../../../../core/model/list-columns.ts';
import { sortKeysFor } from '../../../../../electron/engine/session/lists/sort-keys.ts';
import { createViews } from '../../../../../electron/engine/session/lists/views.ts';
import { codeOf, exchange, valueOf } from '../support.ts';
import { createLists } from './lists-support.ts';
import { patienceMs } from '../../../../support/patience.ts';

const total = 60;
/** Bodies are read up to this exchange, and wait from there on until the gate opens. */
const gateAt = 31;

function nodeOf(text: string): FilterNode | null {
  return parseFilter(text, { nowUs: 0, zoneOffsetMinutes: 0 }).node;
}

/** Sixty exchanges, every tenth with the word in its body; reading stands still in the middle. */
function scene() {
  const { db, store, marks, bodies, put } = createLists();
  for (let id = 1; id <= total; id += 1) put(exchange(id, { method: id % 20 === 0 ? 'A' : 'B' }));
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  let waits = false;
  const told = new Map<number, ViewProgress>();
  const views = createViews({
    ...{ store, marks, bodies, firstViewId: 0, readRows: () => [] },
    keysFor: ({ column }) => sortKeysFor(column as SortColumn, store, marks),
    onChanged: ({ viewId, progress }) => told.set(viewId, progress),
    slow: {
      headerValues: () => [],
      hasBody: () => true,
      readBody: async (id) => {
        waits ||= id >= gateAt;
        if (id >= gateAt) await gate;
        const bytes = Buffer.from(id % 10 === 0 ? 'a needle' : 'hay');
        const rest = {
          totalBytes: bytes.length,
          done: true,
          codings: [],
          decodeError: null,
          contentType: null,
        };
        return { ok: true, value: { bytes, ...rest } };
      },
    },
  });
  onTestFinished(() => {
    views.closeAll();
    open();
  });
  const search = async (sort = orderOfArrival) => {
    const opened = valueOf(await views.open(nodeOf('body:needle'), sort));
    await vi.waitFor(() => expect(waits).toBe(true), patienceMs);
    return opened.viewId;
  };
  const removeNow = (from: number, to: number) => {
    db.prepare('INSERT INTO removals (removal, fromId, toId) VALUES (1, ?, ?)').run(from, to);
    views.noteMarked(null);
  };
  const restoreAll = () => {
    db.prepare('DELETE FROM removals').run();
    views.noteMarked(null);
  };
  const idsOf = (viewId: number) => valueOf(views.ids(viewId, 0, 100)).ids;
  return { views, search, openGate: () => open(), told, idsOf, removeNow, restoreAll };
}

describe('a list whose bodies are still being read', () => {
  it('does nothing to all of itself, and says why', async () => {
    const { views, search, openGate, told, removeNow } = scene();
    const viewId = await search();
    const asked = await views.selectedRuns(viewId, null);
    expect(codeOf(asked)).toBe('view-incomplete');
    expect(asked.ok ? '' : asked.error.message).toMatch(
      /^This list is not complete yet: .* stop that and act/,
    );
    expect(valueOf(await views.selectedRuns(viewId, [10, 20])).count).toBe(2);
    removeNow(3, 3);
    expect(valueOf(await views.selectedRuns(viewId, [3, 10, 20, 999])).count).toBe(2);
    openGate();
    await vi.waitFor(() => expect(told.get(viewId)).toBeNull(), patienceMs);
    expect(valueOf(await views.selectedRuns(viewId, null)).count).toBe(6);
  });

  it('keeps what it found when it is stopped, and sorts, finds and sums it up', async () => {
    const { views, search, idsOf } = scene();
    const viewId = await search();
    const { progress } = valueOf(views.stop(viewId, true));
    expect(progress).toEqual({ done: gateAt - 1, total, isStopped: true });
    expect(idsOf(viewId)).toEqual([10, 20, 30]);
    expect(valueOf(views.position(viewId, 20)).index).toBe(1);
    expect(valueOf(views.summary(viewId, null)).count).toBe(3);
    expect(valueOf(await views.selectedRuns(viewId, null)).count).toBe(3);

    const sorted = valueOf(await views.open(nodeOf('body:needle'), { column: 'method', descending: false }));
    expect(sorted).toMatchObject({ count: 3, progress });
    expect(idsOf(sorted.viewId)).toEqual([20, 10, 30]);
    const { branches } = valueOf(await views.branches(nodeOf('body:needle'), 'host', []));
    expect(branches.map(({ count }) => count)).toEqual([3]);
  });

  it('goes on where it was stopped, the look that was cut short included', async () => {
    const { views, search, openGate, told, idsOf } = scene();
    const viewId = await search();
    valueOf(views.stop(viewId, true));
    await vi.waitFor(() => expect(told.get(viewId)?.isStopped).toBe(true), patienceMs);
    const clone = valueOf(await views.open(nodeOf('body:needle'), { column: 'id', descending: true }));
    openGate();
    valueOf(views.stop(viewId, false));
    valueOf(views.stop(clone.viewId, false));
    await vi.waitFor(
      () => expect([told.get(viewId), told.get(clone.viewId)]).toEqual([null, null]),
      patienceMs,
    );
    expect(idsOf(viewId)).toEqual([10, 20, 30, 40, 50, 60]);
    expect(idsOf(clone.viewId)).toEqual([60, 50, 40, 30, 20, 10]);
  });

  it('loses and gets back what is removed and restored while it stands still', async () => {
    const { views, search, openGate, told, idsOf, removeNow, restoreAll } = scene();
    const viewId = await search();
    valueOf(views.stop(viewId, true));
    removeNow(15, 45);
    expect(idsOf(viewId)).toEqual([10]);
    const sorted = valueOf(await views.open(nodeOf('body:needle'), { column: 'id', descending: true }));
    restoreAll();
    expect(idsOf(viewId)).toEqual([10, 20, 30]);
    expect(idsOf(sorted.viewId)).toEqual([30, 20, 10]);
    removeNow(20, 40);
    openGate();
    valueOf(views.stop(viewId, false));
    await vi.waitFor(() => expect(told.get(viewId)).toBeNull(), patienceMs);
    expect(idsOf(viewId)).toEqual([10, 50, 60]);
  });
});
