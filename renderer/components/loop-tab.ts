import type { KeyboardEvent } from 'react';
import { stopsIn } from './focusable.ts';

/** Tab stays in a pop-up, whose place in the document says nothing: after its last stop comes its first. */
export function loopTab(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Tab' || event.altKey || event.ctrlKey || event.metaKey || event.defaultPrevented) return;
  const stops = stopsIn(event.currentTarget);
  const [edge, other] = event.shiftKey ? [stops[0], stops.at(-1)] : [stops.at(-1), stops[0]];
  const active = document.activeElement;
  if (other !== undefined && active !== edge && active !== event.currentTarget) return;
  if (active === event.currentTarget && !event.shiftKey && other !== undefined) return;
  event.preventDefault();
  other?.focus();
}
