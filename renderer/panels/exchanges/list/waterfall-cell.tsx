import { exchangeTimings } from '../../../../core/model/timings.ts';
import type { ExchangeRecord } from '../../../../core/model/exchange-record.ts';
import { phaseFill } from '../../../components/phase-patterns.tsx';
import { rowBars, type Bar } from '../../../format/waterfall.ts';

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

export function WaterfallCell({ record, nowUs, scaleUs }: WaterfallCellProps) {
  const { bars, start, cut } = rowBars(exchangeTimings(record, nowUs), scaleUs);
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
