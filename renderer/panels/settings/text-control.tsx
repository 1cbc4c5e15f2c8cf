import { useState } from 'react';
import { Problem } from './setting-row.tsx';

interface TextControlProps {
  /** Id of the setting: label and meaning of its row describe the field. */
  readonly id: string;
  readonly value: string;
  readonly placeholder: string;
  /** Gives null, or in one line why the text was not taken. */
  readonly onCommit: (text: string) => Promise<string | null>;
}

/** One line that is taken with Enter or on leaving the field; Escape brings back what was there. */
export function TextControl({ id, value, placeholder, onCommit }: TextControlProps) {
  const [draft, setDraft] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  const commit = async () => {
    if (draft === null) return;
    if (draft.trim() === value) {
      setDraft(null);
      setProblem(null);
      return;
    }
    const refused = await onCommit(draft.trim());
    setProblem(refused);
    if (refused === null) setDraft(null);
  };
  return (
    <>
      <input
        className="field mono setting-field"
        aria-labelledby={`${id}-label`}
        aria-describedby={problem === null ? `${id}-meaning` : `${id}-problem`}
        aria-invalid={problem !== null}
        placeholder={placeholder}
        spellCheck={false}
        autoComplete="off"
        maxLength={400}
        value={draft ?? value}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => void commit()}
        onKeyDown={(event) => {
          if (event.key === 'Enter') void commit();
          else if (event.key === 'Escape' && draft !== null) {
            setDraft(null);
            setProblem(null);
          } else return;
          event.preventDefault();
        }}
      />
      <Problem id={`${id}-problem`} text={problem} />
    </>
  );
}
