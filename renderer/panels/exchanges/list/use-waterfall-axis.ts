import type { TimeRange } from '../../../format/time-range.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** From … to of the time axis that all rows share, µs since the epoch; null while each row has its own. */
export function useWaterfallAxis(): TimeRange | null {
  const { layout, waterfallAxis } = useWindowState();
  const mode = useStore(layout.waterfallMode);
  const { range } = useStore(waterfallAxis.state);
  return mode === 'absolute' ? range : null;
}
