import { useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Marked } from './search-context.tsx';
import { Problem } from './setting-row.tsx';

interface EntryListProps<T> {
  /** Id of the setting, and what is said of the list to those who do not see it. */
  readonly id: string;
  readonly label: string;
  readonly entries: readonly T[];
  readonly textOf: (entry: T) => string;
  /** The entry of what was typed, or in one line why it is none. */
  readonly parse: (text: string) => T | { readonly problem: string };
  readonly none: string;
  readonly placeholder: string;
  /** Gives null, or in one line why the list was not saved. */
  readonly onChange: (entries: T[]) => Promise<string | null>;
}

/** Entries of one line each, to remove; a line to add one; the last removal to take back. */
export function EntryList<T extends string | object>(props: EntryListProps<T>) {
  const { id, label, entries, textOf, parse, none, placeholder, onChange } = props;
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [removed, setRemoved] = useState<{ readonly text: string; readonly before: readonly T[] } | null>(
    null,
  );

  const save = async (next: readonly T[]): Promise<boolean> => {
    const refused = await onChange([...next]);
    setProblem(refused);
    return refused === null;
  };
  const add = async () => {
    if (text.trim() === '') return;
    const entry = parse(text.trim());
    if (typeof entry === 'object' && 'problem' in entry) {
      setProblem(entry.problem);
      return;
    }
    if (entries.some((each) => textOf(each) === textOf(entry))) {
      setProblem(`${textOf(entry)} is listed already.`);
      return;
    }
    if (await save([...entries, entry])) setText('');
  };
  const remove = async (entry: T) => {
    const before = entries;
    if (await save(entries.filter((each) => each !== entry))) setRemoved({ text: textOf(entry), before });
  };
  const undo = async () => {
    if (removed !== null && (await save(removed.before))) setRemoved(null);
  };

  return (
    <>
      {entries.length === 0 && <p className="muted">{none}</p>}
      <ul className="setting-hosts" aria-label={label}>
        {entries.map((entry) => (
          <li key={textOf(entry)}>
            <span className="mono ellipsis" title={textOf(entry)}>
              <Marked>{textOf(entry)}</Marked>
            </span>
            <button
              type="button"
              className="button quiet"
              title={`Remove ${textOf(entry)}`}
              aria-label={`Remove ${textOf(entry)}`}
              onClick={() => void remove(entry)}
            >
              <Icon name="close" size={12} />
            </button>
          </li>
        ))}
      </ul>
      <div role="status" className="setting-line undo-line">
        {removed !== null && (
          <>
            <span>
              <span className="mono">{removed.text}</span> was removed.
            </span>
            <button type="button" className="button" onClick={() => void undo()}>
              Undo
            </button>
          </>
        )}
      </div>
      <form
        className="one-line"
        onSubmit={(event) => {
          event.preventDefault();
          void add();
        }}
      >
        <input
          className="field mono"
          aria-label={`To add: ${label}`}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : `${id}-problem`}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          maxLength={1000}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" className="button" disabled={text.trim() === ''}>
          Add
        </button>
      </form>
      <Problem id={`${id}-problem`} text={problem} />
    </>
  );
}
