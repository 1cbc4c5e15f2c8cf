import { formatCount, formatDuration, formatInstant } from './duration.ts';
import { clockStepUs } from './time-axis.ts';
import type { TimeRange } from './time-range.ts';

/** Parts of a stretch of time, each `bucketUs` long; all borders are round. */
export interface StripScale {
  readonly fromUs: number;
  readonly bucketUs: number;
  readonly buckets: number;
}

/** As many parts as fit, at most `bucketsMax`, so that bars stand still while time goes on. */
export function stripScale({ fromUs, toUs }: TimeRange, bucketsMax: number): StripScale {
  const spanUs = Math.max(1, toUs - fromUs);
  const roomMax = Math.max(2, bucketsMax);
  let bucketUs = clockStepUs(spanUs / roomMax);
  for (;;) {
    const first = Math.floor(fromUs / bucketUs);
    const buckets = Math.max(1, Math.ceil(toUs / bucketUs) - first);
    if (buckets <= roomMax) return { fromUs: first * bucketUs, bucketUs, buckets };
    bucketUs = clockStepUs(bucketUs + 1);
  }
}

/** A shorter stretch than this would make one request a bar as wide as the strip. */
const spanUsMin = 1_000_000;

/** What the strip shows of all requests: from the first to the last, at least a second around their middle. */
export function wholeRange({ fromUs, toUs }: TimeRange): TimeRange {
  const missingUs = Math.max(0, spanUsMin - (toUs - fromUs));
  const beforeUs = Math.floor(missingUs / 2);
  return { fromUs: fromUs - beforeUs, toUs: toUs + missingUs - beforeUs };
}

export function scaleRange({ fromUs, bucketUs, buckets }: StripScale): TimeRange {
  return { fromUs, toUs: fromUs + bucketUs * buckets };
}

/** Which part a share of the width (0 … 1) falls into. */
export function bucketAt(scale: StripScale, share: number): number {
  return Math.min(scale.buckets - 1, Math.max(0, Math.floor(share * scale.buckets)));
}

/** From the part `first` to the part `last`, in either order, both included. */
export function bucketRange({ fromUs, bucketUs }: StripScale, first: number, last: number): TimeRange {
  const [from, to] = first <= last ? [first, last] : [last, first];
  return { fromUs: fromUs + from * bucketUs, toUs: fromUs + (to + 1) * bucketUs };
}

/** Where a time stands as a share of the width; beyond 0 … 1 outside. */
export function shareOf(scale: StripScale, us: number): number {
  return (us - scale.fromUs) / (scale.bucketUs * scale.buckets);
}

const barPxMin = 2;

/** Height of a bar: with the square root of its count, so that a single request beside a burst is still seen. */
export function barPx(count: number, countMax: number, heightPx: number): number {
  if (count <= 0 || countMax <= 0) return 0;
  return Math.max(barPxMin, Math.round(Math.sqrt(count / countMax) * heightPx));
}

/** What the strip shows, in words. */
export function stripWords(
  range: TimeRange,
  total: readonly number[],
  problems: readonly number[],
  scale: StripScale,
): string {
  const count = sum(total);
  if (count === 0) return 'No requests in this time.';
  const most = total.reduce((best, value, at) => (value > (total[best] ?? 0) ? at : best), 0);
  const busiest = bucketRange(scale, most, most);
  return [
    `${counted(count, sum(problems))} from ${formatInstant(range.fromUs)} to ${formatInstant(range.toUs)}.`,
    `Most in one bar: ${formatCount(total[most] ?? 0)} in ${formatDuration(scale.bucketUs)} from ${timeOf(busiest.fromUs)}.`,
  ].join(' ');
}

/** `12 requests, 2 with problems`. */
export function counted(count: number, problems: number): string {
  const requests = `${formatCount(count)} request${count === 1 ? '' : 's'}`;
  if (problems === 0) return requests;
  return `${requests}, ${formatCount(problems)} with ${problems === 1 ? 'a problem' : 'problems'}`;
}

/** Local time of day to the millisecond. */
export function timeOf(us: number): string {
  return formatInstant(us).slice(11);
}

function sum(values: readonly number[]): number {
  return values.reduce((all, value) => all + value, 0);
}
