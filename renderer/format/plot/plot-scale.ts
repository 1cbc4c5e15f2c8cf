/** A stretch of an axis; `to` is greater than `from`. */
export interface AxisRange {
  readonly from: number;
  readonly to: number;
}

/** 1, 2 or 5 × 10ⁿ, the smallest not below `least`. */
export function niceStep(least: number): number {
  if (!(least > 0) || !Number.isFinite(least)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  const factor = [1, 2, 5, 10].find((each) => each * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

/** The smallest of these steps not below `least`: for bytes powers of two would be odd to read in decimal units. */
export function ticksOf({ from, to }: AxisRange, ticksMax: number): readonly number[] {
  const span = to - from;
  if (!(span > 0) || ticksMax < 1) return [];
  const step = niceStep(span / ticksMax);
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, Math.min(1000, last - first + 1)) }, (_, at) =>
    // Where a step is close to what a number can tell apart, rounding must not lead out of the range.
    Math.min(to, Math.max(from, (first + at) * step)),
  );
}

/** The range with `at` staying where it is and `factor` (below 1: nearer) times as long, within `whole` and not shorter than `least`. */
export function zoomedAxis(
  range: AxisRange,
  at: number,
  factor: number,
  whole: AxisRange,
  least: number,
): AxisRange {
  const span = Math.max(least, (range.to - range.from) * factor);
  if (span >= whole.to - whole.from) return whole;
  const share = (at - range.from) / (range.to - range.from);
  const from = at - share * span;
  return pannedAxis({ from, to: from + span }, 0, whole);
}

/** The range moved, as far as `whole` goes. */
export function pannedAxis(range: AxisRange, by: number, whole: AxisRange): AxisRange {
  const span = range.to - range.from;
  const from = Math.max(whole.from, Math.min(whole.to - span, range.from + by));
  return { from, to: from + span };
}

/** Index of the first value that is not below `wanted`; the length if there is none. `values` go up. */
export function firstAtLeast(values: Float64Array, wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Least and greatest of some values between two indexes, `to` excluded; null where there is none. */
export function extent(values: Float64Array, from: number, to: number): AxisRange | null {
  let low = Infinity;
  let high = -Infinity;
  for (let at = from; at < to; at += 1) {
    const value = values[at] ?? NaN;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? null : { from: low, to: high };
}
