interface ColumnBorderProps {
  readonly side: 'left' | 'right';
  readonly onResize: (width: number) => void;
  readonly onReset: () => void;
}

/** The edge of a header cell: dragging it sizes the column, a double click gives it its usual width. */
export function ColumnBorder({ side, onResize, onReset }: ColumnBorderProps) {
  return (
    <span
      className={`column-border ${side}`}
      title="Drag to resize, double-click to reset"
      onDoubleClick={onReset}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const cell = event.currentTarget.parentElement?.getBoundingClientRect();
        if (cell === undefined || event.movementX === 0) return;
        onResize(Math.round(side === 'right' ? event.clientX - cell.left : cell.right - event.clientX));
      }}
    />
  );
}
