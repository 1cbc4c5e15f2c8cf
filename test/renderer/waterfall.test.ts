import { describe, expect, it } from 'vitest';
import { exchangeTimings } from '../../core/model/timings.ts';
import { axisTicksUs, niceScaleUs, rowBars, settledScaleUs } from '../../renderer/format/waterfall.ts';
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
