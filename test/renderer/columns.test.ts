import { describe, expect, it } from 'vitest';
import { sortColumns } from '../../core/model/list-columns.ts';
import {
  borderSide,
  columnOf,
  columnsOf,
  fitColumns,
  isMeasured,
  movedColumn,
  ownColumns,
  usualColumnIds,
} from '../../renderer/panels/exchanges/list/columns.ts';

const ids = (available: number) => fitColumns(null, {}, available).shown.map((column) => column.id);

describe('the columns of the list', () => {
  it('are the usual ones where there is room and nobody has chosen', () => {
    expect(ids(1300)).toEqual(usualColumnIds);
    expect(fitColumns(null, { host: 250 }, 1300).template).toBe(
      '64px 72px 64px 250px 298px 120px 76px 84px 272px',
    );
  });

  it('grow where there is plenty of room, but not those that somebody sized', () => {
    expect(fitColumns(null, {}, 2500).template).toBe('64px 72px 64px 320px 834px 168px 76px 84px 818px');
    expect(fitColumns(null, { host: 176, waterfall: 272 }, 2500).template).toBe(
      '64px 72px 64px 176px 1524px 168px 76px 84px 272px',
    );
  });

  it('lose waterfall width first, then columns one after another', () => {
    expect(fitColumns(null, {}, 1000).template).toMatch(/ 204px$/);
    expect(ids(1000)).toHaveLength(usualColumnIds.length);
    expect(ids(850)).not.toContain('type');
    expect(ids(850)).toContain('size');
    expect(ids(700)).not.toContain('size');
    expect(ids(300)).toEqual(['number', 'status', 'host', 'path', 'time', 'waterfall']);
  });

  it('have room for the greatest number, unless a person sized that column', () => {
    const first = (digits: number, widths: Record<string, number> = {}) =>
      fitColumns(null, widths, 1300, digits).template.split(' ')[0];
    expect([1, 6, 7, 9].map((digits) => first(digits))).toEqual(['64px', '72px', '80px', '96px']);
    expect(first(9, { number: 50 })).toBe('50px');
  });

  it('begin with the greatest where times and sizes are sorted', () => {
    const measured = ownColumns.filter(isMeasured).map(({ id }) => id);
    expect(measured).toEqual(expect.arrayContaining(['size', 'requestSize', 'time', 'wait', 'stall']));
    expect(measured).not.toContain('number');
    expect(measured).not.toContain('started');
  });

  it('stay all when they were chosen, however narrow the list is', () => {
    const chosen = ['number', 'type', 'response.server', 'path'];
    expect(fitColumns(chosen, {}, 200).shown.map(({ id }) => id)).toEqual(chosen);
  });

  it('are sized at the edge that moves', () => {
    const usual = columnsOf(null);
    expect(usual.map((column) => borderSide(column, usual))).toEqual([
      ...['right', 'right', 'right', 'right'],
      null,
      ...['left', 'left', 'left', 'left'],
    ]);
  });

  it('can be any field of a head, but nothing that is none', () => {
    expect(columnOf('response.cache-control')).toMatchObject({ sort: 'response.cache-control' });
    expect(columnOf('response.Not A Header')).toBeNull();
    expect(columnsOf(['gone', 'host']).map(({ id }) => id)).toEqual(['host']);
    expect(columnsOf(['gone']).map(({ id }) => id)).toEqual(usualColumnIds);
  });

  it('sort by names that the engine knows', () => {
    const names: readonly (string | null)[] = [...sortColumns, null];
    for (const { sort } of ownColumns) expect(names).toContain(sort);
  });

  it('move to where they are put and no farther than the ends', () => {
    expect(movedColumn(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b']);
    expect(movedColumn(['a', 'b', 'c'], 'a', 9)).toEqual(['b', 'c', 'a']);
    expect(movedColumn(['a', 'b'], 'a', -1)).toEqual(['a', 'b']);
  });
});
