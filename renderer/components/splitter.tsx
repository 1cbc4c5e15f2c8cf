import './splitter.css';

interface SplitterProps {
  readonly label: string;
  /** `horizontal`: a bar that is dragged up and down. */
  readonly orientation: 'horizontal' | 'vertical';
  readonly size: number;
  readonly min: number;
  readonly max: number;
  readonly onResize: (size: number) => void;
}

const stepPx = 16;

/** The border in front of a pane at the bottom or right: dragging it, or arrow keys on it, sizes the pane. */
export function Splitter({ label, orientation, size, min, max, onResize }: SplitterProps) {
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
        const pane = event.currentTarget.nextElementSibling?.getBoundingClientRect();
        if (pane === undefined) return;
        resize(orientation === 'horizontal' ? pane.bottom - event.clientY : pane.right - event.clientX);
      }}
      onKeyDown={(event) => {
        const step = { ArrowUp: stepPx, ArrowLeft: stepPx, ArrowDown: -stepPx, ArrowRight: -stepPx }[
          event.key
        ];
        if (step === undefined) return;
        event.preventDefault();
        event.stopPropagation();
        resize(size + step);
      }}
    />
  );
}
