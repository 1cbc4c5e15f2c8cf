import { useMemo, useState } from 'react';
import type { ConversationRow, ConversationSeries } from '../../../../core/contract/packets.ts';
import type { End } from '../../../../core/packets/tcp-events.ts';
import { Plot } from '../../../components/plot/plot.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import {
  heavierEnd,
  rttPicture,
  seriesRange,
  stevensPicture,
  throughputPicture,
  windowPicture,
  type EndNames,
} from '../../../format/conversation-plots.ts';
import { endNames } from '../../../format/conversation-words.ts';
import { formatCount } from '../../../format/duration.ts';
import type { PlotPicture } from '../../../format/plot/draw-plot.ts';
import type { AxisRange } from '../../../format/plot/plot-scale.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { useCloserSeries, useSeries } from './use-series.ts';

export type PictureKind = 'stevens' | 'window' | 'throughput' | 'rtt';

interface PictureProps {
  readonly kind: PictureKind;
  readonly row: ConversationRow;
}

/** Steps of the throughput across what is in sight. */
const throughputParts = 200;

const emptyWords: Readonly<Record<PictureKind, string>> = {
  stevens: 'This end sent nothing.',
  window: 'This end sent nothing, and the other one told no window.',
  throughput: 'Nothing was sent.',
  rtt: 'No ACK shows a round trip: too few packets, or only one direction was captured.',
};

export function Picture({ kind, row }: PictureProps) {
  const { series, problem } = useSeries(row.id, row.lastPacket);
  if (problem !== null) return <p className="detail-empty">{problem}</p>;
  if (series === null) return null;
  if (series.atUs.length === 0) return <p className="detail-empty muted">{emptyWords[kind]}</p>;
  return <Drawn kind={kind} row={row} whole={series} />;
}

function Drawn({ kind, row, whole }: PictureProps & { readonly whole: ConversationSeries }) {
  const { places } = useWindowState();
  const range = useMemo(() => seriesRange(whole), [whole]);
  const [chosenView, setView] = useState<AxisRange | null>(null);
  const [chosenEnd, setEnd] = useState<End | null>(null);
  const view = chosenView ?? range;
  const series = useCloserSeries(row.id, whole, chosenView) ?? whole;
  const end = chosenEnd ?? heavierEnd(whole);
  const { a: nameA, b: nameB } = endNames(row);
  const isSided = kind === 'stevens' || kind === 'window';
  /** Only the throughput is another one with each part of the time. */
  const partView = kind === 'throughput' ? view : null;
  const picture = useMemo(
    () =>
      lifted(pictureOf(kind, series, end, { a: nameA, b: nameB }, partView ?? range), series, whole, range),
    [kind, series, whole, range, end, nameA, nameB, partView],
  );
  return (
    <>
      {(isSided || whole.thinned > 0) && (
        <div className="sequence-bar">
          {isSided && (
            <Segmented
              label="Sender"
              segments={[
                { value: 'a', label: `From ${nameA}` },
                { value: 'b', label: `From ${nameB}` },
              ]}
              value={end}
              onChange={setEnd}
            />
          )}
          {whole.thinned > 0 && (
            <span className="muted">
              {formatCount(whole.atUs.length)} of {formatCount(whole.atUs.length + whole.thinned)} packets
              drawn; zoom in for the others
            </span>
          )}
        </div>
      )}
      {picture.series.length === 0 ? (
        <p className="detail-empty muted">{emptyWords[kind]}</p>
      ) : (
        <Plot
          picture={picture}
          view={view}
          onView={(next) => setView(next.from <= range.from && next.to >= range.to ? null : next)}
          onPacket={(number) => places.openPackets({ kind: 'conversation', id: row.id }, number)}
        />
      )}
    </>
  );
}

function pictureOf(
  kind: PictureKind,
  series: ConversationSeries,
  end: End,
  names: EndNames,
  view: AxisRange,
): PlotPicture {
  switch (kind) {
    case 'stevens':
      return stevensPicture(series, end, names);
    case 'window':
      return windowPicture(series, end, names);
    case 'throughput':
      return throughputPicture(series, view, throughputParts, names);
    case 'rtt':
      return rttPicture(series, names);
    default:
      return kind satisfies never;
  }
}

/** A part of the series begins later than the whole: its times are counted from where that begins. */
function lifted(
  picture: PlotPicture,
  part: ConversationSeries,
  whole: ConversationSeries,
  range: AxisRange,
): PlotPicture {
  const by = (part.atUs[0] ?? 0) - (whole.atUs[0] ?? 0);
  if (by === 0) return { ...picture, whole: range };
  const series = picture.series.map((each) => ({ ...each, xs: each.xs.map((x) => x + by) }));
  return { ...picture, whole: range, series };
}
