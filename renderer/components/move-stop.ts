import type { KeyboardEvent } from 'react';

/**
 * The arrows, Home and End move the focus among the fields of a list that is one stop of Tab; at an end it stays.
 * `fields`: a selector of those in the element the handler is on; what is disabled is passed over.
 */
export function moveStop(event: KeyboardEvent<HTMLElement>, fields: string): void {
  if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>(`${fields}:not(:disabled)`)];
  const at = stops.findIndex((stop) => stop === document.activeElement);
  const wanted = at < 0 ? undefined : stops[indexAfter(event.key, at, stops.length) ?? -1];
  if (wanted === undefined) return;
  event.preventDefault();
  wanted.focus({ preventScroll: true });
  wanted.scrollIntoView({ block: 'nearest' });
}

/** Null for keys that do not move. */
function indexAfter(key: string, at: number, count: number): number | null {
  switch (key) {
    case 'ArrowDown':
      return Math.min(count - 1, at + 1);
    case 'ArrowUp':
      return Math.max(0, at - 1);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}
