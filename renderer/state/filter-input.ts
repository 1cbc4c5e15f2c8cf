import { parseFilter } from '../../core/filter/parse-filter.ts';
import { filterClock } from './clock.ts';
import type { ExchangeView } from './exchange-view.ts';
import { createStore, type Store } from './store.ts';

export interface FilterInputState {
  /** What stands in the box. It filters while it is typed. */
  readonly draft: string;
  /** What is wrong with it; the rows stay those of the last text without a mistake. */
  readonly problem: string | null;
}

export interface FilterInput {
  readonly state: Store<FilterInputState>;
  readonly type: (draft: string) => void;
  /** Filters by this text at once. */
  readonly set: (draft: string) => void;
  readonly clear: () => void;
}

const settleMs = 120;

export function createFilterInput(view: ExchangeView): FilterInput {
  const state = createStore<FilterInputState>({ draft: '', problem: null });
  let timer: ReturnType<typeof setTimeout> | null = null;

  const apply = () => {
    const { draft, problem } = state.get();
    if (problem === null && draft !== view.state.get().filter) view.setFilter(draft);
  };
  const change = (draft: string, delayMs: number) => {
    state.set({ draft, problem: parseFilter(draft, filterClock()).problem?.message ?? null });
    if (timer !== null) clearTimeout(timer);
    timer = delayMs === 0 ? null : setTimeout(apply, delayMs);
    if (delayMs === 0) apply();
  };
  return {
    state,
    type: (draft) => change(draft, settleMs),
    set: (draft) => change(draft, 0),
    clear: () => change('', 0),
  };
}
