import { useEffect, useEffectEvent, type RefObject } from 'react';
import { scaleRange } from '../../../format/strip.ts';
import { pannedRange, zoomedRange } from '../../../format/time-axis.ts';
import type { TimeRange } from '../../../format/time-range.ts';
import type { TimelineState } from '../../../state/timeline.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** One notch of a usual wheel is 100 px: a third nearer or farther. */
const zoomPerPx = 0.004;

/** The wheel zooms about the pointer; sideways, or with Shift, it moves along. */
export function useStripZoom(
  area: RefObject<HTMLElement | null>,
  shown: TimelineState | null,
  zoom: TimeRange | null,
): void {
  const { timeline } = useWindowState();
  const turn = useEffectEvent((event: WheelEvent, box: DOMRect) => {
    if (shown === null) return;
    event.preventDefault();
    const range = zoom ?? scaleRange(shown.scale);
    const spanUs = range.toUs - range.fromUs;
    const sideways = event.shiftKey ? event.deltaY : event.deltaX;
    if (sideways !== 0) {
      if (zoom !== null) timeline.setZoom(pannedRange(zoom, (sideways / box.width) * spanUs, shown.whole));
      return;
    }
    const atUs = range.fromUs + ((event.clientX - box.left) / box.width) * spanUs;
    timeline.setZoom(zoomedRange(range, atUs, Math.exp(event.deltaY * zoomPerPx), shown.whole));
  });
  useEffect(() => {
    const element = area.current;
    if (element === null) return;
    // React's own wheel listener is passive: the page would scroll, too.
    const listener = (event: WheelEvent) => turn(event, element.getBoundingClientRect());
    element.addEventListener('wheel', listener, { passive: false });
    return () => element.removeEventListener('wheel', listener);
  }, [area]);
}
