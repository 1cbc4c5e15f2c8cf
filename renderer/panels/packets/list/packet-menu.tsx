import { useState, type MouseEvent, type ReactElement } from 'react';
import { ContextMenu } from 'radix-ui';
import { cellFilter, packetColumns } from '../../../format/display-filter.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { FilterItems } from '../filter-items.tsx';
import { PacketItems } from '../packet-items.tsx';

/** The menu of a row; by keyboard that of the selected one. */
export function PacketMenu({ children }: { readonly children: ReactElement }) {
  const { packets } = useWindowState();
  const [term, setTerm] = useState('');
  const open = (event: MouseEvent) => {
    const element = event.target instanceof Element ? event.target : null;
    const line = element?.closest<HTMLElement>('.packet-row') ?? null;
    const index = line === null ? (packets.selected.get()?.index ?? null) : Number(line.dataset['index']);
    const row = index === null ? undefined : packets.view.row(index);
    if (row === undefined || index === null) {
      event.preventDefault();
      return;
    }
    packets.select(row.number, index);
    const cell = element?.closest('[aria-colindex]')?.getAttribute('aria-colindex') ?? null;
    const column = packetColumns[Number(cell ?? 0) - 1] ?? 'protocol';
    const own = cellFilter(row, column);
    setTerm(own === '' ? cellFilter(row, 'protocol') : own);
  };
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild onContextMenuCapture={open}>
        {children}
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content
          className="menu"
          collisionPadding={8}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            focusAfterMenu('.packet-scroll');
          }}
        >
          <FilterItems term={term} />
          <ContextMenu.Separator />
          <PacketItems />
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

/** What a menu has opened has the focus, else where the menu was. */
export function focusAfterMenu(place: string): void {
  const field = document.querySelector<HTMLElement>('#packet-comment');
  if (document.querySelector('dialog[open]') !== null) return;
  (field ?? document.querySelector<HTMLElement>(place))?.focus();
}
