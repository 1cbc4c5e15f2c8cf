import type { CommandId } from '../state/commands.ts';
import { keyLabel } from '../state/keys.ts';
import { useStore } from '../state/store.ts';
import { useWindowState } from '../state/window-state.ts';

/** The keys of a command as a person reads them, for a title or a label; none without a command. */
export function useCommandKeys(id: CommandId | null): readonly string[] {
  const bindings = useStore(useWindowState().settings.bindings);
  return id === null ? [] : (bindings.get(id) ?? []).map((key) => keyLabel(key, isMac()));
}

export function isMac(): boolean {
  return navigator.userAgent.includes('Mac');
}
