import type { KeyboardEvent } from 'react';

/** The key that opens the menu of what has the focus: the menu key, or Shift and F10 where there is none. */
export function isMenuKey(event: KeyboardEvent): boolean {
  return event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey);
}

/** Opens the menu of an element as if it had been clicked there with the other button. */
export function openMenuAt(element: Element): void {
  const box = element.getBoundingClientRect();
  const place = { clientX: box.left + Math.min(120, box.width / 2), clientY: box.bottom };
  element.dispatchEvent(new MouseEvent('contextmenu', { ...place, bubbles: true, cancelable: true }));
}
