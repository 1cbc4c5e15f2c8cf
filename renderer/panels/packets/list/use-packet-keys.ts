import type { KeyboardEvent, RefObject } from 'react';
import { copyText } from '../../../components/clipboard.ts';
import { isMenuKey, openMenuAt } from '../../../components/menu-key.ts';
import type { RowScroller } from '../../../components/row-scroller.ts';
import { hasCommand, useCommands, useKeys } from '../../../components/use-keys.ts';
import { rowForKey } from '../../../format/list-keys.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { useFindPacket } from './use-find-packet.ts';
import { usePacketActions } from './use-packet-actions.ts';

interface PacketKeys {
  readonly scroller: RowScroller;
  readonly choose: (index: number) => void;
  readonly wanted: RefObject<number | null>;
  readonly follow: () => void;
}

/** Keys of the list; those for the selected packet work from its details, too. */
export function usePacketKeys(list: PacketKeys): (event: KeyboardEvent) => void {
  const { packets, layout } = useWindowState();
  const { view, selected } = packets;
  const actions = usePacketActions();
  const find = useFindPacket(list.choose);

  const move = (event: KeyboardEvent | globalThis.KeyboardEvent): boolean => {
    if (hasCommand(event) && !/^(Home|End)$/.test(event.key)) return false;
    const from = list.wanted.current ?? selected.get()?.index ?? null;
    const page = Math.max(1, list.scroller.rowsInView() - 1);
    const index = rowForKey(event.key, from, view.state.get().count, page);
    if (index !== null) list.choose(index);
    return index !== null;
  };
  useCommands((id) => {
    switch (id) {
      case 'packets.nextTrouble':
        return find('trouble', false);
      case 'packets.previousTrouble':
        return find('trouble', true);
      case 'packets.nextMarked':
        return find('marked', false);
      case 'packets.previousMarked':
        return find('marked', true);
      case 'packets.mark':
        return actions.toggleMark();
      case 'packets.reference':
        return actions.toggleReference();
      case 'packets.stream':
        return actions.follow();
      case 'list.comment':
        return actions.comment();
      case 'packets.names':
        layout.packetNames.set(!layout.packetNames.get());
        return true;
      case 'list.follow':
        list.follow();
        return true;
      default:
        return false;
    }
  });
  useKeys((event) => {
    if (hasCommand(event) && event.key.toLowerCase() === 'c') {
      const text = actions.text();
      const isField = event.target instanceof HTMLElement && event.target.matches('input, textarea');
      if (text === null || isField || String(getSelection()) !== '') return false;
      void copyText(text);
      return true;
    }
    return document.activeElement === document.body && move(event);
  });
  return (event) => {
    if (event.target !== event.currentTarget || event.altKey) return;
    if (isMenuKey(event)) {
      event.preventDefault();
      const index = selected.get()?.index ?? null;
      if (index === null) return;
      list.scroller.reveal(index);
      const row = event.currentTarget.querySelector('.packet-row.selected');
      if (row !== null) openMenuAt(row);
      return;
    }
    if (event.key === 'Enter' && selected.get() !== null) {
      event.preventDefault();
      layout.packetTab.set('packet');
      document.querySelector<HTMLElement>('.protocol-tree [role="tree"]')?.focus();
      return;
    }
    if (move(event)) event.preventDefault();
  };
}
