import type { FilterClock } from '../../core/filter/parse-moment.ts';

/** What times in a filter are told by, now and here. */
export function filterClock(): FilterClock {
  return { nowUs: Date.now() * 1000, zoneOffsetMinutes: -new Date().getTimezoneOffset() };
}
