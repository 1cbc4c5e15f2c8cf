import { useEffect } from 'react';
import { useWindowState } from '../state/window-state.ts';

/** Nearer to its end than this, px, the list follows new rows. */
const endPx = 4;

/** Keeps where the list stands for each session. */
export function useKeptScroll(): void {
  const { tabMemory } = useWindowState();
  useEffect(
    () =>
      tabMemory.watchScroll({
        read: () => {
          const list = exchangeList();
          if (list === null) return 0;
          const left = list.scrollHeight - list.clientHeight - list.scrollTop;
          return left <= endPx ? Infinity : list.scrollTop;
        },
        write: (top) => {
          // The rows are laid out with the next frame; where they end is known only then.
          requestAnimationFrame(() => {
            const list = exchangeList();
            if (list !== null) list.scrollTop = Math.min(top, list.scrollHeight);
          });
        },
      }),
    [tabMemory],
  );
}

function exchangeList(): HTMLElement | null {
  return document.querySelector<HTMLElement>('[role="grid"][aria-label="Exchanges"]');
}
