import { firstStop, focusedElement, isReachable } from '../components/focusable.ts';

/** Where the focus was: the element and all around it, innermost first, with what stood beside each. */
interface Step {
  readonly element: Element;
  readonly next: Element | null;
  readonly previous: Element | null;
}
type Trail = readonly Step[];

/** What lies over the window and goes again. */
const overlays = 'dialog, [role="menu"], [role="dialog"]';
/** Within one of these, what stands beside the lost place is a sensible one to go on from. */
const parts = `[data-part], main, ${overlays}`;

/**
 * Gives the focus another place when what had it is taken away, hidden or disabled: the neighbour of that, else where
 * it was before a menu or dialog was opened, else the place that is shown. Without it the keyboard would begin again
 * at the top of the page. Call what it returns to stop.
 */
export function keepFocus(): () => void {
  let last: Trail = [];
  let below: Trail = [];
  let inPlace: Trail = [];

  const remember = () => {
    const active = focusedElement();
    if (active === null) return;
    last = trailOf(active);
    if (active.closest(overlays) === null) below = last;
    if (active.closest('main') !== null && below === last) inPlace = last;
  };
  const check = () => {
    const had = last[0]?.element;
    if (had === undefined || focusedElement() !== null) return;
    if (isReachable(had)) {
      // The person clicked beside everything.
      last = [];
      return;
    }
    const place = document.querySelector<HTMLElement>('main:not([inert])');
    (heirOf(last) ?? heirOf(below) ?? heirOf(inPlace) ?? place)?.focus({ preventScroll: true });
  };

  const observer = new MutationObserver(check);
  observer.observe(document.body, {
    ...{ childList: true, subtree: true, attributes: true },
    attributeFilter: ['disabled', 'open'],
  });
  document.addEventListener('focusin', remember);
  remember();
  return () => {
    observer.disconnect();
    document.removeEventListener('focusin', remember);
  };
}

function trailOf(element: Element): Trail {
  const trail: Step[] = [];
  for (
    let each: Element | null = element;
    each !== null && each !== document.body;
    each = each.parentElement
  ) {
    trail.push({ element: each, next: each.nextElementSibling, previous: each.previousElementSibling });
  }
  return trail;
}

/** The element itself if it is still there, else the stop of Tab nearest to it in the same part of the window. */
function heirOf(trail: Trail): HTMLElement | SVGElement | null {
  const at = trail.findIndex(({ element }) => isReachable(element));
  if (at === 0) return trail[0]?.element as HTMLElement;
  const lost = trail[at - 1];
  const beside = [lost?.next, lost?.previous].filter((each) => each?.isConnected === true);
  for (const step of trail.slice(at < 0 ? trail.length : at)) {
    if (step.element.closest(parts) === null) return null;
    const candidates = [...beside.splice(0), step.element];
    for (const candidate of candidates) {
      const stop = candidate == null ? null : firstStop(candidate);
      if (stop !== null) return stop;
    }
  }
  return null;
}
