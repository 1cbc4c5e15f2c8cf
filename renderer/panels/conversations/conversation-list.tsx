import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { ConversationRow } from '../../../core/contract/packets.ts';
import { createRowScroller } from '../../components/row-scroller.ts';
import { ToneSign } from '../../components/tone-sign.tsx';
import { useRowHeight } from '../../components/use-preferences.ts';
import { hasCommand } from '../../components/use-keys.ts';
import { packetTone } from '../../format/packet-words.ts';
import { rowForKey } from '../../format/list-keys.ts';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { conversationColumns } from './conversation-columns.ts';
import { ConversationMenu } from './conversation-menu.tsx';
import '../../components/row-scroller.css';

const headPx = 24;
const template = conversationColumns.map(({ width }) => width).join(' ');

export function ConversationList() {
  const rowPx = useRowHeight();
  return <Rows key={rowPx} rowPx={rowPx} />;
}

function Rows({ rowPx }: { readonly rowPx: number }) {
  const { conversations, places, layout, packets } = useWindowState();
  const { count, generation, moved } = useStore(conversations.state);
  const byName = useStore(layout.packetNames);
  const selected = useStore(places.conversation);
  const start = useStore(packets.view.state).start;
  const startUs = start === null ? 0 : start.seconds * 1e6 + start.nanos / 1000;
  const [scroller] = useState(() => createRowScroller(rowPx, headPx));
  const grid = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const placed = useRef({ generation: -1, moved: 0 });
  const [focused, setFocused] = useState<number | null>(null);
  const drawn = useStore(scroller.drawn);

  useLayoutEffect(() => {
    if (grid.current === null || track.current === null || stage.current === null) return;
    return scroller.attach(grid.current, track.current, stage.current);
  }, [scroller]);
  useLayoutEffect(() => {
    const isOther = placed.current.generation !== generation;
    const by = isOther ? 0 : moved - placed.current.moved;
    placed.current = { generation, moved };
    scroller.setRows(count, by, isOther ? 'start' : null);
  }, [scroller, count, generation, moved]);
  useEffect(() => {
    const look = () => conversations.look(scroller.drawn.get().first, scroller.drawn.get().last);
    look();
    return scroller.drawn.subscribe(look);
  }, [scroller, conversations, generation]);

  const choose = (at: number) => {
    scroller.reveal(at);
    setFocused(at);
    const row = conversations.row(at);
    if (row !== undefined) places.conversation.set(row.id);
  };
  const rows = Array.from({ length: Math.max(0, drawn.to - drawn.from) }, (_, at) => drawn.from + at);
  const shownAt = rows.find((at) => conversations.row(at)?.id === selected) ?? null;
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    if (hasCommand(event) && !/^(Home|End)$/.test(event.key)) return;
    if (event.key === 'Enter' && selected !== null) {
      event.preventDefault();
      return places.openPackets({ kind: 'conversation', id: selected });
    }
    const at = rowForKey(event.key, shownAt ?? focused, count, Math.max(1, scroller.rowsInView() - 1));
    if (at === null) return;
    event.preventDefault();
    choose(at);
  };
  return (
    <div className="conversation-list" style={{ '--columns': template }} data-part>
      <ConversationMenu
        onOpen={(at) => {
          const index = at ?? shownAt;
          if (index === null) return undefined;
          choose(index);
          return conversations.row(index);
        }}
      >
        <div
          ref={grid}
          className="row-scroll conversation-scroll"
          role="grid"
          tabIndex={0}
          aria-label="Conversations"
          aria-rowcount={count + 1}
          aria-colcount={conversationColumns.length}
          aria-activedescendant={shownAt === null ? undefined : `conversation-row-${shownAt}`}
          onKeyDown={onKeyDown}
        >
          <Head />
          <div ref={track} className="row-track conversation-track" role="presentation">
            <div className="row-stage" role="presentation">
              <div ref={stage} role="rowgroup">
                {rows.map((at) => (
                  <Line
                    key={at}
                    at={at}
                    top={(at - drawn.base) * rowPx}
                    row={conversations.row(at)}
                    byName={byName}
                    startUs={startUs}
                    isSelected={at === shownAt}
                    onChoose={choose}
                  />
                ))}
              </div>
            </div>
          </div>
        </div>
      </ConversationMenu>
    </div>
  );
}

function Head() {
  const { conversations } = useWindowState();
  const { sort, descending } = useStore(conversations.state);
  return (
    <div className="row-head conversation-head" role="row">
      {conversationColumns.map((column) => {
        const isSorted = column.sort !== null && column.sort === sort;
        return (
          <span
            key={column.id}
            role="columnheader"
            className={column.isNumber ? 'right' : ''}
            aria-sort={isSorted ? (descending ? 'descending' : 'ascending') : undefined}
          >
            {column.sort === null ? (
              <span title={column.meaning}>{column.name}</span>
            ) : (
              <button
                type="button"
                title={`${column.meaning}. Sort by it`}
                onClick={() => {
                  if (column.sort !== null) conversations.sortBy(column.sort);
                }}
              >
                {column.name}
                {isSorted ? (descending ? ' ↓' : ' ↑') : ''}
              </button>
            )}
          </span>
        );
      })}
    </div>
  );
}

interface LineProps {
  readonly at: number;
  readonly top: number;
  readonly row: ConversationRow | undefined;
  readonly byName: boolean;
  readonly startUs: number;
  readonly isSelected: boolean;
  readonly onChoose: (at: number) => void;
}

function Line({ at, top, row, byName, startUs, isSelected, onChoose }: LineProps) {
  const frame = {
    id: `conversation-row-${at}`,
    role: 'row',
    'aria-rowindex': at + 2,
    'aria-selected': isSelected,
    'data-index': at,
    style: { top },
  } as const;
  if (row === undefined)
    return <div {...frame} className="row-line conversation-row missing" aria-busy="true" />;
  const tone = packetTone(row.troubles);
  return (
    <div
      {...frame}
      className={`row-line conversation-row${isSelected ? ' selected' : ''}`}
      onMouseDown={(event) => {
        if (event.button === 0) onChoose(at);
      }}
    >
      {conversationColumns.map((column, index) => (
        <span
          key={column.id}
          role="gridcell"
          className={column.isNumber ? 'number' : column.id === 'a' || column.id === 'b' ? 'mono' : ''}
          title={column.title?.(row)}
        >
          {index === 0 && tone !== null && tone !== 'note' && (
            <>
              <ToneSign tone={tone} />{' '}
            </>
          )}
          {column.text(row, byName, startUs)}
        </span>
      ))}
    </div>
  );
}
