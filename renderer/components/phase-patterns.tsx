import type { PhaseKind } from '../../core/model/timings.ts';
import './phases.css';

export const phaseTilePx = 6;

/** Marks over the phase's colour, on a tile of 6 × 6: what tells phases apart without colour. */
export const phaseMarkPath: Readonly<Record<PhaseKind, string | null>> = {
  blocked: 'M0 3h6',
  dns: 'M1.5 0v6M4.5 0v6',
  connect: 'M-1 7 7-1M-1 1 1-1M5 7 7 5',
  tls: 'M0 0 6 6M0 6 6 0',
  send: null,
  wait: null,
  receive: 'M0 3h6',
  stall: 'M-1 7 7-1M-1 1 1-1M5 7 7 5',
  proxy: 'M1 1.5h2M4 4.5h2',
  pass: 'M0 1.5h6M0 4.5h6',
};

export function phaseFill(kind: PhaseKind): string {
  return `url(#phase-${kind})`;
}

/** The fills of all phases, once in the document. */
export function PhasePatterns() {
  return (
    <svg className="phase-patterns" width="0" height="0" aria-hidden="true">
      <defs>
        {(Object.keys(phaseMarkPath) as PhaseKind[]).map((kind) => (
          <pattern key={kind} id={`phase-${kind}`} width="6" height="6" patternUnits="userSpaceOnUse">
            <rect className={`phase-ground ${kind}`} width="6" height="6" />
            {phaseMarkPath[kind] !== null && <path className={`phase-mark ${kind}`} d={phaseMarkPath[kind]} />}
          </pattern>
        ))}
      </defs>
    </svg>
  );
}
