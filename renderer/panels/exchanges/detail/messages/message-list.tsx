import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { ExchangeRecord } from '../../../../../core/model/exchange-record.ts';
import { createRowScroller } from '../../../../components/row-scroller.ts';
import { hasCommand } from '../../../../components/use-keys.ts';
import { useRowHeight } from '../../../../components/use-preferences.ts';
import type { Messages } from '../../../../state/messages.ts';
import { useStore } from '../../../../state/store.ts';
import { rowForKey } from '../../../../format/list-keys.ts';
import { EmptyMessages } from './empty-messages.tsx';
import { MessageLine } from './message-line.tsx';
import '../../../../components/row-scroller.css';

interface MessageListProps {
  readonly exchange: ExchangeRecord;
  readonly messages: Messages;
  /** Index of the chosen message. */
  readonly selected: number | null;
  readonly onSelect: (index: number) => void;
  readonly onCopy: (index: number) => void;
  readonly isFiltered: boolean;
  readonly onClearFilter: () => void;
}

const headPx = 24;

const heads = [
  { name: '', label: 'From whom', className: '' },
  { name: '#', label: 'Number', className: 'right' },
  { name: 'Time', label: 'Since the exchange began', className: 'right' },
  { name: 'Gap', label: 'Since the message above', className: 'right spare' },
  { name: 'Kind', label: 'What it is', className: '' },
  { name: 'Size', label: 'Content, decoded', className: 'right' },
  { name: 'Wire', label: 'Bytes on the wire, header included', className: 'right spare' },
  { name: 'Content', label: 'How it begins', className: '' },
] as const;

export function MessageList(props: MessageListProps) {
  const rowPx = useRowHeight();
  return <Rows key={rowPx} rowPx={rowPx} {...props} />;
}

function Rows({
  rowPx,
  exchange,
  messages,
  selected,
  onSelect,
  onCopy,
  isFiltered,
  onClearFilter,
}: MessageListProps & { readonly rowPx: number }) {
  const { count, total, looked, loaded, problem, version } = useStore(messages.state);
  const [scroller] = useState(() => createRowScroller(rowPx, headPx));
  const grid = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  /** New ones are followed from the beginning where they still come. */
  const following = useRef(exchange.state === 'open');
  const [focused, setFocused] = useState<number | null>(null);
  /** Chosen before its row was here. */
  const isAwaited = useRef(false);
  const drawn = useStore(scroller.drawn);

  useLayoutEffect(() => {
    if (grid.current === null || track.current === null || stage.current === null) return;
    return scroller.attach(grid.current, track.current, stage.current);
  }, [scroller]);
  useEffect(() => scroller.onScroll(({ isEnd }) => (following.current = isEnd)), [scroller]);
  useLayoutEffect(() => {
    scroller.setRows(count, 0, following.current ? 'end' : null);
  }, [scroller, count]);

  const choose = (at: number) => {
    following.current = at === count - 1;
    scroller.reveal(at);
    setFocused(at);
    const row = messages.row(at);
    isAwaited.current = row === undefined;
    if (row !== undefined) onSelect(row.index);
  };
  /** Another message may have come to stand in the row. Where the message was closed, it stays closed. */
  useEffect(() => {
    const row = focused === null ? undefined : messages.row(focused);
    if (row === undefined || row.index === selected) return;
    if (selected === null && !isAwaited.current) return;
    isAwaited.current = false;
    onSelect(row.index);
    // Only when rows arrive: what was chosen otherwise stays.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [version]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    if (hasCommand(event) && event.key.toLowerCase() === 'c' && selected !== null) {
      event.preventDefault();
      event.stopPropagation();
      return onCopy(selected);
    }
    if (hasCommand(event) && !/^(Home|End)$/.test(event.key)) return;
    const at = rowForKey(event.key, focused, count, Math.max(1, scroller.rowsInView() - 1));
    if (at === null) return;
    event.preventDefault();
    event.stopPropagation();
    choose(at);
  };
  const rows = Array.from({ length: Math.max(0, drawn.to - drawn.from) }, (_, at) => drawn.from + at);
  const isInSight = focused !== null && focused >= drawn.from && focused < drawn.to;
  if (problem !== null) return <p className="detail-empty">{problem}</p>;
  return (
    <div className="message-list">
      <div
        ref={grid}
        className="row-scroll message-scroll"
        role="grid"
        tabIndex={0}
        aria-label="Messages"
        aria-rowcount={count + 1}
        aria-colcount={heads.length}
        aria-activedescendant={isInSight ? `message-row-${focused}` : undefined}
        onKeyDown={onKeyDown}
      >
        <div className="row-head message-head" role="row">
          {heads.map(({ name, label, className }) => (
            <span key={label} role="columnheader" title={label} className={className}>
              {name === '' ? <span className="visually-hidden">{label}</span> : name}
            </span>
          ))}
        </div>
        <div ref={track} className="row-track" role="presentation">
          <div className="row-stage" role="presentation">
            <div ref={stage} role="rowgroup">
              {rows.map((at) => (
                <MessageLine
                  key={at}
                  at={at}
                  top={(at - drawn.base) * rowPx}
                  row={messages.row(at)}
                  before={at === 0 ? undefined : messages.row(at - 1)}
                  startedAtUs={exchange.startedAtUs}
                  isSelected={at === focused}
                  onChoose={choose}
                />
              ))}
            </div>
          </div>
        </div>
      </div>
      {loaded && count === 0 && (!isFiltered || looked >= total) && (
        <EmptyMessages exchange={exchange} isFiltered={isFiltered} onClearFilter={onClearFilter} />
      )}
    </div>
  );
}
