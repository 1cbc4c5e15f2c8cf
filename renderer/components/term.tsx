import { useState, type ReactNode } from 'react';
import { Tooltip } from 'radix-ui';
import './term.css';

interface TermProps {
  /** A sentence, or paragraphs. */
  readonly meaning: ReactNode;
  /** The term is a button that does something, too. */
  readonly onPress?: () => void;
  readonly children: ReactNode;
}

const delayMs = 250;

/** A term that explains itself where the pointer or the keyboard rests on it. */
export function Term({ meaning, onPress, children }: TermProps) {
  const [rested, setRested] = useState(false);
  // A focus that scrolls the term into sight closes what opened by itself.
  const [focused, setFocused] = useState(false);
  return (
    <Tooltip.Provider delayDuration={delayMs}>
      <Tooltip.Root open={rested || focused} onOpenChange={setRested}>
        <Tooltip.Trigger asChild>
          <button
            type="button"
            className={onPress === undefined ? 'term' : 'term pressed-to-act'}
            onClick={() => {
              if (onPress === undefined) return;
              setFocused(false);
              setRested(false);
              onPress();
            }}
            onFocus={() => setFocused(true)}
            onBlur={() => setFocused(false)}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || !focused) return;
              event.preventDefault();
              setFocused(false);
              setRested(false);
            }}
          >
            {children}
          </button>
        </Tooltip.Trigger>
        <Tooltip.Portal>
          <Tooltip.Content
            className="term-card"
            side="bottom"
            align="start"
            sideOffset={4}
            collisionPadding={8}
          >
            {meaning}
          </Tooltip.Content>
        </Tooltip.Portal>
      </Tooltip.Root>
    </Tooltip.Provider>
  );
}
