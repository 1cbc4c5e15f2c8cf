import { memo } from 'react';
import type { ListedExchange } from '../../../../core/contract/exchanges.ts';
import type { HeaderColumn } from '../../../../core/model/list-columns.ts';
import { useNow } from '../../../components/use-now.ts';
import type { Column } from './columns.ts';
import { ExchangeCell } from './exchange-cell.tsx';

interface ExchangeRowProps {
  readonly record: ListedExchange;
  readonly index: number;
  readonly top: number;
  readonly selected: boolean;
  readonly focused: boolean;
  readonly scaleUs: number;
  readonly shown: readonly Column[];
  readonly headers: readonly HeaderColumn[];
}

/** One line of the list. */
export const ExchangeRow = memo(function ExchangeRow({ index, top, ...cells }: ExchangeRowProps) {
  const { record, selected, focused } = cells;
  const color = record.mark?.color ?? null;
  return (
    <div
      id={rowElementId(index)}
      className={`list-row${selected ? ' selected' : ''}${focused ? ' focused' : ''}${color === null ? '' : ` marked ${color}`}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
    >
      <RowCells record={record} scaleUs={cells.scaleUs} shown={cells.shown} headers={cells.headers} />
    </div>
  );
});

type RowCellsProps = Pick<ExchangeRowProps, 'record' | 'scaleUs' | 'shown' | 'headers'>;

/** They stay as they are when the row only takes another place. While the exchange is open they tick. */
const RowCells = memo(function RowCells({ record, scaleUs, shown, headers }: RowCellsProps) {
  const nowUs = useNow(record.state === 'open');
  return shown.map((column, at) => (
    <ExchangeCell
      key={column.id}
      column={column}
      at={at + 1}
      record={record}
      headers={headers}
      nowUs={nowUs}
      scaleUs={scaleUs}
    />
  ));
});

export function rowElementId(index: number): string {
  return `exchange-row-${index}`;
}
