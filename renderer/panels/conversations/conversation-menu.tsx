import { useState, type MouseEvent, type ReactElement } from 'react';
import { ContextMenu } from 'radix-ui';
import type { ConversationRow } from '../../../core/contract/packets.ts';
import { copyText } from '../../components/clipboard.ts';
import { MenuItem } from '../../components/menu-item.tsx';
import { useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';

interface ConversationMenuProps {
  /** The row that the menu is for; null for the selected one. */
  readonly onOpen: (index: number | null) => ConversationRow | undefined;
  readonly children: ReactElement;
}

export function ConversationMenu({ onOpen, children }: ConversationMenuProps) {
  const { places, packets, layout } = useWindowState();
  const selected = useStore(places.conversation);
  const [row, setRow] = useState<ConversationRow | undefined>(undefined);
  const open = (event: MouseEvent) => {
    const line =
      event.target instanceof Element ? event.target.closest<HTMLElement>('.conversation-row') : null;
    if (line === null && places.conversation.get() === null) return event.preventDefault();
    setRow(onOpen(line === null ? null : Number(line.dataset['index'])));
  };
  const follow = () => {
    if (selected === null) return;
    packets.followed.set(selected);
    layout.packetTab.set('stream');
    places.openPackets({ kind: 'conversation', id: selected });
  };
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild onContextMenuCapture={open}>
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="menu" collisionPadding={8}>
          <MenuItem
            keys="Enter"
            onSelect={() => {
              if (selected !== null) places.openPackets({ kind: 'conversation', id: selected });
            }}
          >
            Show its packets
          </MenuItem>
          <MenuItem onSelect={follow}>Follow its stream</MenuItem>
          <ContextMenu.Separator />
          <MenuItem onSelect={() => void copyText(row?.addressA ?? '')}>Copy address of A</MenuItem>
          <MenuItem onSelect={() => void copyText(row?.addressB ?? '')}>Copy address of B</MenuItem>
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}
