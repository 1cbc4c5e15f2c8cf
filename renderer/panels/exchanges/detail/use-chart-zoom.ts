import { useEffect, useEffectEvent, useRef, useState, type HTMLAttributes, type RefObject } from 'react';
import { hasCommand } from '../../../components/use-keys.ts';
import type { TimeRange } from '../../../format/time-range.ts';
import { pannedRange, zoomedRange } from '../../../format/time-axis.ts';
import { brushedAxis } from '../../../format/waterfall.ts';

interface ChartZoom {
  /** What is being dragged, as shares of the axis, the smaller first. */
  readonly brush: { readonly from: number; readonly to: number } | null;
  readonly area: RefObject<HTMLElement | null>;
  readonly handlers: HTMLAttributes<HTMLElement>;
}

/** Left of the axis stand the names of the legs, px. */
const namesPx = 76;
const zoomStep = 0.6;
const zoomPerPx = 0.004;
const panShare = 0.2;
const brushPx = 3;

/** Zooming of the chart of both legs; without `onZoom` it stands still. */
export function useChartZoom(
  range: TimeRange,
  whole: TimeRange,
  onZoom: ((range: TimeRange | null) => void) | undefined,
): ChartZoom {
  const area = useRef<HTMLElement>(null);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const spanUs = range.toUs - range.fromUs;
  const shareAt = (clientX: number, element: Element): number => {
    const box = element.getBoundingClientRect();
    return Math.max(0, Math.min(1, (clientX - box.left - namesPx) / Math.max(1, box.width - namesPx)));
  };

  const turn = useEffectEvent((event: WheelEvent, element: Element) => {
    if (onZoom === undefined || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const atUs = range.fromUs + shareAt(event.clientX, element) * spanUs;
    onZoom(zoomedRange(range, atUs, Math.exp(event.deltaY * zoomPerPx), whole));
  });
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    const listener = (event: WheelEvent) => turn(event, element);
    element.addEventListener('wheel', listener, { passive: false });
    return () => element.removeEventListener('wheel', listener);
  }, []);

  const brush =
    drag === null ? null : { from: Math.min(drag.from, drag.to), to: Math.max(drag.from, drag.to) };
  if (onZoom === undefined) return { brush: null, area, handlers: {} };

  const middleUs = (range.fromUs + range.toUs) / 2;
  const handlers: HTMLAttributes<HTMLElement> = {
    tabIndex: 0,
    title: 'Drag to zoom in; Ctrl+wheel or + and - zoom, arrows move, 0 or a double-click shows all.',
    onKeyDown: (event) => {
      if (hasCommand(event)) return;
      const next = {
        '+': () => zoomedRange(range, middleUs, zoomStep, whole),
        '=': () => zoomedRange(range, middleUs, zoomStep, whole),
        '-': () => zoomedRange(range, middleUs, 1 / zoomStep, whole),
        '0': () => null,
        ArrowLeft: () => pannedRange(range, -panShare * spanUs, whole),
        ArrowRight: () => pannedRange(range, panShare * spanUs, whole),
      }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      onZoom(next());
    },
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      const share = shareAt(event.clientX, event.currentTarget);
      setDrag({ from: share, to: share });
    },
    onPointerMove: (event) => {
      if (drag !== null) setDrag({ ...drag, to: shareAt(event.clientX, event.currentTarget) });
    },
    onPointerUp: (event) => {
      const width = event.currentTarget.getBoundingClientRect().width - namesPx;
      if (brush !== null && (brush.to - brush.from) * width > brushPx)
        onZoom(brushedAxis(range, brush.from, brush.to));
      setDrag(null);
    },
    onPointerCancel: () => setDrag(null),
    onDoubleClick: () => onZoom(null),
  };
  return { brush, area, handlers };
}
