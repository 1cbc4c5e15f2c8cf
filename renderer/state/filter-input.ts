import { filterTextMax } from '../../core/filter/filter-limits.ts';
import type { FilterProblem } from '../../core/filter/filter-problem.ts';
import { parseFilter } from '../../core/filter/parse-filter.ts';
import { filterClock } from './clock.ts';
import { createSavedFilters, type SavedFilters } from './filter-saved.ts';
import { createPreference } from './preference.ts';
import { createStore, type Store } from './store.ts';

export interface FilterInputState {
  /** What stands in the box. */
  readonly text: string;
  /** Why it is no filter; the last one that was stays applied. Not told while a person is still typing. */
  readonly problem: FilterProblem | null;
}

export interface FilterInput {
  readonly state: Store<FilterInputState>;
  /** Changes the text as it is typed: it filters when the keys rest. */
  readonly type: (text: string) => void;
  /** Filters by this text at once. */
  readonly set: (text: string) => void;
  /** The person is done typing: it filters at once, and the filter becomes one of the recent. */
  readonly settle: () => void;
  readonly clear: () => void;
  /** Newest first. */
  readonly recent: Store<readonly string[]>;
  readonly saved: SavedFilters;
}

/** What is filtered. */
export interface Filtered {
  readonly setFilter: (text: string) => void;
}

const settleMs = 120;
/** A half-written term is no mistake yet. */
const problemMs = 500;
const recentMax = 20;

export function createFilterInput(filtered: Filtered): FilterInput {
  const state = createStore<FilterInputState>({ text: '', problem: null });
  const recent = createPreference<readonly string[]>('recentFilters', [], recentFilters);
  let applied = '';
  let applyTimer: ReturnType<typeof setTimeout> | undefined;
  let problemTimer: ReturnType<typeof setTimeout> | undefined;

  const change = (text: string, applyMs: number, tellMs: number) => {
    clearTimeout(applyTimer);
    clearTimeout(problemTimer);
    const { problem } = parseFilter(text, filterClock());
    const isTold = problem === null || tellMs === 0 || state.get().problem !== null;
    state.set({ text, problem: isTold ? problem : null });
    if (!isTold) problemTimer = setTimeout(() => state.set({ text, problem }), tellMs);
    if (problem !== null) return;
    const apply = () => {
      if (text.trim() === applied) return;
      applied = text.trim();
      filtered.setFilter(applied);
    };
    if (applyMs === 0) apply();
    else applyTimer = setTimeout(apply, applyMs);
  };

  return {
    state,
    type: (text) => change(text, settleMs, problemMs),
    set: (text) => change(text, 0, 0),
    settle: () => {
      const { text } = state.get();
      change(text, 0, 0);
      const kept = text.trim();
      if (kept === '' || state.get().problem !== null) return;
      recent.set([kept, ...recent.get().filter((one) => one !== kept)].slice(0, recentMax));
    },
    clear: () => change('', 0, 0),
    recent,
    saved: createSavedFilters(),
  };
}

function recentFilters(value: unknown): readonly string[] | null {
  if (!Array.isArray(value)) return null;
  return value
    .filter((one): one is string => typeof one === 'string' && one !== '' && one.length <= filterTextMax)
    .slice(0, recentMax);
}
