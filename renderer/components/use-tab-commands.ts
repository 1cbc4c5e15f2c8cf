import { tabBeside } from './tab-beside.ts';
import { useCommands } from './use-keys.ts';

/** The commands for the tab before and behind the chosen one. */
export function useTabCommands<T extends string>(
  tabs: readonly T[],
  chosen: T,
  onChoose: (tab: T) => void,
): void {
  useCommands((command) => {
    if (command !== 'detail.previousTab' && command !== 'detail.nextTab') return false;
    onChoose(tabBeside(tabs, chosen, command === 'detail.nextTab' ? 1 : -1));
    return true;
  });
}
