import { phaseWords } from '../../../../core/model/phase-words.ts';
import type { PhaseKind } from '../../../../core/model/timings.ts';
import { Term } from '../../../components/term.tsx';

interface PhaseTermProps {
  readonly kind: PhaseKind;
  readonly leg: 'client' | 'server';
}

/** The name of a phase; resting on it tells what it means and what other tools call it. */
export function PhaseTerm({ kind, leg }: PhaseTermProps) {
  const { name, meaning, har, devTools } = phaseWords(kind, leg);
  return (
    <Term
      meaning={
        <>
          <p>{meaning}</p>
          <p className="muted">
            {har === null && devTools === null
              ? 'HAR and DevTools do not tell it apart.'
              : `HAR: ${har ?? '–'} · DevTools: ${devTools ?? '–'}`}
          </p>
        </>
      }
    >
      {name}
    </Term>
  );
}
