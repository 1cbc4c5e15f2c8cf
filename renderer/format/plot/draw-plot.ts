import { formatScale } from '../duration.ts';
import { formatSize } from '../size.ts';
import { extent, firstAtLeast, ticksOf, type AxisRange } from './plot-scale.ts';
import { createPointGrid, thinLine, thinnedMax } from './plot-thin.ts';
import type { MarkShape, Pen } from './plot-pen.ts';

/** Names of colours of the theme, without the dashes. */
export type PlotColor =
  | 'phase-send'
  | 'phase-receive'
  | 'phase-blocked'
  | 'phase-tls'
  | 'phase-connect'
  | 'phase-wait'
  | 'phase-dns'
  | 'phase-pass'
  | 'warning'
  | 'problem'
  | 'note';

export type PlotUnit = 'bytes' | 'us' | 'bitsPerSecond' | 'count';

/** One series; `xs` go up and are µs since the picture began. */
export interface PlotSeries {
  readonly label: string;
  /** One sentence for whom the name is new. */
  readonly meaning: string;
  readonly color: PlotColor;
  /** `spans`: a vertical stroke from `ys` to `tops` at each x. `bars`: from zero, as wide as the way to the next x. */
  readonly kind: 'line' | 'step' | 'points' | 'spans' | 'bars';
  readonly xs: Float64Array;
  readonly ys: Float64Array;
  readonly tops?: Float64Array;
  readonly shape?: MarkShape;
  readonly dash?: readonly number[];
  /** Hidden until it is asked for: it would press the others flat. */
  readonly isQuiet?: boolean;
  /** Packet of each point; none where points stand for several. */
  readonly packets?: Float64Array;
}

export interface PlotPicture {
  readonly title: string;
  readonly unit: PlotUnit;
  readonly series: readonly PlotSeries[];
  /** All of the time there is. */
  readonly whole: AxisRange;
  /** The y axis begins at zero. */
  readonly fromZero: boolean;
}

export interface PlotColors {
  readonly of: (color: PlotColor) => string;
  readonly grid: string;
  readonly text: string;
  readonly muted: string;
  readonly background: string;
}

export interface PlotFrame {
  readonly width: number;
  readonly height: number;
  readonly view: AxisRange;
  readonly hidden: ReadonlySet<string>;
}

/** Room around the drawn area, px. */
export const plotRoom = { left: 72, right: 16, top: 8, bottom: 24 } as const;

export interface PlotArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export function plotArea({ width, height }: Pick<PlotFrame, 'width' | 'height'>): PlotArea {
  return {
    x: plotRoom.left,
    y: plotRoom.top,
    width: Math.max(1, width - plotRoom.left - plotRoom.right),
    height: Math.max(1, height - plotRoom.top - plotRoom.bottom),
  };
}

/** The y axis for what is in sight, with a little room above and below. */
export function yRange({ series, fromZero }: PlotPicture, { view, hidden }: PlotFrame): AxisRange {
  let low = Infinity;
  let high = -Infinity;
  for (const each of series) {
    if (hidden.has(each.label)) continue;
    const [from, to] = inSight(each, view);
    for (const values of [each.ys, ...(each.tops === undefined ? [] : [each.tops])]) {
      const found = extent(values, from, to);
      if (found === null) continue;
      low = Math.min(low, found.from);
      high = Math.max(high, found.to);
    }
  }
  if (low > high) return { from: 0, to: 1 };
  if (fromZero) low = Math.min(0, low);
  const room = Math.max((high - low) * 0.05, high === low ? Math.max(1, Math.abs(high) * 0.05) : 0);
  return { from: fromZero && low === 0 ? 0 : low - room, to: high + room };
}

/** Indexes of the points to draw, `to` excluded: those in the view and one beside it on each side, for the line that leads there. */
function inSight({ xs }: PlotSeries, view: AxisRange): readonly [number, number] {
  const from = Math.max(0, firstAtLeast(xs, view.from) - 1);
  return [from, Math.min(xs.length, firstAtLeast(xs, view.to) + 1)];
}

export function scales(area: PlotArea, view: AxisRange, y: AxisRange) {
  return {
    toX: (value: number) => area.x + ((value - view.from) / (view.to - view.from)) * area.width,
    toY: (value: number) => area.y + area.height - ((value - y.from) / (y.to - y.from)) * area.height,
  };
}

/** Draws axes and series. The time it takes goes with the points in sight, what is drawn with the pixels. */
export function drawPlot(pen: Pen, picture: PlotPicture, frame: PlotFrame, colors: PlotColors): void {
  const area = plotArea(frame);
  const y = yRange(picture, frame);
  const { toX, toY } = scales(area, frame.view, y);
  const right = area.x + area.width;
  const bottom = area.y + area.height;
  const yTicks = ticksOf(y, Math.max(2, Math.floor(area.height / 40)));
  const xTicks = ticksOf(frame.view, Math.max(2, Math.floor(area.width / 110)));
  const lines = [
    ...yTicks.flatMap((tick) => [area.x, Math.round(toY(tick)) + 0.5, right, Math.round(toY(tick)) + 0.5]),
    ...xTicks.flatMap((tick) => [Math.round(toX(tick)) + 0.5, area.y, Math.round(toX(tick)) + 0.5, bottom]),
  ];
  pen.strokes(Float64Array.from(lines), lines.length, colors.grid, 1);
  for (const tick of yTicks)
    pen.text(unitText(tick, picture.unit), area.x - 8, toY(tick) + 4, colors.muted, 'end');
  for (const tick of xTicks) {
    const x = toX(tick);
    const anchor = x < area.x + 24 ? 'start' : x > right - 24 ? 'end' : 'middle';
    pen.text(timeText(tick, frame.view), x, bottom + 16, colors.muted, anchor);
  }
  pen.clip({ ...area, y: area.y - 4, height: area.height + 8 });
  for (const series of picture.series) {
    if (!frame.hidden.has(series.label)) drawSeries(pen, series, frame.view, area, { toX, toY }, colors);
  }
  pen.clip(null);
}

function drawSeries(
  pen: Pen,
  series: PlotSeries,
  view: AxisRange,
  area: PlotArea,
  { toX, toY }: ReturnType<typeof scales>,
  colors: PlotColors,
): void {
  const { xs, ys, kind } = series;
  const [from, to] = inSight(series, view);
  const color = colors.of(series.color);
  switch (kind) {
    case 'line':
    case 'step': {
      const out = new Float64Array(thinnedMax(area.width));
      const length = thinLine(xs, ys, from, to, toX, toY, out);
      if (kind === 'line') pen.line(out, length, color, series.dash ?? []);
      else {
        const steps = stepped(out, length, area.x + area.width, to >= xs.length);
        pen.line(steps, steps.length, color, series.dash ?? []);
      }
      break;
    }
    case 'points': {
      const free = createPointGrid(area.width, area.height + 8, (series.shape ?? 'dot') === 'dot' ? 2 : 7);
      const out = new Float64Array(2 * (to - from));
      let length = 0;
      for (let at = from; at < to; at += 1) {
        const [x, y] = [toX(xs[at] ?? 0), toY(ys[at] ?? 0)];
        if (!free(x - area.x, y - area.y + 4)) continue;
        out[length] = x;
        out[length + 1] = y;
        length += 2;
      }
      pen.marks(out, length, color, series.shape ?? 'dot');
      break;
    }
    case 'spans': {
      const out = new Float64Array(4 * (to - from));
      let length = 0;
      let [lastX, lastLow, lastHigh] = [NaN, NaN, NaN];
      for (let at = from; at < to; at += 1) {
        const x = Math.round(toX(xs[at] ?? 0)) + 0.5;
        const low = Math.round(toY(ys[at] ?? 0));
        const high = Math.min(low - 1, Math.round(toY(series.tops?.[at] ?? 0)));
        // In the same column of pixels strokes that touch become one.
        if (x === lastX && high <= lastLow && low >= lastHigh) {
          lastLow = Math.max(lastLow, low);
          lastHigh = Math.min(lastHigh, high);
          out[length - 3] = lastLow;
          out[length - 1] = lastHigh;
          continue;
        }
        out.set([x, low, x, high], length);
        length += 4;
        [lastX, lastLow, lastHigh] = [x, low, high];
      }
      pen.strokes(out, length, color, 2);
      break;
    }
    case 'bars': {
      const out = new Float64Array(4 * (to - from));
      let length = 0;
      for (let at = from; at < to; at += 1) {
        if ((ys[at] ?? 0) === 0) continue;
        const x = toX(xs[at] ?? 0);
        const next = toX(xs[at + 1] ?? 2 * (xs[at] ?? 0) - (xs[at - 1] ?? 0));
        const gap = next - x >= 3 ? 1 : 0;
        const top = Math.min(toY(0) - 1, toY(ys[at] ?? 0));
        out.set([x, top, Math.max(1, next - x - gap), toY(0) - top], length);
        length += 4;
      }
      pen.rects(out, length, color);
      break;
    }
    default:
      kind satisfies never;
  }
}

/** From point to point across, then up or down. The last value holds to the right edge where nothing comes after it. */
function stepped(points: Float64Array, length: number, right: number, isLast: boolean): Float64Array {
  if (length < 2) return new Float64Array();
  const out = new Float64Array(2 * length - 2 + (isLast ? 2 : 0));
  let at = 0;
  for (let each = 0; each < length; each += 2) {
    if (each > 0) {
      out[at] = points[each] ?? 0;
      out[at + 1] = points[each - 1] ?? 0;
      at += 2;
    }
    out[at] = points[each] ?? 0;
    out[at + 1] = points[each + 1] ?? 0;
    at += 2;
  }
  if (isLast) {
    out[at] = Math.max(right, points[length - 2] ?? 0);
    out[at + 1] = points[length - 1] ?? 0;
  }
  return out;
}

/** A value on the y axis: `1.2 MB`, `24 ms`, `8.1 Mbit/s`, `1,200`. */
export function unitText(value: number, unit: PlotUnit): string {
  switch (unit) {
    case 'bytes':
      return value < 0 ? `−${formatSize(-value)}` : formatSize(Math.round(value));
    case 'us':
      return formatScale(value);
    case 'bitsPerSecond':
      return bitsText(value);
    case 'count':
      return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(1);
    default:
      return unit satisfies never;
  }
}

function bitsText(value: number): string {
  const steps = [
    ['Gbit/s', 1e9],
    ['Mbit/s', 1e6],
    ['kbit/s', 1e3],
  ] as const;
  const found = steps.find(([, factor]) => value >= factor);
  if (found === undefined) return `${Math.round(value)} bit/s`;
  const [name, factor] = found;
  return `${Number((value / factor).toPrecision(3))} ${name}`;
}

/** A time on the x axis, as exact as the stretch in sight asks for: `1.25 s`, `80.4 ms`. */
export function timeText(us: number, view: AxisRange): string {
  if (us === 0) return '0';
  const span = view.to - view.from;
  const size = Math.max(Math.abs(view.from), Math.abs(view.to));
  if (size >= 1_000_000) {
    const digits = span >= 20_000_000 ? 0 : Math.min(6, Math.max(0, 7 - Math.floor(Math.log10(span))));
    return `${(us / 1_000_000).toFixed(digits)} s`;
  }
  const digits = Math.min(3, Math.max(0, 4 - Math.floor(Math.log10(Math.max(1, span)))));
  return `${(us / 1000).toFixed(digits)} ms`;
}

/** A picture as a file: title and the names of the series above it. */
export function plotSvgTop(
  pen: Pen,
  picture: PlotPicture,
  hidden: ReadonlySet<string>,
  colors: PlotColors,
): void {
  pen.text(picture.title, 12, 18, colors.text, 'start');
  let x = 12;
  for (const { label, color, shape, kind } of picture.series) {
    if (hidden.has(label)) continue;
    pen.marks(
      Float64Array.of(x + 4, 34),
      2,
      colors.of(color),
      shape ?? (kind === 'line' || kind === 'step' ? 'tick' : 'square'),
    );
    pen.text(label, x + 14, 38, colors.muted, 'start');
    x += 14 + label.length * 6.7 + 20;
  }
}

/** Room that `plotSvgTop` takes, px. */
export const svgTopPx = 48;
