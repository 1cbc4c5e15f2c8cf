import { Splitter } from '../../components/splitter.tsx';
import { useCommand, useKeys } from '../../components/use-keys.ts';
import { formatCount } from '../../format/duration.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { ConversationList } from './conversation-list.tsx';
import { ConversationPane } from './detail/conversation-pane.tsx';
import './conversations.css';

/** Every pair of endpoints with what can be measured of it, and pictures of the selected one. */
export function ConversationsPanel() {
  const { conversations, places, layout } = useWindowState();
  const { count, loaded, problem, text } = useStore(conversations.state);
  const selected = useStore(places.conversation);
  const height = useStore(layout.conversationHeight);
  const byName = useStore(layout.packetNames);
  useCommand('packets.names', () => {
    layout.packetNames.set(!layout.packetNames.get());
    return true;
  });
  useKeys((event) => {
    if (event.key !== 'Escape' || selected === null) return false;
    places.conversation.set(null);
    return true;
  });
  return (
    <div className="conversations">
      <div className="conversation-bar" data-part>
        {loaded && (
          <span className="muted">
            {formatCount(count)} conversation{count === 1 ? '' : 's'}
            {text === '' ? '' : ` with “${text}”`}
          </span>
        )}
        <span className="spacer" />
        <button
          type="button"
          className="button quiet"
          aria-pressed={byName}
          title="Names instead of addresses, where they are known (a)"
          onClick={() => layout.packetNames.set(!byName)}
        >
          Names
        </button>
      </div>
      <div className="conversation-frame">
        <ConversationList />
        {loaded && count === 0 && <Empty problem={problem} text={text} />}
      </div>
      {selected !== null && (
        <>
          <Splitter
            label="Height of the details"
            orientation="horizontal"
            size={height}
            min={120}
            max={Math.max(120, innerHeight - 240)}
            onResize={layout.conversationHeight.set}
          />
          <div className="conversation-pane-frame" style={{ height }}>
            <ConversationPane id={selected} />
          </div>
        </>
      )}
    </div>
  );
}

function Empty({ problem, text }: { readonly problem: string | null; readonly text: string }) {
  const { conversations, layout } = useWindowState();
  return (
    <div className="conversation-empty">
      <h2>
        {problem !== null
          ? 'There is no list'
          : text === ''
            ? 'No conversations yet'
            : 'No conversation matches'}
      </h2>
      <p>
        {problem ??
          (text === ''
            ? 'Each pair of endpoints of captured packets stands here, with its round-trip times, losses and stalls.'
            : `No address, name, port or protocol holds “${text}”.`)}
      </p>
      <p>
        {text === '' ? (
          <button type="button" className="button" onClick={() => layout.panel.set('packets')}>
            To the packets
          </button>
        ) : (
          <button type="button" className="button" onClick={() => conversations.setText('')}>
            Show all conversations
          </button>
        )}
      </p>
    </div>
  );
}
