import { useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { restored, without } from '../../format/edit-list.ts';
import { Marked } from './search-context.tsx';
import { Problem } from './setting-row.tsx';

interface EntryListProps<T> {
  /** Of the row the list stands in: its label names the list. */
  readonly id: string;
  /** What is said of the field to those who do not see it. */
  readonly fieldLabel: string;
  readonly charsMax: number;
  readonly entries: readonly T[];
  /** Texts of others that hold, too, until Plumbline ends: they are shown and cannot be removed. */
  readonly forThisRun?: readonly string[];
  readonly textOf: (entry: T) => string;
  /** The entry of what was typed, or in one line why it is none. */
  readonly parse: (text: string) => T | { readonly problem: string };
  readonly none: string;
  readonly placeholder: string;
  /** Edits the list as it is then. Gives null, or in one line why it was not saved. */
  readonly onEdit: (edit: (entries: readonly T[]) => T[]) => Promise<string | null>;
}

type Parsed<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly error: { readonly issues: readonly { readonly message: string }[] } };

/** What a schema made of a text, as `parse` gives it. */
export function entryOf<T>(parsed: Parsed<T>): T | { readonly problem: string } {
  return parsed.success ? parsed.data : { problem: parsed.error.issues[0]?.message ?? '' };
}

/** Entries of one line each, to remove; a line to add one; the last removal to take back. */
export function EntryList<T extends string | object>(props: EntryListProps<T>) {
  const {
    id,
    fieldLabel,
    charsMax,
    entries,
    forThisRun = [],
    textOf,
    parse,
    none,
    placeholder,
    onEdit,
  } = props;
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const [removed, setRemoved] = useState<{ readonly entry: T; readonly index: number } | null>(null);

  const save = async (edit: (now: readonly T[]) => T[]): Promise<boolean> => {
    const refused = await onEdit(edit);
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
    if (await save((now) => [...without(now, entry), entry])) setText('');
  };
  const remove = async (entry: T) => {
    const index = entries.indexOf(entry);
    if (await save((now) => without(now, entry))) setRemoved({ entry, index });
  };
  const undo = async () => {
    if (removed !== null && (await save((now) => restored(now, removed.entry, removed.index))))
      setRemoved(null);
  };

  return (
    <>
      {entries.length + forThisRun.length === 0 && <p className="muted">{none}</p>}
      <ul className="setting-hosts" aria-labelledby={`${id}-label`}>
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
        {forThisRun.map((text) => (
          <li key={text}>
            <span className="mono ellipsis" title={text}>
              {text}
            </span>
            <span className="muted">given at the start, for this run</span>
          </li>
        ))}
      </ul>
      <div role="status" className="setting-line undo-line">
        {removed !== null && (
          <>
            <span>
              <span className="mono">{textOf(removed.entry)}</span> was removed.
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
          aria-label={fieldLabel}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : `${id}-problem`}
          placeholder={placeholder}
          spellCheck={false}
          autoComplete="off"
          maxLength={charsMax}
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
