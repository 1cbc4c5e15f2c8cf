import type { ExchangeFilter, FilterClause } from '../../core/contract/exchanges.ts';
import { parseClause } from '../../core/filter/clause-text.ts';
import type { ExchangeView } from './exchange-view.ts';
import { createStore, type Store } from './store.ts';

export interface FilterInputState {
  readonly clauses: ExchangeFilter;
  /** What stands in the box, a clause of `column` as long as it names none itself. It filters while it is typed. */
  readonly draft: string;
  readonly column: FilterClause['column'];
}

export interface FilterInput {
  readonly state: Store<FilterInputState>;
  readonly type: (draft: string) => void;
  readonly chooseColumn: (column: FilterClause['column']) => void;
  /** Makes the draft a clause that stays. */
  readonly keep: () => void;
  readonly remove: (index: number) => void;
  readonly clear: () => void;
}

const settleMs = 120;
/** One less than the engine takes: the draft needs its place. */
const clausesMax = 15;
const none: FilterInputState = { clauses: [], draft: '', column: 'any' };

export function createFilterInput(view: ExchangeView): FilterInput {
  const state = createStore(none);
  let timer: ReturnType<typeof setTimeout> | null = null;

  const apply = () => {
    const { clauses, draft, column } = state.get();
    const clause = parseClause(draft, column);
    const filter = clause === null ? clauses : [...clauses, clause];
    if (JSON.stringify(filter) !== JSON.stringify(view.state.get().filter)) view.setFilter(filter);
  };
  const change = (changes: Partial<FilterInputState>, delayMs = 0) => {
    state.set({ ...state.get(), ...changes });
    if (timer !== null) clearTimeout(timer);
    timer = delayMs === 0 ? null : setTimeout(apply, delayMs);
    if (delayMs === 0) apply();
  };
  return {
    state,
    type: (draft) => change({ draft }, settleMs),
    chooseColumn: (column) => change({ column }),
    keep: () => {
      const { clauses, draft, column } = state.get();
      const clause = parseClause(draft, column);
      if (clause === null || clauses.length >= clausesMax) return;
      change({ clauses: [...clauses, clause], draft: '', column: 'any' });
    },
    remove: (index) => change({ clauses: state.get().clauses.filter((_, at) => at !== index) }),
    clear: () => change(none),
  };
}
