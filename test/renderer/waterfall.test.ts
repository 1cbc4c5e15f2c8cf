import { describe, expect, it } from 'vitest';
import { exchangeTimings } from '../../core/model/timings.ts';
import {
  axisRow,
  axisTicksUs,
  brushedAxis,
  fittedAxis,
  niceScaleUs,
  pannedAxis,
  rowBars,
  settledScaleUs,
  zoomedAxis,
} from '../../renderer/format/waterfall.ts';
import { conversationRecord, exchangeRecord } from '../support/records.ts';

const start = exchangeRecord().startedAtUs;

describe('the waterfall', () => {
  it('places phases as shares of the scale', () => {
    const { bars, start: zero, cut } = rowBars(exchangeTimings(exchangeRecord(), 0), 200_000);
    const wait = bars.find(({ phase }) => phase.kind === 'wait' && phase.leg === 'server');
    expect(wait).toMatchObject({ from: 0.006, to: 0.4 });
    expect([zero, cut]).toEqual([0, false]);
  });

  it('cuts what lies beyond the right edge', () => {
    const { bars, cut } = rowBars(exchangeTimings(exchangeRecord(), 0), 50_000);
    expect(cut).toBe(true);
    expect(Math.max(...bars.map((bar) => bar.to))).toBe(1);
    expect(bars.some(({ phase }) => phase.kind === 'receive')).toBe(false);
  });

  it('begins with a connection made just before, and leaves out one made long before', () => {
    const at = (us: number) => ({
      client: null,
      server: conversationRecord({ connectFromUs: start - us, connectToUs: start - us + 1000 }),
    });
    const exchange = exchangeRecord({ serverReused: false });
    expect(rowBars(exchangeTimings(exchange, 0, at(40_000)), 200_000).start).toBe(0.2);
    expect(rowBars(exchangeTimings(exchange, 0, at(100_000)), 200_000).start).toBe(0.25);
    expect(rowBars(exchangeTimings(exchange, 0, at(5_000_000)), 200_000).start).toBe(0);
  });

  it('has round scales', () => {
    expect([1, 10_000, 11_000, 812_000, 3_000_000].map(niceScaleUs)).toEqual([
      10_000, 10_000, 20_000, 1_000_000, 5_000_000,
    ]);
  });

  it('keeps its scale until rows would be cut or become slivers', () => {
    const rows = (us: number) => Array.from({ length: 20 }, () => us);
    expect(settledScaleUs(rows(300_000), null)).toBe(500_000);
    expect(settledScaleUs(rows(150_000), 500_000)).toBe(500_000);
    expect(settledScaleUs(rows(600_000), 500_000)).toBe(1_000_000);
    expect(settledScaleUs(rows(20_000), 500_000)).toBe(20_000);
    expect(settledScaleUs([...rows(40_000), 30_000_000], null)).toBe(50_000);
    expect(settledScaleUs([], 500_000)).toBe(500_000);
  });

  it('has ticks at round times, zero among them', () => {
    expect(axisTicksUs(-30_000, 100_000)).toEqual([0, 50_000, 100_000]);
    expect(axisTicksUs(0, 1_000_000)).toEqual([0, 200_000, 400_000, 600_000, 800_000, 1_000_000]);
    expect(axisTicksUs(5, 5)).toEqual([]);
  });
});

describe('the waterfall with one time axis for all rows', () => {
  it('places phases where they happened', () => {
    const timings = exchangeTimings(exchangeRecord(), 0);
    const shifted = axisRow(timings, { fromUs: start - 100_000, toUs: start + 100_000 });
    const own = axisRow(timings, { fromUs: start, toUs: start + 100_000 });
    const wait = (row: typeof own) => row.bars.find(({ phase }) => phase.kind === 'wait');
    expect(wait(shifted)?.from).toBeCloseTo(0.5 + (wait(own)?.from ?? 0) / 2);
    expect(own).toMatchObject({ cutLeft: false, outside: null });
  });

  it('says on which side a row lies, or goes on', () => {
    const timings = exchangeTimings(exchangeRecord(), 0);
    const axis = (from: number, to: number) => axisRow(timings, { fromUs: start + from, toUs: start + to });
    expect(axis(-2000, -1000)).toMatchObject({ bars: [], outside: 'after' });
    expect(axis(60e6, 61e6)).toMatchObject({ bars: [], outside: 'before' });
    expect(axis(5000, 20_000)).toMatchObject({ cutLeft: true, cutRight: true, outside: null });
  });

  it('fits the rows, without letting one that lasts long squeeze the others', () => {
    const rows = Array.from({ length: 20 }, (_, at) => ({ fromUs: at * 1000, toUs: at * 1000 + 5000 }));
    expect(fittedAxis(rows)).toEqual({ fromUs: 0, toUs: 22_440 });
    expect(fittedAxis([...rows, { fromUs: 3, toUs: 1e9 }])?.toUs).toBeLessThan(30_000);
    expect(fittedAxis([])).toBeNull();
  });

  it('zooms about a point, moves along and is brushed in either direction', () => {
    const axis = { fromUs: 1_000_000, toUs: 2_000_000 };
    expect(zoomedAxis(axis, 1_250_000, 0.5)).toEqual({ fromUs: 1_125_000, toUs: 1_625_000 });
    expect(zoomedAxis(axis, 1_000_000, 1e-9)).toEqual({ fromUs: 1_000_000, toUs: 1_000_200 });
    expect(pannedAxis(axis, -0.5)).toEqual({ fromUs: 500_000, toUs: 1_500_000 });
    expect(pannedAxis(axis, -5)).toEqual({ fromUs: 0, toUs: 1_000_000 });
    expect(brushedAxis(axis, 0.75, 0.25)).toEqual({ fromUs: 1_250_000, toUs: 1_750_000 });
    expect(brushedAxis(axis, 0.5, 2)).toEqual({ fromUs: 1_500_000, toUs: 2_000_000 });
  });
});
