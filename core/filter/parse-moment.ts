/** What a filter's times are told by: core has no clock of its own. */
export interface FilterClock {
  /** Now, µs since the epoch. */
  readonly nowUs: number;
  /** What local time is ahead of UTC, in minutes: 60 in Paris in winter. */
  readonly zoneOffsetMinutes: number;
}

/** A stretch of time as it was written: `10:32` is a minute, a date a day. µs since the epoch, `toUs` excluded. */
export interface Moment {
  readonly fromUs: number;
  readonly toUs: number;
}

const minuteUs = 60e6;
const dayUs = 24 * 60 * minuteUs;
const timePattern = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?$/;
const datePattern = /^(\d{4})-(\d{2})-(\d{2})$/;
const zonePattern = /(?:(z)|([+-])(\d{2}):?(\d{2}))$/i;

/**
 * `10:32`, `10:32:05.25` (today), `2026-03-01`, `2026-03-01T10:32:05`, each in local time; with a date and a time also
 * followed by `Z` or `+02:00`. Years 1970 to 2199; null for anything else.
 */
export function parseMoment(text: string, clock: FilterClock): Moment | null {
  const zoneUs = clock.zoneOffsetMinutes * minuteUs;
  if (timePattern.test(text)) {
    const todayUs = Math.floor((clock.nowUs + zoneUs) / dayUs) * dayUs;
    return shifted(timeOfDay(text), todayUs - zoneUs);
  }
  const [date = '', time, ...rest] = text.split(/[Tt]/);
  const dateUs = parseDate(date);
  if (dateUs === null || rest.length > 0) return null;
  if (time === undefined) return { fromUs: dateUs - zoneUs, toUs: dateUs - zoneUs + dayUs };
  const zone = zonePattern.exec(time);
  const offsetUs = zone === null ? zoneUs : writtenZoneUs(zone);
  return offsetUs === null ? null : shifted(timeOfDay(time.replace(zonePattern, '')), dateUs - offsetUs);
}

/** In UTC and to the µs: `parseMoment` reads it back as the same. */
export function formatMoment(us: number): string {
  const micros = String(us % 1000).padStart(3, '0');
  return new Date(Math.floor(us / 1000)).toISOString().replace('Z', `${micros}Z`);
}

function timeOfDay(text: string): Moment | null {
  const [, hours = '', minutes = '', seconds, fraction] = timePattern.exec(text) ?? [];
  if (hours === '' || Number(hours) > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return null;
  const fromUs =
    (Number(hours) * 60 + Number(minutes)) * minuteUs +
    Number(seconds ?? 0) * 1e6 +
    Number((fraction ?? '').padEnd(6, '0'));
  const lengthUs = seconds === undefined ? minuteUs : 1e6 / 10 ** (fraction ?? '').length;
  return { fromUs, toUs: fromUs + lengthUs };
}

function parseDate(text: string): number | null {
  const [, year = '', month = '', day = ''] = datePattern.exec(text) ?? [];
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isReal = Number(year) >= 1970 && Number(year) < 2200 && date.getUTCDate() === Number(day);
  return isReal && date.getUTCMonth() === Number(month) - 1 ? date.getTime() * 1000 : null;
}

function writtenZoneUs([, utc, sign, hours, minutes]: RegExpExecArray): number | null {
  if (utc !== undefined) return 0;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * minuteUs;
}

function shifted(moment: Moment | null, byUs: number): Moment | null {
  if (moment === null) return null;
  return { fromUs: Math.max(0, moment.fromUs + byUs), toUs: Math.max(0, moment.toUs + byUs) };
}
