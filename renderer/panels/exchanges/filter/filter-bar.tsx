import { useRef, type KeyboardEvent } from 'react';
import { filterColumns } from '../../../../core/contract/exchanges.ts';
import { Icon } from '../../../components/icon.tsx';
import { hasCommand, useKeys } from '../../../components/use-keys.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { FilterChip } from './filter-chip.tsx';
import './filter-bar.css';

/** Clauses that stay, as chips, and the one that is being typed. All must hold. */
export function FilterBar() {
  const { filter } = useWindowState();
  const { clauses, draft, column } = useStore(filter.state);
  const input = useRef<HTMLInputElement>(null);
  useKeys((event) => {
    const wanted =
      (hasCommand(event) && event.key.toLowerCase() === 'f') || (!hasCommand(event) && event.key === '/');
    if (wanted) input.current?.select();
    return wanted;
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') filter.keep();
    else if (event.key === 'Backspace' && draft === '' && clauses.length > 0)
      filter.remove(clauses.length - 1);
    else if (event.key === 'Escape') {
      if (draft !== '') filter.type('');
      else document.querySelector<HTMLElement>('[role="grid"]')?.focus();
    } else return;
    event.preventDefault();
  };

  return (
    <div className="filter-bar" role="search">
      <Icon name="search" size={14} />
      {clauses.map((clause, index) => (
        <FilterChip
          key={`${clause.column}:${clause.text}`}
          clause={clause}
          onRemove={() => filter.remove(index)}
        />
      ))}
      <select
        aria-label="Column to look in"
        title="Column to look in"
        value={column}
        onChange={(event) => {
          const chosen = filterColumns.find((name) => name === event.currentTarget.value);
          if (chosen !== undefined) filter.chooseColumn(chosen);
          input.current?.focus();
        }}
      >
        {filterColumns.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <input
        ref={input}
        aria-label="Filter"
        placeholder="Filter: text, or status:404 host:api"
        title="Rows that contain this text. Enter keeps it as a clause; column:text looks in one column."
        spellCheck={false}
        autoComplete="off"
        maxLength={1024}
        value={draft}
        onChange={(event) => filter.type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {(draft !== '' || clauses.length > 0) && (
        <button
          type="button"
          className="clear"
          title="Clear the filter"
          aria-label="Clear the filter"
          onClick={filter.clear}
        >
          <Icon name="close" size={12} />
        </button>
      )}
    </div>
  );
}
