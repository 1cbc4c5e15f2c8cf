import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { useCommands } from '../../../components/use-keys.ts';
import { useWidth } from '../../../components/use-width.ts';
import { formatDuration, formatInstant } from '../../../format/duration.ts';
import { clockTicks } from '../../../format/time-axis.ts';
import type { TimeRange } from '../../../format/time-range.ts';
import { brushedAxis, pannedAxis, zoomedAxis } from '../../../format/waterfall.ts';
import { filterClock } from '../../../state/clock.ts';
import type { CommandId } from '../../../state/commands.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

const tickPitchPx = 72;
const zoomStep = 0.6;
const zoomPerPx = 0.004;
const panStep = 0.2;
/** A pointer that moved less was a click. */
const brushPx = 3;

const zoomedAboutMiddle = (axis: TimeRange, factor: number): TimeRange =>
  zoomedAxis(axis, (axis.fromUs + axis.toUs) / 2, factor);

/** What a command makes of the axis; null follows the rows in sight. */
const axisCommands = new Map<CommandId, (axis: TimeRange) => TimeRange | null>([
  ['axis.zoomIn', (axis) => zoomedAboutMiddle(axis, zoomStep)],
  ['axis.zoomOut', (axis) => zoomedAboutMiddle(axis, 1 / zoomStep)],
  ['axis.earlier', (axis) => pannedAxis(axis, -panStep)],
  ['axis.later', (axis) => pannedAxis(axis, panStep)],
  ['axis.fit', () => null],
]);

/**
 * The axis of all rows in the head of the waterfall. Dragging zooms to a stretch, Ctrl and the wheel zoom about the
 * pointer, Shift and the wheel move along; commands do the same by key.
 */
export function WaterfallRuler({ axis }: { readonly axis: TimeRange }) {
  const { waterfallAxis } = useWindowState();
  const { isChosen } = useStore(waterfallAxis.state);
  const ruler = useRef<HTMLDivElement>(null);
  const width = useWidth(ruler);
  const [brush, setBrush] = useState<{ readonly from: number; readonly to: number } | null>(null);

  useCommands((id) => {
    const next = axisCommands.get(id)?.(axis);
    if (next === undefined) return false;
    waterfallAxis.choose(next);
    return true;
  });

  const turn = useEffectEvent((event: WheelEvent) => {
    const over =
      event.target instanceof Element ? event.target.closest('.waterfall-cell, .waterfall-ruler') : null;
    if (over === null || (!event.ctrlKey && !event.metaKey && !event.shiftKey)) return;
    event.preventDefault();
    const box = over.getBoundingClientRect();
    if (event.shiftKey) {
      const px = event.deltaX === 0 ? event.deltaY : event.deltaX;
      waterfallAxis.choose(pannedAxis(axis, px / box.width));
      return;
    }
    const atUs = axis.fromUs + ((event.clientX - box.left) / box.width) * (axis.toUs - axis.fromUs);
    waterfallAxis.choose(zoomedAxis(axis, atUs, Math.exp(event.deltaY * zoomPerPx)));
  });
  useEffect(() => {
    const list = ruler.current?.closest<HTMLElement>('[role="grid"]');
    if (list === null || list === undefined) return;
    const listener = (event: WheelEvent) => turn(event);
    list.addEventListener('wheel', listener, { passive: false });
    return () => list.removeEventListener('wheel', listener);
  }, []);

  const shareAt = (clientX: number, box: DOMRect) => (clientX - box.left) / box.width;
  return (
    <div
      ref={ruler}
      className="waterfall-ruler"
      role="group"
      aria-label={`Time axis of all rows: ${formatDuration(axis.toUs - axis.fromUs)} from ${formatInstant(axis.fromUs)}`}
      title="One time axis for all rows. Drag to zoom in; Ctrl+wheel or + and - zoom, Shift+wheel or , and . move, = or a double-click fits the rows in sight."
      onPointerDown={(event) => {
        // The head of a column takes a drag for moving the column.
        event.stopPropagation();
        if (event.button !== 0) return;
        event.currentTarget.setPointerCapture(event.pointerId);
        const share = shareAt(event.clientX, event.currentTarget.getBoundingClientRect());
        setBrush({ from: share, to: share });
      }}
      onPointerMove={(event) => {
        if (brush === null) return;
        setBrush({
          ...brush,
          to: shareAt(event.clientX, event.currentTarget.getBoundingClientRect()),
        });
      }}
      onPointerUp={() => {
        if (brush !== null && Math.abs(brush.to - brush.from) * width > brushPx)
          waterfallAxis.choose(brushedAxis(axis, brush.from, brush.to));
        setBrush(null);
      }}
      onPointerCancel={() => setBrush(null)}
      onDoubleClick={() => waterfallAxis.choose(null)}
    >
      {clockTicks(axis, Math.floor(width / tickPitchPx), filterClock().zoneOffsetMinutes).map(
        ({ us, label }) => (
          <span key={us} style={{ left: `${((us - axis.fromUs) / (axis.toUs - axis.fromUs)) * 100}%` }}>
            {label}
          </span>
        ),
      )}
      {brush !== null && (
        <i
          className="waterfall-brush"
          style={{
            left: `${Math.min(brush.from, brush.to) * 100}%`,
            width: `${Math.abs(brush.to - brush.from) * 100}%`,
          }}
        />
      )}
      {isChosen && (
        <button
          type="button"
          className="waterfall-fit"
          title="Fit the rows in sight (=)"
          aria-label="Fit the rows in sight"
          onPointerDown={(event) => event.stopPropagation()}
          onClick={() => waterfallAxis.choose(null)}
        >
          <Icon name="close" size={10} />
        </button>
      )}
    </div>
  );
}
