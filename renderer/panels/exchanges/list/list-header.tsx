import { useState } from 'react';
import type { Store } from '../../../state/store.ts';
import { ColumnChooser } from './column-chooser.tsx';
import type { Column } from './columns.ts';
import { HeaderCell } from './header-cell.tsx';

interface ListHeaderProps {
  readonly shown: readonly Column[];
  /** µs across the waterfall column. */
  readonly scaleUs: Store<number>;
}

export function ListHeader({ shown, scaleUs }: ListHeaderProps) {
  const [stopId, setStop] = useState<string | null>(null);
  const stop = shown.find(({ id }) => id === stopId) ?? shown[0];
  return (
    <div className="row-head list-header" role="row" aria-rowindex={1}>
      {shown.map((column) => (
        <HeaderCell
          key={column.id}
          column={column}
          shown={shown}
          scaleUs={scaleUs}
          isStop={column === stop}
          onFocus={() => setStop(column.id)}
        />
      ))}
      <ColumnChooser />
    </div>
  );
}
