import { useEffect, useRef, useState } from 'react';
import { Icon } from '../../components/icon.tsx';
import { useCommand } from '../../components/use-keys.ts';
import { useField } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import '../../components/filter-box.css';

const settleMs = 200;

/** Looks for a text in addresses, names, ports and protocols. */
export function ConversationFilter() {
  const { conversations } = useWindowState();
  const applied = useField(conversations.state, 'text');
  const [typed, setTyped] = useState(applied);
  const [known, setKnown] = useState(applied);
  const input = useRef<HTMLInputElement>(null);
  if (applied !== known) {
    setKnown(applied);
    setTyped(applied);
  }
  useEffect(() => {
    if (typed === applied) return;
    const timer = setTimeout(() => conversations.setText(typed), settleMs);
    return () => clearTimeout(timer);
  }, [typed, applied, conversations]);
  useCommand('filter.focus', () => {
    input.current?.select();
    return true;
  });
  return (
    <div className="filter-box conversation-filter" role="search">
      <Icon name="search" size={14} />
      <input
        ref={input}
        type="search"
        aria-label="Find conversations"
        placeholder="Address, name, port or protocol"
        spellCheck={false}
        autoComplete="off"
        maxLength={200}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          event.preventDefault();
          if (typed === '') document.querySelector<HTMLElement>('.conversation-scroll')?.focus();
          else setTyped('');
        }}
      />
    </div>
  );
}
