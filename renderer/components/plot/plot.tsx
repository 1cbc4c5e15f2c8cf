import { useEffect, useEffectEvent, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import { fileNamePart } from '../../format/file-name.ts';
import {
  drawPlot,
  plotArea,
  unitText,
  type PlotFrame,
  type PlotPicture,
  type PlotSeries,
} from '../../format/plot/draw-plot.ts';
import { neighbourPoint, placed, pointNear, type FoundPoint } from '../../format/plot/find-point.ts';
import { pannedAxis, zoomedAxis, type AxisRange } from '../../format/plot/plot-scale.ts';
import { formatCount, formatDuration } from '../../format/duration.ts';
import { useColorScheme } from '../use-color-scheme.ts';
import { createCanvasPen } from './canvas-pen.ts';
import { plotColors } from './plot-colors.ts';
import { PlotLegend } from './plot-legend.tsx';
import { savePlot } from './save-plot.ts';
import { useSize } from './use-size.ts';
import './plot.css';

interface PlotProps {
  readonly picture: PlotPicture;
  /** What is in sight. */
  readonly view: AxisRange;
  readonly onView: (view: AxisRange) => void;
  /** A packet was chosen in the picture. */
  readonly onPacket?: (number: number) => void;
}

const zoomStep = 0.6;
/** µs; nothing is told finer. */
const viewLeast = 20;
const reachPx = 24;
const dragPxMin = 4;

/** Series over time: zoomed by wheel, by dragging over a stretch or by keys, read by pointer or arrows, saved as a file. */
export function Plot({ picture, view, onView, onPacket }: PlotProps) {
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = useSize(area);
  const scheme = useColorScheme();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(
    () => new Set(picture.series.flatMap(({ label, isQuiet }) => (isQuiet === true ? [label] : []))),
  );
  const [found, setFound] = useState<{ readonly label: string; readonly index: number } | null>(null);
  const [drag, setDrag] = useState<{ readonly from: number; readonly to: number } | null>(null);
  const frame: PlotFrame = { width, height, view, hidden };
  const point = pointOf(picture, frame, found);

  useLayoutEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d') ?? null;
    if (element === null || context === null || width < 2 || height < 2) return;
    const ratio = window.devicePixelRatio;
    element.width = Math.round(width * ratio);
    element.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    drawPlot(createCanvasPen(context), picture, { width, height, view, hidden }, plotColors(element));
  }, [picture, view, hidden, width, height, scheme]);

  const inner = plotArea(frame);
  const timeAt = (x: number) => view.from + ((x - inner.x) / inner.width) * (view.to - view.from);
  const zoom = (at: number, factor: number) => onView(zoomedAxis(view, at, factor, picture.whole, viewLeast));
  const wheel = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    const unit = event.deltaMode === 1 ? 24 : 1;
    const span = view.to - view.from;
    if (Math.abs(event.deltaX) > Math.abs(event.deltaY) || event.shiftKey) {
      const by = event.shiftKey && event.deltaX === 0 ? event.deltaY : event.deltaX;
      onView(pannedAxis(view, ((by * unit) / inner.width) * span, picture.whole));
    } else zoom(timeAt(event.offsetX), Math.exp(Math.max(-1, Math.min(1, event.deltaY * unit * 0.002))));
  });
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    const listener = (event: WheelEvent) => wheel(event);
    // React listens passively: the page would scroll as well.
    element.addEventListener('wheel', listener, { passive: false });
    return () => element.removeEventListener('wheel', listener);
  }, []);

  const take = (next: FoundPoint | null) =>
    setFound(next === null ? null : { label: next.series.label, index: next.index });
  const pick = () => {
    const packet = point?.series.packets?.[point.index];
    if (packet !== undefined && packet > 0) onPacket?.(packet);
    return packet !== undefined;
  };
  const step = (by: 1 | -1) => {
    const next = neighbourPoint(picture, frame, point, by);
    take(next);
    if (next === null) return;
    const time = next.series.xs[next.index] ?? 0;
    if (time < view.from || time > view.to)
      onView(pannedAxis(view, time - (view.from + view.to) / 2, picture.whole));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const centre = point === null ? (view.from + view.to) / 2 : (point.series.xs[point.index] ?? 0);
    const isWhole = view.from <= picture.whole.from && view.to >= picture.whole.to;
    switch (event.key) {
      case 'ArrowRight':
        step(1);
        break;
      case 'ArrowLeft':
        step(-1);
        break;
      case 'ArrowUp':
      case 'ArrowDown':
        take(otherSeries(picture, frame, point, event.key === 'ArrowUp' ? -1 : 1));
        break;
      case '+':
        zoom(centre, zoomStep);
        break;
      case '-':
        zoom(centre, 1 / zoomStep);
        break;
      case '0':
        onView(picture.whole);
        break;
      case 'PageUp':
      case 'PageDown':
        onView(
          pannedAxis(view, (event.key === 'PageUp' ? -0.8 : 0.8) * (view.to - view.from), picture.whole),
        );
        break;
      case 'Enter':
        if (!pick()) return;
        break;
      case 'Escape':
        if (found !== null) setFound(null);
        else if (!isWhole) onView(picture.whole);
        else return;
        break;
      default:
        return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const placeIn = (event: React.PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const save = (kind: 'svg' | 'png') => {
    const element = canvas.current;
    if (element !== null) savePlot(kind, fileNamePart(picture.title), picture, frame, plotColors(element));
  };
  const spoken = point === null ? `${picture.title}. Arrows read its points.` : words(point, picture);
  return (
    <div className="plot">
      <div className="plot-bar">
        <PlotLegend
          series={picture.series}
          hidden={hidden}
          onToggle={(label) => {
            const next = new Set(hidden);
            if (!next.delete(label)) next.add(label);
            setHidden(next);
          }}
        />
        <span className="spacer" />
        <button
          type="button"
          className="button quiet"
          title="All of the time (0)"
          disabled={view.from <= picture.whole.from && view.to >= picture.whole.to}
          onClick={() => onView(picture.whole)}
        >
          Whole time
        </button>
        <button
          type="button"
          className="button quiet"
          title="Save what is shown as a vector picture"
          onClick={() => save('svg')}
        >
          SVG
        </button>
        <button
          type="button"
          className="button quiet"
          title="Save what is shown as a picture"
          onClick={() => save('png')}
        >
          PNG
        </button>
      </div>
      <div
        ref={area}
        className="plot-area"
        role="slider"
        tabIndex={0}
        aria-label={picture.title}
        aria-valuemin={0}
        aria-valuemax={Math.max(1, (point?.series.xs.length ?? 2) - 1)}
        aria-valuenow={point?.index ?? 0}
        aria-valuetext={spoken}
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          const { x } = placeIn(event);
          event.currentTarget.setPointerCapture(event.pointerId);
          setDrag({ from: x, to: x });
        }}
        onPointerMove={(event) => {
          const { x, y } = placeIn(event);
          if (drag !== null) setDrag({ ...drag, to: x });
          take(pointNear(picture, frame, x, y, reachPx));
        }}
        onPointerUp={() => {
          if (drag === null) return;
          setDrag(null);
          const [low, high] = [Math.min(drag.from, drag.to), Math.max(drag.from, drag.to)];
          if (high - low < dragPxMin) pick();
          else {
            const wanted = { from: Math.max(view.from, timeAt(low)), to: Math.min(view.to, timeAt(high)) };
            onView(zoomedAxis(wanted, (wanted.from + wanted.to) / 2, 1, picture.whole, viewLeast));
          }
        }}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => {
          if (drag === null) setFound(null);
        }}
        onDoubleClick={() => onView(picture.whole)}
      >
        <canvas ref={canvas} aria-hidden="true" />
        {drag !== null && Math.abs(drag.to - drag.from) >= dragPxMin && (
          <div
            className="plot-drag"
            style={{
              left: Math.max(inner.x, Math.min(drag.from, drag.to)),
              width: Math.abs(drag.to - drag.from),
            }}
          />
        )}
        {point !== null && <Readout point={point} picture={picture} width={width} />}
      </div>
    </div>
  );
}

function pointOf(
  picture: PlotPicture,
  frame: PlotFrame,
  found: { readonly label: string; readonly index: number } | null,
): FoundPoint | null {
  const series = picture.series.find(({ label }) => label === found?.label);
  if (series === undefined || found === null || found.index >= series.xs.length) return null;
  return placed(picture, frame, series, found.index);
}

/** The series above or below in the legend, at the point nearest in time. */
function otherSeries(
  picture: PlotPicture,
  frame: PlotFrame,
  from: FoundPoint | null,
  by: 1 | -1,
): FoundPoint | null {
  const shown = picture.series.filter(({ label, xs }) => !frame.hidden.has(label) && xs.length > 0);
  const at = shown.findIndex((each) => each === from?.series);
  const series = shown[(at + by + shown.length) % shown.length];
  if (series === undefined) return null;
  const time = from === null ? frame.view.from : (from.series.xs[from.index] ?? 0);
  const after = series.xs.findIndex((x) => x >= time);
  return placed(picture, frame, series, after < 0 ? series.xs.length - 1 : after);
}

function words({ series, index }: FoundPoint, { unit }: PlotPicture): string {
  return [series.label, ...lines(series, index, unit)].join(', ');
}

function lines(series: PlotSeries, index: number, unit: PlotPicture['unit']): string[] {
  const [y, top, packet] = [series.ys[index] ?? 0, series.tops?.[index], series.packets?.[index]];
  return [
    `at ${formatDuration(series.xs[index] ?? 0)}`,
    top === undefined ? unitText(y, unit) : `${unitText(y, unit)} to ${unitText(top, unit)}`,
    ...(packet === undefined || packet <= 0 ? [] : [`packet ${formatCount(packet)}`]),
  ];
}

interface ReadoutProps {
  readonly point: FoundPoint;
  readonly picture: PlotPicture;
  readonly width: number;
}

function Readout({ point, picture, width }: ReadoutProps) {
  const isRight = point.x > width / 2;
  return (
    <>
      <span className="plot-cross" style={{ left: point.x }} />
      <span className="plot-point" style={{ left: point.x, top: point.y }} />
      <div className="plot-card" style={isRight ? { right: width - point.x + 12 } : { left: point.x + 12 }}>
        <strong>{point.series.label}</strong>
        {lines(point.series, point.index, picture.unit).map((line) => (
          <span key={line}>{line}</span>
        ))}
      </div>
    </>
  );
}
