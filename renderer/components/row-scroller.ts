import {
  clampTop,
  isCompressed,
  rowsInSight,
  rowsToDraw,
  scrollTopAt,
  topAfter,
  topMax,
  topRevealing,
  trackPx,
} from '../format/row-window.ts';
import { createStore, type Store } from '../state/store.ts';

export interface DrawnRows {
  /** Rows to have in the document, `to` excluded. */
  readonly from: number;
  readonly to: number;
  /** Rows at least partly seen, both included. */
  readonly first: number;
  readonly last: number;
  /** The row at the upper edge of what is moved: row `index` stands `(index - base) * rowPx` below it. */
  readonly base: number;
}

export interface RowScroller {
  readonly drawn: Store<DrawnRows>;
  /** `scroller` scrolls `track`, which has its height from here; `stage` holds the rows and stays in sight. */
  readonly attach: (scroller: HTMLElement, track: HTMLElement, stage: HTMLElement) => () => void;
  /**
   * Rows are other ones, or more, or say something else: they are drawn in the next frame. Those in sight stand
   * `movedRows` lower than before; `end` is gone to, null leaves them in sight.
   */
  readonly setRows: (count: number, movedRows: number, end: 'start' | 'end' | null) => void;
  readonly reveal: (index: number) => void;
  /** If this row is in sight when the room for rows becomes another, it stays so. */
  readonly keep: (index: number | null) => void;
  readonly rowsInView: () => number;
  /** Called in the task that scrolls, whenever rows have to be drawn: `topPx` is how far into the list it was scrolled. */
  readonly onDraw: (listener: (drawn: DrawnRows, topPx: number) => void) => () => void;
  /** Calls those listeners at once, for what changed about the rows. */
  readonly redraw: () => void;
  /** A person scrolled. */
  readonly onScroll: (listener: (at: { isStart: boolean; isEnd: boolean }) => void) => () => void;
}

/** Rows drawn beyond those in sight, on each side: each of them costs every frame of scrolling, and none is seen. */
const overRows = 1;
const baseStep = 256;
const nearPx = 4;
/** While the list is scrolled, rows that arrive do not move the bar of a compressed track. */
const barRestMs = 300;

/**
 * Any number of rows of equal height in one scrolling element, those in sight in the document. The rows are drawn in the
 * task that scrolls, so that no frame shows none. `headPx` is taken at the top by what sticks there.
 */
export function createRowScroller(rowPx: number, headPx: number): RowScroller {
  const drawn = createStore<DrawnRows>({ from: 0, to: 0, first: 0, last: -1, base: 0 });
  const listeners = new Set<(at: { isStart: boolean; isEnd: boolean }) => void>();
  const drawers = new Set<(drawn: DrawnRows, topPx: number) => void>();
  let parts: { scroller: HTMLElement; track: HTMLElement; stage: HTMLElement } | null = null;
  let track = { count: 0, rowPx, viewPx: 0 };
  let top = 0;
  let scrolledTo = 0;
  let scrolledAtMs = -Infinity;
  let kept: number | null = null;
  let frame: number | null = null;

  const place = () => {
    const { first, last } = rowsInSight(track, top);
    const { from, to } = rowsToDraw(track, top, overRows);
    const now = drawn.get();
    const base =
      from >= now.base && to <= now.base + 2 * baseStep ? now.base : Math.floor(from / baseStep) * baseStep;
    const isOther =
      from !== now.from || to !== now.to || first !== now.first || last !== now.last || base !== now.base;
    if (isOther) drawn.set({ from, to, first, last, base });
  };
  const stopFrame = () => {
    if (frame !== null) cancelAnimationFrame(frame);
    frame = null;
  };
  const paint = () => {
    stopFrame();
    const { base } = drawn.get();
    if (parts !== null) parts.stage.style.transform = `translateY(${base * rowPx - top}px)`;
    for (const listener of drawers) listener(drawn.get(), top);
  };
  const draw = () => {
    place();
    paint();
  };
  const putBar = () => {
    scrolledTo = scrollTopAt(track, top);
    if (parts !== null) parts.scroller.scrollTop = scrolledTo;
  };
  const goTo = (wanted: number) => {
    top = clampTop(track, wanted);
    putBar();
    draw();
  };
  const tell = () => {
    scrolledAtMs = performance.now();
    const at = { isStart: top <= nearPx, isEnd: top >= topMax(track) - nearPx };
    for (const listener of listeners) listener(at);
  };
  const scrolled = () => {
    const to = parts?.scroller.scrollTop ?? 0;
    if (Math.abs(to - scrolledTo) < 1) return;
    top = topAfter(track, top, scrolledTo, to);
    scrolledTo = to;
    draw();
    tell();
  };
  /** On a compressed track a wheel moves rows, not the bar. */
  const wheeled = (event: WheelEvent) => {
    if (!isCompressed(track) || event.ctrlKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) return;
    event.preventDefault();
    const unit = [1, rowPx, track.viewPx][event.deltaMode] ?? 1;
    top = clampTop(track, top + event.deltaY * unit);
    putBar();
    draw();
    tell();
  };
  const resize = (count: number, viewPx: number) => {
    track = { count, rowPx, viewPx };
    if (parts !== null) parts.track.style.height = `${trackPx(track)}px`;
  };

  return {
    drawn,
    attach: (scroller, trackElement, stage) => {
      parts = { scroller, track: trackElement, stage };
      const observer = new ResizeObserver(() => {
        const wasEnd = top >= topMax(track) - nearPx && top > 0;
        const { first, last } = rowsInSight(track, top);
        const isKept = kept !== null && kept >= first && kept <= last;
        resize(track.count, Math.max(0, scroller.clientHeight - headPx));
        const wanted = wasEnd ? topMax(track) : top;
        goTo(isKept && kept !== null ? topRevealing(track, wanted, kept) : wanted);
      });
      observer.observe(scroller);
      scroller.addEventListener('scroll', scrolled, { passive: true });
      let isListening = false;
      const listen = () => {
        if (isListening === isCompressed(track)) return;
        isListening = isCompressed(track);
        if (isListening) scroller.addEventListener('wheel', wheeled, { passive: false });
        else scroller.removeEventListener('wheel', wheeled);
      };
      const stop = drawn.subscribe(listen);
      resize(track.count, Math.max(0, scroller.clientHeight - headPx));
      goTo(top);
      listen();
      return () => {
        stop();
        stopFrame();
        observer.disconnect();
        scroller.removeEventListener('scroll', scrolled);
        scroller.removeEventListener('wheel', wheeled);
        parts = null;
      };
    },
    setRows: (count, movedRows, end) => {
      resize(count, track.viewPx);
      const stay = clampTop(track, top + movedRows * rowPx);
      const wanted = end === null ? stay : { start: 0, end: topMax(track) }[end];
      const isResting = !isCompressed(track) || performance.now() - scrolledAtMs > barRestMs;
      const isBarOff = scrollTopAt(track, wanted) !== scrolledTo && (isResting || end !== null);
      if (wanted !== top || isBarOff) {
        top = wanted;
        putBar();
      }
      place();
      frame ??= requestAnimationFrame(paint);
    },
    keep: (index) => {
      kept = index;
    },
    reveal: (index) => {
      const wanted = topRevealing(track, top, index);
      if (wanted !== top) goTo(wanted);
    },
    onDraw: (listener) => {
      drawers.add(listener);
      return () => drawers.delete(listener);
    },
    redraw: draw,
    rowsInView: () => Math.max(1, Math.floor(track.viewPx / rowPx)),
    onScroll: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
