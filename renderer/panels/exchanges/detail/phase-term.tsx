import { Tooltip } from 'radix-ui';
import { phaseWords } from '../../../../core/model/phase-words.ts';
import type { PhaseKind } from '../../../../core/model/timings.ts';

interface PhaseTermProps {
  readonly kind: PhaseKind;
  readonly leg: 'client' | 'server';
}

const delayMs = 250;

/** The name of a phase; resting on it, by pointer or keyboard, tells what it means and what other tools call it. */
export function PhaseTerm({ kind, leg }: PhaseTermProps) {
  const { name, meaning, har, devTools } = phaseWords(kind, leg);
  return (
    <Tooltip.Provider delayDuration={delayMs}>
      <Tooltip.Root>
        <Tooltip.Trigger asChild>
          <button type="button" className="phase-term">
            {name}
          </button>
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content className="phase-term-card" side="bottom" align="start" collisionPadding={8}>
            <p>{meaning}</p>
            <p className="muted">
              {har === null && devTools === null
                ? 'HAR and DevTools do not tell it apart.'
                : `HAR: ${har ?? '–'} · DevTools: ${devTools ?? '–'}`}
            </p>
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}
