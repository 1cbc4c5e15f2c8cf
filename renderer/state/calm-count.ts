import { createStore, type Store } from './store.ts';

/** What is counted, and which selection of rows it counts. */
interface Counted {
  readonly count: number;
  readonly generation: number;
}

/**
 * The count of a list for those who only show it: at most once in `everyMs` while rows arrive, at once when the list
 * had been calm, becomes or was empty, or shows other rows.
 */
export function createCalmCount(state: Store<Counted>, everyMs: number): Store<number> {
  const calm = createStore(state.get().count);
  let generation = state.get().generation;
  let toldAtMs = -Infinity;
  let timer: ReturnType<typeof setTimeout> | null = null;

  const tell = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    toldAtMs = performance.now();
    generation = state.get().generation;
    calm.set(state.get().count);
  };
  state.subscribe(() => {
    const now = state.get();
    if (now.count === calm.get() && now.generation === generation) return;
    const waitMs = toldAtMs + everyMs - performance.now();
    const isOther = now.generation !== generation || now.count === 0 || calm.get() === 0;
    if (isOther || waitMs <= 0) tell();
    else timer ??= setTimeout(tell, waitMs);
  });
  return calm;
}
