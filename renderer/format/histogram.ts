import type { MeasuredField } from '../../core/contract/exchanges.ts';
import { formatFilter } from '../../core/filter/format-filter.ts';
import { formatDuration } from './duration.ts';
import { formatSize } from './size.ts';

/** Values above `from` up to and with `to`; the first also holds zeros. */
export interface Bucket {
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** A logarithmic axis over buckets whose borders grow geometrically. */
export interface LogAxis {
  readonly low: number;
  readonly high: number;
}

export function logAxis(buckets: readonly Bucket[]): LogAxis | null {
  const first = buckets[0];
  const last = buckets.at(-1);
  if (first === undefined || last === undefined) return null;
  const steps = buckets.length - 1;
  const growth = steps === 0 ? 2 : (last.to / first.to) ** (1 / steps);
  return { low: first.to / growth, high: last.to };
}

/** Where a value stands, 0 … 1; what lies outside is at the edge. */
export function logShare({ low, high }: LogAxis, value: number): number {
  if (value <= low) return 0;
  return Math.min(1, Math.log(value / low) / Math.log(high / low));
}

/** Round values on the axis, 1, 2, 5 × 10ⁿ, or 10ⁿ alone, or every 10²ⁿ, as many as fit into `ticksMax`. */
export function logTicks({ low, high }: LogAxis, ticksMax: number): number[] {
  const powers: number[] = [];
  for (let power = 10 ** Math.floor(Math.log10(low)); power <= high; power *= 10) powers.push(power);
  const inRange = (value: number): boolean => value >= low && value <= high;
  const fine = powers.flatMap((power) => [power, 2 * power, 5 * power]).filter(inRange);
  if (fine.length <= ticksMax) return fine;
  const coarse = powers.filter(inRange);
  const every = Math.ceil(coarse.length / Math.max(1, ticksMax));
  return coarse.filter((_, at) => at % every === 0);
}

export function isSizeField(field: MeasuredField): boolean {
  return field === 'size' || field === 'requestSize';
}

export function formatMeasured(field: MeasuredField, value: number): string {
  return isSizeField(field) ? formatSize(Math.round(value)) : formatDuration(value);
}

/** The filter term for exactly the values of a bucket. */
export function bucketTerm(field: MeasuredField, { from, to }: Bucket): string {
  const min = from === 0 ? 0 : Math.floor(from) + 1;
  const max = Math.max(min, Math.floor(to));
  return formatFilter({ kind: 'number', field, min, max, minOpen: false, maxOpen: false });
}

/** `12.5 %`, `<0.1 %`, `0 %`. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0 || part === 0) return '0 %';
  const percent = (part / whole) * 100;
  if (percent < 0.1) return '<0.1 %';
  return `${percent.toFixed(percent === 100 ? 0 : 1)} %`;
}
