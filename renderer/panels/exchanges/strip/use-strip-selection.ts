import { useState } from 'react';
import { rangeOf, withRange, type TimeRange } from '../../../format/time-range.ts';
import { filterClock } from '../../../state/clock.ts';
import { useField } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface StripSelection {
  /** What is selected: what the filter says, or what is being dragged. */
  readonly selected: TimeRange | null;
  /** Shows a selection that is still changing. */
  readonly draft: (range: TimeRange | null) => void;
  /** Limits the list to it; null lifts the limit. */
  readonly choose: (range: TimeRange | null) => void;
}

/** The selected stretch of time is a term of the filter: whatever changes one changes the other. */
export function useStripSelection(): StripSelection {
  const { view, filter } = useWindowState();
  const applied = useField(view.state, 'filter');
  const [dragged, setDragged] = useState<TimeRange | null>(null);
  return {
    selected: dragged ?? rangeOf(applied, filterClock()),
    draft: setDragged,
    choose: (range) => {
      setDragged(null);
      filter.set(withRange(view.state.get().filter, range, filterClock()));
    },
  };
}
