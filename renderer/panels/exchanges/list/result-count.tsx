import { useEffect, useEffectEvent, useState } from 'react';
import { formatCount } from '../../../format/duration.ts';
import { useField } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** The rows of another filter are counted by then, and the person has stopped typing. */
const settleMs = 600;

/** Read out after the filter or the tree changed what is listed; rows that arrive by themselves are not. */
export function ResultCount() {
  const { view } = useWindowState();
  const generation = useField(view.state, 'generation');
  const filter = useField(view.state, 'filter');
  const narrowing = useField(view.state, 'narrowing');
  const progress = useField(view.state, 'progress');
  const loaded = useField(view.state, 'loaded');
  const [said, setSaid] = useState('');
  const isStopped = progress?.isStopped === true;
  const isDone = loaded && (progress === null || isStopped);

  const say = useEffectEvent(() => {
    const { count } = view.state.get();
    const what = `${count === 0 ? 'No' : formatCount(count)} exchange${count === 1 ? '' : 's'}`;
    const isNarrowed = filter.length > 0 || narrowing.length > 0;
    const found = isNarrowed ? `${what} match${count === 1 ? 'es' : ''}` : `${what} listed`;
    setSaid(isStopped ? `Stopped: ${found} so far` : found);
  });
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(say, settleMs);
    return () => clearTimeout(timer);
  }, [generation, filter, narrowing, isDone, isStopped]);

  return (
    <p className="visually-hidden" role="status">
      {said}
    </p>
  );
}
