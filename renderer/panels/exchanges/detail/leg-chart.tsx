import type { Tier } from '../../../../core/model/exchange-record.ts';
import { phaseWords } from '../../../../core/model/phase-words.ts';
import type { ExchangeTimings, Phase } from '../../../../core/model/timings.ts';
import { PhaseLetter } from '../../../components/phase-letter.tsx';
import { phaseFill } from '../../../components/phase-patterns.tsx';
import { Term } from '../../../components/term.tsx';
import { formatDuration, formatMicroseconds, formatScale } from '../../../format/duration.ts';
import { legsOf, legWords } from '../../../format/leg-words.ts';
import type { TimeRange } from '../../../format/time-range.ts';
import { axisTicksUs } from '../../../format/waterfall.ts';
import { useChartZoom } from './use-chart-zoom.ts';

interface LegChartProps {
  readonly timings: ExchangeTimings;
  readonly tier: Tier;
  /** The stretch in sight; left out or null: all of it. */
  readonly zoom?: TimeRange | null;
  /** Lets the person zoom: by dragging, Ctrl and the wheel, `+`, `-` and arrows; a double click or `0` shows all. */
  readonly onZoom?: (range: TimeRange | null) => void;
}

/** The legs on one axis; 0 is the first request byte. */
export function LegChart({ timings, tier, zoom = null, onZoom }: LegChartProps) {
  const [firstUs, lastUs] = chartRange(timings);
  const { fromUs, toUs } = zoom ?? { fromUs: firstUs, toUs: lastUs };
  const { brush, area, handlers } = useChartZoom({ fromUs, toUs }, { fromUs: firstUs, toUs: lastUs }, onZoom);
  const share = (us: number) => (Math.min(Math.max(us, fromUs), toUs) - fromUs) / Math.max(1, toUs - fromUs);
  const ticks = axisTicksUs(fromUs - timings.startUs, toUs - timings.startUs);
  const shown = timings.phases.filter((phase) => phase.toUs > fromUs && phase.fromUs < toUs);
  return (
    <figure
      ref={area}
      className={`leg-chart ${onZoom === undefined ? '' : 'zoomable'}`}
      aria-label={tier === 'proxy' ? 'Phases of both legs over time' : 'Phases over time'}
      {...handlers}
    >
      <div className="leg-axis" aria-hidden="true">
        {ticks.map((tick) => (
          <span
            key={tick}
            className={tick === 0 ? 'zero' : ''}
            style={{ left: `${share(timings.startUs + tick) * 100}%` }}
            data-edge={edge(share(timings.startUs + tick))}
          >
            {formatScale(tick)}
          </span>
        ))}
      </div>
      {legsOf(tier).map((leg) => (
        <div key={leg} className="leg-lane">
          <span className="leg-name">
            <Term meaning={legWords(leg, tier).meaning}>{legWords(leg, tier).name}</Term>
          </span>
          <div className="leg-bars">
            {ticks.map((tick) => (
              <span
                key={tick}
                className={`tick-line ${tick === 0 ? 'zero' : ''}`}
                style={{ left: `${share(timings.startUs + tick) * 100}%` }}
              />
            ))}
            <svg width="100%" height="24">
              {shown
                .filter((phase) => phase.leg === leg)
                .map((phase) => (
                  <PhaseBar
                    key={phase.kind}
                    phase={phase}
                    from={share(phase.fromUs)}
                    to={share(phase.toUs)}
                  />
                ))}
            </svg>
          </div>
        </div>
      ))}
      {brush !== null && (
        <div className="leg-brush-area" aria-hidden="true">
          <i style={{ left: `${brush.from * 100}%`, width: `${(brush.to - brush.from) * 100}%` }} />
        </div>
      )}
    </figure>
  );
}

/** Below this share of the width a letter does not fit. */
const letterShare = 0.03;

interface PhaseBarProps {
  readonly phase: Phase;
  readonly from: number;
  readonly to: number;
}

function PhaseBar({ phase, from, to }: PhaseBarProps) {
  const words = phaseWords(phase.kind, phase.leg);
  const us = phase.toUs - phase.fromUs;
  return (
    <g>
      <title>{`${words.name} ${formatDuration(us)} (${formatMicroseconds(us)})\n${words.meaning}`}</title>
      <rect
        fill={phaseFill(phase.kind)}
        y="3"
        height="18"
        style={{ x: `${from * 100}%`, width: `max(1.5px, ${(to - from) * 100}%)` }}
      />
      {to - from > letterShare && phase.kind !== 'stall' && (
        <PhaseLetter kind={phase.kind} leg={phase.leg} x={`${((from + to) / 2) * 100}%`} y={12} />
      )}
    </g>
  );
}

/** A connection made longer before the request than the request took would squeeze the rest: it is left to the table. */
function chartRange(timings: ExchangeTimings): [number, number] {
  const { startUs, endUs, phases } = timings;
  const reachUs = Math.max(endUs - startUs, 1000);
  const near = phases.filter((phase) => startUs - phase.fromUs <= reachUs).map((phase) => phase.fromUs);
  return [Math.min(startUs, ...near), Math.max(endUs, startUs + 1)];
}

function edge(share: number): 'start' | 'end' | 'middle' {
  if (share < 0.03) return 'start';
  return share > 0.97 ? 'end' : 'middle';
}
