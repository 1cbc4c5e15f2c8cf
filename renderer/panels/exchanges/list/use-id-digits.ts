import { useSyncExternalStore } from 'react';
import type { RowScroller } from '../../../components/row-scroller.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** Digits of the greatest number of an exchange: as far as the session's count, or the last row in sight, tells. */
export function useIdDigits(scroller: RowScroller): number {
  const { session, view } = useWindowState();
  // As numbers, so that figures that are told every second draw nothing anew.
  const counted = useSyncExternalStore(session.state.subscribe, () =>
    digitsOf(session.state.get()?.exchanges ?? 0),
  );
  const seen = useSyncExternalStore(scroller.drawn.subscribe, () =>
    digitsOf(view.row(scroller.drawn.get().last)?.id ?? 0),
  );
  return Math.max(counted, seen);
}

function digitsOf(value: number): number {
  return String(value).length;
}
