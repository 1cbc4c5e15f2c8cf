import {
  useEffect,
  useImperativeHandle,
  useRef,
  useState,
  type KeyboardEvent,
  type ReactNode,
  type Ref,
} from 'react';
import { isMenuKey, openMenuAt } from './menu-key.ts';
import './big-lines.css';

export interface BigLinesHandle {
  /** Brings a line into sight; `top` puts it first. */
  readonly show: (index: number, at?: 'nearest' | 'top') => void;
  /** Whole lines in sight. */
  readonly pageLines: () => number;
  /** The first line that is in sight as a whole. */
  readonly firstLine: () => number;
  readonly focus: () => void;
}

interface BigLinesProps {
  readonly label: string;
  readonly count: number;
  readonly line: (index: number) => ReactNode;
  readonly ref?: Ref<BigLinesHandle>;
  readonly role?: 'region' | 'tree';
  readonly activeId?: string | undefined;
  /** Returns true for a key it used; others scroll. */
  readonly onKey?: (event: KeyboardEvent) => boolean;
  readonly onPointer?: (event: React.PointerEvent<HTMLDivElement>) => void;
}

export const lineHeightPx = 18;
/** Browsers draw no element higher than some 30 million px; more lines share this height. */
const spacerPxMax = 8_000_000;

/** Any number of lines of equal height, only those in sight in the document. */
export function BigLines({
  label,
  count,
  line,
  ref,
  role = 'region',
  activeId,
  onKey,
  onPointer,
}: BigLinesProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(400);
  const [top, setTop] = useState(0);
  /** The scroll position that follows from `top`: an event that tells of it is not the person's. */
  const expected = useRef(0);
  const lines = height / lineHeightPx;
  const topMax = Math.max(0, count - Math.floor(lines) + 0.5);
  const spacerPx = Math.min(count * lineHeightPx, spacerPxMax);
  const scaled = count * lineHeightPx > spacerPxMax;
  const scrollMax = Math.max(1, spacerPx - height);
  const shownTop = Math.min(top, topMax);

  const moveTo = (next: number) => {
    const to = Math.max(0, Math.min(topMax, next));
    setTop(to);
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = scaled ? (to / Math.max(1, topMax)) * scrollMax : to * lineHeightPx;
    expected.current = element.scrollTop;
  };
  const move = useRef(moveTo);
  const position = useRef(shownTop);
  useEffect(() => {
    move.current = moveTo;
    position.current = shownTop;
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setHeight(element.clientHeight));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = scroller.current;
    if (element === null || !scaled) return;
    // A notch of the wheel would be thousands of lines: it moves by lines here too.
    const onWheel = (event: WheelEvent) => {
      if (event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
      event.preventDefault();
      move.current(position.current + (event.deltaMode === 1 ? event.deltaY : event.deltaY / lineHeightPx));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [scaled]);
  useImperativeHandle(ref, () => ({
    pageLines: () => Math.max(1, Math.floor(lines) - 1),
    firstLine: () => Math.ceil(shownTop),
    focus: () => scroller.current?.focus(),
    show: (index, at = 'nearest') => {
      if (at === 'top') moveTo(index);
      else if (index < shownTop) moveTo(index);
      else if (index + 1 > shownTop + lines) moveTo(index + 2 - lines);
    },
  }));

  const onScroll = () => {
    const element = scroller.current;
    if (element === null || Math.abs(element.scrollTop - expected.current) < 1) return;
    expected.current = element.scrollTop;
    setTop(scaled ? (element.scrollTop / scrollMax) * topMax : element.scrollTop / lineHeightPx);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    if ((event.ctrlKey || event.metaKey) && event.key === 'f' && focusFind(event.currentTarget)) {
      event.preventDefault();
      return;
    }
    if (isMenuKey(event)) {
      const line = activeId === undefined ? null : document.getElementById(activeId);
      openMenuAt(line ?? event.currentTarget);
      return event.preventDefault();
    }
    if (onKey?.(event) === true) return event.preventDefault();
    const to = scrolledBy(event.key, shownTop, lines, topMax);
    if (to === null || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    moveTo(to);
  };
  const first = Math.floor(shownTop);
  const last = Math.min(count, Math.ceil(shownTop + lines) + 1);
  return (
    <div
      ref={scroller}
      className="big-lines mono"
      tabIndex={0}
      role={role}
      aria-label={label}
      aria-activedescendant={activeId}
      onScroll={onScroll}
      onKeyDown={onKeyDown}
      onPointerDown={onPointer}
    >
      <div className="big-lines-space" style={{ height: Math.max(spacerPx, 1) }} />
      <div className="big-lines-sight" style={{ height, marginTop: -Math.max(spacerPx, 1) }}>
        <div style={{ transform: `translateY(${Math.round((first - shownTop) * lineHeightPx)}px)` }}>
          {Array.from({ length: Math.max(0, last - first) }, (_, at) => (
            <div key={first + at} className="line">
              {line(first + at)}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}

/** The field that looks through these lines, in the viewer marked `data-find` around them. */
function focusFind(lines: Element): boolean {
  const field = lines.closest('[data-find]')?.querySelector<HTMLElement>('input[type=search]') ?? null;
  field?.focus();
  return field !== null;
}

function scrolledBy(key: string, top: number, lines: number, topMax: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return top + 1;
    case 'ArrowUp':
      return top - 1;
    case 'PageDown':
    case ' ':
      return top + lines - 1;
    case 'PageUp':
      return top - lines + 1;
    case 'Home':
      return 0;
    case 'End':
      return topMax;
    default:
      return null;
  }
}
