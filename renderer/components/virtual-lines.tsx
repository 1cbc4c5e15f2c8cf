import { useRef, type ReactNode } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import './virtual-lines.css';

interface VirtualLinesProps {
  readonly label: string;
  readonly count: number;
  readonly className?: string;
  readonly line: (index: number) => ReactNode;
  /** After the last line. */
  readonly end?: ReactNode;
}

export const lineHeightPx = 18;
/** Chromium draws no element higher than this; what lies beyond is not shown. */
const linesMax = Math.floor(30_000_000 / lineHeightPx);

/** Lines of equal height, only those in sight in the document. */
export function VirtualLines({ label, count, className = '', line, end }: VirtualLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: Math.min(count, linesMax),
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeightPx,
    overscan: 20,
    useFlushSync: false,
  });
  return (
    <div
      ref={scroller}
      className={`virtual-lines mono ${className}`}
      tabIndex={0}
      role="region"
      aria-label={label}
    >
      <div className="lines" style={{ height: virtualizer.getTotalSize() }}>
        {virtualizer.getVirtualItems().map(({ index, start }) => (
          <div key={index} className="line" style={{ transform: `translateY(${start}px)` }}>
            {line(index)}
          </div>
        ))}
      </div>
      {end}
    </div>
  );
}
