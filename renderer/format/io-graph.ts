import type { PlotColor, PlotPicture, PlotSeries } from './plot/draw-plot.ts';
import type { AxisRange } from './plot/plot-scale.ts';

/** What the engine counted for one line: equal parts of a time. */
export interface Counted {
  readonly fromUs: number;
  readonly toUs: number;
  readonly packets: readonly number[];
  readonly bytes: readonly number[];
  readonly troubled: readonly number[];
}

export interface GraphLine {
  readonly label: string;
  readonly counted: Counted;
}

export const graphMetrics = ['packets', 'bytes'] as const;
export type GraphMetric = (typeof graphMetrics)[number];

export const graphLinesMax = 8;

/** Colour and dashes of each line: told apart without the colour. */
const looks: readonly { readonly color: PlotColor; readonly dash: readonly number[] }[] = [
  { color: 'phase-wait', dash: [] },
  { color: 'phase-connect', dash: [6, 3] },
  { color: 'phase-tls', dash: [2, 2] },
  { color: 'phase-dns', dash: [8, 3, 2, 3] },
  { color: 'phase-receive', dash: [10, 4] },
  { color: 'phase-send', dash: [4, 4] },
  { color: 'phase-blocked', dash: [1, 3] },
  { color: 'note', dash: [12, 3, 3, 3] },
];

/** Packets or bytes over time, a line for each filter; bars for the first, with what of it was in trouble. `startUs`: where the time begins. */
export function graphPicture(
  lines: readonly GraphLine[],
  metric: GraphMetric,
  whole: AxisRange,
  startUs: number,
): PlotPicture {
  const series: PlotSeries[] = [];
  for (const [at, { label, counted }] of lines.entries()) {
    const look = looks[at % looks.length];
    if (look === undefined) continue;
    const values = counted[metric];
    const xs = timesOf(counted, values.length, startUs);
    series.push({
      label,
      meaning: `${metric === 'packets' ? 'Packets' : 'Bytes'} in each part of the time: ${label}.`,
      color: look.color,
      kind: at === 0 ? 'bars' : 'step',
      dash: look.dash,
      xs,
      // One more value ends the last part.
      ys: Float64Array.from([...values, at === 0 ? 0 : (values.at(-1) ?? 0)]),
    });
    if (at > 0 || metric !== 'packets') continue;
    const troubled = counted.troubled;
    if (!troubled.some((count) => count > 0)) continue;
    const places = troubled.flatMap((count, place) => (count > 0 ? [place] : []));
    const middle = (counted.toUs - counted.fromUs) / Math.max(1, values.length) / 2;
    series.push({
      label: 'In trouble',
      meaning: 'Of these, packets with a warning: sent again, zero window, reset and the like.',
      ...{ color: 'problem', kind: 'points', shape: 'triangle' },
      xs: Float64Array.from(places, (place) => (xs[place] ?? 0) + middle),
      ys: Float64Array.from(places, (place) => troubled[place] ?? 0),
    });
  }
  return {
    title: metric === 'packets' ? 'Packets over time' : 'Bytes over time',
    ...{ unit: metric === 'packets' ? 'count' : 'bytes', fromZero: true, whole, series },
  };
}

function timesOf({ fromUs, toUs }: Counted, parts: number, startUs: number): Float64Array {
  const step = (toUs - fromUs) / Math.max(1, parts);
  return Float64Array.from({ length: parts + 1 }, (_, at) => fromUs - startUs + at * step);
}
