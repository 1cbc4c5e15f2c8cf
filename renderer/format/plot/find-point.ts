import { plotArea, scales, yRange, type PlotFrame, type PlotPicture, type PlotSeries } from './draw-plot.ts';
import { firstAtLeast } from './plot-scale.ts';

export interface FoundPoint {
  readonly series: PlotSeries;
  readonly index: number;
  /** px within the picture. */
  readonly x: number;
  readonly y: number;
}

/** More points around the pointer are not compared: they lie on the same pixels. */
const comparedMax = 4000;

/** The point nearest to a place in the picture, at most `reachPx` away in x; null where there is none. */
export function pointNear(
  picture: PlotPicture,
  frame: PlotFrame,
  atX: number,
  atY: number,
  reachPx: number,
): FoundPoint | null {
  const area = plotArea(frame);
  const { toX, toY } = scales(area, frame.view, yRange(picture, frame));
  const perPx = (frame.view.to - frame.view.from) / area.width;
  const centre = frame.view.from + (atX - area.x) * perPx;
  let best: FoundPoint | null = null;
  let bestDistance = Infinity;
  for (const series of picture.series) {
    if (frame.hidden.has(series.label)) continue;
    const from = firstAtLeast(series.xs, centre - reachPx * perPx);
    const to = firstAtLeast(series.xs, centre + reachPx * perPx);
    const step = Math.max(1, Math.ceil((to - from) / comparedMax));
    for (let index = from; index < to; index += step) {
      const x = toX(series.xs[index] ?? 0);
      const y = toY(series.ys[index] ?? 0);
      const distance = Math.hypot(x - atX, (y - atY) / 2);
      if (distance >= bestDistance) continue;
      best = { series, index, x, y };
      bestDistance = distance;
    }
  }
  return best;
}

/** The point of the same series before or behind; from nothing, the first or last in sight. */
export function neighbourPoint(
  picture: PlotPicture,
  frame: PlotFrame,
  from: FoundPoint | null,
  by: 1 | -1,
): FoundPoint | null {
  const series =
    from?.series ?? picture.series.find(({ label, xs }) => !frame.hidden.has(label) && xs.length > 0);
  if (series === undefined) return null;
  const first =
    by === 1 ? firstAtLeast(series.xs, frame.view.from) : firstAtLeast(series.xs, frame.view.to) - 1;
  const index = from === null ? first : from.index + by;
  if (index < 0 || index >= series.xs.length) return from;
  return placed(picture, frame, series, index);
}

/** The point with its place in the picture. */
export function placed(
  picture: PlotPicture,
  frame: PlotFrame,
  series: PlotSeries,
  index: number,
): FoundPoint {
  const { toX, toY } = scales(plotArea(frame), frame.view, yRange(picture, frame));
  return { series, index, x: toX(series.xs[index] ?? 0), y: toY(series.ys[index] ?? 0) };
}
