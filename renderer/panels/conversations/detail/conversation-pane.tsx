import { Tabs } from '../../../components/tabs.tsx';
import { useTabCommands } from '../../../components/use-tab-commands.ts';
import { conversationEnd, protocolText } from '../../../format/conversation-words.ts';
import { conversationTabs, type ConversationTab } from '../../../state/layout.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import '../../../components/pane.css';
import { ConversationFacts } from './conversation-facts.tsx';
import { Picture } from './picture.tsx';
import { Sequence } from './sequence.tsx';
import { useConversation, type ShownConversation } from './use-conversation.ts';

const tabNames: Readonly<Record<ConversationTab, string>> = {
  facts: 'Facts',
  sequence: 'Sequence',
  stevens: 'Time-sequence',
  window: 'Window',
  throughput: 'Throughput',
  rtt: 'Round trip',
};

/** Below the list: what is known of the selected conversation, in figures and pictures. */
export function ConversationPane({ id }: { readonly id: number }) {
  const { layout, places, packets } = useWindowState();
  const shown = useConversation(id);
  const row = shown.row;
  const isTcp = row === null || row.protocol === 'tcp';
  const tabs: readonly ConversationTab[] = isTcp ? conversationTabs : ['facts', 'sequence'];
  const chosen = useStore(layout.conversationTab);
  const byName = useStore(layout.packetNames);
  const tab = tabs.includes(chosen) ? chosen : 'facts';
  useTabCommands(tabs, tab, layout.conversationTab.set);
  return (
    <section className="detail conversation-pane" aria-label="Details of the conversation" data-part>
      <header className="detail-head">
        <Tabs
          label="Conversation details"
          place="conversation"
          tabs={tabs}
          chosen={tab}
          nameOf={(name) => tabNames[name]}
          onChoose={layout.conversationTab.set}
        />
        <span className="detail-title ellipsis muted">
          {row !== null &&
            `${protocolText(row)} · ${conversationEnd(row, 'a', byName)} ↔ ${conversationEnd(row, 'b', byName)}`}
        </span>
        <button
          type="button"
          className="button"
          onClick={() => {
            packets.followed.set(id);
            layout.packetTab.set('stream');
            places.openPackets({ kind: 'conversation', id });
          }}
        >
          Stream
        </button>
        <button
          type="button"
          className="button"
          onClick={() => places.openPackets({ kind: 'conversation', id })}
        >
          Packets
        </button>
      </header>
      <div
        id="conversation-body"
        className="conversation-body"
        role="tabpanel"
        aria-labelledby={`conversation-tab-${tab}`}
      >
        <Content key={id} tab={tab} shown={shown} />
      </div>
    </section>
  );
}

function Content({ tab, shown }: { readonly tab: ConversationTab; readonly shown: ShownConversation }) {
  if (shown.problem !== null) return <p className="detail-empty">{shown.problem}</p>;
  if (shown.row === null) return null;
  switch (tab) {
    case 'facts':
      return <ConversationFacts row={shown.row} summary={shown.summary} />;
    case 'sequence':
      return <Sequence row={shown.row} />;
    case 'stevens':
    case 'window':
    case 'throughput':
    case 'rtt':
      return <Picture key={tab} kind={tab} row={shown.row} />;
    default:
      return tab satisfies never;
  }
}
