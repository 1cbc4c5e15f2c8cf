import type { ExchangeTimings } from '../../../../core/model/timings.ts';
import { Duration } from '../../../components/measure.tsx';
import { PhaseSwatch } from '../../../components/phase-swatch.tsx';
import { PhaseTerm } from './phase-term.tsx';

/** The phases of the server leg, and what the client leg adds to them: where the time went, longest first. */
export function PhaseLegend({ timings }: { readonly timings: ExchangeTimings }) {
  const phases = timings.phases
    .filter(({ leg, kind }) => leg === 'server' || kind === 'stall' || kind === 'proxy')
    .toSorted((a, b) => b.toUs - b.fromUs - (a.toUs - a.fromUs));
  return (
    <ul className="phase-legend">
      {phases.map(({ leg, kind, fromUs, toUs, early }) => (
        <li key={`${leg}-${kind}`}>
          <PhaseSwatch kind={kind} leg={leg} />
          <span>
            <PhaseTerm kind={kind} leg={leg} />
            {early && <span className="muted"> before</span>}
            {leg === 'client' && <span className="muted"> client</span>}
          </span>
          <span className="number">
            <Duration us={toUs - fromUs} />
          </span>
        </li>
      ))}
    </ul>
  );
}
