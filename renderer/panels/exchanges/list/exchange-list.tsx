import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { createRowScroller } from '../../../components/row-scroller.ts';
import { useWidth } from '../../../components/use-width.ts';
import { useRowHeight } from '../../../components/use-preferences.ts';
import { isChosen } from '../../../state/selection.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { chooserPx, columnsOf, fitColumns, isHeaderColumn } from './columns.ts';
import { CommentEditor } from './comment-editor.tsx';
import { ExchangeRow, rowElementId } from './exchange-row.tsx';
import { FollowButton } from './follow-button.tsx';
import { ListHeader } from './list-header.tsx';
import { PhaseCard } from './phase-card.tsx';
import { ProgressLine } from './progress-line.tsx';
import { RowMenu } from './row-menu.tsx';
import { SummaryBar } from './summary-bar.tsx';
import { useChoose } from './use-choose.ts';
import { useFollow } from './use-follow.ts';
import { useListKeys } from './use-list-keys.ts';
import { useWaterfallScale } from './use-waterfall-scale.ts';
import './exchange-list.css';

/** Height of the column heads. */
const headPx = 24;

export function ExchangeList() {
  const rowPx = useRowHeight();
  return <RowList key={rowPx} rowPx={rowPx} />;
}

function RowList({ rowPx }: { readonly rowPx: number }) {
  const { view, selection, layout } = useWindowState();
  const state = useStore(view.state);
  const { count, moved, headers } = state;
  const focused = useStore(selection.state);
  const chosen = useStore(selection.chosen);
  const columnIds = useStore(layout.columns);
  const widths = useStore(layout.columnWidths);
  const [scroller] = useState(() => createRowScroller(rowPx, headPx));
  const drawn = useStore(scroller.drawn);
  const element = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const available = useWidth(element);
  const { shown, template } = useMemo(
    () => fitColumns(columnIds, widths, available - chooserPx),
    [columnIds, widths, available],
  );
  const follow = useFollow(scroller, state);
  const { choose, wanted } = useChoose(scroller, drawn, follow.stay);
  const [isCommenting, setCommenting] = useState(false);
  const comment = () => setCommenting(true);
  const onKeyDown = useListKeys({ scroller, choose, wanted, follow: follow.follow, comment });

  useLayoutEffect(() => {
    if (element.current === null || track.current === null || stage.current === null) return;
    return scroller.attach(element.current, track.current, stage.current);
  }, [scroller]);
  useEffect(() => view.look(drawn.first, drawn.last), [view, drawn.first, drawn.last, state.generation]);
  useEffect(() => {
    view.setHeaders(
      columnsOf(columnIds)
        .map(({ id }) => id)
        .filter(isHeaderColumn)
        .slice(0, 16),
    );
  }, [view, columnIds]);

  const slots = Math.max(1, drawn.to - drawn.from);
  const rows = Array.from({ length: drawn.to - drawn.from }, (_, at) => drawn.from + at);
  const inSight = rows.filter((index) => index >= drawn.first && index <= drawn.last);
  const scaleUs = useWaterfallScale(
    inSight.map((index) => view.row(index)).filter((row) => row !== undefined),
  );
  const focusedIndex = focused?.index ?? null;
  const isDrawn = focusedIndex !== null && focusedIndex >= drawn.from && focusedIndex < drawn.to;

  return (
    <div className="exchange-list" style={{ '--columns': template }}>
      <RowMenu onComment={comment}>
        <div
          ref={element}
          className="list-scroll"
          role="grid"
          tabIndex={0}
          aria-label="Exchanges"
          aria-multiselectable
          aria-rowcount={count + 1}
          aria-colcount={shown.length + 1}
          aria-activedescendant={isDrawn ? rowElementId(focusedIndex) : undefined}
          onKeyDown={onKeyDown}
        >
          <ListHeader shown={shown} scaleUs={scaleUs} />
          <div ref={track} className="list-track" role="presentation">
            <div className="list-stage" role="presentation">
              <div
                ref={stage}
                className="list-rows"
                role="rowgroup"
                onMouseDown={(event) => {
                  const index = rowIndexOf(event.target);
                  if (event.button !== 0 || index === null) return;
                  if (event.shiftKey) choose(index, 'extend');
                  else if (event.ctrlKey || event.metaKey) choose(index, 'toggle');
                  else {
                    choose(index, 'select');
                    layout.detailOpen.set(true);
                  }
                }}
              >
                {rows.map((index) => {
                  const record = view.row(index);
                  const slot = (((index - moved) % slots) + slots) % slots;
                  const top = (index - drawn.base) * rowPx;
                  return record === undefined ? (
                    <div
                      key={slot}
                      className="list-row missing"
                      data-index={index}
                      style={{ transform: `translateY(${top}px)` }}
                    />
                  ) : (
                    <ExchangeRow
                      key={slot}
                      record={record}
                      index={index}
                      top={top}
                      selected={isChosen(chosen, record.id)}
                      focused={record.id === focused?.id}
                      scaleUs={scaleUs}
                      shown={shown}
                      headers={headers}
                    />
                  );
                })}
              </div>
            </div>
          </div>
        </div>
      </RowMenu>
      <ProgressLine />
      <FollowButton following={follow.following} unseen={follow.unseen} onFollow={follow.follow} />
      {isCommenting && <CommentEditor onClose={() => setCommenting(false)} />}
      <SummaryBar onComment={comment} />
      <PhaseCard scroller={element} />
    </div>
  );
}

function rowIndexOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return row === null ? null : Number(row.dataset['index']);
}
