import { Popover } from 'radix-ui';
import { useState } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { loopTab } from '../../../components/loop-tab.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { SaveFilter } from './save-filter.tsx';
import { SavedFilterRow } from './saved-filter-row.tsx';

/** Filters with a name, and those that were used last. */
export function FilterMenu() {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger asChild>
        <button type="button" title="Saved and recent filters" aria-label="Saved and recent filters">
          <Icon name="chevron" size={14} />
        </button>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="filter-sheet filter-menu"
          align="end"
          sideOffset={8}
          collisionPadding={8}
          aria-label="Saved and recent filters"
          onKeyDown={loopTab}
        >
          <FilterMenuContent onDone={() => setOpen(false)} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function FilterMenuContent({ onDone }: { readonly onDone: () => void }) {
  const { filter } = useWindowState();
  const saved = useStore(filter.saved.list);
  const recent = useStore(filter.recent);
  const { text, problem } = useStore(filter.state);
  const apply = (chosen: string) => {
    filter.set(chosen);
    filter.settle();
    onDone();
  };
  return (
    <>
      <h2>Saved</h2>
      {saved.length === 0 && (
        <p className="muted">Filters that you give a name stay here, and the first nine have a key.</p>
      )}
      <ul>
        {saved.map((one, index) => (
          <SavedFilterRow key={one.name} filter={one} index={index} onApply={() => apply(one.text)} />
        ))}
      </ul>
      {text.trim() !== '' && problem === null && <SaveFilter text={text.trim()} />}
      <h2>Recent</h2>
      {recent.length === 0 && <p className="muted">The last 20 filters that you used will be here.</p>}
      <ul>
        {recent.map((one) => (
          <li key={one}>
            <button type="button" className="filter-choice" title={one} onClick={() => apply(one)}>
              <span className="filter-text ellipsis">{one}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
