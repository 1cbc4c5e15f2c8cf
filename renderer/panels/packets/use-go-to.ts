import { formatCount } from '../../format/duration.ts';
import { useWindowState } from '../../state/window-state.ts';

/** Goes to a packet by its number; says so where the list does not show it. */
export function useGoTo(): (number: number) => void {
  const { packets, notices } = useWindowState();
  return (number) =>
    void packets.goTo(number).then((isThere) => {
      if (!isThere) notices.say(`Packet ${formatCount(number)} is hidden by the filter or the chosen part.`);
    });
}
