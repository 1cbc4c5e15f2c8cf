const kinds = 'a[href], button, input, select, textarea, summary, iframe, [tabindex]';

/** What has the focus: null when nothing has, or what has it can no longer take keys. */
export function focusedElement(): Element | null {
  const active = document.activeElement;
  return active === null || active === document.body || active.matches(':disabled') ? null : active;
}

/** Whether an element stands in the window where a person can get at it. */
export function isReachable(element: Element): boolean {
  return (
    element.isConnected &&
    !element.matches(':disabled') &&
    element.closest('[inert]') === null &&
    element.checkVisibility({ visibilityProperty: true })
  );
}

/** The element itself or the first in it that Tab stops at; null if there is none. */
export function firstStop(element: Element): HTMLElement | SVGElement | null {
  if (isStop(element)) return element;
  return [...element.querySelectorAll(kinds)].find(isStop) ?? null;
}

/** All that Tab stops at in an element, in order. */
export function stopsIn(element: Element): readonly (HTMLElement | SVGElement)[] {
  return [...element.querySelectorAll(kinds)].filter(isStop);
}

function isStop(element: Element): element is HTMLElement | SVGElement {
  return (
    (element instanceof HTMLElement || element instanceof SVGElement) &&
    element.matches(kinds) &&
    element.tabIndex >= 0 &&
    isReachable(element)
  );
}
