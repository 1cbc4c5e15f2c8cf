import { useEffect, useEffectEvent, useRef } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { hasCommand, useKeys } from '../../../components/use-keys.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { FilterField } from './filter-field.tsx';
import { FilterHelp } from './filter-help.tsx';
import { FilterMenu } from './filter-menu.tsx';
import '../../../components/filter-box.css';
import './filter-bar.css';

/** One text that says which exchanges are shown, those kept for another time, and help with the language. */
export function FilterBar() {
  const { filter } = useWindowState();
  const { text, problem } = useStore(filter.state);
  const input = useRef<HTMLInputElement>(null);
  useKeys((event) => {
    const wanted =
      (hasCommand(event) && event.key.toLowerCase() === 'f') || (!hasCommand(event) && event.key === '/');
    if (wanted) input.current?.select();
    return wanted;
  });
  useSavedKeys();

  return (
    <div className={`filter-box filter-bar${problem === null ? '' : ' wrong'}`} role="search">
      <Icon name="search" size={14} />
      <FilterField input={input} />
      {text !== '' && (
        <button
          type="button"
          title="Clear the filter"
          aria-label="Clear the filter"
          onClick={() => {
            filter.clear();
            input.current?.focus();
          }}
        >
          <Icon name="close" size={12} />
        </button>
      )}
      <FilterMenu />
      <FilterHelp />
    </div>
  );
}

/** Alt with 1 to 9 applies a saved filter, wherever the focus is. By the place of the key: Alt changes its letter. */
function useSavedKeys(): void {
  const { filter } = useWindowState();
  const handle = useEffectEvent((event: KeyboardEvent) => {
    const digit = /^Digit([1-9])$/.exec(event.code)?.[1];
    if (!event.altKey || hasCommand(event) || event.shiftKey || digit === undefined) return;
    if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
    const saved = filter.saved.list.get()[Number(digit) - 1];
    if (saved === undefined) return;
    filter.set(saved.text);
    event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}
