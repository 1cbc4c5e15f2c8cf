import type { RefObject } from 'react';
import { Icon } from '../components/icon.tsx';

type Keys = readonly (readonly [keys: readonly string[], does: string])[];

const groups: readonly { readonly title: string; readonly keys: Keys }[] = [
  {
    title: 'List',
    keys: [
      [['↑', '↓'], 'Previous, next exchange'],
      [['PgUp', 'PgDn'], 'A page up, down'],
      [['Home', 'End'], 'First, last exchange'],
      [['f'], 'Follow the newest'],
      [['c'], 'Copy the URL'],
    ],
  },
  {
    title: 'Details',
    keys: [
      [['Enter'], 'Open'],
      [['[', ']'], 'Previous, next tab'],
      [['b'], 'At the bottom or right'],
    ],
  },
  {
    title: 'Filter',
    keys: [
      [['Ctrl F', '/'], 'Go to the filter'],
      [['Enter'], 'Keep what was typed as a clause'],
      [['Backspace'], 'Remove the last clause'],
    ],
  },
  {
    title: 'Window',
    keys: [
      [['Ctrl 1', 'Ctrl 2', 'Ctrl 3'], 'Exchanges, statistics, settings'],
      [['r'], 'Start or stop recording'],
      [['t'], 'Requests over time'],
      [['+', '-', ',', '.', '0'], 'Zoom, move, fit the time axis'],
      [['Esc'], 'Back one step'],
      [['?'], 'These keys'],
    ],
  },
];

export function HelpOverlay({ ref }: { readonly ref: RefObject<HTMLDialogElement | null> }) {
  return (
    <dialog
      ref={ref}
      className="help"
      aria-label="Keys"
      onClick={(event) => event.target === ref.current && ref.current.close()}
    >
      <header>
        <h2>Keys</h2>
        <button
          type="button"
          className="button quiet"
          aria-label="Close"
          onClick={() => ref.current?.close()}
        >
          <Icon name="close" size={14} />
        </button>
      </header>
      <div className="help-columns">
        {groups.map(({ title, keys }) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([names, does]) => (
                <div key={does}>
                  <dt>{does}</dt>
                  <dd>
                    {names.map((name) => (
                      <kbd key={name}>{name}</kbd>
                    ))}
                  </dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </dialog>
  );
}
