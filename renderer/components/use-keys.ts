import { createContext, useContext, useEffect, useEffectEvent } from 'react';

/** Whether keys belong to the part of the window below: not while another place is shown. */
export const KeysActive = createContext(true);

/**
 * Keys of the whole window while the component is there. The handler returns true for a key it used; no component
 * around it sees that key any more. Keys typed into a field reach handlers only with Ctrl/Cmd, or as Escape.
 */
export function useKeys(handler: (event: KeyboardEvent) => boolean): void {
  const active = useContext(KeysActive);
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (!active || event.defaultPrevented || event.altKey || event.isComposing) return;
    if (document.querySelector('dialog[open]') !== null || isInMenu(event.target)) return;
    if (isField(event.target) && event.key !== 'Escape' && !hasCommand(event)) return;
    if (handler(event)) event.preventDefault();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => handle(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

export function hasCommand(event: KeyboardEvent | React.KeyboardEvent): boolean {
  return event.ctrlKey || event.metaKey;
}

function isField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

/** An open menu or pop-up has the keys for itself. */
function isInMenu(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="menu"], .menu') !== null;
}
