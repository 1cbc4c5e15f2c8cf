import { orderOfArrival } from '../../../../core/model/list-columns.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { columnsOf, isMeasured, movedColumn, type Column } from './columns.ts';

interface ColumnChoice {
  /** Ascending, descending, then as the exchanges arrived; times and sizes begin with the greatest. */
  readonly sort: (column: Column) => void;
  readonly sortBy: (column: Column, descending: boolean) => void;
  readonly show: (id: string) => void;
  readonly hide: (column: Pick<Column, 'id'>) => void;
  readonly move: (column: Column, by: number) => void;
  /** In front of another column, null for the last place. */
  readonly put: (id: string, before: string | null) => void;
  /** Null: its usual width. */
  readonly resize: (column: Column, width: number | null) => void;
  readonly reset: () => void;
}

const widthMax = 2000;

/** What a person decides about columns; kept in the layout. */
export function useColumnChoice(): ColumnChoice {
  const { layout, view } = useWindowState();
  const idsNow = (): readonly string[] => columnsOf(layout.columns.get()).map(({ id }) => id);
  return {
    sort: (column) => {
      if (column.sort === null) return;
      const now = view.state.get().sort;
      const first = isMeasured(column);
      // The order of arrival is where every third click leads: for its own column that is the first one.
      if (now.column !== column.sort) view.setSort({ column: column.sort, descending: first });
      else if (now.descending === first) view.setSort({ column: column.sort, descending: !first });
      else view.setSort(orderOfArrival);
    },
    sortBy: (column, descending) => {
      if (column.sort !== null) view.setSort({ column: column.sort, descending });
    },
    show: (id) => {
      const ids = idsNow();
      const waterfall = ids.indexOf('waterfall');
      if (!ids.includes(id)) layout.columns.set(movedColumn(ids, id, waterfall < 0 ? ids.length : waterfall));
    },
    hide: ({ id }) => {
      const ids = idsNow().filter((each) => each !== id);
      if (ids.length === 0) return;
      layout.columns.set(ids);
      const { sort } = view.state.get();
      if (sort.column === id) view.setSort(orderOfArrival);
    },
    move: ({ id }, by) => {
      const ids = idsNow();
      layout.columns.set(movedColumn(ids, id, ids.indexOf(id) + by));
    },
    put: (id, before) => {
      const others = idsNow().filter((each) => each !== id);
      layout.columns.set(movedColumn(others, id, before === null ? others.length : others.indexOf(before)));
    },
    resize: (column, width) => {
      const { [column.id]: _, ...others } = layout.columnWidths.get();
      const fitting = Math.round(Math.max(column.min, Math.min(widthMax, width ?? column.width)));
      layout.columnWidths.set(width === null ? others : { ...others, [column.id]: fitting });
    },
    reset: () => {
      layout.columns.set(null);
      layout.columnWidths.set({});
    },
  };
}

/** px that the cells in the document and the head of a column need. */
export function contentWidth(columnIndex: number): number {
  const cells = document.querySelectorAll(`.exchange-list [aria-colindex="${columnIndex}"]`);
  return Math.max(0, ...[...cells].map((cell) => cell.scrollWidth)) + 2;
}
