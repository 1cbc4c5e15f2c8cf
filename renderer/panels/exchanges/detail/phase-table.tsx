import type { Tier } from '../../../../core/model/exchange-record.ts';
import type { ExchangeTimings } from '../../../../core/model/timings.ts';
import { phaseWords } from '../../../../core/model/phase-words.ts';
import { Duration } from '../../../components/measure.tsx';
import { PhaseSwatch } from '../../../components/phase-swatch.tsx';
import { Term } from '../../../components/term.tsx';
import { formatDuration } from '../../../format/duration.ts';
import { legWords, type Leg } from '../../../format/leg-words.ts';
import { PhaseTerm } from './phase-term.tsx';

interface PhaseTableProps {
  readonly timings: ExchangeTimings;
  readonly leg: Leg;
  readonly tier: Tier;
}

/** The phases of one leg: when each began, how long it took, its share of the whole. */
export function PhaseTable({ timings, leg, tier }: PhaseTableProps) {
  const totalUs = timings.endUs - timings.startUs;
  return (
    <table className="phases">
      <colgroup>
        <col className="column-swatch" />
        <col className="column-name" />
        <col className="column-figure" span={3} />
        <col />
      </colgroup>
      <thead>
        <tr>
          <th scope="col" colSpan={2}>
            {legWords(leg, tier).name}
          </th>
          <th scope="col" className="right">
            <Term meaning="After the first request byte; negative: before it.">Begins</Term>
          </th>
          <th scope="col" className="right">
            Time
          </th>
          <th scope="col" className="right">
            <Term meaning="Of the time from the first request byte to the end.">Share</Term>
          </th>
          <th scope="col">Meaning</th>
        </tr>
      </thead>
      <tbody>
        {timings.phases
          .filter((phase) => phase.leg === leg)
          .map(({ kind, fromUs, toUs, early }) => (
            <tr key={kind}>
              <td>
                <PhaseSwatch kind={kind} leg={leg} />
              </td>
              <th scope="row">
                <PhaseTerm kind={kind} leg={leg} />
              </th>
              <td className="number">{offset(fromUs - timings.startUs)}</td>
              <td className="number">
                <Duration us={toUs - fromUs} />
              </td>
              <td className="number muted">
                {early ? 'before' : totalUs > 0 ? `${(((toUs - fromUs) / totalUs) * 100).toFixed(1)} %` : '–'}
              </td>
              <td className="meaning muted">{phaseWords(kind, leg).meaning}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

function offset(us: number): string {
  if (us === 0) return '0 ms';
  return us < 0 ? `−${formatDuration(-us)}` : formatDuration(us);
}
