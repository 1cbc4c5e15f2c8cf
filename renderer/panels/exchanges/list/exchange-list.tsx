import { useEffect, useMemo, useRef } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { columns, fitColumns } from './columns.ts';
import { useWidth } from '../../../components/use-width.ts';
import { ExchangeRow, rowElementId } from './exchange-row.tsx';
import { FollowButton } from './follow-button.tsx';
import { ListHeader } from './list-header.tsx';
import { PhaseCard } from './phase-card.tsx';
import { useFollow } from './use-follow.ts';
import { useListKeys } from './use-list-keys.ts';
import { useWaterfallScale } from './use-waterfall-scale.ts';
import './exchange-list.css';

const rowPx = 24;
/** Rows kept around those in sight. */
const overscanRows = 8;

export function ExchangeList() {
  const { view, selection, layout } = useWindowState();
  const { count, generation, version } = useStore(view.state);
  const selected = useStore(selection.state);
  const scroller = useRef<HTMLDivElement>(null);
  const widths = useStore(layout.columnWidths);
  const available = useWidth(scroller);
  const { shown, template } = useMemo(() => fitColumns(widths, available), [widths, available]);
  const follow = useFollow(scroller, count, generation);
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: overscanRows,
    useFlushSync: false,
  });
  const items = virtualizer.getVirtualItems();
  const from = items[0]?.index ?? 0;
  const to = (items.at(-1)?.index ?? -1) + 1;
  useEffect(() => view.need(from, to), [view, from, to, version]);

  const first = virtualizer.range?.startIndex ?? from;
  const last = virtualizer.range?.endIndex ?? to;
  const rowsInSight = items.filter((item) => item.index >= first && item.index <= last);
  const scaleUs = useWaterfallScale(
    rowsInSight.map((item) => view.row(item.index)).filter((row) => row !== undefined),
  );

  const selectedIndex = selected?.index ?? null;
  const inSight = useRef(false);
  const choose = (index: number) => {
    const record = view.row(index);
    follow.stay();
    inSight.current = true;
    if (record !== undefined) selection.select(record.id, index);
    reveal(scroller.current, index);
  };
  const onKeyDown = useListKeys(scroller, choose, follow.follow);

  const detailOpen = useStore(layout.detailOpen);
  const dock = useStore(layout.dock);
  useEffect(() => {
    // Other rows, or a pane that took room: what was in sight stays in sight.
    if (selectedIndex !== null && inSight.current) reveal(scroller.current, selectedIndex);
  }, [selectedIndex, generation, detailOpen, dock]);
  useEffect(() => {
    // While the row's place among other rows is being asked for, what was known before holds.
    if (selectedIndex === null || view.row(selectedIndex)?.id !== selected?.id) return;
    inSight.current = selectedIndex >= first && selectedIndex <= last;
  });

  return (
    <div className="exchange-list" style={{ '--columns': template }}>
      <div
        ref={scroller}
        className="list-scroll"
        role="grid"
        tabIndex={0}
        aria-label="Exchanges"
        aria-rowcount={count + 1}
        aria-colcount={columns.length}
        aria-activedescendant={selectedIndex === null ? undefined : rowElementId(selectedIndex)}
        onScroll={follow.onScroll}
        onKeyDown={onKeyDown}
      >
        <ListHeader shown={shown} scaleUs={scaleUs} />
        <div
          className="list-rows"
          role="rowgroup"
          style={{ height: virtualizer.getTotalSize() }}
          onMouseDown={(event) => {
            const index = rowIndexOf(event.target);
            if (event.button !== 0 || index === null) return;
            choose(index);
            layout.detailOpen.set(true);
          }}
        >
          {items.map(({ index, start }) => {
            const record = view.row(index);
            return record === undefined ? (
              <div key={index} className="list-row missing" style={{ transform: `translateY(${start}px)` }} />
            ) : (
              <ExchangeRow
                key={index}
                record={record}
                index={index}
                top={start}
                selected={record.id === selected?.id}
                scaleUs={scaleUs}
                shown={shown}
              />
            );
          })}
        </div>
      </div>
      <FollowButton
        following={follow.following}
        unseen={last < count - 1 ? follow.unseen : 0}
        onFollow={follow.follow}
      />
      <PhaseCard scroller={scroller} />
    </div>
  );
}

/** Scrolls as little as brings the row into sight between the header and the lower edge. */
function reveal(scroller: HTMLDivElement | null, index: number): void {
  if (scroller === null) return;
  const top = index * rowPx;
  const lowestTop = top + 2 * rowPx - scroller.clientHeight;
  if (scroller.scrollTop > top) scroller.scrollTop = top;
  else if (scroller.scrollTop < lowestTop) scroller.scrollTop = lowestTop;
}

function rowIndexOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return row === null ? null : Number(row.dataset['index']);
}
