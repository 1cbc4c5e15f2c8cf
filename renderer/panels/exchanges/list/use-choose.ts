import { useEffect, useRef, type RefObject } from 'react';
import type { DrawnRows, RowScroller } from '../../../components/row-scroller.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** How a row is picked: it alone, in or out of those picked, or everything up to it. */
export type Picking = 'select' | 'toggle' | 'extend';

interface Wanted {
  readonly index: number;
  readonly how: Picking;
}

interface Choose {
  readonly choose: (index: number, how: Picking) => void;
  /** The row that will be selected when it is here. */
  readonly wanted: RefObject<Wanted | null>;
}

/** Selects rows and keeps what is selected in sight when other rows or another size of the list come. */
export function useChoose(scroller: RowScroller, drawn: DrawnRows, stay: () => void): Choose {
  const { view, selection, layout } = useWindowState();
  const { generation } = useStore(view.state);
  const focused = useStore(selection.state);
  const detailOpen = useStore(layout.detailOpen);
  const dock = useStore(layout.dock);
  const wanted = useRef<Wanted | null>(null);
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
  }, [generation, detailOpen, dock]);
  useEffect(() => {
    if (wanted.current !== null && pick(wanted.current.index, wanted.current.how)) wanted.current = null;
    const here = focusedIndex === null ? undefined : view.row(focusedIndex);
    if (focusedIndex === null || (here !== undefined && here.id !== focused?.id)) return;
    if (mustReveal.current) {
      scroller.reveal(focusedIndex);
      if (here !== undefined) mustReveal.current = false;
    } else inSight.current = focusedIndex >= drawn.first && focusedIndex <= drawn.last;
  });

  return {
    wanted,
    choose: (index, how) => {
      stay();
      wanted.current = pick(index, how) ? null : { index, how };
      scroller.reveal(index);
    },
  };
}
