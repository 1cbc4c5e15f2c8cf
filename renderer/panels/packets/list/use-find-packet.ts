import { findableTroubles } from '../../../format/packet-words.ts';
import { useWindowState } from '../../../state/window-state.ts';

/** Goes to the next packet in trouble, or the next marked one, from the selected one on; says so where there is none. */
export function useFindPacket(
  choose: (index: number) => void,
): (what: 'trouble' | 'marked', backwards: boolean) => boolean {
  const { packets, notices } = useWindowState();
  const find = async (what: 'trouble' | 'marked', backwards: boolean) => {
    const { count } = packets.view.state.get();
    const from = packets.selected.get()?.index ?? (backwards ? count : -1);
    const troubles = what === 'trouble' ? findableTroubles : 0;
    const found = await packets.view.ask((client, viewId) =>
      client.services.packets.findNext({ viewId, from, backwards, troubles }),
    );
    if (found === null) return;
    if (found.index !== null) choose(found.index);
    else
      notices.say(
        `There is no ${what === 'trouble' ? 'packet in trouble' : 'marked packet'} ${backwards ? 'before' : 'behind'} the selected one.`,
      );
  };
  return (what, backwards) => {
    if (packets.view.state.get().count === 0) return false;
    void find(what, backwards);
    return true;
  };
}
