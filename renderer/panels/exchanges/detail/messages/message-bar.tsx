import { useEffect, useState } from 'react';
import type { MessageFilter } from '../../../../../core/contract/messages.ts';
import { CopyButton } from '../../../../components/copy-button.tsx';
import { Segmented } from '../../../../components/segmented.tsx';
import type { MessagesPlace } from '../../../../state/messages.ts';
import { useWindowState } from '../../../../state/window-state.ts';
import type { TabProps } from '../tab-props.ts';
import { messagesText } from './messages-text.ts';

interface MessageBarProps extends TabProps {
  readonly place: MessagesPlace;
  readonly filter: MessageFilter;
  readonly onFilter: (filter: MessageFilter) => void;
}

/** What is typed is looked for when it rests. */
const restMs = 200;

export function MessageBar({ detail, place, filter, onFilter }: MessageBarProps) {
  const { connection, notices } = useWindowState();
  const { exchange } = detail;
  const [text, setText] = useState(filter.text);
  const [shown, setShown] = useState(filter.text);
  // Somebody else took the filter away.
  if (shown !== filter.text) {
    setShown(filter.text);
    setText(filter.text);
  }
  useEffect(() => {
    if (text === filter.text) return;
    const timer = setTimeout(() => onFilter({ ...filter, text }), restMs);
    return () => clearTimeout(timer);
  }, [text, filter, onFilter]);
  const isStream = exchange.longLived === 'event-stream';
  return (
    <div className="tab-bar">
      <input
        className="field message-filter"
        type="search"
        aria-label="Find in messages"
        placeholder="Find in messages"
        maxLength={200}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || text === '') return;
          event.preventDefault();
          setText('');
          onFilter({ ...filter, text: '' });
        }}
      />
      {!isStream && (
        <Segmented
          label="From whom"
          value={filter.side ?? 'both'}
          onChange={(side) => onFilter({ ...filter, side: side === 'both' ? null : side })}
          segments={[
            { value: 'both', label: 'Both' },
            { value: 'request', label: 'Sent', hint: 'From the application' },
            { value: 'response', label: 'Received', hint: 'From the server' },
          ]}
        />
      )}
      <Segmented
        label="Which messages"
        value={filter.sort ?? 'all'}
        onChange={(sort) => onFilter({ ...filter, sort: sort === 'all' ? null : sort })}
        segments={[
          { value: 'all', label: 'All' },
          { value: 'data', label: isStream ? 'Events' : 'Data', hint: 'What carries content' },
          { value: 'control', label: 'Control', hint: 'Pings, closes, comments, trailers' },
        ]}
      />
      <span className="message-copy">
        <CopyButton
          what="all messages shown as text"
          label="Copy all"
          text={async () => {
            const { text: copied, left } = await messagesText(connection.client(), place, filter, exchange);
            if (left !== null) notices.say(left);
            return copied;
          }}
        />
      </span>
    </div>
  );
}
