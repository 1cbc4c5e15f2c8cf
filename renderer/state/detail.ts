import type { ExchangeDetail } from '../../core/contract/exchanges.ts';
import type { Connection } from './connection.ts';
import type { ExchangeView } from './exchange-view.ts';
import type { Selection } from './selection.ts';
import type { Session } from './session.ts';
import { createStore, type Store } from './store.ts';

export interface DetailState {
  readonly id: number;
  /** Null until the first answer. */
  readonly detail: ExchangeDetail | null;
  /** Why there is nothing to show. */
  readonly problem: string | null;
}

const refreshMs = 250;

/** The selected exchange in full, fetched again when the engine says that it changed. */
export function createDetail(
  connection: Connection,
  view: ExchangeView,
  selection: Selection,
  session: Session,
): Store<DetailState | null> {
  const state = createStore<DetailState | null>(null);
  let refresh: ReturnType<typeof setTimeout> | null = null;

  const load = async () => {
    const id = selection.state.get()?.id;
    const client = connection.client();
    const sessionId = session.shownId.get();
    if (id === undefined || client === null || sessionId === null) return;
    const result = await client.services.exchanges.get({ sessionId, id });
    if (selection.state.get()?.id !== id || session.shownId.get() !== sessionId) return;
    if (result.ok) state.set({ id, detail: result.value, problem: null });
    else if (result.error.code !== 'engine-gone')
      state.set({ id, detail: null, problem: result.error.message });
  };
  const loadSoon = () => {
    refresh ??= setTimeout(() => {
      refresh = null;
      void load();
    }, refreshMs);
  };

  selection.state.subscribe(() => {
    const id = selection.state.get()?.id ?? null;
    if (id === (state.get()?.id ?? null)) return;
    state.set(id === null ? null : { id, detail: null, problem: null });
    void load();
  });
  view.onChanged((changed) => {
    const shown = state.get();
    if (shown === null) return;
    if (changed === null ? shown.detail?.exchange.state === 'open' : changed.includes(shown.id)) loadSoon();
  });
  let shown: string | null = null;
  session.state.subscribe(() => {
    const path = session.state.get()?.path ?? null;
    if (shown !== null && path !== shown) selection.clear();
    shown = path;
  });
  session.shownId.subscribe(() => void load());
  return state;
}
