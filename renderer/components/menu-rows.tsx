import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { isMenuKey, openMenuAt } from './menu-key.ts';
import { ValueMenu, type ValueMenuItem } from './value-menu.tsx';

export interface MenuRow {
  readonly items: () => readonly ValueMenuItem[];
  /** A sentence for whom the value is new: above the items of the menu. */
  readonly meaning?: string | undefined;
  /** The cells of the row. */
  readonly cells: ReactNode;
}

/**
 * Body of a table whose rows have a menu. Tab stops at one row, arrows go on to the others; Enter or the menu key opens
 * the menu, Ctrl+C does what its first item says.
 */
export function MenuRows({ rows }: { readonly rows: readonly MenuRow[] }) {
  const [wanted, setWanted] = useState(0);
  const stop = Math.min(wanted, rows.length - 1);
  const onKeyDown = (event: KeyboardEvent<HTMLElement>, at: number) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    const command = event.ctrlKey || event.metaKey;
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 }[event.key];
    if (command && event.key === 'c' && String(getSelection()) === '') rows[at]?.items()[0]?.run();
    else if (command) return;
    else if (event.key === 'Enter' || isMenuKey(event)) openMenuAt(event.currentTarget);
    else if (to === undefined) return;
    else {
      const body = event.currentTarget.parentElement;
      const row = body?.children[Math.max(0, Math.min(rows.length - 1, to))];
      if (row instanceof HTMLElement) row.focus();
    }
    event.preventDefault();
  };
  return (
    <tbody>
      {rows.map(({ items, meaning, cells }, at) => (
        <ValueMenu key={at} items={items} meaning={meaning}>
          <tr
            tabIndex={at === stop ? 0 : -1}
            onFocus={() => setWanted(at)}
            onKeyDown={(event) => onKeyDown(event, at)}
          >
            {cells}
          </tr>
        </ValueMenu>
      ))}
    </tbody>
  );
}
