import { useEffect, useMemo, useState } from 'react';
import { Icon } from '../../../../components/icon.tsx';
import { Notes } from '../../../../components/notes.tsx';
import { Segmented } from '../../../../components/segmented.tsx';
import { bytesAsPages } from '../../../../state/body-pages.ts';
import { readMessage, type MessagesPlace, type WholeMessage } from '../../../../state/messages.ts';
import { useStore } from '../../../../state/store.ts';
import { useWindowState } from '../../../../state/window-state.ts';
import { BodyViewer } from '../body-viewer.tsx';
import type { NamedContent } from '../body-viewer-props.ts';
import type { TabProps } from '../tab-props.ts';
import { useNamed } from '../use-named.ts';

interface MessageViewProps extends TabProps {
  readonly place: MessagesPlace;
  readonly index: number;
  readonly onClose: () => void;
}

/** One message in full, with the views that bodies have. */
export function MessageView({ detail, place, index, onClose }: MessageViewProps) {
  const { connection } = useWindowState();
  const [decoded, setDecoded] = useState(true);
  const [read, setRead] = useState<{
    readonly decoded: boolean;
    readonly message: WholeMessage | string;
  } | null>(null);
  const [barPlace, setBarPlace] = useState<HTMLElement | null>(null);
  const named = useNamed(detail.exchange, index);
  const { state } = detail.exchange;
  useEffect(() => {
    let isWanted = true;
    void readMessage(connection.client(), place, index, decoded).then((message) => {
      if (isWanted) setRead({ decoded, message });
    });
    return () => {
      isWanted = false;
    };
    // One that still arrives is read again when the exchange is over.
  }, [connection, place, index, decoded, state]);
  const message = read?.decoded === decoded ? read.message : null;
  return (
    <section className="message-view" aria-label={`Message ${index + 1}`}>
      <div className="tab-bar">
        <strong>{`Message ${index + 1}`}</strong>
        <Segmented
          label="How the message is read"
          value={decoded ? 'decoded' : 'raw'}
          onChange={(value) => setDecoded(value === 'decoded')}
          segments={[
            { value: 'decoded', label: 'Decoded', hint: 'Unmasked, decompressed, whole' },
            { value: 'raw', label: 'Raw', hint: 'Its bytes on the wire, header included' },
          ]}
        />
        <span className="muted ellipsis">
          {message === null || typeof message === 'string' ? '' : howSent(message)}
        </span>
        <div ref={setBarPlace} className="body-place" />
        <button
          type="button"
          className="button quiet message-close"
          aria-label="Close the message"
          title="Close the message"
          onClick={onClose}
        >
          <Icon name="close" size={14} />
        </button>
      </div>
      {typeof message === 'string' && <p className="detail-empty">{message}</p>}
      {message !== null && typeof message !== 'string' && (
        <MessageBody {...{ message, index, detail, barPlace }} named={decoded ? named : null} />
      )}
    </section>
  );
}

function howSent({ frames, codings }: WholeMessage): string {
  return [
    frames > 1 ? `sent in ${frames} frames` : null,
    codings.length > 0 ? `${codings.join(', ')} undone` : null,
  ]
    .filter(Boolean)
    .join(' · ');
}

interface MessageBodyProps extends TabProps {
  readonly message: WholeMessage;
  readonly index: number;
  readonly barPlace: HTMLElement | null;
  readonly named: NamedContent | null;
}

function MessageBody({ message, index, detail, barPlace, named }: MessageBodyProps) {
  const { bytes, contentType, facts, problem } = message;
  const pages = useMemo(() => bytesAsPages(bytes, contentType), [bytes, contentType]);
  const info = useStore(pages.info);
  // All that a close frame holds stands in its facts.
  const isClose = facts[0]?.[0] === 'Close code';
  return (
    <>
      {problem !== null && <Notes tone="warning" notes={[problem]} />}
      {facts.length > 0 && (
        <dl className="message-facts">
          {facts.map(([name, value], at) => (
            <div key={at}>
              <dt>{name}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {info !== null && bytes.length > 0 && !isClose && (
        <BodyViewer
          pages={pages}
          info={info}
          contentType={contentType}
          fileName={`exchange-${detail.exchange.id}-message-${index + 1}`}
          command={null}
          barPlace={barPlace}
          named={named}
        />
      )}
      {bytes.length === 0 && problem === null && facts.length === 0 && (
        <p className="detail-empty muted">This message is empty.</p>
      )}
    </>
  );
}
