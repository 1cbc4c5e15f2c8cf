import type { ExchangeTimings, Phase } from '../../core/model/timings.ts';

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
