import { useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { RowScroller } from '../../../components/row-scroller.ts';
import { isRunning } from '../../../state/capture.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface FollowedPackets {
  /** How many there were when following stopped; null while it goes on or nothing is captured. */
  readonly seenCount: number | null;
  readonly follow: () => void;
  /** A row was chosen: the list stays there, but for the last one. */
  readonly stay: (index: number) => void;
}

/**
 * Tells the scroller of the rows. The list stays at its end only while a person left it there, or began a capture into an empty
 * session; everywhere else nothing moves. What another filter or choice shows from the start counts as seen.
 */
export function useFollowPackets(scroller: RowScroller): FollowedPackets {
  const { packets, capture } = useWindowState();
  const { view } = packets;
  const following = useRef(false);
  const placed = useRef({ generation: -1, moved: 0, isLooked: false });
  const [seenCount, setSeenCount] = useState<number | null>(null);

  const setFollowing = useCallback(
    (wanted: boolean) => {
      if (following.current === wanted) return;
      following.current = wanted;
      setSeenCount(wanted ? null : view.state.get().count);
    },
    [view],
  );
  useLayoutEffect(() => {
    const place = () => {
      const { count, moved, generation, total, progress } = view.state.get();
      const before = placed.current;
      const isOther = before.generation !== generation;
      const isLooking = isOther || !before.isLooked;
      placed.current = { generation, moved, isLooked: !isLooking || progress.looked >= progress.total };
      // Rows may be told of before their total is.
      if (total === 0 && count === 0) setFollowing(capture.list.get().some(isRunning));
      if (isLooking && !following.current) setSeenCount(count);
      scroller.setRows(
        count,
        isOther ? 0 : moved - before.moved,
        following.current ? 'end' : isOther && before.generation >= 0 ? 'start' : null,
      );
    };
    place();
    const stops = [view.state.subscribe(place), capture.list.subscribe(place)];
    return () => stops.forEach((stop) => stop());
  }, [scroller, view, capture, setFollowing]);
  useEffect(() => scroller.onScroll(({ isEnd }) => setFollowing(isEnd)));

  return {
    seenCount,
    follow: () => {
      setFollowing(true);
      scroller.setRows(view.state.get().count, 0, 'end');
    },
    stay: (index) => setFollowing(following.current && index === view.state.get().count - 1),
  };
}
