import { describe, expect, it, vi } from 'vitest';
import { createRowLoader } from '../../renderer/state/row-loader.ts';
import { patienceMs } from '../support/patience.ts';

interface Row {
  readonly id: number;
}

/** A list of ids that lives elsewhere. */
function listOf(ids: number[]) {
  const asked: (readonly [number, number])[] = [];
  const source = {
    rows: (from: number, limit: number) => {
      asked.push([from, limit]);
      return Promise.resolve({
        rows: ids.slice(from, from + limit).map((id): Row => ({ id })),
        count: ids.length,
      });
    },
    position: (id: number) => Promise.resolve(ids.includes(id) ? ids.indexOf(id) : null),
    isSame: (a: Row, b: Row) => a.id === b.id,
  };
  return { source, asked };
}

const upTo = (count: number, from = 1) => Array.from({ length: count }, (_, at) => from + at);

describe('the rows in sight', () => {
  it('are fetched where the list is looked at, and further in the direction of scrolling', async () => {
    const { source, asked } = listOf(upTo(10_000));
    const loader = createRowLoader(source, { count: 10_000, rows: [] }, () => undefined);
    loader.look(5000, 5029);
    await vi.waitFor(() => expect(loader.row(5100)?.id).toBe(5101), patienceMs);
    expect(loader.row(5000)?.id).toBe(5001);
    expect(asked.length).toBeLessThanOrEqual(3);
    loader.close();
  });

  it('are the only ones fetched after a long way: what was passed is forgotten', async () => {
    const { source, asked } = listOf(upTo(100_000));
    const loader = createRowLoader(source, { count: 100_000, rows: [] }, () => undefined);
    for (let first = 0; first < 90_000; first += 1000) loader.look(first, first + 29);
    await vi.waitFor(() => expect(loader.row(89_020)?.id).toBe(89_021), patienceMs);
    expect(asked.length).toBeLessThanOrEqual(4);
    loader.close();
  });

  it('keep the first of them in its place when others come above it', async () => {
    const ids = upTo(300);
    const { source } = listOf(ids);
    const loader = createRowLoader(source, { count: 300, rows: [] }, () => undefined);
    loader.look(100, 120);
    await vi.waitFor(() => expect(loader.row(100)?.id).toBe(101), patienceMs);
    ids.unshift(901, 902, 903);
    loader.changed(303, null);
    await vi.waitFor(() => expect(loader.moved()).toBe(3), patienceMs);
    expect(loader.row(103)?.id).toBe(101);
    expect(loader.count()).toBe(303);
    ids.splice(0, 2);
    loader.changed(301, null);
    await vi.waitFor(() => expect(loader.moved()).toBe(1), patienceMs);
    expect(loader.row(101)?.id).toBe(101);
    loader.close();
  });

  it('are here before they are counted while the end is in sight', async () => {
    const ids = upTo(40);
    const { source } = listOf(ids);
    let gaps = 0;
    const loader = createRowLoader(source, { count: 40, rows: [] }, () => {
      if (loader.row(loader.count() - 1) === undefined) gaps += 1;
    });
    loader.look(20, 39);
    await vi.waitFor(() => expect(loader.row(39)?.id).toBe(40), patienceMs);
    ids.push(...upTo(90, 41));
    loader.changed(130, upTo(90, 41));
    expect(loader.count()).toBe(40);
    await vi.waitFor(() => expect(loader.count()).toBe(130), patienceMs);
    expect(gaps).toBe(0);
    loader.close();
  });

  it('stay while the list is filled anew, until it is whole', async () => {
    const ids = upTo(300);
    const { source } = listOf(ids);
    const loader = createRowLoader(source, { count: 300, rows: [] }, () => undefined);
    loader.look(200, 220);
    await vi.waitFor(() => expect(loader.row(200)?.id).toBe(201), patienceMs);
    ids.splice(100, 50);
    loader.changed(0, null, true);
    expect([loader.count(), loader.row(200)?.id]).toEqual([300, 201]);
    loader.changed(250, null, false);
    await vi.waitFor(() => expect(loader.count()).toBe(250), patienceMs);
    expect([loader.moved(), loader.row(150)?.id]).toEqual([-50, 201]);
    loader.close();
  });

  it('are gone with the list', () => {
    const { source } = listOf([]);
    const loader = createRowLoader(
      source,
      { count: 2, rows: [[0, [{ id: 1 }, { id: 2 }]]] },
      () => undefined,
    );
    loader.look(0, 1);
    loader.changed(0, null);
    expect([loader.count(), loader.row(0)]).toEqual([0, undefined]);
    loader.close();
  });
});
