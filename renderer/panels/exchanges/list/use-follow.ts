import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Sort } from '../../../../core/model/list-columns.ts';
import type { RowScroller } from '../../../components/row-scroller.ts';
import { useField } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface Follow {
  readonly following: boolean;
  /** How many rows there were when following stopped; null while it goes on, or where no new ones can be told. */
  readonly seenCount: number | null;
  readonly follow: () => void;
  readonly stay: () => void;
}

/** Where the newest rows are: only an order of arrival has such an end. */
function newestEnd(sort: Sort): 'start' | 'end' | null {
  if (sort.column !== 'id') return null;
  return sort.descending ? 'start' : 'end';
}

/**
 * Tells the scroller of the rows. At the end where new rows arrive, the list stays at that end. Scrolling away stops
 * that, scrolling back resumes it. Everywhere else the rows in sight stay where they are; another order is shown from
 * its first row.
 */
export function useFollow(scroller: RowScroller): Follow {
  const { view } = useWindowState();
  const end = newestEnd(useField(view.state, 'sort'));
  const generation = useField(view.state, 'generation');
  const [wanted, setWanted] = useState(true);
  const [seen, setSeen] = useState({ count: 0, generation: 0 });
  const placed = useRef({ moved: 0, generation: 0, sort: view.state.get().sort });
  const following = wanted && end !== null;

  const stay = () => {
    if (following) setSeen(view.state.get());
    setWanted(false);
  };

  // Without React: rows arrive twenty times a second, and nothing but them is another then.
  useLayoutEffect(() => {
    const place = () => {
      const { count, moved, generation, sort } = view.state.get();
      const before = placed.current;
      const isOther = before.generation !== generation;
      placed.current = { moved, generation, sort: isOther ? sort : before.sort };
      const isSortedAnew = isOther && newestEnd(sort) === null && !isSameSort(before.sort, sort);
      scroller.setRows(
        count,
        isOther ? 0 : moved - before.moved,
        isSortedAnew ? 'start' : following ? end : null,
      );
    };
    place();
    return view.state.subscribe(place);
  }, [scroller, view, following, end]);
  useEffect(
    () =>
      scroller.onScroll(({ isStart, isEnd }) => {
        const isThere = end === 'end' ? isEnd : isStart;
        // Also setting what is set already costs React a task in every frame of scrolling.
        if (isThere === wanted) return;
        if (following) setSeen(view.state.get());
        setWanted(isThere);
      }),
    [scroller, view, end, following, wanted],
  );

  return {
    following,
    seenCount: following || end === null || seen.generation !== generation ? null : seen.count,
    follow: () => setWanted(true),
    stay,
  };
}

function isSameSort(a: Sort, b: Sort): boolean {
  return a.column === b.column && a.descending === b.descending;
}
