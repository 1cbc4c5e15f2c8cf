import { useEffect, useEffectEvent, useRef, type RefObject } from 'react';
import type { RowScroller } from '../../../components/row-scroller.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** How a row is picked: it alone, in or out of those picked, everything up to it, or only looked at. */
export type Picking = 'select' | 'toggle' | 'extend' | 'look';

interface Wanted {
  readonly index: number;
  readonly how: Picking;
}

interface Choose {
  readonly choose: (index: number, how: Picking) => void;
  /** The rows that will be picked when they are here, in this order; the last is where keys move on from. */
  readonly wanted: RefObject<readonly Wanted[]>;
}

/** Selects rows and keeps what is selected in sight when other rows or another height of the list come. */
export function useChoose(scroller: RowScroller, stay: () => void): Choose {
  const { view, selection } = useWindowState();
  const focused = useStore(selection.state);
  const wanted = useRef<readonly Wanted[]>([]);
  const inSight = useRef(false);
  const mustReveal = useRef(false);
  const shown = useRef(view.state.get().generation);
  const focusedIndex = focused?.index ?? null;

  const pick = (index: number, how: Picking): boolean => {
    const id = view.row(index)?.id;
    if (id === undefined) return false;
    selection[how](id, index);
    inSight.current = true;
    return true;
  };

  useEffect(() => scroller.keep(focusedIndex), [scroller, focusedIndex]);
  const keepInSight = useEffectEvent(() => {
    const { generation } = view.state.get();
    if (shown.current !== generation) mustReveal.current = inSight.current;
    shown.current = generation;
    for (let next = wanted.current[0]; next !== undefined; next = wanted.current[0]) {
      if (!pick(next.index, next.how)) break;
      wanted.current = wanted.current.slice(1);
    }
    const now = selection.state.get();
    const index = now?.index ?? null;
    const here = index === null ? undefined : view.row(index);
    if (index === null || (here !== undefined && here.id !== now?.id)) return;
    if (mustReveal.current) {
      scroller.reveal(index);
      if (here !== undefined) mustReveal.current = false;
    } else {
      const { first, last } = scroller.drawn.get();
      inSight.current = index >= first && index <= last;
    }
  });
  useEffect(() => keepInSight());
  useEffect(() => {
    const listener = () => keepInSight();
    const ends = [scroller.drawn.subscribe(listener), view.state.subscribe(listener)];
    return () => ends.forEach((end) => end());
  }, [scroller, view]);

  return {
    wanted,
    choose: (index, how) => {
      stay();
      // A range goes from the row picked before it, which may be on its way; of ranges only the last one counts.
      const isKept = (each: Wanted) => each.how === 'select' || each.how === 'toggle';
      const before = how === 'select' ? [] : wanted.current.filter(isKept);
      wanted.current = before.length === 0 && pick(index, how) ? [] : [...before, { index, how }];
      scroller.reveal(index);
    },
  };
}
