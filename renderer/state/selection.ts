import { selectedMax } from '../../core/contract/exchanges.ts';
import type { ExchangeView } from './exchange-view.ts';
import { createStore, type Store } from './store.ts';

export interface SelectedExchange {
  readonly id: number;
  /** Row it stands in, null when the rows shown do not hold it. */
  readonly index: number | null;
}

/** What actions are about: these exchanges, or with null every row of the list. */
export interface Chosen {
  readonly ids: ReadonlySet<number> | null;
}

export interface Selection {
  /** The exchange whose details are shown; keys move on from it. */
  readonly state: Store<SelectedExchange | null>;
  readonly chosen: Store<Chosen>;
  /** This one and no other. */
  readonly select: (id: number, index: number | null) => void;
  /** Its details are shown; what is selected stays. */
  readonly look: (id: number, index: number) => void;
  /** In or out, the others stay. */
  readonly toggle: (id: number, index: number) => void;
  /** Everything from where the last plain selection was made up to this one. */
  readonly extend: (id: number, index: number) => void;
  readonly selectAll: () => void;
  readonly clear: () => void;
}

const none: Chosen = { ids: new Set() };

export function isChosen(chosen: Chosen, id: number): boolean {
  return chosen.ids === null || chosen.ids.has(id);
}

export function chosenCount(chosen: Chosen, rows: number): number {
  return chosen.ids === null ? rows : chosen.ids.size;
}

/** The selected exchanges. They stay selected while rows move, a filter hides them, or the engine restarts. */
export function createSelection(view: ExchangeView, say: (text: string) => void): Selection {
  const state = createStore<SelectedExchange | null>(null);
  const chosen = createStore<Chosen>(none);
  /** Where a range begins. */
  let anchor: number | null = null;
  let turn = 0;
  let generation = 0;

  const locate = async (id: number) => {
    const index = await view.position(id);
    const now = state.get();
    if (now?.id === id && now.index !== index) state.set({ id, index });
  };
  const focus = (id: number, index: number | null) => {
    generation = view.state.get().generation;
    const now = state.get();
    if (now?.id !== id || now.index !== index) state.set({ id, index });
  };
  const choose = (ids: ReadonlySet<number> | null) => chosen.set({ ids });

  view.state.subscribe(() => {
    const isReplaced = view.state.get().generation !== generation;
    generation = view.state.get().generation;
    const now = state.get();
    if (isReplaced && chosen.get().ids === null) choose(new Set(now === null ? [] : [now.id]));
    if (now === null) return;
    const row = now.index === null ? undefined : view.row(now.index);
    if (row?.id !== now.id && (row !== undefined || isReplaced || view.state.get().moved !== 0)) {
      void locate(now.id);
    }
  });

  const rangeIds = async (from: number, to: number): Promise<readonly number[] | null> => {
    const here: number[] = [];
    for (let index = from; index <= to; index += 1) {
      const row = view.row(index);
      if (row === undefined) break;
      here.push(row.id);
    }
    if (here.length === to - from + 1) return here;
    const limit = to - from + 1;
    const answer = await view.ask((client, viewId) => client.services.exchanges.ids({ viewId, from, limit }));
    return answer?.ids ?? null;
  };

  return {
    state,
    chosen,
    select: (id, index) => {
      turn += 1;
      anchor = id;
      focus(id, index);
      choose(new Set([id]));
    },
    look: focus,
    toggle: (id, index) => {
      turn += 1;
      const before = chosen.get().ids;
      const ids = new Set(before ?? []);
      if (before !== null && ids.has(id)) ids.delete(id);
      else ids.add(id);
      anchor = id;
      focus(id, index);
      choose(ids);
    },
    extend: (id, index) => {
      const own = ++turn;
      const beginning = anchor ?? id;
      anchor = beginning;
      const focused = state.get();
      focus(id, index);
      const finish = async () => {
        const known = [focused?.id === beginning ? focused.index : null].find((at) => at !== null);
        const at = known ?? (await view.position(beginning)) ?? index;
        const [from, to] = [Math.min(at, index), Math.max(at, index)];
        if (to - from >= selectedMax) {
          say('A range holds at most 100,000 exchanges. Ctrl+A takes all rows, however many they are.');
          return;
        }
        const ids = await rangeIds(from, to);
        if (own === turn && ids !== null) choose(new Set(ids));
      };
      void finish();
    },
    selectAll: () => {
      turn += 1;
      if (view.state.get().count > 0) choose(null);
    },
    clear: () => {
      turn += 1;
      anchor = null;
      state.set(null);
      choose(none.ids);
    },
  };
}
