import type { ExchangeView } from './exchange-view.ts';
import { createStore, type Store } from './store.ts';

export interface SelectedExchange {
  readonly id: number;
  /** Row it stands in, null when the rows shown do not hold it. */
  readonly index: number | null;
}

export interface Selection {
  readonly state: Store<SelectedExchange | null>;
  readonly select: (id: number, index: number) => void;
  readonly clear: () => void;
}

/** The selected exchange. It stays selected while rows move, a filter hides it, or the engine restarts. */
export function createSelection(view: ExchangeView): Selection {
  const state = createStore<SelectedExchange | null>(null);

  const locate = async (id: number) => {
    const index = await view.position(id);
    const now = state.get();
    if (now?.id === id && now.index !== index) state.set({ id, index });
  };
  let generation = 0;
  view.state.subscribe(() => {
    const now = state.get();
    if (now === null) return;
    const row = now.index === null ? undefined : view.row(now.index);
    const moved = row !== undefined && row.id !== now.id;
    const replaced = view.state.get().generation !== generation;
    generation = view.state.get().generation;
    if (moved || replaced) void locate(now.id);
  });

  return {
    state,
    select: (id, index) => {
      const now = state.get();
      if (now?.id !== id || now.index !== index) state.set({ id, index });
      generation = view.state.get().generation;
    },
    clear: () => state.set(null),
  };
}
