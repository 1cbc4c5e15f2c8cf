import { useEffect, useEffectEvent, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { createRowScroller } from '../../../components/row-scroller.ts';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { useRowHeight } from '../../../components/use-preferences.ts';
import { packetColumns, type PacketColumn } from '../../../format/display-filter.ts';
import { useField, useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { FollowPackets } from './follow-packets.tsx';
import { PacketMenu } from './packet-menu.tsx';
import { createPacketPainter, packetTitle, type PacketPainter } from './packet-painter.ts';
import { useFollowPackets } from './use-follow-packets.ts';
import { usePacketKeys } from './use-packet-keys.ts';
import { usePacketTime } from './use-packet-time.ts';
import '../../../components/row-scroller.css';
import './packet-list.css';

const headPx = 24;
/** The order in the document is put right when scrolling has ended. */
const settleMs = 150;

const heads: Readonly<Record<PacketColumn, { readonly name: string; readonly meaning: string }>> = {
  number: { name: 'No.', meaning: 'In the order they were captured' },
  time: { name: 'Time', meaning: 'As chosen above the list' },
  source: { name: 'Source', meaning: 'Who sent it, with its port' },
  destination: { name: 'Destination', meaning: 'Whom it was sent to, with its port' },
  protocol: { name: 'Protocol', meaning: 'The uppermost protocol that was recognised' },
  length: { name: 'Length', meaning: 'Bytes on the wire, link header included' },
  info: { name: 'Info', meaning: 'What the packet says; a sign before it marks trouble' },
};

export function PacketList() {
  const rowPx = useRowHeight();
  return <Rows key={rowPx} rowPx={rowPx} />;
}

function Rows({ rowPx }: { readonly rowPx: number }) {
  const { packets, layout } = useWindowState();
  const { view } = packets;
  const generation = useField(view.state, 'generation');
  const total = useField(view.state, 'total');
  const byName = useStore(layout.packetNames);
  const selected = useStore(packets.selected);
  const references = useStore(packets.references);
  const { format, time } = usePacketTime();
  const [scroller] = useState(() => createRowScroller(rowPx, headPx));
  const grid = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLDivElement>(null);
  const rows = useRef<HTMLDivElement>(null);
  const signs = useRef<HTMLDivElement>(null);
  const painter = useRef<PacketPainter | null>(null);
  const settling = useRef<ReturnType<typeof setTimeout> | null>(null);
  const follow = useFollowPackets(scroller);
  const choose = (index: number) => {
    follow.stay(index);
    scroller.reveal(index);
    const row = view.row(index);
    if (row === undefined) {
      wanted.current = index;
      view.need(index);
    } else {
      wanted.current = null;
      packets.select(row.number, index);
    }
  };
  /** A row that was chosen before it was here. */
  const wanted = useRef<number | null>(null);
  const onKeyDown = usePacketKeys({ scroller, choose, wanted, follow: follow.follow });

  const painted = useMemo(
    () => ({
      ...{ rowPx, byName, time, row: view.row, selected: selected?.number ?? null },
      references: new Set(references.map(({ number }) => number)),
    }),
    [rowPx, byName, time, view, selected, references],
  );
  const paint = useEffectEvent(() => {
    const element = painter.current?.paint(scroller.drawn.get(), painted) ?? null;
    if (element === null) grid.current?.removeAttribute('aria-activedescendant');
    else grid.current?.setAttribute('aria-activedescendant', element.id);
    if (settling.current !== null) clearTimeout(settling.current);
    settling.current = setTimeout(() => painter.current?.settle(), settleMs);
  });
  useLayoutEffect(() => {
    if (grid.current === null || track.current === null || rows.current === null) return;
    return scroller.attach(grid.current, track.current, rows.current);
  }, [scroller]);
  useLayoutEffect(() => {
    const [place, store] = [rows.current, signs.current];
    if (place === null || store === null) return;
    painter.current = createPacketPainter(place, (tone) => {
      const sign = store.querySelector(`.${tone}`);
      if (sign === null) throw new Error(`There is no sign for ${tone}.`);
      return sign.cloneNode(true) as Element;
    });
    const stop = scroller.onDraw(() => paint());
    return () => {
      stop();
      if (settling.current !== null) clearTimeout(settling.current);
      place.replaceChildren();
      painter.current = null;
    };
  }, [scroller]);
  useLayoutEffect(() => scroller.redraw());
  useEffect(() => {
    const look = () => {
      const { first, last } = scroller.drawn.get();
      // The row above the first one: its time may be counted from it.
      view.look(Math.max(0, first - 1), last);
    };
    look();
    return scroller.drawn.subscribe(look);
  }, [view, scroller, generation]);
  useEffect(() => scroller.keep(selected?.index ?? null), [scroller, selected]);
  const arrived = useEffectEvent(() => {
    if (wanted.current !== null && view.row(wanted.current) !== undefined) choose(wanted.current);
    grid.current?.setAttribute('aria-rowcount', String(view.state.get().count + 1));
  });
  useEffect(() => {
    arrived();
    return view.state.subscribe(() => arrived());
  }, [view]);
  /** What was selected elsewhere is brought into sight. */
  const selectedIndex = selected?.index ?? null;
  useEffect(() => {
    if (selectedIndex !== null) scroller.reveal(selectedIndex);
  }, [scroller, selectedIndex]);

  const title = (target: EventTarget) => {
    const cell = target instanceof Element ? target.closest<HTMLElement>('[role="gridcell"]') : null;
    const at = Number(cell?.ariaColIndex ?? 0) - 1;
    const column = packetColumns[at];
    const index = Number(cell?.parentElement?.dataset['index'] ?? NaN);
    const row = view.row(index);
    if (cell === null || column === undefined || row === undefined) return;
    cell.title = packetTitle(row, column, cell.textContent);
  };
  const digits = String(Math.max(1000, total)).length * 1.34;
  return (
    <div
      className={`packet-list time-${format}`}
      style={{ '--packet-number': `${Math.round(digits * 7 + 24)}px` }}
      data-part
    >
      <PacketMenu>
        <div
          ref={grid}
          className="row-scroll packet-scroll"
          role="grid"
          tabIndex={0}
          aria-label="Packets"
          aria-colcount={packetColumns.length}
          onKeyDown={onKeyDown}
        >
          <div className="row-head packet-head" role="row">
            {packetColumns.map((column) => (
              <span
                key={column}
                role="columnheader"
                title={heads[column].meaning}
                className={`packet-${column}`}
              >
                {heads[column].name}
              </span>
            ))}
          </div>
          <div ref={track} className="row-track" role="presentation">
            <div className="row-stage" role="presentation">
              <div
                ref={rows}
                className="packet-rows"
                role="rowgroup"
                onPointerOver={({ target }) => title(target)}
                onMouseDown={(event) => {
                  const row = (event.target as Element).closest<HTMLElement>('.packet-row');
                  if (row !== null && event.button === 0) choose(Number(row.dataset['index']));
                }}
              />
            </div>
          </div>
        </div>
      </PacketMenu>
      <FollowPackets seenCount={follow.seenCount} onFollow={follow.follow} />
      <div ref={signs} hidden>
        <ToneSign tone="note" />
        <ToneSign tone="warning" />
        <ToneSign tone="problem" />
      </div>
    </div>
  );
}
