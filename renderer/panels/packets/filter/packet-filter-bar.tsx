import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { Icon } from '../../../components/icon.tsx';
import { hasCommand, useCommand } from '../../../components/use-keys.ts';
import { wordAt } from '../../../format/display-filter.ts';
import type { FieldOption } from '../../../state/packet-filter.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import '../../../components/filter-box.css';
import './packet-filter.css';

interface Popup {
  /** Recent filters are taken as a whole. */
  readonly kind: 'fields' | 'recent';
  readonly options: readonly FieldOption[];
}

const closed: Popup = { kind: 'fields', options: [] };

/** A display filter in Wireshark's language: checked while it is typed, completed by field, remembered. */
export function PacketFilterBar() {
  const { packets, layout } = useWindowState();
  const { filter } = packets;
  const { text, problem, runsIn } = useStore(filter.state);
  const recent = useStore(layout.packetFilters);
  const shown = useStore(packets.view.state);
  const input = useRef<HTMLInputElement>(null);
  const caret = useRef<number | null>(null);
  const asked = useRef(0);
  const [popup, setPopup] = useState(closed);
  const [active, setActive] = useState<number | null>(null);
  const listId = useId();
  const problemId = useId();

  useCommand('filter.focus', () => {
    input.current?.select();
    return true;
  });
  useEffect(() => {
    if (caret.current !== null) input.current?.setSelectionRange(caret.current, caret.current);
    caret.current = null;
  });
  const close = () => {
    asked.current += 1;
    setPopup(closed);
    setActive(null);
  };
  const complete = async (typed: string, at: number) => {
    const { word } = wordAt(typed, at);
    const mine = ++asked.current;
    const options = word === '' ? [] : await filter.fields(word.toLowerCase());
    if (mine !== asked.current) return;
    const isWhole = options.length === 1 && options[0]?.name === word;
    setPopup({ kind: 'fields', options: isWhole ? [] : options });
    setActive(null);
  };
  const showRecent = () => {
    setPopup({ kind: 'recent', options: recent.map((name) => ({ name, label: '' })) });
    setActive(recent.length > 0 ? 0 : null);
    input.current?.focus();
  };
  const accept = ({ name }: FieldOption) => {
    close();
    if (popup.kind === 'recent') return filter.set(name);
    const at = input.current?.selectionStart ?? text.length;
    const { from } = wordAt(text, at);
    caret.current = from + name.length;
    filter.type(text.slice(0, from) + name + text.slice(at));
  };
  const move = (by: number) => {
    const { length } = popup.options;
    if (length === 0) return showRecent();
    const from = active ?? (by > 0 ? -1 : length);
    setActive((from + by + length) % length);
  };
  const escape = () => {
    if (popup.options.length > 0) close();
    else if (text !== '') filter.set('');
    else document.querySelector<HTMLElement>('.packet-scroll')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.altKey) return;
    const chosen = popup.options[active ?? 0];
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp' && popup.options.length > 0) move(-1);
    else if (event.key === ' ' && hasCommand(event))
      void complete(text, input.current?.selectionStart ?? text.length);
    else if (event.key === 'Tab' && !event.shiftKey && chosen !== undefined) accept(chosen);
    else if (event.key === 'Enter') {
      if (active !== null && chosen !== undefined) accept(chosen);
      else {
        close();
        filter.set(text);
      }
    } else if (event.key === 'Escape') escape();
    else return;
    event.preventDefault();
  };
  useEffect(() => {
    if (active !== null) document.getElementById(`${listId}-${active}`)?.scrollIntoView({ block: 'nearest' });
  }, [active, listId]);
  const isWaiting = runsIn === 'wireshark' && problem === null && text.trim() !== shown.filter;
  const isOpen = popup.options.length > 0;
  // A word that is being completed is no mistake yet.
  const fault = isOpen && popup.kind === 'fields' ? null : problem;
  const note = fault ?? (isWaiting ? 'Enter runs it in Wireshark’s engine, packet by packet.' : null);
  return (
    <div className={`filter-box${fault === null ? '' : ' wrong'}`} role="search">
      <Icon name="search" size={14} />
      <div className="packet-filter-field">
        <input
          ref={input}
          role="combobox"
          aria-label="Display filter"
          aria-autocomplete="list"
          aria-expanded={isOpen}
          aria-controls={isOpen ? listId : undefined}
          aria-activedescendant={active === null || !isOpen ? undefined : `${listId}-${active}`}
          aria-invalid={fault !== null}
          aria-describedby={note === null ? undefined : problemId}
          placeholder="Display filter: tcp.port == 443 && tcp.analysis.flags"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          maxLength={8192}
          value={text}
          onChange={({ currentTarget: { value, selectionStart } }) => {
            filter.type(value);
            void complete(value, selectionStart ?? value.length);
          }}
          onKeyDown={onKeyDown}
          onClick={close}
          onBlur={close}
        />
        <p className="visually-hidden" role="status">
          {note}
        </p>
        {(isOpen || note !== null) && (
          <div className="packet-filter-popup">
            {note !== null && (
              <p id={problemId} className={fault === null ? 'packet-filter-note' : 'packet-filter-problem'}>
                {note}
              </p>
            )}
            {isOpen && (
              <ul
                id={listId}
                role="listbox"
                aria-label={popup.kind === 'recent' ? 'Recent filters' : 'Fields'}
              >
                {popup.options.map((option, index) => (
                  <li
                    key={option.name}
                    id={`${listId}-${index}`}
                    role="option"
                    aria-selected={index === active}
                    onMouseDown={(event) => event.preventDefault()}
                    onClick={() => accept(option)}
                  >
                    <span className="mono ellipsis">{option.name}</span>
                    <span className="muted ellipsis">{option.label}</span>
                  </li>
                ))}
              </ul>
            )}
          </div>
        )}
      </div>
      {text !== '' && (
        <button
          type="button"
          title="Clear the filter"
          aria-label="Clear the filter"
          onClick={() => {
            filter.set('');
            input.current?.focus();
          }}
        >
          <Icon name="close" size={12} />
        </button>
      )}
      <button
        type="button"
        title="Recent filters (↓ in the field)"
        aria-label="Recent filters"
        disabled={recent.length === 0}
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => (isOpen ? close() : showRecent())}
      >
        <Icon name="chevron" size={12} />
      </button>
    </div>
  );
}
