import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { Sort } from '../../../../core/model/list-columns.ts';
import type { RowScroller } from '../../../components/row-scroller.ts';
import type { ExchangeViewState } from '../../../state/exchange-view.ts';

interface Follow {
  readonly following: boolean;
  /** Rows that came since following stopped. */
  readonly unseen: number;
  readonly follow: () => void;
  readonly stay: () => void;
}

/** Where the newest rows are: only an order of arrival has such an end. */
function newestEnd({ sort }: ExchangeViewState): 'start' | 'end' | null {
  if (sort.column !== 'id') return null;
  return sort.descending ? 'start' : 'end';
}

/**
 * At the end where new rows arrive, the list stays at that end. Scrolling away stops that, scrolling back resumes it.
 * Everywhere else the rows in sight stay where they are; another order is shown from its first row.
 */
export function useFollow(scroller: RowScroller, state: ExchangeViewState): Follow {
  const { count, moved, generation, sort } = state;
  const end = newestEnd(state);
  const [wanted, setWanted] = useState(true);
  const [seen, setSeen] = useState({ count: 0, generation: 0 });
  const placed = useRef({ moved: 0, generation: 0, sort });
  const following = wanted && end !== null;

  const stay = () => {
    if (following) setSeen({ count, generation });
    setWanted(false);
  };

  useLayoutEffect(() => {
    const before = placed.current;
    const isOther = before.generation !== generation;
    placed.current = { moved, generation, sort: isOther ? sort : before.sort };
    scroller.setRows(count, isOther ? 0 : moved - before.moved);
    const isSortedAnew = end === null && isOther && !isSameSort(before.sort, sort);
    if (following && end === 'end') scroller.toEnd();
    else if (following || isSortedAnew) scroller.toStart();
  }, [scroller, following, end, count, moved, generation, sort]);
  useEffect(
    () =>
      scroller.onScroll(({ isStart, isEnd }) => {
        const isThere = end === 'end' ? isEnd : isStart;
        if (isThere) setWanted(true);
        else {
          if (following) setSeen({ count, generation });
          setWanted(false);
        }
      }),
    [scroller, end, following, count, generation],
  );

  return {
    following,
    unseen: following || end === null || seen.generation !== generation ? 0 : Math.max(0, count - seen.count),
    follow: () => setWanted(true),
    stay,
  };
}

function isSameSort(a: Sort, b: Sort): boolean {
  return a.column === b.column && a.descending === b.descending;
}
