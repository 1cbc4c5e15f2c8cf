import { createContext, useContext, useEffect, useEffectEvent } from 'react';
import { commandOf, usualKey, type CommandId } from '../state/commands.ts';
import { eventOf, keyOf } from '../state/keys.ts';
import { useWindowState } from '../state/window-state.ts';

/** Whether keys belong to the part of the window below: not while another place is shown. */
export const KeysActive = createContext(true);

/**
 * A command of the window (state/commands.ts) while the component is there: `run` is called when one of its keys is
 * pressed, those of the settings included. It returns false for a press that it has no use for.
 */
export function useCommand(id: CommandId, run: () => boolean): void {
  useCommands((pressed) => pressed === id && run());
}

/** The same for several commands: `run` returns false for those it does not know. */
export function useCommands(run: (id: CommandId) => boolean): void {
  const { bindings } = useWindowState().settings;
  useKeyPress((event) => {
    const key = keyOf(event);
    const id = key === null ? null : commandOf(bindings.get(), key);
    return id !== null && run(id);
  });
}

/**
 * Keys of the whole window while the component is there. The handler returns true for a key it used; no component
 * around it sees that key any more. Keys typed into a field reach handlers only with Ctrl/Cmd, or as Escape. A key
 * that the person gave to a command arrives as the usual one of that command; one that was taken away does not.
 */
export function useKeys(handler: (event: KeyboardEvent) => boolean): void {
  const { bindings } = useWindowState().settings;
  useKeyPress((event) => {
    const key = keyOf(event);
    if (key === null) return handler(event);
    const usual = usualKey(bindings.get(), key);
    if (usual === null) return false;
    return handler(usual === key ? event : eventOf(usual, event));
  });
}

function useKeyPress(handler: (event: KeyboardEvent) => boolean): void {
  const active = useContext(KeysActive);
  const handle = useEffectEvent((event: KeyboardEvent) => {
    if (!active || event.defaultPrevented || event.isComposing) return;
    // AltGr writes characters; it looks like Ctrl and Alt on some systems.
    const altGraph = event.getModifierState('AltGraph');
    if (event.altKey && !altGraph) return;
    if (document.querySelector('dialog[open]') !== null) return;
    const target = event.composedPath()[0] ?? null;
    if (isInMenu(target)) return;
    if (isField(target) && event.key !== 'Escape' && (altGraph || !hasCommand(event))) return;
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
  return target instanceof Element && target.closest('[role="menu"], [role="dialog"]') !== null;
}
