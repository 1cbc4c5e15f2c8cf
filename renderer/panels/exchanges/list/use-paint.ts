import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type RefObject } from 'react';
import { useColorScheme } from '../../../components/use-color-scheme.ts';
import { useTimeFormat } from '../../../components/use-preferences.ts';
import type { DrawnRows, RowScroller } from '../../../components/row-scroller.ts';
import { isChosen } from '../../../state/selection.ts';
import { useStore, type Store } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { cellTitle } from './cell-content.ts';
import type { PlacedColumn } from './columns.ts';
import { createRowPainter, type RowPainter, type RowsToPaint } from './row-painter.ts';
import { rowIndexAt } from './row-place.ts';
import { copySignFrom } from './sign-store.tsx';
import { useWaterfallAxis } from './use-waterfall-axis.ts';
import { createWaterfallPainter, type WaterfallPainter } from './waterfall-painter.ts';
import { createWaterfallScale } from './waterfall-scale.ts';

/** How often an open exchange says how long it has lasted. */
const tickMs = 200;
/** Nothing was scrolled for so long: it has ended. */
const calmMs = 120;
/** Free at both edges of the waterfall column, px. */
const waterfallPadPx = 8;

/** Where the parts of the list stand in the document. */
export interface ListParts {
  readonly grid: RefObject<HTMLDivElement | null>;
  readonly rows: RefObject<HTMLDivElement | null>;
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly signs: RefObject<HTMLDivElement | null>;
}

/** Keeps the rows and their waterfall drawn. Gives the time across the waterfall column, µs. */
export function usePaint(
  scroller: RowScroller,
  parts: ListParts,
  rowPx: number,
  columns: readonly PlacedColumn[],
): Store<number> {
  const { view, selection, layout, waterfallAxis } = useWindowState();
  const focused = useStore(selection.state);
  const chosen = useStore(selection.chosen);
  const chosenScaleUs = useStore(layout.waterfallScale);
  const timeOf = useTimeFormat(true);
  const colorScheme = useColorScheme();
  const isShared = useStore(layout.waterfallMode) === 'absolute';
  const axis = useWaterfallAxis();
  const [scale] = useState(() => createWaterfallScale(waterfallAxis));
  const painters = useRef<{ rows: RowPainter; waterfall: WaterfallPainter } | null>(null);
  const ticking = useRef<ReturnType<typeof setTimeout> | null>(null);
  const settling = useRef<ReturnType<typeof setTimeout> | null>(null);

  const context = () => ({ headers: view.state.get().headers, nowUs: Date.now() * 1000, timeOf });
  const rowsToPaint = (): RowsToPaint => ({
    ...context(),
    ...{ columns, rowPx, moved: view.state.get().moved, row: view.row },
    isSelected: (id) => isChosen(chosen, id),
    focusedId: focused?.id ?? null,
  });
  const paint = useEffectEvent((drawn: DrawnRows, topPx: number) => {
    const painter = painters.current;
    if (painter === null) return;
    const focusedRow = painter.rows.paint(drawn, rowsToPaint());
    if (settling.current !== null) clearTimeout(settling.current);
    settling.current = setTimeout(() => painters.current?.rows.settle(), calmMs);
    const records = Array.from({ length: Math.max(0, drawn.last - drawn.first + 1) }, (_, at) =>
      view.row(drawn.first + at),
    );
    const known = records.filter((record) => record !== undefined);
    scale.follow(known, chosenScaleUs, isShared);
    const nowUs = Date.now() * 1000;
    const top = drawn.first * rowPx - topPx;
    painter.waterfall.paint({ rowPx, top, records, nowUs, scaleUs: scale.us.get(), axis });
    if (focusedRow === null) parts.grid.current?.removeAttribute('aria-activedescendant');
    else parts.grid.current?.setAttribute('aria-activedescendant', focusedRow.id);
    if (known.some((record) => record.state === 'open')) {
      ticking.current ??= setTimeout(() => {
        ticking.current = null;
        scroller.redraw();
      }, tickMs);
    }
  });
  const title = useEffectEvent((event: PointerEvent) => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('.cell') : null;
    const index = rowIndexAt(cell);
    const record = index === null ? undefined : view.row(index);
    const column = columns.find(({ column: { id } }) => id === cell?.dataset['column'])?.column;
    if (cell === null || record === undefined || column === undefined) return;
    cell.title = cellTitle(column.id, record, context());
  });

  useLayoutEffect(() => {
    const [rows, canvas, signs] = [parts.rows.current, parts.canvas.current, parts.signs.current];
    if (rows === null || canvas === null || signs === null) return;
    painters.current = {
      rows: createRowPainter(rows, (name) => copySignFrom(signs, name)),
      waterfall: createWaterfallPainter(canvas),
    };
    rows.addEventListener('pointerover', title);
    const stop = scroller.onDraw((drawn, topPx) => paint(drawn, topPx));
    return () => {
      stop();
      rows.removeEventListener('pointerover', title);
      rows.replaceChildren();
      painters.current = null;
      for (const timer of [ticking, settling]) {
        if (timer.current !== null) clearTimeout(timer.current);
        timer.current = null;
      }
    };
  }, [scroller, parts]);

  const waterfall = columns.find(({ column }) => column.id === 'waterfall');
  const [left, width] = [waterfall?.left ?? null, waterfall?.width ?? 0];
  useEffect(() => {
    const grid = parts.grid.current;
    if (grid === null) return;
    const place = () => {
      const at = left === null ? null : { left: left + waterfallPadPx, width: width - 2 * waterfallPadPx };
      painters.current?.waterfall.place(at === null ? null : { ...at, height: grid.clientHeight });
      scroller.redraw();
    };
    const observer = new ResizeObserver(place);
    observer.observe(grid);
    place();
    return () => observer.disconnect();
  }, [scroller, parts, left, width]);
  useLayoutEffect(() => painters.current?.waterfall.restyle(), [colorScheme]);
  useLayoutEffect(() => scroller.redraw());
  return scale.us;
}
