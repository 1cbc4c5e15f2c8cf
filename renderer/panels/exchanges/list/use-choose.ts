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
  const { generation } = useStore(view.state);
  const focused = useStore(selection.state);
  const wanted = useRef<readonly Wanted[]>([]);
  const inSight = useRef(false);
  const mustReveal = useRef(false);
  const focusedIndex = focused?.index ?? null;

  const pick = (index: number, how: Picking): boolean => {
    const id = view.row(index)?.id;
    if (id === undefined) return false;
    selection[how](id, index);
    inSight.current = true;
    return true;
  };

  useEffect(() => {
    mustReveal.current = inSight.current;
  }, [generation]);
  useEffect(() => scroller.keep(focusedIndex), [scroller, focusedIndex]);
  const keepInSight = useEffectEvent(() => {
    for (let next = wanted.current[0]; next !== undefined; next = wanted.current[0]) {
      if (!pick(next.index, next.how)) break;
      wanted.current = wanted.current.slice(1);
    }
    const here = focusedIndex === null ? undefined : view.row(focusedIndex);
    if (focusedIndex === null || (here !== undefined && here.id !== focused?.id)) return;
    if (mustReveal.current) {
      scroller.reveal(focusedIndex);
      if (here !== undefined) mustReveal.current = false;
    } else {
      const { first, last } = scroller.drawn.get();
      inSight.current = focusedIndex >= first && focusedIndex <= last;
    }
  });
  useEffect(() => keepInSight());
  useEffect(() => scroller.drawn.subscribe(keepInSight), [scroller]);

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
