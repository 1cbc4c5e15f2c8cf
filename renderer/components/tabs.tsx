import type { KeyboardEvent } from 'react';
import { tabBeside } from './tab-beside.ts';
import './tabs.css';

interface TabsProps<T extends string> {
  readonly label: string;
  /** What the ids begin with: tabs are `PLACE-tab-NAME`, and what the chosen one shows is `PLACE-body`. */
  readonly place: string;
  readonly tabs: readonly T[];
  readonly chosen: T;
  readonly nameOf: (tab: T) => string;
  readonly onChoose: (tab: T) => void;
}

/** The tabs in the head of a pane: one stop of Tab, in which the arrows, Home and End choose. */
export function Tabs<T extends string>({ label, place, tabs, chosen, nameOf, onChoose }: TabsProps<T>) {
  const onKeyDown = (event: KeyboardEvent) => {
    const at = tabs.indexOf(chosen);
    const by = { ArrowLeft: -1, ArrowRight: 1, Home: -at, End: tabs.length - 1 - at }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const next = tabBeside(tabs, chosen, by);
    onChoose(next);
    document.getElementById(`${place}-tab-${next}`)?.focus();
  };
  return (
    <div className="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          id={`${place}-tab-${tab}`}
          role="tab"
          aria-selected={tab === chosen}
          aria-controls={`${place}-body`}
          tabIndex={tab === chosen ? 0 : -1}
          onClick={() => onChoose(tab)}
        >
          {nameOf(tab)}
        </button>
      ))}
    </div>
  );
}
