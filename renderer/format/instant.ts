import type { TimeFormat } from '../../core/model/settings.ts';
import { formatInstant } from './duration.ts';

/** An instant, µs since the epoch: `2026-11-21 14:03:12.345`, `2026-11-21 13:03:12.345Z`, `14:03:12.345`. */
export function formatInstantAs(us: number, format: TimeFormat): string {
  switch (format) {
    case 'local':
      return formatInstant(us);
    case 'utc':
      return new Date(us / 1000).toISOString().replace('T', ' ');
    case 'clock':
      return formatInstant(us).slice(-12);
    default:
      return format satisfies never;
  }
}
