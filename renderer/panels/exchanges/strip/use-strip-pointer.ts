import { useRef, type PointerEvent } from 'react';
import { bucketAt, bucketRange, shareOf, type StripScale } from '../../../format/strip.ts';
import type { TimeRange } from '../../../format/time-range.ts';

interface StripPointer {
  readonly scale: StripScale | null;
  readonly selected: TimeRange | null;
  readonly moveTo: (cursor: number) => void;
  readonly draft: (range: TimeRange | null) => void;
  readonly choose: (range: TimeRange | null) => void;
}

export interface PointerHandlers {
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void;
  readonly onPointerCancel: () => void;
}

/** A drag in progress: the bar that stays, and what has been selected so far. */
interface Drag {
  readonly anchor: number;
  readonly startX: number;
  range: TimeRange | null;
}

const handlePx = 6;
/** A pointer that moved less was a click. */
const dragPx = 3;

/** Dragging selects from bar to bar; a drag that begins at an edge of the selection moves that edge. */
export function useStripPointer({ scale, selected, moveTo, draft, choose }: StripPointer): PointerHandlers {
  const drag = useRef<Drag | null>(null);

  const anchorAt = (x: number, width: number, of: StripScale): number => {
    if (selected !== null) {
      const from = shareOf(of, selected.fromUs);
      const to = shareOf(of, selected.toUs);
      if (Math.abs(x - to * width) <= handlePx) return bucketAt(of, from);
      if (Math.abs(x - from * width) <= handlePx) return bucketAt(of, shareOf(of, selected.toUs - 1));
    }
    return bucketAt(of, x / width);
  };

  return {
    onPointerDown: (event) => {
      if (event.button !== 0 || scale === null) return;
      const box = event.currentTarget.getBoundingClientRect();
      event.currentTarget.setPointerCapture(event.pointerId);
      const x = event.clientX - box.left;
      drag.current = { anchor: anchorAt(x, box.width, scale), startX: x, range: null };
    },
    onPointerMove: (event) => {
      if (scale === null) return;
      const box = event.currentTarget.getBoundingClientRect();
      const x = event.clientX - box.left;
      const at = bucketAt(scale, x / box.width);
      moveTo(at);
      const active = drag.current;
      if (active === null) return;
      if (active.range === null && Math.abs(x - active.startX) < dragPx) return;
      active.range = bucketRange(scale, active.anchor, at);
      draft(active.range);
    },
    onPointerUp: () => {
      const ended = drag.current;
      drag.current = null;
      if (ended !== null && ended.range !== null) choose(ended.range);
    },
    onPointerCancel: () => {
      drag.current = null;
      draft(null);
    },
  };
}
