import { useState } from 'react';
import { useWindowState } from '../../../state/window-state.ts';
import { filterNameMax, savedFiltersMax } from '../../../state/filter-saved.ts';
import { useStore } from '../../../state/store.ts';

/** Gives the filter that is applied a name. */
export function SaveFilter({ text }: { readonly text: string }) {
  const { filter } = useWindowState();
  const saved = useStore(filter.saved.list);
  const [name, setName] = useState('');
  const known = saved.find((one) => one.name === name.trim());
  if (saved.some((one) => one.text === text)) return null;
  if (saved.length >= savedFiltersMax) {
    return <p className="muted">There are {savedFiltersMax} saved filters. Delete one to save another.</p>;
  }
  return (
    <form
      className="save-filter"
      onSubmit={(event) => {
        event.preventDefault();
        if (filter.saved.save(name, text)) setName('');
      }}
    >
      <input
        className="field"
        aria-label="Name for this filter"
        placeholder="Name for this filter"
        maxLength={filterNameMax}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <button type="submit" className="button" disabled={name.trim() === ''}>
        {known === undefined ? 'Save' : 'Replace'}
      </button>
    </form>
  );
}
