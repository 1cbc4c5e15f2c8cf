import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
import type { ConversationRow, ConversationSeries } from '../../../../core/contract/packets.ts';
import { createRowScroller } from '../../../components/row-scroller.ts';
import { plotColors } from '../../../components/plot/plot-colors.ts';
import { saveFile } from '../../../components/save-file.ts';
import { ToneSign } from '../../../components/tone-sign.tsx';
import { endNames } from '../../../format/conversation-words.ts';
import { formatCount, formatDuration, formatMicroseconds } from '../../../format/duration.ts';
import { fileNamePart } from '../../../format/file-name.ts';
import { rowForKey } from '../../../format/list-keys.ts';
import { troubleWords } from '../../../format/packet-words.ts';
import {
  exactTime,
  gapWordUs,
  sequenceStep,
  sequenceSvg,
  svgStepsMax,
  troubleShort,
  type SequenceStep,
} from '../../../format/sequence.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { useSeries } from './use-series.ts';
import '../../../components/row-scroller.css';

const headPx = 24;
const rowPxs = [20, 28, 40] as const;

/** The packets of a conversation as arrows between two lifelines, in their order, with their times. */
export function Sequence({ row }: { readonly row: ConversationRow }) {
  const { series, problem } = useSeries(row.id, row.lastPacket);
  const [size, setSize] = useState(0);
  const bar = useRef<HTMLDivElement>(null);
  if (problem !== null) return <p className="detail-empty">{problem}</p>;
  if (series === null) return null;
  const names = endNames(row);
  const rowPx = rowPxs[size] ?? rowPxs[0];
  const save = () => {
    if (bar.current === null) return;
    const { of, text, muted, background } = plotColors(bar.current);
    const tones = { note: of('note'), warning: of('warning'), problem: of('problem') };
    const svg = sequenceSvg(series, names, { text, muted, background, tones });
    saveFile(`${fileNamePart(`Sequence ${names.a} ${names.b}`)}.svg`, 'image/svg+xml', svg);
  };
  return (
    <div className="sequence">
      <div ref={bar} className="sequence-bar">
        <span className="muted">
          {formatCount(series.atUs.length)} packets
          {series.thinned > 0 ? `, ${formatCount(series.thinned)} more are left out` : ''}
        </span>
        <span className="spacer" />
        <button
          type="button"
          className="button quiet"
          title="Lower rows (-)"
          aria-label="Lower rows"
          disabled={size === 0}
          onClick={() => setSize(size - 1)}
        >
          −
        </button>
        <button
          type="button"
          className="button quiet"
          title="Higher rows (+)"
          aria-label="Higher rows"
          disabled={size === rowPxs.length - 1}
          onClick={() => setSize(size + 1)}
        >
          +
        </button>
        <button
          type="button"
          className="button quiet"
          title={`Save as a vector picture, at most ${formatCount(svgStepsMax)} packets`}
          onClick={save}
        >
          SVG
        </button>
      </div>
      <Rows
        key={rowPx}
        rowPx={rowPx}
        series={series}
        row={row}
        names={names}
        onSize={(by) => setSize(Math.max(0, Math.min(rowPxs.length - 1, size + by)))}
      />
    </div>
  );
}

interface RowsProps {
  readonly rowPx: number;
  readonly series: ConversationSeries;
  readonly row: ConversationRow;
  readonly names: { readonly a: string; readonly b: string };
  readonly onSize: (by: number) => void;
}

function Rows({ rowPx, series, row, names, onSize }: RowsProps) {
  const { places, packets } = useWindowState();
  const count = series.atUs.length;
  const [scroller] = useState(() => createRowScroller(rowPx, headPx));
  const grid = useRef<HTMLDivElement>(null);
  const track = useRef<HTMLDivElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState<number | null>(null);
  const drawn = useStore(scroller.drawn);
  useLayoutEffect(() => {
    if (grid.current === null || track.current === null || stage.current === null) return;
    return scroller.attach(grid.current, track.current, stage.current);
  }, [scroller]);
  useLayoutEffect(() => scroller.setRows(count, 0, null), [scroller, count]);
  useEffect(() => scroller.keep(focused), [scroller, focused]);

  const choose = (at: number) => {
    scroller.reveal(at);
    setFocused(at);
    packets.select(series.packetNumbers[at] ?? 1, null);
  };
  const open = (at: number) =>
    places.openPackets({ kind: 'conversation', id: row.id }, series.packetNumbers[at] ?? 1);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.altKey || event.ctrlKey || event.metaKey) return;
    const at = rowForKey(event.key, focused, count, Math.max(1, scroller.rowsInView() - 1));
    if (at !== null) choose(at);
    else if (event.key === 'Enter' && focused !== null) open(focused);
    else if (event.key === '+') onSize(1);
    else if (event.key === '-') onSize(-1);
    else return;
    event.preventDefault();
  };
  const rows = Array.from({ length: Math.max(0, drawn.to - drawn.from) }, (_, at) => drawn.from + at);
  const isInSight = focused !== null && focused >= drawn.from && focused < drawn.to;
  return (
    <div
      ref={grid}
      className="row-scroll sequence-scroll"
      role="grid"
      tabIndex={0}
      aria-label="Sequence"
      aria-rowcount={count + 1}
      aria-colcount={5}
      aria-activedescendant={isInSight ? `sequence-row-${focused}` : undefined}
      style={{ '--sequence-row': `${rowPx}px` }}
      onKeyDown={onKeyDown}
    >
      <div className="row-head sequence-head" role="row">
        <span role="columnheader" className="right" title="Since the first packet of the conversation">
          Time
        </span>
        <span role="columnheader" className="right" title="Since the packet above">
          Gap
        </span>
        <span role="columnheader" className="right">
          No.
        </span>
        <span role="columnheader" className="sequence-ends">
          <span className="ellipsis">{names.a}</span> <span className="ellipsis">{names.b}</span>
        </span>
        <span role="columnheader">Trouble</span>
      </div>
      <div ref={track} className="row-track" role="presentation">
        <div className="row-stage" role="presentation">
          <div ref={stage} role="rowgroup">
            {rows.map((at) => (
              <Line
                key={at}
                at={at}
                top={(at - drawn.base) * rowPx}
                rowPx={rowPx}
                step={sequenceStep(series, at)}
                names={names}
                isSelected={at === focused}
                onChoose={choose}
                onOpen={open}
              />
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}

interface LineProps {
  readonly at: number;
  readonly top: number;
  readonly rowPx: number;
  readonly step: SequenceStep;
  readonly names: { readonly a: string; readonly b: string };
  readonly isSelected: boolean;
  readonly onChoose: (at: number) => void;
  readonly onOpen: (at: number) => void;
}

function Line({ at, top, rowPx, step, names, isSelected, onChoose, onOpen }: LineProps) {
  const isRight = step.end === 'a';
  const color = step.tone === null ? 'var(--muted)' : `var(--${step.tone})`;
  const middle = rowPx / 2;
  return (
    <div
      id={`sequence-row-${at}`}
      role="row"
      aria-rowindex={at + 2}
      aria-selected={isSelected}
      className={`sequence-row${isSelected ? ' selected' : ''}`}
      style={{ top }}
      onMouseDown={() => onChoose(at)}
      onDoubleClick={() => onOpen(at)}
    >
      <span role="gridcell" className="number" title={formatMicroseconds(step.atUs)}>
        {exactTime(step.atUs)}
      </span>
      <span role="gridcell" className="number muted" title={formatMicroseconds(step.gapUs)}>
        {step.gapUs >= gapWordUs ? `+${formatDuration(step.gapUs)}` : ''}
      </span>
      <span role="gridcell" className="number muted">
        {formatCount(step.packet)}
      </span>
      <span role="gridcell" className="sequence-arrow">
        <svg aria-hidden="true">
          <line
            x1="0"
            x2="100%"
            y1={middle}
            y2={middle}
            stroke={color}
            strokeDasharray={step.tone === null ? undefined : '5 3'}
          />
          <svg x={isRight ? '100%' : '0'} y={middle} overflow="visible">
            <path d={isRight ? 'M0 0l-8 -4v8z' : 'M0 0l8 -4v8z'} fill={color} />
          </svg>
        </svg>
        <span className="visually-hidden">
          {isRight ? `${names.a} to ${names.b}: ` : `${names.b} to ${names.a}: `}
        </span>
        <span className="sequence-words" style={step.tone === null ? undefined : { color }}>
          {step.label}
        </span>
      </span>
      <span
        role="gridcell"
        className="ellipsis"
        title={step.troubles.map((name) => troubleWords[name].meaning).join('\n')}
      >
        {step.tone !== null && <ToneSign tone={step.tone} />}{' '}
        {step.troubles.map((name) => troubleShort[name]).join(', ')}
      </span>
    </div>
  );
}
