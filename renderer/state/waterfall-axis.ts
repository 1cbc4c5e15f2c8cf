import type { TimeRange } from '../format/time-range.ts';
import { createStore, type Store } from './store.ts';

export interface WaterfallAxisState {
  readonly range: TimeRange | null;
  /** Zoomed, moved or brushed by the person: it no longer follows the rows in sight. */
  readonly isChosen: boolean;
}

/** The time axis that all rows of the waterfall share. */
export interface WaterfallAxis {
  readonly state: Store<WaterfallAxisState>;
  /** The rows in sight ask for this one. */
  readonly fit: (range: TimeRange | null) => void;
  /** Null follows the rows in sight again. */
  readonly choose: (range: TimeRange | null) => void;
}

export function createWaterfallAxis(): WaterfallAxis {
  const state = createStore<WaterfallAxisState>({ range: null, isChosen: false });
  let fitted: TimeRange | null = null;
  return {
    state,
    fit: (range) => {
      if (range?.fromUs === fitted?.fromUs && range?.toUs === fitted?.toUs) return;
      fitted = range;
      if (!state.get().isChosen) state.set({ range, isChosen: false });
    },
    choose: (range) => state.set({ range: range ?? fitted, isChosen: range !== null }),
  };
}
