import { useRef, type KeyboardEvent } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { hasCommand, useKeys } from '../../../components/use-keys.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import './filter-bar.css';

/** The filter, applied while it is typed. */
export function FilterBar() {
  const { filter } = useWindowState();
  const { draft, problem } = useStore(filter.state);
  const input = useRef<HTMLInputElement>(null);
  useKeys((event) => {
    const wanted =
      (hasCommand(event) && event.key.toLowerCase() === 'f') || (!hasCommand(event) && event.key === '/');
    if (wanted) input.current?.select();
    return wanted;
  });

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    if (draft !== '') filter.clear();
    else document.querySelector<HTMLElement>('[role="grid"]')?.focus();
    event.preventDefault();
  };

  return (
    <div className="filter-bar" role="search">
      <Icon name="search" size={14} />
      <input
        ref={input}
        aria-label="Filter"
        aria-invalid={problem !== null}
        placeholder="Filter: text, or status:404 host:api"
        title={problem ?? 'Rows that contain this text; host:api looks in one column.'}
        spellCheck={false}
        autoComplete="off"
        maxLength={4096}
        value={draft}
        onChange={(event) => filter.type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      {draft !== '' && (
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
