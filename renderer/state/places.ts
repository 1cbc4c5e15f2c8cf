import type { PacketScope } from '../../core/contract/packets.ts';
import type { ExchangeView } from './exchange-view.ts';
import type { Layout } from './layout.ts';
import type { Notices } from './notices.ts';
import type { Packets } from './packets.ts';
import type { Selection } from './selection.ts';
import { createStore, type WritableStore } from './store.ts';

/** Ways from one place of the window to what belongs to it in another. */
export interface Places {
  /** The conversation that is selected in its list; null for none. */
  readonly conversation: WritableStore<number | null>;
  readonly openExchange: (id: number) => Promise<void>;
  /** Shows these packets and, if a number is given, selects that one. */
  readonly openPackets: (scope: PacketScope, number?: number) => void;
  readonly openConversation: (id: number) => void;
}

export function createPlaces(
  layout: Layout,
  view: ExchangeView,
  selection: Selection,
  packets: Packets,
  notices: Notices,
): Places {
  const conversation = createStore<number | null>(null);
  return {
    conversation,
    openExchange: async (id) => {
      layout.panel.set('');
      layout.detailOpen.set(true);
      const index = await view.position(id);
      selection.select(id, index);
      if (index === null)
        notices.say(`Exchange ${id} is not among those that the list shows: its filter hides it.`);
    },
    openPackets: (scope, number) => {
      layout.panel.set('packets');
      packets.view.setScope(scope);
      if (number !== undefined) void packets.goTo(number);
    },
    openConversation: (id) => {
      conversation.set(id);
      layout.panel.set('conversations');
    },
  };
}
