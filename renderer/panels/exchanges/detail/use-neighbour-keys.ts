import { useContext, useEffect, useEffectEvent } from 'react';
import { KeysActive } from '../../../components/use-keys.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** Alt with the arrows, or j and k, go to the next and the previous exchange while the details have the focus. */
export function useNeighbourKeys(): void {
  const { view, selection } = useWindowState();
  const active = useContext(KeysActive);

  const go = (by: number) => {
    const index = selection.state.get()?.index ?? null;
    if (index === null) return;
    const to = index + by;
    if (to < 0 || to >= view.state.get().count) return;
    const row = view.row(to);
    if (row !== undefined) return selection.select(row.id, to);
    // It is fetched; by then the person may have gone elsewhere.
    const before = selection.state.get();
    const end = view.state.subscribe(() => {
      const fetched = view.row(to);
      if (fetched === undefined && selection.state.get() === before) return;
      end();
      if (fetched !== undefined && selection.state.get() === before) selection.select(fetched.id, to);
    });
    view.need(to, to + 1);
  };
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (!active || event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const by = event.altKey ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : { j: 1, k: -1 }[event.key];
    if (by === undefined || (!event.altKey && !readsHere(event))) return;
    event.preventDefault();
    go(by);
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

/** Letters are typed into fields, and in a tree they go to a name. */
function readsHere(event: KeyboardEvent): boolean {
  const target = event.composedPath()[0];
  return !(target instanceof Element && target.matches('input, textarea, select, [role="tree"]'));
}
