import { expect, it } from 'vitest';
import { formatInstant } from '../../renderer/format/duration.ts';
import { formatInstantAs } from '../../renderer/format/instant.ts';

it('writes an instant locally, in UTC or as time of day', () => {
  const us = Date.UTC(2026, 10, 21, 14, 3, 12, 345) * 1000;
  expect(formatInstantAs(us, 'local')).toBe(formatInstant(us));
  expect(formatInstantAs(us, 'utc')).toBe('2026-11-21 14:03:12.345Z');
  expect(formatInstantAs(us, 'clock')).toMatch(/^\d\d:\d\d:12\.345$/);
});
