import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react';

interface Follow {
  readonly following: boolean;
  /** Rows that came since following stopped. */
  readonly unseen: number;
  readonly follow: () => void;
  readonly stay: () => void;
  readonly onScroll: () => void;
}

const nearPx = 4;

/** At the end of the list new rows keep it at the end. Scrolling up stops that, scrolling back down resumes it. */
export function useFollow(
  scroller: RefObject<HTMLDivElement | null>,
  count: number,
  generation: number,
): Follow {
  const [following, setFollowing] = useState(true);
  const [seen, setSeen] = useState({ count: 0, generation: 0 });
  const lastTop = useRef(0);

  const stay = () => {
    if (following) setSeen({ count, generation });
    setFollowing(false);
  };

  useLayoutEffect(() => {
    if (following) toEnd(scroller.current);
  }, [scroller, following, count]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null || !following) return;
    const observer = new ResizeObserver(() => toEnd(element));
    observer.observe(element);
    return () => observer.disconnect();
  }, [scroller, following]);

  return {
    following,
    unseen: following || seen.generation !== generation ? 0 : Math.max(0, count - seen.count),
    follow: () => setFollowing(true),
    stay,
    onScroll: () => {
      const element = scroller.current;
      if (element === null || element.scrollHeight <= element.clientHeight + nearPx) return;
      const top = element.scrollTop;
      if (element.scrollHeight - element.clientHeight - top <= nearPx) setFollowing(true);
      else if (top < lastTop.current) stay();
      lastTop.current = top;
    },
  };
}

function toEnd(element: HTMLDivElement | null): void {
  if (element !== null) element.scrollTop = element.scrollHeight;
}
