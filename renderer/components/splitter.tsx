import './splitter.css';

interface SplitterProps {
  readonly label: string;
  /** `horizontal`: a bar that is dragged up and down. */
  readonly orientation: 'horizontal' | 'vertical';
  readonly size: number;
  readonly min: number;
  readonly max: number;
  /** Which side of the bar the pane is on. */
  readonly pane?: 'before' | 'after';
  readonly onResize: (size: number) => void;
}

const stepPx = 16;

/** The border of a pane: dragging it, or arrow keys on it, sizes the pane. */
export function Splitter({ label, orientation, size, min, max, pane = 'after', onResize }: SplitterProps) {
  const direction = pane === 'after' ? 1 : -1;
  const resize = (next: number) => onResize(Math.round(Math.max(min, Math.min(max, next))));
  return (
    <div
      className={`splitter ${orientation}`}
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={size}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        const { nextElementSibling, previousElementSibling } = event.currentTarget;
        const box = (pane === 'after' ? nextElementSibling : previousElementSibling)?.getBoundingClientRect();
        if (box === undefined) return;
        if (pane === 'before')
          resize(orientation === 'horizontal' ? event.clientY - box.top : event.clientX - box.left);
        else resize(orientation === 'horizontal' ? box.bottom - event.clientY : box.right - event.clientX);
      }}
      onKeyDown={(event) => {
        const step = { ArrowUp: stepPx, ArrowLeft: stepPx, ArrowDown: -stepPx, ArrowRight: -stepPx }[
          event.key
        ];
        const end = { Home: min, End: max }[event.key];
        if (step === undefined && end === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        resize(end ?? size + (step ?? 0) * direction);
      }}
    />
  );
}
