import { phaseWords } from '../../core/model/phase-words.ts';
import type { Phase } from '../../core/model/timings.ts';

interface PhaseLetterProps extends Pick<Phase, 'kind' | 'leg'> {
  /** Centre: px or a share of the width such as `50%`. */
  readonly x: number | string;
  readonly y: number;
}

/** The letter of a phase on a plain tag, legible on every colour and pattern. */
export function PhaseLetter({ kind, leg, x, y }: PhaseLetterProps) {
  return (
    <svg x={x} y={y} width="1" height="1" overflow="visible">
      <rect className="phase-letter-ground" x="-5.5" y="-5" width="11" height="10" rx="2" />
      <text className="phase-letter" y="3.3" textAnchor="middle">
        {phaseWords(kind, leg).letter}
      </text>
    </svg>
  );
}
