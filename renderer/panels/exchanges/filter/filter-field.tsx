import { useEffect, useId, useLayoutEffect, useRef, type KeyboardEvent, type RefObject } from 'react';
import type { FilterCompletion } from '../../../../core/filter/complete-filter.ts';
import { filterTextMax } from '../../../../core/filter/filter-limits.ts';
import { hasCommand } from '../../../components/use-keys.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { CompletionList, completionId } from './completion-list.tsx';
import { filterPieces } from './filter-pieces.ts';
import { useCompletion } from './use-completion.ts';

/** The filter's text: a field whose letters are drawn by the coloured layer behind it, and the popup below. */
export function FilterField({ input }: { readonly input: RefObject<HTMLInputElement | null> }) {
  const { filter } = useWindowState();
  const { text, problem } = useStore(filter.state);
  const completion = useCompletion();
  const { options, active } = completion;
  const layer = useRef<HTMLDivElement>(null);
  const caret = useRef<number | null>(null);
  const listId = useId();
  const problemId = useId();

  const follow = () => {
    if (layer.current !== null && input.current !== null) {
      layer.current.style.transform = `translateX(${-input.current.scrollLeft}px)`;
    }
  };
  useLayoutEffect(() => {
    if (caret.current !== null) input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
    follow();
  });
  useEffect(() => {
    if (active !== null)
      document.getElementById(completionId(listId, active))?.scrollIntoView({ block: 'nearest' });
  }, [active, listId]);

  const accept = ({ insert, from, to }: FilterCompletion) => {
    const changed = text.slice(0, from) + insert + text.slice(to);
    caret.current = from + insert.length;
    filter.type(changed);
    if (/[:.]$/.test(insert)) completion.open(changed, from + insert.length, false);
    else completion.close();
  };
  const move = (by: number) => {
    if (options.length === 0) completion.open(text, input.current?.selectionStart ?? text.length, true);
    else {
      const from = active ?? (by > 0 ? -1 : options.length);
      completion.choose((from + by + options.length) % options.length);
    }
  };
  const escape = () => {
    if (options.length > 0) completion.close();
    else if (text !== '') filter.clear();
    else document.querySelector<HTMLElement>('[role="grid"]')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.altKey) return;
    const chosen = options[active ?? 0];
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp' && options.length > 0) move(-1);
    else if (event.key === ' ' && hasCommand(event)) move(1);
    else if (event.key === 'Tab' && !event.shiftKey && chosen !== undefined) accept(chosen);
    else if (event.key === 'Enter') {
      if (active !== null && chosen !== undefined) accept(chosen);
      else {
        completion.close();
        filter.settle();
      }
    } else if (event.key === 'Escape') escape();
    else return;
    event.preventDefault();
  };

  return (
    <div className="filter-field">
      <div className="filter-letters" aria-hidden="true">
        <div ref={layer}>
          {filterPieces(text, problem).map(({ text: letters, kind, isWrong }, index) => (
            <span key={index} className={`is-${kind}${isWrong ? ' is-wrong' : ''}`}>
              {letters}
            </span>
          ))}
        </div>
      </div>
      <input
        ref={input}
        role="combobox"
        aria-label="Filter"
        aria-autocomplete="list"
        aria-expanded={options.length > 0}
        aria-controls={options.length > 0 ? listId : undefined}
        aria-activedescendant={active === null ? undefined : completionId(listId, active)}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : problemId}
        placeholder="Filter: text, or status:4xx host:api"
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        maxLength={filterTextMax}
        value={text}
        onChange={({ currentTarget: { value, selectionStart } }) => {
          filter.type(value);
          completion.open(value, selectionStart ?? value.length, false);
        }}
        onKeyDown={onKeyDown}
        onScroll={follow}
        onSelect={follow}
        onClick={completion.close}
        onBlur={() => {
          completion.close();
          filter.settle();
        }}
      />
      <p className="visually-hidden" role="status">
        {problem?.message}
      </p>
      {(options.length > 0 || problem !== null) && (
        <div className="filter-popup">
          {problem !== null && (
            <p id={problemId} className="filter-problem">
              {problem.message}
            </p>
          )}
          {options.length > 0 && (
            <CompletionList id={listId} options={options} active={active} onAccept={accept} />
          )}
        </div>
      )}
    </div>
  );
}
