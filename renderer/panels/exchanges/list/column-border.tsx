interface ColumnBorderProps {
  readonly side: 'left' | 'right';
  readonly onResize: (width: number) => void;
  readonly onReset: () => void;
}

/** The edge of a header cell: dragging it sizes the column, a double click fits it to its content. */
export function ColumnBorder({ side, onResize, onReset }: ColumnBorderProps) {
  return (
    <span
      className={`column-border ${side}`}
      title="Drag to resize, double-click to fit the content"
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
