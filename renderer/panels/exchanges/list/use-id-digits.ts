import { useSyncExternalStore } from 'react';
import { useWindowState } from '../../../state/window-state.ts';

/** Digits of the greatest number of an exchange: as far as the session's count, or one in sight, tells. */
export function useIdDigits(idInSight: number): number {
  const { session } = useWindowState();
  // As a number, so that figures that are told every second draw nothing anew.
  const counted = useSyncExternalStore(session.state.subscribe, () =>
    digitsOf(session.state.get()?.exchanges ?? 0),
  );
  return Math.max(counted, digitsOf(idInSight));
}

function digitsOf(value: number): number {
  return String(value).length;
}
