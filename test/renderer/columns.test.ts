import { describe, expect, it } from 'vitest';
import { borderSide, columns, fitColumns } from '../../renderer/panels/exchanges/list/columns.ts';

const ids = (available: number) => fitColumns({}, available).shown.map((column) => column.id);

describe('the columns of the list', () => {
  it('are all there where there is room', () => {
    expect(fitColumns({}, 1236).shown).toEqual(columns);
    expect(fitColumns({ host: 250 }, 1236).template).toBe(
      '56px 72px 64px 250px minmax(140px, 1fr) 120px 76px 84px 272px',
    );
  });

  it('lose waterfall width first, then columns one after another', () => {
    expect(fitColumns({}, 1000).template).toMatch(/ 212px$/);
    expect(ids(1000)).toHaveLength(columns.length);
    expect(ids(850)).not.toContain('type');
    expect(ids(850)).toContain('size');
    expect(ids(700)).not.toContain('size');
    expect(ids(300)).toEqual(['number', 'status', 'host', 'path', 'time', 'waterfall']);
  });

  it('are sized at the edge that moves', () => {
    expect(columns.map(borderSide)).toEqual([
      ...['right', 'right', 'right', 'right'],
      null,
      ...['left', 'left', 'left', 'left'],
    ]);
  });
});
