import type { Sort } from '../../core/model/list-columns.ts';
import type { ExchangeView } from './exchange-view.ts';
import type { FilterInput } from './filter-input.ts';
import type { SelectedExchange, Selection } from './selection.ts';
import type { Session } from './session.ts';

interface Kept {
  readonly filter: string;
  readonly sort: Sort;
  readonly selected: SelectedExchange | null;
  readonly scrollTop: number;
}

/** Where the list stands; `Infinity` is its end, where it follows new rows. */
export interface ListScroll {
  readonly read: () => number;
  readonly write: (top: number) => void;
}

/** What a person left behind in a session is there again when it is shown again: filter, order, selection, place. */
export interface TabMemory {
  /** Returns what ends it. */
  readonly watchScroll: (scroll: ListScroll) => () => void;
}

/** Sessions remembered, the least recently left ones forgotten first. */
const keptMax = 50;

export function createTabMemory(
  session: Pick<Session, 'onSwitch'>,
  view: ExchangeView,
  filter: FilterInput,
  selection: Selection,
): TabMemory {
  const kept = new Map<string, Kept>();
  let scroll: ListScroll | null = null;
  let toScroll: { readonly top: number; readonly generation: number } | null = null;

  view.state.subscribe(() => {
    if (toScroll === null || view.state.get().generation === toScroll.generation) return;
    scroll?.write(toScroll.top);
    toScroll = null;
  });
  session.onSwitch({
    leave: (path) => {
      kept.delete(path);
      kept.set(path, {
        filter: view.state.get().filter,
        sort: view.state.get().sort,
        selected: selection.state.get(),
        scrollTop: scroll?.read() ?? 0,
      });
      for (const oldest of kept.keys()) {
        if (kept.size <= keptMax) break;
        kept.delete(oldest);
      }
    },
    enter: (path) => {
      const last = kept.get(path);
      filter.set(last?.filter ?? '');
      if (last === undefined) return;
      if (last.sort !== view.state.get().sort) view.setSort(last.sort);
      if (last.selected !== null) selection.select(last.selected.id, last.selected.index ?? 0);
      toScroll = { top: last.scrollTop, generation: view.state.get().generation };
    },
  });
  return {
    watchScroll: (watched) => {
      scroll = watched;
      return () => {
        if (scroll === watched) scroll = null;
      };
    },
  };
}
