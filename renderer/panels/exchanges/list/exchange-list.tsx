import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { createRowScroller } from '../../../components/row-scroller.ts';
import { useWidth } from '../../../components/use-width.ts';
import { useRowHeight } from '../../../components/use-preferences.ts';
import { useField, useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { chooserPx, columnsOf, fitColumns, isHeaderColumn } from './columns.ts';
import { CommentEditor } from './comment-editor.tsx';
import { FollowButton } from './follow-button.tsx';
import { ListHeader } from './list-header.tsx';
import { PhaseCard } from './phase-card.tsx';
import { ProgressLine } from './progress-line.tsx';
import { ResultCount } from './result-count.tsx';
import { rowIndexAt } from './row-place.ts';
import { RowMenu } from './row-menu.tsx';
import { SignStore } from './sign-store.tsx';
import { SummaryBar } from './summary-bar.tsx';
import { useChoose } from './use-choose.ts';
import { useIdDigits } from './use-id-digits.ts';
import { useFollow } from './use-follow.ts';
import { useListKeys } from './use-list-keys.ts';
import { usePaint } from './use-paint.ts';
import '../../../components/row-scroller.css';
import './exchange-list.css';

/** Height of the column heads. */
const headPx = 24;

export function ExchangeList() {
  const rowPx = useRowHeight();
  return <RowList key={rowPx} rowPx={rowPx} />;
}

function RowList({ rowPx }: { readonly rowPx: number }) {
  const { view, layout } = useWindowState();
  const generation = useField(view.state, 'generation');
  const columnIds = useStore(layout.columns);
  const widths = useStore(layout.columnWidths);
  const [scroller] = useState(() => createRowScroller(rowPx, headPx));
  const grid = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const signs = useRef<HTMLDivElement>(null);
  const [parts] = useState(() => ({ grid, rows, canvas, signs }));
  const available = useWidth(grid);
  const digits = useIdDigits(scroller);
  const { shown, template, placed } = useMemo(
    () => fitColumns(columnIds, widths, available - chooserPx, digits),
    [columnIds, widths, available, digits],
  );
  const widthPx = placed.reduce((sum, { width }) => sum + width, chooserPx);
  const follow = useFollow(scroller);
  const { choose, wanted } = useChoose(scroller, follow.stay);
  const [isCommenting, setCommenting] = useState(false);
  const comment = () => setCommenting(true);
  const onKeyDown = useListKeys({ scroller, choose, wanted, follow: follow.follow, comment });

  useLayoutEffect(() => {
    if (grid.current === null || track.current === null || rows.current === null) return;
    return scroller.attach(grid.current, track.current, rows.current);
  }, [scroller]);
  useEffect(() => {
    const look = () => view.look(scroller.drawn.get().first, scroller.drawn.get().last);
    look();
    return scroller.drawn.subscribe(look);
  }, [view, scroller, generation]);
  useLayoutEffect(() => {
    // Without React, which would draw the heads and menus anew with every count.
    const tell = () => grid.current?.setAttribute('aria-rowcount', String(view.calmCount.get() + 1));
    tell();
    return view.calmCount.subscribe(tell);
  }, [view]);
  useEffect(() => {
    view.setHeaders(
      columnsOf(columnIds)
        .map(({ id }) => id)
        .filter(isHeaderColumn)
        .slice(0, 16),
    );
  }, [view, columnIds]);
  const scaleUs = usePaint(scroller, parts, rowPx, placed);

  return (
    <div className="exchange-list" style={{ '--columns': template, '--columns-width': `${widthPx}px` }}>
      <RowMenu onComment={comment}>
        <div
          ref={grid}
          className="row-scroll list-scroll"
          role="grid"
          tabIndex={0}
          aria-label="Exchanges"
          aria-multiselectable
          aria-colcount={shown.length + 1}
          onKeyDown={onKeyDown}
        >
          <ListHeader shown={shown} scaleUs={scaleUs} />
          <div ref={track} className="row-track" role="presentation">
            <div className="row-stage" role="presentation">
              <div
                ref={rows}
                className="list-rows"
                role="rowgroup"
                onMouseDown={(event) => {
                  const index = rowIndexAt(event.target);
                  if (event.button !== 0 || index === null) return;
                  if (event.shiftKey) choose(index, 'extend');
                  else if (event.ctrlKey || event.metaKey) choose(index, 'toggle');
                  else {
                    choose(index, 'select');
                    layout.detailOpen.set(true);
                  }
                }}
              />
              <canvas ref={canvas} className="waterfall" aria-hidden="true" />
            </div>
          </div>
        </div>
      </RowMenu>
      <ResultCount />
      <ProgressLine />
      <FollowButton seenCount={follow.seenCount} onFollow={follow.follow} />
      {isCommenting && <CommentEditor onClose={() => setCommenting(false)} />}
      <SummaryBar onComment={comment} />
      <PhaseCard scroller={grid} />
      <SignStore place={signs} />
    </div>
  );
}
