import { formatCount } from '../../../../format/duration.ts';
import type { Messages } from '../../../../state/messages.ts';
import { useStore } from '../../../../state/store.ts';
import type { TabProps } from '../tab-props.ts';
import { closeSentence } from './message-words.ts';

interface MessageStatusProps extends TabProps {
  readonly messages: Messages;
  readonly isFiltered: boolean;
}

/** How many there are, and how it ended. */
export function MessageStatus({ detail, messages, isFiltered }: MessageStatusProps) {
  const { exchange } = detail;
  const { total, count, looked, close } = useStore(messages.state);
  const looking = isFiltered && looked < total;
  const parts = [
    isFiltered
      ? `${formatCount(count)} of ${formatCount(total)} shown`
      : `${formatCount(exchange.requestMessages)} sent, ${formatCount(exchange.responseMessages)} received`,
    looking ? `${formatCount(looked)} looked through` : null,
  ];
  return (
    <p className="message-status" role="status">
      <span>{parts.filter(Boolean).join(' · ')}</span>
      <span className="ellipsis">{close === null ? endWords(exchange) : closeSentence(close)}</span>
    </p>
  );
}

function endWords({ longLived, state, endedAtUs }: TabProps['detail']['exchange']): string {
  if (state === 'open') return 'Open: new messages appear here as they come.';
  if (longLived === 'websocket' && endedAtUs !== null)
    return 'It ended without a close frame (1006): the connection broke off, or a program was ended.';
  return '';
}
