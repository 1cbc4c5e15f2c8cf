import { exchangeTimings } from '../../../../core/model/timings.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { phaseFill } from '../../../components/phase-patterns.tsx';
import type { ExchangeTimings } from '../../../../core/model/timings.ts';
import type { TimeRange } from '../../../format/time-range.ts';
import { axisRow, rowBars, type Bar } from '../../../format/waterfall.ts';
import { useWaterfallAxis } from './use-waterfall-axis.ts';

/** Nearer to the left edge the mark of the first request byte would hide the bars. */
const startShareMin = 0.01;

interface WaterfallCellProps {
  readonly record: ExchangeRecord;
  readonly nowUs: number;
  readonly scaleUs: number;
}

/** Top and height of a lane, px. What was over before the request came is drawn lower. */
const lanes = {
  server: { y: 5, height: 9, earlyY: 8, earlyHeight: 4 },
  client: { y: 16, height: 3, earlyY: 16, earlyHeight: 3 },
} as const;

/** The phases of a row: from its own first moment, or where they stand on the axis of all rows. */
export function WaterfallCell({ record, nowUs, scaleUs }: WaterfallCellProps) {
  const axis = useWaterfallAxis();
  const timings = exchangeTimings(record, nowUs);
  return axis === null ? (
    <RelativeRow timings={timings} scaleUs={scaleUs} />
  ) : (
    <AbsoluteRow timings={timings} axis={axis} />
  );
}

interface AbsoluteRowProps {
  readonly timings: ExchangeTimings;
  readonly axis: TimeRange;
}

function AbsoluteRow({ timings, axis }: AbsoluteRowProps) {
  const { bars, cutLeft, cutRight, outside } = axisRow(timings, axis);
  return (
    <svg className="waterfall" width="100%" height="24" aria-hidden="true">
      {bars.map((bar) => (
        <BarShape key={`${bar.phase.leg}-${bar.phase.kind}`} bar={bar} />
      ))}
      {cutRight && (
        <rect className="waterfall-cut" x="100%" y="4" width="7" height="16" transform="translate(-7 0)" />
      )}
      {cutLeft && <rect className="waterfall-cut" x="0" y="4" width="7" height="16" />}
      {(cutLeft || outside === 'before') && <path className="waterfall-more" d="m5 6-3.5 4L5 14" />}
      {(cutRight || outside === 'after') && (
        <svg x="100%" y="5" width="1" height="10" overflow="visible">
          <path className="waterfall-more" d="m-5 1 3.5 4L-5 9" />
        </svg>
      )}
    </svg>
  );
}

interface RelativeRowProps {
  readonly timings: ExchangeTimings;
  readonly scaleUs: number;
}

function RelativeRow({ timings, scaleUs }: RelativeRowProps) {
  const { bars, start, cut } = rowBars(timings, scaleUs);
  return (
    <svg className="waterfall" width="100%" height="24" aria-hidden="true">
      {bars.map((bar) => (
        <BarShape key={`${bar.phase.leg}-${bar.phase.kind}`} bar={bar} />
      ))}
      {start > startShareMin && start < 1 && (
        <rect className="waterfall-start" x={`${start * 100}%`} y="3" width="1" height="18" />
      )}
      {cut && (
        <rect className="waterfall-cut" x="100%" y="4" width="7" height="16" transform="translate(-7 0)" />
      )}
      {cut && (
        <svg x="100%" y="5" width="1" height="10" overflow="visible">
          <path className="waterfall-more" d="m-5 1 3.5 4L-5 9" />
        </svg>
      )}
    </svg>
  );
}

function BarShape({ bar }: { readonly bar: Bar }) {
  const lane = lanes[bar.phase.leg];
  const { early } = bar.phase;
  return (
    <rect
      fill={phaseFill(bar.phase.kind)}
      y={early ? lane.earlyY : lane.y}
      height={early ? lane.earlyHeight : lane.height}
      style={{ x: `${bar.from * 100}%`, width: `max(1px, ${(bar.to - bar.from) * 100}%)` }}
    />
  );
}
