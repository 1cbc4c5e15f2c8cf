import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import type { MessageFilter } from '../../../../../core/contract/messages.ts';
import { Splitter } from '../../../../components/splitter.tsx';
import { useWidth } from '../../../../components/use-width.ts';
import { createMessages } from '../../../../state/messages.ts';
import { useStore } from '../../../../state/store.ts';
import { useWindowState } from '../../../../state/window-state.ts';
import type { TabProps } from '../tab-props.ts';
import { copyMessage } from './messages-text.ts';
import { MessageBar } from './message-bar.tsx';
import { MessageList } from './message-list.tsx';
import { MessageStatus } from './message-status.tsx';
import { MessageView } from './message-view.tsx';
import './messages.css';

/** From this width on the chosen message stands beside the list, else below it; px. */
const besideFromPx = 960;

const all: MessageFilter = { text: '', side: null, sort: null };

/** What went inside an exchange that stays open: frames, events, messages, and the chosen one in full. */
export function MessagesTab({ detail }: TabProps) {
  const { exchange } = detail;
  const { connection, session, layout } = useWindowState();
  const sessionId = useStore(session.shownId) ?? 0;
  const ready = useStore(connection.state) === 'ready';
  const place = useMemo(() => ({ sessionId, exchangeId: exchange.id }), [sessionId, exchange.id]);
  const messages = useMemo(() => createMessages(connection.client, place), [connection, place]);
  const [filter, setFilter] = useState(all);
  const [selected, setSelected] = useState<number | null>(null);
  const tab = useRef<HTMLDivElement>(null);
  const isBeside = useWidth(tab) >= besideFromPx;
  const width = useStore(layout.messageWidth);
  const height = useStore(layout.messageHeight);
  const came = exchange.requestMessages + exchange.responseMessages;

  /** What had the focus goes away. */
  const focusList = () => tab.current?.querySelector<HTMLElement>('.message-scroll')?.focus();
  const close = () => {
    setSelected(null);
    focusList();
  };
  /** Before the window, for which it closes the details. */
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || selected === null) return;
    event.preventDefault();
    close();
  };

  useEffect(() => () => messages.close(), [messages]);
  useEffect(() => {
    if (ready) messages.setFilter(isAll(filter) ? null : filter);
  }, [messages, filter, ready]);
  useEffect(() => messages.refresh(), [messages, came, exchange.state]);

  return (
    <div ref={tab} className="tab-fill messages" onKeyDown={onKeyDown}>
      <MessageBar detail={detail} place={place} filter={filter} onFilter={setFilter} />
      <div className={`messages-parts ${isBeside ? 'beside' : 'below'}`}>
        <MessageList
          key={place.exchangeId}
          exchange={exchange}
          messages={messages}
          selected={selected}
          onSelect={setSelected}
          onCopy={(index) => void copyMessage(connection.client(), place, index)}
          isFiltered={!isAll(filter)}
          onClearFilter={() => {
            setFilter(all);
            focusList();
          }}
        />
        {selected !== null && (
          <>
            <Splitter
              label="Size of the message"
              orientation={isBeside ? 'vertical' : 'horizontal'}
              size={isBeside ? width : height}
              min={isBeside ? 200 : 80}
              max={isBeside ? 2000 : 1200}
              onResize={(size) => (isBeside ? layout.messageWidth : layout.messageHeight).set(size)}
            />
            <div className="message-place" style={isBeside ? { width } : { height }}>
              <MessageView key={selected} detail={detail} place={place} index={selected} onClose={close} />
            </div>
          </>
        )}
      </div>
      <MessageStatus detail={detail} messages={messages} isFiltered={!isAll(filter)} />
    </div>
  );
}

function isAll({ text, side, sort }: MessageFilter): boolean {
  return text === '' && side === null && sort === null;
}
