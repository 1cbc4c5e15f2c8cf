import { phaseWords } from '../../core/model/phase-words.ts';
import type { PhaseKind } from '../../core/model/timings.ts';
import { phaseFill } from './phase-patterns.tsx';

interface PhaseSwatchProps {
  readonly kind: PhaseKind;
  readonly leg: 'client' | 'server';
}

/** Colour, pattern and letter of a phase. */
export function PhaseSwatch({ kind, leg }: PhaseSwatchProps) {
  return (
    <svg className="phase-swatch" width="22" height="12" aria-hidden="true">
      <rect width="22" height="12" fill={phaseFill(kind)} />
      <text className="phase-letter" x="11" y="9.5" textAnchor="middle">
        {phaseWords(kind, leg).letter}
      </text>
    </svg>
  );
}
