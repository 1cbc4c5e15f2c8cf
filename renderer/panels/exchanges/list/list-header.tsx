import { ColumnChooser } from './column-chooser.tsx';
import type { Column } from './columns.ts';
import { HeaderCell } from './header-cell.tsx';

interface ListHeaderProps {
  readonly shown: readonly Column[];
  readonly scaleUs: number;
}

export function ListHeader({ shown, scaleUs }: ListHeaderProps) {
  return (
    <div className="list-header" role="row" aria-rowindex={1}>
      {shown.map((column) => (
        <HeaderCell key={column.id} column={column} shown={shown} scaleUs={scaleUs} />
      ))}
      <ColumnChooser />
    </div>
  );
}
