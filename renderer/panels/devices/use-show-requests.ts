import { quoteFilterValue } from '../../../core/filter/format-filter.ts';
import { useWindowState } from '../../state/window-state.ts';

/** Goes to the exchanges of the device with this name. */
export function useShowRequests(): (name: string) => void {
  const { filter, layout } = useWindowState();
  return (name) => {
    filter.set(`device:=${quoteFilterValue(name)}`);
    layout.panel.set('');
  };
}
