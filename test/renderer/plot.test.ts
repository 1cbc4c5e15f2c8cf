import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  drawPlot,
  plotArea,
  timeText,
  unitText,
  yRange,
  type PlotColors,
  type PlotFrame,
  type PlotPicture,
  type PlotSeries,
} from '../../renderer/format/plot/draw-plot.ts';
import { neighbourPoint, pointNear } from '../../renderer/format/plot/find-point.ts';
import { createSvgPen, markShapes } from '../../renderer/format/plot/plot-pen.ts';
import {
  extent,
  firstAtLeast,
  niceStep,
  pannedAxis,
  ticksOf,
  zoomedAxis,
} from '../../renderer/format/plot/plot-scale.ts';
import { createPointGrid, thinLine, thinnedMax } from '../../renderer/format/plot/plot-thin.ts';

const colors: PlotColors = {
  of: (color) => `var(${color})`,
  ...{ grid: '#ccc', text: '#000', muted: '#555', background: '#fff' },
};
const frame: PlotFrame = { width: 800, height: 300, view: { from: 0, to: 1000 }, hidden: new Set() };

function series(more: Partial<PlotSeries> = {}): PlotSeries {
  const xs = Float64Array.from({ length: 101 }, (_, at) => at * 10);
  const ys = xs.map((x) => (x === 500 ? 9 : 1));
  return {
    label: 'one',
    meaning: 'One.',
    color: 'phase-wait',
    kind: 'line',
    xs,
    ys,
    packets: xs.map((_, at) => at + 1),
    ...more,
  };
}

function picture(...all: PlotSeries[]): PlotPicture {
  return { title: 'A & <b>', unit: 'bytes', series: all, whole: { from: 0, to: 1000 }, fromZero: true };
}

function svgOf(drawn: PlotPicture, at: PlotFrame = frame): string {
  const pen = createSvgPen(at.width, at.height, colors.background, drawn.title);
  drawPlot(pen, drawn, at, colors);
  return pen.finish();
}

describe('an axis', () => {
  it('has round ticks, as many as fit', () => {
    expect(niceStep(0.3)).toBe(0.5);
    expect(niceStep(5)).toBe(5);
    expect(niceStep(5.1)).toBe(10);
    expect(ticksOf({ from: 3, to: 42 }, 5)).toEqual([10, 20, 30, 40]);
    expect(ticksOf({ from: 5, to: 5 }, 5)).toEqual([]);
  });

  it('never has more ticks than asked for, all of them in the range', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e12, max: 1e12, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e12, noNaN: true }),
        fc.integer({ min: 1, max: 20 }),
        (from, span, most) => {
          const range = { from, to: from + span };
          fc.pre(range.to > range.from);
          const ticks = ticksOf(range, most);
          expect(ticks.length).toBeLessThanOrEqual(most + 1);
          for (const tick of ticks) {
            expect(tick).toBeGreaterThanOrEqual(from - span * 1e-6);
            expect(tick).toBeLessThanOrEqual(range.to + span * 1e-6);
          }
        },
      ),
    );
  });

  it('is zoomed around a place that stays, and ends where the whole ends', () => {
    const whole = { from: 0, to: 1000 };
    expect(zoomedAxis(whole, 250, 0.5, whole, 1)).toEqual({ from: 125, to: 625 });
    expect(zoomedAxis({ from: 0, to: 100 }, 0, 0.5, whole, 60)).toEqual({ from: 0, to: 60 });
    expect(zoomedAxis({ from: 0, to: 600 }, 100, 2, whole, 1)).toEqual(whole);
    expect(pannedAxis({ from: 900, to: 950 }, 500, whole)).toEqual({ from: 950, to: 1000 });
    expect(pannedAxis({ from: 10, to: 60 }, -500, whole)).toEqual({ from: 0, to: 50 });
  });

  it('finds its values by halving', () => {
    const values = Float64Array.of(1, 3, 3, 7);
    expect([0, 1, 2, 3, 4, 7, 8].map((wanted) => firstAtLeast(values, wanted))).toEqual([
      0, 0, 1, 1, 3, 3, 4,
    ]);
    expect(extent(values, 1, 3)).toEqual({ from: 3, to: 3 });
    expect(extent(values, 2, 2)).toBeNull();
  });
});

describe('thinning to pixels', () => {
  it('keeps what a column of pixels shows: first, lowest, highest, last', () => {
    const xs = Float64Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 5);
    const ys = Float64Array.of(3, 9, 1, 4, 2, 7);
    const out = new Float64Array(thinnedMax(10));
    const length = thinLine(
      xs,
      ys,
      0,
      6,
      (x) => x,
      (y) => y,
      out,
    );
    expect([...out.slice(0, length)]).toEqual([0.1, 3, 0.2, 9, 0.3, 1, 0.5, 2, 5, 7]);
  });

  it('never writes more than the width allows, and never loses an extreme', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 1, maxLength: 500 }),
        (values) => {
          const xs = Float64Array.from(values, (_, at) => at / 20);
          const ys = Float64Array.from(values);
          const widthPx = Math.ceil(values.length / 20);
          const out = new Float64Array(thinnedMax(widthPx));
          const length = thinLine(
            xs,
            ys,
            0,
            xs.length,
            (x) => x,
            (y) => y,
            out,
          );
          const drawn = [...out.slice(0, length)].filter((_, at) => at % 2 === 1);
          expect(Math.max(...drawn)).toBe(Math.max(...ys));
          expect(Math.min(...drawn)).toBe(Math.min(...ys));
          expect(drawn.at(-1)).toBe(ys.at(-1));
        },
      ),
    );
  });

  it('draws of points on the same cell only the first', () => {
    const free = createPointGrid(100, 50, 2);
    expect([free(1, 1), free(1.5, 1.5), free(3, 1), free(-1, 1), free(1000, 1)]).toEqual([
      true,
      false,
      true,
      false,
      false,
    ]);
  });
});

describe('a picture', () => {
  it('fits its y axis to what is in sight and not hidden', () => {
    const high = series({ label: 'high', ys: series().ys.map((y) => y * 100) });
    expect(yRange(picture(series()), frame).to).toBeCloseTo(9.45);
    expect(yRange(picture(series(), high), { ...frame, hidden: new Set(['high']) }).to).toBeCloseTo(9.45);
    expect(yRange(picture(series()), { ...frame, view: { from: 0, to: 100 } }).to).toBeLessThan(2);
    expect(yRange(picture(), frame)).toEqual({ from: 0, to: 1 });
  });

  it('becomes SVG that is well-formed whatever its title says', () => {
    const spans = series({ label: 'spans', kind: 'spans', tops: series().ys.map((y) => y + 2) });
    const points = markShapes.map((shape) => series({ label: shape, kind: 'points', shape }));
    const svg = svgOf(
      picture(
        series(),
        series({ label: 'step', kind: 'step' }),
        series({ label: 'bars', kind: 'bars' }),
        spans,
        ...points,
      ),
    );
    expect(svg).toContain('<title>A &amp; &lt;b&gt;</title>');
    expect(svg).not.toMatch(/NaN|undefined|Infinity/);
    const opened = svg.match(/<[a-z]+[^>]*[^/]>/gi)?.length;
    const closed = svg.match(/<\/[a-z]+>/gi)?.length;
    expect(opened).toBe(closed);
  });

  it('grows with the pixels, not with the points', () => {
    const many = 100_000;
    const xs = Float64Array.from({ length: many }, (_, at) => at / 100);
    const ys = xs.map((_, at) => (at * 7919) % 1000);
    const kinds = ['line', 'step', 'points'] as const;
    const svg = svgOf(picture(...kinds.map((kind) => series({ label: kind, kind, xs, ys }))));
    // Four points for each of 712 columns, twice that for a step, and a cell of 2 px for each point.
    expect(svg.length).toBeLessThan(6_000_000);
    const lines = svg.match(/<polyline points="([^"]*)"/g)?.map((line) => line.split(' ').length) ?? [];
    expect(Math.max(...lines)).toBeLessThan(2 * 4 * (plotArea(frame).width + 8));
  });

  it('draws nothing of a series without points', () => {
    expect(svgOf(picture(series({ xs: new Float64Array(), ys: new Float64Array() })))).not.toContain(
      '<polyline',
    );
  });

  it('finds the point under the pointer, and its neighbours by keys', () => {
    const drawn = picture(series());
    const { x, width } = plotArea(frame);
    const found = pointNear(drawn, frame, x + width / 2 + 1, 60, 24);
    expect(found?.series.packets?.[found.index]).toBe(51);
    expect(pointNear(drawn, { ...frame, hidden: new Set(['one']) }, x + 10, 60, 24)).toBeNull();
    expect(neighbourPoint(drawn, frame, found, 1)?.index).toBe(51);
    expect(neighbourPoint(drawn, frame, null, 1)?.index).toBe(0);
    expect(neighbourPoint(drawn, frame, null, -1)?.index).toBe(99);
    expect(neighbourPoint(picture(), frame, null, 1)).toBeNull();
  });

  it('writes its axes in units', () => {
    expect(unitText(2_500_000, 'bytes')).toBe('2.5 MB');
    expect(unitText(24_500, 'us')).toBe('24.5 ms');
    expect(unitText(9_400_000, 'bitsPerSecond')).toBe('9.4 Mbit/s');
    expect(unitText(640, 'bitsPerSecond')).toBe('640 bit/s');
    expect(unitText(1200, 'count')).toBe('1,200');
    expect(timeText(1_250_000, { from: 0, to: 5_000_000 })).toBe('1.3 s');
    expect(timeText(1_250_300, { from: 1_250_000, to: 1_251_000 })).toBe('1.2503 s');
    expect(timeText(80_400, { from: 80_000, to: 81_000 })).toBe('80.4 ms');
    expect(timeText(0, { from: 0, to: 10 })).toBe('0');
  });
});
