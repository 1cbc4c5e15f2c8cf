import type { KeyboardEvent as ReactKeyboardEvent, RefObject } from 'react';
import { markColors } from '../../../../core/filter/node.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import { copyText } from '../../../components/clipboard.ts';
import type { RowScroller } from '../../../components/row-scroller.ts';
import { isMenuKey, openMenuAt } from '../../../components/menu-key.ts';
import { hasCommand, useKeys } from '../../../components/use-keys.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { rowForKey } from '../../../format/list-keys.ts';
import type { Picking } from './use-choose.ts';

interface ListKeys {
  readonly scroller: RowScroller;
  readonly choose: (index: number, how: Picking) => void;
  readonly wanted: RefObject<readonly { readonly index: number }[]>;
  readonly follow: () => void;
  readonly comment: () => void;
}

/** Keys of the list, also while nothing has the focus. Those for the selected exchanges work from the detail pane, too. */
export function useListKeys(list: ListKeys): (event: ReactKeyboardEvent) => void {
  const { view, selection, layout, actions } = useWindowState();

  const move = (event: KeyboardEvent | ReactKeyboardEvent): boolean => {
    const from = list.wanted.current.at(-1)?.index ?? selection.state.get()?.index ?? null;
    if (event.key === ' ') {
      if (from === null) return false;
      list.choose(from, 'toggle');
      return true;
    }
    if (hasCommand(event) && !/^(Arrow(Up|Down)|Home|End)$/.test(event.key)) return false;
    if (event.key === 'Enter') {
      if (selection.state.get() === null) return false;
      layout.detailOpen.set(true);
      return true;
    }
    const pageRows = Math.max(1, list.scroller.rowsInView() - 1);
    const index = rowForKey(event.key, from, view.state.get().count, pageRows);
    if (index !== null) list.choose(index, event.shiftKey ? 'extend' : hasCommand(event) ? 'look' : 'select');
    return index !== null;
  };
  const focusedRow = () => {
    const index = selection.state.get()?.index ?? null;
    return index === null ? undefined : view.row(index);
  };
  const copyUrl = (): boolean => {
    const record = focusedRow();
    if (record === undefined || String(getSelection()) !== '') return false;
    void copyText(exchangeUrl(record));
    return true;
  };
  const withCommand = (event: KeyboardEvent): boolean => {
    // In a field these keys are the field's.
    if (
      event.target instanceof HTMLElement &&
      event.target.matches('input, textarea, select, [contenteditable]')
    )
      return false;
    switch (event.key.toLowerCase()) {
      case 'c':
        return copyUrl();
      case 'a':
        if (document.activeElement?.closest('.detail') != null) return false;
        selection.selectAll();
        return true;
      case 'z':
        void actions.undo();
        return true;
      case 'k':
        void actions.removeAll();
        return true;
      default:
        return false;
    }
  };
  const act = (key: string): boolean => {
    if (key === 'f') {
      list.follow();
      return true;
    }
    if (key === 't') {
      layout.treeOpen.set(!layout.treeOpen.get());
      return true;
    }
    if (selection.state.get() === null && selection.chosen.get().ids?.size === 0) return false;
    const color = markColors[Number(key) - 1];
    if (/^[1-7]$/.test(key) && color !== undefined) void actions.mark({ color });
    else if (key === '0') void actions.mark({ color: null });
    else if (key === 'm') list.comment();
    else if (key === 'p') void actions.mark({ pinned: focusedRow()?.mark?.pinned !== true });
    else if (key === 'Delete') void actions.remove();
    else return false;
    return true;
  };

  useKeys((event) => {
    if (hasCommand(event)) return withCommand(event);
    if (event.key === 'c') return copyUrl();
    return act(event.key) || (document.activeElement === document.body && move(event));
  });
  /** At the focused row, which is brought into sight first. */
  const openMenu = (grid: Element) => {
    const index = selection.state.get()?.index ?? null;
    if (index === null) return;
    list.scroller.reveal(index);
    const row = grid.querySelector('.list-row.focused');
    if (row !== null) openMenuAt(row);
  };
  return (event) => {
    if (event.target === event.currentTarget && isMenuKey(event)) {
      event.preventDefault();
      openMenu(event.currentTarget);
      return;
    }
    if (event.target === event.currentTarget && move(event)) event.preventDefault();
  };
}
