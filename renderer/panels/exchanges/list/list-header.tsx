import { useWindowState } from '../../../state/window-state.ts';
import { borderSide, columnNumber, type Column } from './columns.ts';
import { ColumnBorder } from './column-border.tsx';
import { ScaleChooser } from './scale-chooser.tsx';

interface ListHeaderProps {
  readonly shown: readonly Column[];
  readonly scaleUs: number;
}

export function ListHeader({ shown, scaleUs }: ListHeaderProps) {
  const { layout } = useWindowState();
  const resize = (column: Column, width: number | null) => {
    const { [column.id]: _, ...others } = layout.columnWidths.get();
    layout.columnWidths.set(
      width === null ? others : { ...others, [column.id]: Math.max(column.min, width) },
    );
  };
  return (
    <div className="list-header" role="row" aria-rowindex={1}>
      {shown.map((column) => {
        const side = borderSide(column);
        return (
          <div
            key={column.id}
            className={`header-cell ${column.align ?? ''}`}
            role="columnheader"
            aria-colindex={columnNumber(column)}
            title={column.id === 'waterfall' ? undefined : column.meaning}
          >
            {column.id === 'waterfall' ? <ScaleChooser scaleUs={scaleUs} /> : column.label}
            {side !== null && (
              <ColumnBorder
                side={side}
                onResize={(width) => resize(column, width)}
                onReset={() => resize(column, null)}
              />
            )}
          </div>
        );
      })}
    </div>
  );
}
