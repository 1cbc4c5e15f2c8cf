import type { KeyboardEvent } from 'react';
import { hasCommand } from '../../../components/use-keys.ts';
import { bucketAt, bucketRange, scaleRange, shareOf } from '../../../format/strip.ts';
import { pannedRange, zoomedRange } from '../../../format/time-axis.ts';
import type { TimeRange } from '../../../format/time-range.ts';
import { useStore } from '../../../state/store.ts';
import type { TimelineState } from '../../../state/timeline.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface StripKeys {
  readonly shown: TimelineState | null;
  readonly selected: TimeRange | null;
  readonly cursor: number | null;
  readonly moveTo: (cursor: number) => void;
  readonly choose: (range: TimeRange | null) => void;
}

const zoomFactor = 0.5;
/** How far the stretch in sight moves when the cursor goes beyond its end. */
const panShare = 0.2;

/**
 * Arrows move the cursor bar by bar, Shift extends the selection from where it began, Enter selects the bar or zooms
 * to the selection, + and - zoom, beyond an end the stretch in sight moves along, Escape lifts the selection, then the zoom.
 */
export function useStripKeys({
  shown,
  selected,
  cursor,
  moveTo,
  choose,
}: StripKeys): (event: KeyboardEvent) => void {
  const { timeline } = useWindowState();
  const zoom = useStore(timeline.zoom);

  const press = (event: KeyboardEvent): boolean => {
    if (shown === null || hasCommand(event) || event.altKey) return false;
    const { scale, whole } = shown;
    const last = scale.buckets - 1;
    const at = Math.min(
      cursor ?? (selected === null ? last : bucketAt(scale, shareOf(scale, selected.toUs - 1))),
      last,
    );
    const step = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last }[event.key];
    if (step !== undefined) {
      const next = Math.min(last, Math.max(0, step));
      if (next !== step && zoom !== null) {
        const byUs = panShare * (zoom.toUs - zoom.fromUs);
        timeline.setZoom(pannedRange(zoom, step < 0 ? -byUs : byUs, whole));
      }
      if (event.shiftKey) choose(extended(at, next));
      moveTo(next);
      return true;
    }
    switch (event.key) {
      case '+':
      case '=':
      case '-': {
        const middle = bucketRange(scale, at, at);
        const factor = event.key === '-' ? 1 / zoomFactor : zoomFactor;
        timeline.setZoom(zoomedRange(zoom ?? scaleRange(scale), middle.fromUs, factor, whole));
        return true;
      }
      case 'Enter':
        if (selected === null) choose(bucketRange(scale, at, at));
        else timeline.setZoom(selected);
        return true;
      case 'Escape':
        if (selected !== null) choose(null);
        else if (zoom !== null) timeline.setZoom(null);
        else return false;
        return true;
      default:
        return false;
    }
  };

  /** The end at the cursor moves, the other one stays; without a selection there it begins at the cursor. */
  const extended = (at: number, next: number): TimeRange | null => {
    if (shown === null) return null;
    const { scale } = shown;
    if (selected !== null) {
      const first = bucketAt(scale, shareOf(scale, selected.fromUs));
      const end = bucketAt(scale, shareOf(scale, selected.toUs - 1));
      if (at === end) return bucketRange(scale, first, next);
      if (at === first) return bucketRange(scale, end, next);
    }
    return bucketRange(scale, at, next);
  };

  return (event) => {
    if (!press(event)) return;
    event.preventDefault();
    event.stopPropagation();
  };
}
