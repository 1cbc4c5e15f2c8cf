import type { ReactNode } from 'react';
import { ContextMenu } from 'radix-ui';

interface MenuItemProps {
  readonly onSelect: () => void;
  readonly disabled?: boolean;
  /** The key that does the same. */
  readonly keys?: string;
  readonly children: ReactNode;
}

export function MenuItem({ onSelect, disabled = false, keys, children }: MenuItemProps) {
  return (
    <ContextMenu.Item className="menu-item" disabled={disabled} onSelect={onSelect}>
      <span className="ellipsis">{children}</span>
      {keys !== undefined && <span className="menu-keys">{keys}</span>}
    </ContextMenu.Item>
  );
}
