import { memo } from 'react';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { useNow } from '../../../components/use-now.ts';
import type { Column } from './columns.ts';
import { ExchangeCell } from './exchange-cell.tsx';

interface ExchangeRowProps {
  readonly record: ExchangeRecord;
  readonly index: number;
  readonly top: number;
  readonly selected: boolean;
  readonly scaleUs: number;
  readonly shown: readonly Column[];
}

/** One line of the list. While its exchange is open it ticks. */
export const ExchangeRow = memo(function ExchangeRow(props: ExchangeRowProps) {
  const { record, index, top, selected, scaleUs, shown } = props;
  const nowUs = useNow(record.state === 'open');
  return (
    <div
      id={rowElementId(index)}
      className={`list-row ${selected ? 'selected' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
    >
      {shown.map((column) => (
        <ExchangeCell key={column.id} column={column} record={record} nowUs={nowUs} scaleUs={scaleUs} />
      ))}
    </div>
  );
});

export function rowElementId(index: number): string {
  return `exchange-row-${index}`;
}
