import type { ReactElement } from 'react';
import { ContextMenu } from 'radix-ui';
import './value-menu.css';

export interface ValueMenuItem {
  readonly label: string;
  readonly run: () => void;
}

interface ValueMenuProps {
  /** Asked when the menu opens. */
  readonly items: () => readonly ValueMenuItem[];
  /** What the value is, in a sentence: above the items. */
  readonly meaning?: string | undefined;
  readonly children: ReactElement;
}

/** What can be done with a value, on its right mouse button or the menu key. */
export function ValueMenu({ items, meaning, children }: ValueMenuProps) {
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="value-menu" collisionPadding={8}>
          {meaning !== undefined && <ContextMenu.Label className="menu-meaning">{meaning}</ContextMenu.Label>}
          <Items items={items} />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

function Items({ items }: Pick<ValueMenuProps, 'items'>) {
  return items().map(({ label, run }) => (
    <ContextMenu.Item key={label} className="value-menu-item" onSelect={run}>
      {label}
    </ContextMenu.Item>
  ));
}
