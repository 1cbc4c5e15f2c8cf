import { phaseWords } from '../../../../core/model/phase-words.ts';
import type { ExchangeTimings } from '../../../../core/model/timings.ts';
import { Duration } from '../../../components/measure.tsx';
import { PhaseSwatch } from '../../../components/phase-swatch.tsx';

/** The phases of the server leg, and what the client leg adds to them: where the time went, longest first. */
export function PhaseLegend({ timings }: { readonly timings: ExchangeTimings }) {
  const phases = timings.phases
    .filter(({ leg, kind }) => leg === 'server' || kind === 'stall' || kind === 'proxy')
    .toSorted((a, b) => b.toUs - b.fromUs - (a.toUs - a.fromUs));
  return (
    <ul className="phase-legend">
      {phases.map(({ leg, kind, fromUs, toUs, early }) => {
        const { name, meaning } = phaseWords(kind, leg);
        return (
          <li key={`${leg}-${kind}`} title={meaning}>
            <PhaseSwatch kind={kind} leg={leg} />
            <span>
              {name}
              {early && <span className="muted"> before</span>}
              {leg === 'client' && <span className="muted"> client</span>}
            </span>
            <span className="number">
              <Duration us={toUs - fromUs} />
            </span>
          </li>
        );
      })}
    </ul>
  );
}
