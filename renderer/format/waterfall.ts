import type { ExchangeTimings, Phase } from '../../core/model/timings.ts';
import type { TimeRange } from './time-range.ts';

/** A phase on a scale: both ends as a share of the width, 0 … 1. */
export interface Bar {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

export interface RowBars {
  readonly bars: readonly Bar[];
  /** Share of the width at which the first request byte stands; > 0 when the connection was made before it. */
  readonly start: number;
  /** It goes on beyond the right edge. */
  readonly cut: boolean;
}

/** Early phases farther back than this many times the exchange's own duration would only push the bar aside. */
const earlyReachUs = 1_000_000;
/** Share of the width that early phases may take; of longer ones only the end is seen. */
const earlyShareMax = 0.25;

/**
 * The bars of one row: its first moment at the left edge, `scaleUs` across the whole width. A connection made
 * long before the request is left out: it cost this exchange nothing.
 */
export function rowBars(timings: ExchangeTimings, scaleUs: number): RowBars {
  const phases = timings.phases.filter((phase) => timings.startUs - phase.fromUs <= earlyReachUs);
  const firstUs = Math.min(timings.startUs, ...phases.map((phase) => phase.fromUs));
  const zeroUs = Math.max(firstUs, timings.startUs - earlyShareMax * scaleUs);
  const share = (us: number) => Math.max(0, Math.min(1, (us - zeroUs) / scaleUs));
  const bars = phases
    .map((phase) => ({ phase, from: share(phase.fromUs), to: share(phase.toUs) }))
    .filter((bar) => bar.from < 1 && bar.to > 0);
  return { bars, start: share(timings.startUs), cut: timings.endUs - zeroUs > scaleUs };
}

/** The smallest of 1, 2, 5 × 10ⁿ ms that is not below `us`. At least 10 ms. */
export function niceScaleUs(us: number): number {
  let power = 10_000;
  for (;;) {
    for (const step of [1, 2, 5]) {
      if (step * power >= us) return step * power;
    }
    power *= 10;
  }
}

/**
 * The scale for rows of these durations: nine of ten fit. Stays at `currentUs` until that would show most rows cut
 * or as slivers, so that bars do not jump while scrolling.
 */
export function settledScaleUs(durationsUs: readonly number[], currentUs: number | null): number | null {
  if (durationsUs.length === 0) return currentUs;
  const sorted = [...durationsUs].sort((a, b) => a - b);
  const wantedUs = sorted[Math.floor((sorted.length - 1) * 0.9)] ?? 0;
  const niceUs = niceScaleUs(wantedUs);
  if (currentUs !== null && wantedUs <= currentUs && niceUs * 4 >= currentUs) return currentUs;
  return niceUs;
}

/** Ticks for an axis from `fromUs` to `toUs`: 4 to 9 round steps, 0 among them when it is in range. */
export function axisTicksUs(fromUs: number, toUs: number): number[] {
  const spanUs = toUs - fromUs;
  if (!(spanUs > 0)) return [];
  const raw = spanUs / 6;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((factor) => factor * power >= raw) ?? 10) * power;
  const ticks: number[] = [];
  for (let index = Math.ceil(fromUs / step); index * step <= toUs; index += 1) ticks.push(index * step + 0);
  return ticks;
}

/** A row on a time axis that all rows share. */
export interface AxisRow {
  readonly bars: readonly Bar[];
  /** It goes on beyond that edge. */
  readonly cutLeft: boolean;
  readonly cutRight: boolean;
  /** Nothing of it is on the axis. */
  readonly outside: 'before' | 'after' | null;
}

/** The bars of one row where they happened. Early phases are left out only where they lie before the axis. */
export function axisRow(timings: ExchangeTimings, { fromUs, toUs }: TimeRange): AxisRow {
  const spanUs = Math.max(1, toUs - fromUs);
  const share = (us: number) => Math.max(0, Math.min(1, (us - fromUs) / spanUs));
  const firstUs = Math.min(timings.startUs, ...timings.phases.map((phase) => phase.fromUs));
  const outside = timings.endUs < fromUs ? 'before' : firstUs >= toUs ? 'after' : null;
  const bars = timings.phases
    .filter((phase) => phase.toUs > fromUs && phase.fromUs < toUs)
    .map((phase) => ({ phase, from: share(phase.fromUs), to: share(phase.toUs) }));
  return {
    bars,
    cutLeft: outside === null && timings.startUs < fromUs,
    cutRight: outside === null && timings.endUs > toUs,
    outside,
  };
}

/** Room that an axis leaves at its right edge, as a share of the rows' span. */
const axisMargin = 0.02;

/**
 * The axis for these rows: from the first beginning to where nine of ten have ended, and no row begins beyond it.
 * Null for no rows.
 */
export function fittedAxis(rows: readonly TimeRange[]): TimeRange | null {
  if (rows.length === 0) return null;
  const fromUs = Math.min(...rows.map((row) => row.fromUs));
  const ends = rows.map((row) => row.toUs).sort((a, b) => a - b);
  const mostUs = ends[Math.floor((ends.length - 1) * 0.9)] ?? fromUs;
  const lastUs = Math.max(mostUs, ...rows.map((row) => row.fromUs));
  return { fromUs, toUs: Math.ceil(lastUs + Math.max(axisUsMin, (lastUs - fromUs) * axisMargin)) };
}

/** The nearest and the farthest that an axis can be zoomed. */
const axisUsMin = 200;
const axisUsMax = 30 * 86_400e6;

/** The axis with `atUs` staying where it is and `factor` (below 1: nearer) times as long. */
export function zoomedAxis({ fromUs, toUs }: TimeRange, atUs: number, factor: number): TimeRange {
  const spanUs = Math.min(axisUsMax, Math.max(axisUsMin, Math.round((toUs - fromUs) * factor)));
  const share = (atUs - fromUs) / Math.max(1, toUs - fromUs);
  const from = Math.max(0, Math.round(atUs - share * spanUs));
  return { fromUs: from, toUs: from + spanUs };
}

/** The axis moved by a share of its length. */
export function pannedAxis({ fromUs, toUs }: TimeRange, share: number): TimeRange {
  const from = Math.max(0, Math.round(fromUs + (toUs - fromUs) * share));
  return { fromUs: from, toUs: from + toUs - fromUs };
}

/** What a drag from one share of the axis to another selects, in either direction. */
export function brushedAxis({ fromUs, toUs }: TimeRange, first: number, last: number): TimeRange {
  const at = (share: number) => Math.round(fromUs + Math.max(0, Math.min(1, share)) * (toUs - fromUs));
  const [from, to] = first <= last ? [at(first), at(last)] : [at(last), at(first)];
  return { fromUs: from, toUs: Math.max(to, from + axisUsMin) };
}
