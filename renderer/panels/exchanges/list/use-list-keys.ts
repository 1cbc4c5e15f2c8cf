import type { KeyboardEvent as ReactKeyboardEvent, RefObject } from 'react';
import { copyText } from '../../../components/clipboard.ts';
import { hasCommand, useKeys } from '../../../components/use-keys.ts';
import { exchangeUrl } from '../../../../core/model/exchange-url.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { rowForKey } from './list-keys.ts';

const rowPx = 24;

/** Keys of the list, also while nothing has the focus. `c` and `f` work from the detail pane, too. */
export function useListKeys(
  scroller: RefObject<HTMLDivElement | null>,
  choose: (index: number) => void,
  follow: () => void,
): (event: ReactKeyboardEvent) => void {
  const { view, selection, layout } = useWindowState();

  const move = (event: KeyboardEvent | ReactKeyboardEvent): boolean => {
    if (hasCommand(event)) return false;
    if (event.key === 'Enter') {
      if (selection.state.get() === null) return false;
      layout.detailOpen.set(true);
      return true;
    }
    const pageRows = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPx) - 2);
    const index = rowForKey(
      event.key,
      selection.state.get()?.index ?? null,
      view.state.get().count,
      pageRows,
    );
    if (index !== null) choose(index);
    return index !== null;
  };
  const copyUrl = (): boolean => {
    const index = selection.state.get()?.index ?? null;
    const record = index === null ? undefined : view.row(index);
    if (record === undefined || String(getSelection()) !== '') return false;
    void copyText(exchangeUrl(record));
    return true;
  };

  useKeys((event) => {
    if (event.key === 'c') return copyUrl();
    if (hasCommand(event)) return false;
    if (event.key === 'f') {
      follow();
      return true;
    }
    return document.activeElement === document.body && move(event);
  });
  return (event) => {
    if (event.target === event.currentTarget && move(event)) event.preventDefault();
  };
}
