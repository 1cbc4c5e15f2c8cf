import { withRecent } from '../format/display-filter.ts';
import type { Connection } from './connection.ts';
import type { Layout } from './layout.ts';
import type { PacketView } from './packet-view.ts';
import { createStore, type Store } from './store.ts';

export interface PacketFilterState {
  readonly text: string;
  /** What is wrong with the text, one sentence; null for nothing, or while it is being looked at. */
  readonly problem: string | null;
  /** Who would run it; null while that is not known. */
  readonly runsIn: 'index' | 'wireshark' | null;
}

export interface FieldOption {
  readonly name: string;
  readonly label: string;
}

/** The display filter as it is typed, apart from the one that the rows are of. */
export interface PacketFilter {
  readonly state: Store<PacketFilterState>;
  /** Typed: checked shortly after, and applied where our own index runs it. */
  readonly type: (text: string) => void;
  /** Applied at once: Enter, a menu, a recent one. */
  readonly set: (text: string) => void;
  readonly fields: (prefix: string) => Promise<readonly FieldOption[]>;
}

const settleMs = 250;
export const optionsMax = 50;

export function createPacketFilter(connection: Connection, view: PacketView, layout: Layout): PacketFilter {
  const state = createStore<PacketFilterState>({ text: '', problem: null, runsIn: null });
  let timer: ReturnType<typeof setTimeout> | null = null;
  let turn = 0;

  const apply = (text: string) => {
    view.setFilter(text.trim());
    layout.packetFilters.set(withRecent(layout.packetFilters.get(), text));
  };
  const check = async (text: string, isWanted: boolean) => {
    const mine = ++turn;
    const answer = await connection.client()?.services.packets.checkFilter({ filter: text });
    if (mine !== turn || answer?.ok !== true) return;
    const { problem, runsIn } = answer.value;
    state.set({ text, problem, runsIn });
    if (problem === null && (isWanted || runsIn === 'index')) apply(text);
  };
  const begin = (text: string, isWanted: boolean) => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    turn += 1;
    if (text.trim() === '') {
      state.set({ text, problem: null, runsIn: null });
      return view.setFilter('');
    }
    state.set({ text, problem: state.get().text === text ? state.get().problem : null, runsIn: null });
    if (isWanted) void check(text, true);
    else
      timer = setTimeout(() => {
        timer = null;
        void check(text, false);
      }, settleMs);
  };
  // Another selection of packets has lifted it, or has brought its own.
  let known = view.state.get().filter;
  view.state.subscribe(() => {
    const { filter } = view.state.get();
    if (filter === known) return;
    known = filter;
    if (filter !== state.get().text.trim()) state.set({ text: filter, problem: null, runsIn: null });
  });

  return {
    state,
    type: (text) => begin(text, false),
    set: (text) => begin(text, true),
    fields: async (prefix) => {
      const answer = await connection.client()?.services.packets.fields({ prefix, limit: optionsMax });
      return answer?.ok === true ? answer.value.fields : [];
    },
  };
}
