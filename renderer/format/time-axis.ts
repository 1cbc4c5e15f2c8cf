import type { TimeRange } from './time-range.ts';

const secondUs = 1e6;
const minuteUs = 60 * secondUs;
const hourUs = 60 * minuteUs;
const dayUs = 24 * hourUs;

/** Steps above one second that people count in. */
const clockStepsUs = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * secondUs),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minuteUs),
  ...[1, 2, 3, 6, 12].map((count) => count * hourUs),
] as const;

/** The smallest round step not below `us`: 1, 2, 5 × 10ⁿ µs up to a second, then seconds, minutes, hours, days. */
export function clockStepUs(us: number): number {
  if (us > 12 * hourUs) return Math.max(1, Math.ceil(us / dayUs)) * dayUs;
  for (let power = 1; power < secondUs; power *= 10) {
    const step = [1, 2, 5].find((factor) => factor * power >= us);
    if (step !== undefined) return step * power;
  }
  return clockStepsUs.find((step) => step >= us) ?? dayUs;
}

export interface ClockTick {
  readonly us: number;
  /** Local time of day, as exact as the step asks for: `14:03`, `14:03:12`, `14:03:12.345`. */
  readonly label: string;
}

/** Round local times in the range, at most `ticksMax`. `zoneOffsetMinutes`: what local time is ahead of UTC. */
export function clockTicks(
  { fromUs, toUs }: TimeRange,
  ticksMax: number,
  zoneOffsetMinutes: number,
): ClockTick[] {
  const spanUs = toUs - fromUs;
  if (!(spanUs > 0) || ticksMax < 1) return [];
  const stepUs = clockStepUs(spanUs / ticksMax);
  const zoneUs = zoneOffsetMinutes * minuteUs;
  const ticks: ClockTick[] = [];
  const first = Math.ceil((fromUs + zoneUs) / stepUs) * stepUs;
  for (let at = first; at < toUs + zoneUs && ticks.length < ticksMax; at += stepUs) {
    ticks.push({ us: at - zoneUs, label: clockLabel(at, stepUs) });
  }
  return ticks;
}

/** `localUs`: µs of a clock that shows local time as if it were UTC. */
function clockLabel(localUs: number, stepUs: number): string {
  const text = new Date(Math.floor(localUs / 1000)).toISOString();
  if (stepUs >= dayUs) return text.slice(0, 10);
  if (stepUs >= minuteUs) return text.slice(11, 16);
  if (stepUs >= secondUs) return text.slice(11, 19);
  if (stepUs >= 1000) return text.slice(11, 23);
  return `${text.slice(11, 23)}${String(localUs % 1000).padStart(3, '0')}`;
}

/** The least stretch that can be zoomed to. */
export const rangeUsMin = 1000;

/** The range with `atUs` staying where it is and `factor` (below 1: nearer) times as long, inside `whole`; null for all of it. */
export function zoomedRange(
  range: TimeRange,
  atUs: number,
  factor: number,
  whole: TimeRange,
): TimeRange | null {
  const spanUs = Math.max(rangeUsMin, (range.toUs - range.fromUs) * factor);
  if (spanUs >= whole.toUs - whole.fromUs) return null;
  const share = (atUs - range.fromUs) / Math.max(1, range.toUs - range.fromUs);
  const fromUs = Math.round(atUs - share * spanUs);
  return pannedRange({ fromUs, toUs: fromUs + Math.round(spanUs) }, 0, whole);
}

/** The range moved by `byUs`, as far as `whole` goes. */
export function pannedRange(range: TimeRange, byUs: number, whole: TimeRange): TimeRange {
  const spanUs = range.toUs - range.fromUs;
  const latestUs = Math.max(whole.fromUs, whole.toUs - spanUs);
  const fromUs = Math.min(latestUs, Math.max(whole.fromUs, Math.round(range.fromUs + byUs)));
  return { fromUs, toUs: fromUs + spanUs };
}
