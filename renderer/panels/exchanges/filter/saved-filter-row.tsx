import { useState } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { filterNameMax, type SavedFilter } from '../../../state/filter-saved.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface SavedFilterRowProps {
  readonly filter: SavedFilter;
  readonly index: number;
  readonly onApply: () => void;
}

export function SavedFilterRow({ filter: { name, text }, index, onApply }: SavedFilterRowProps) {
  const { saved } = useWindowState().filter;
  const [isRenaming, setRenaming] = useState(false);
  if (isRenaming) return <RenameFilter name={name} onDone={() => setRenaming(false)} />;
  return (
    <li>
      <button type="button" className="filter-choice" title={text} onClick={onApply}>
        <span className="filter-name ellipsis">{name}</span>
        <span className="filter-text muted ellipsis">{text}</span>
        {index < 9 && <kbd>Alt {index + 1}</kbd>}
      </button>
      <button type="button" className="button quiet" onClick={() => setRenaming(true)}>
        Rename
      </button>
      <button
        type="button"
        className="button quiet"
        title={`Delete ${name}`}
        aria-label={`Delete ${name}`}
        onClick={() => saved.remove(name)}
      >
        <Icon name="close" size={12} />
      </button>
    </li>
  );
}

function RenameFilter({ name, onDone }: { readonly name: string; readonly onDone: () => void }) {
  const { saved } = useWindowState().filter;
  const [typed, setTyped] = useState(name);
  const [isTaken, setTaken] = useState(false);
  return (
    <li>
      <form
        className="save-filter"
        onSubmit={(event) => {
          event.preventDefault();
          if (saved.rename(name, typed)) onDone();
          else setTaken(true);
        }}
      >
        <input
          className="field"
          aria-label={`New name for ${name}`}
          aria-invalid={isTaken}
          autoFocus
          maxLength={filterNameMax}
          value={typed}
          onFocus={(event) => event.currentTarget.select()}
          onChange={(event) => {
            setTyped(event.currentTarget.value);
            setTaken(false);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            event.preventDefault();
            event.stopPropagation();
            onDone();
          }}
        />
        <button type="submit" className="button" disabled={typed.trim() === ''}>
          Rename
        </button>
        {isTaken && <p role="alert">Another filter has this name. Choose a different one.</p>}
      </form>
    </li>
  );
}
