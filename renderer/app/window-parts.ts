import { firstStop, isReachable } from '../components/focusable.ts';

/**
 * F6 goes to the next part of the window, Shift+F6 to the one before, from fields too: each to where the focus was in
 * it last. Parts are marked `data-part`. Call what it returns to stop.
 */
export function followPartKeys(): () => void {
  const lastIn = new WeakMap<Element, HTMLElement>();
  const onFocus = ({ target }: FocusEvent) => {
    const part = target instanceof HTMLElement ? target.closest('[data-part]') : null;
    if (part !== null && target instanceof HTMLElement) lastIn.set(part, target);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'F6' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
      return;
    if (document.querySelector('dialog[open]') !== null) return;
    event.preventDefault();
    const parts = [...document.querySelectorAll('[data-part]')].filter((part) => firstStop(part) !== null);
    const at = parts.findIndex((part) => part.contains(document.activeElement));
    const step = event.shiftKey ? -1 : 1;
    const next = parts[((at < 0 && step < 0 ? 0 : at) + step + parts.length) % parts.length];
    if (next === undefined) return;
    const before = lastIn.get(next);
    (before !== undefined && isReachable(before) ? before : firstStop(next))?.focus();
  };
  document.addEventListener('focusin', onFocus);
  window.addEventListener('keydown', onKey);
  return () => {
    document.removeEventListener('focusin', onFocus);
    window.removeEventListener('keydown', onKey);
  };
}
