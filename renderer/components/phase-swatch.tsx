import type { PhaseKind } from '../../core/model/timings.ts';
import { PhaseLetter } from './phase-letter.tsx';
import { phaseFill } from './phase-patterns.tsx';

interface PhaseSwatchProps {
  readonly kind: PhaseKind;
  readonly leg: 'client' | 'server';
}

/** Colour, pattern and letter of a phase. */
export function PhaseSwatch({ kind, leg }: PhaseSwatchProps) {
  return (
    <svg className="phase-swatch" width="24" height="12" aria-hidden="true">
      <rect width="24" height="12" fill={phaseFill(kind)} />
      <PhaseLetter kind={kind} leg={leg} x={12} y={6} />
    </svg>
  );
}
