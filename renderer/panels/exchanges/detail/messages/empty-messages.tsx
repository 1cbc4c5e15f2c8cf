import type { ExchangeRecord } from '../../../../../core/model/exchange-record.ts';

interface EmptyMessagesProps {
  readonly exchange: ExchangeRecord;
  readonly isFiltered: boolean;
  readonly onClearFilter: () => void;
}

export function EmptyMessages({ exchange, isFiltered, onClearFilter }: EmptyMessagesProps) {
  return (
    <div className="message-empty">
      <p>{isFiltered ? 'No message matches.' : emptyWords(exchange)}</p>
      {isFiltered && (
        <button type="button" className="button" onClick={onClearFilter}>
          Show all messages
        </button>
      )}
    </div>
  );
}

function emptyWords({ state, recorded, requestMessages, responseMessages }: ExchangeRecord): string {
  if (recorded !== 'full') return recorded;
  if (requestMessages + responseMessages > 0) return 'The messages of this exchange are not in the session.';
  return state === 'open'
    ? 'Nothing has come yet. Messages appear here as they arrive.'
    : 'No message was sent, either way.';
}
