import { useState } from 'react';
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
  const [rested, setRested] = useState(false);
  // A focus that scrolls the term into sight closes what opened by itself.
  const [focused, setFocused] = useState(false);
  return (
    <Tooltip.Provider delayDuration={delayMs}>
      <Tooltip.Root open={rested || focused} onOpenChange={setRested}>
        <Tooltip.Trigger asChild>
          <button
            type="button"
            className="phase-term"
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || !focused) return;
              event.preventDefault();
              setFocused(false);
              setRested(false);
            }}
          >
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
