import { rowText } from '../../../format/packet-words.ts';
import type { ListedPacket } from '../../../state/packet-view.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { usePacketTime } from './use-packet-time.ts';

export interface PacketActions {
  /** The selected packet as the list has it. */
  readonly row: () => ListedPacket | undefined;
  /** Each returns false when no packet is selected. */
  readonly toggleMark: () => boolean;
  readonly toggleReference: () => boolean;
  readonly follow: () => boolean;
  readonly comment: () => boolean;
  /** The row as text to paste; null when no packet is selected. */
  readonly text: () => string | null;
}

/** What can be done with the selected packet, by key and by menu. */
export function usePacketActions(): PacketActions {
  const { packets, layout } = useWindowState();
  const { time } = usePacketTime();
  const row = () => {
    const { index, number } = packets.selected.get() ?? {};
    const here = index === undefined || index === null ? undefined : packets.view.row(index);
    if (here !== undefined && here.number === number) return here;
    const detail = packets.detail.get()?.detail?.row;
    return detail === undefined || detail.number !== number ? undefined : { ...detail, id: detail.number };
  };
  const withRow = (act: (row: ListedPacket) => void) => () => {
    const here = row();
    if (here !== undefined) act(here);
    return here !== undefined;
  };
  return {
    row,
    toggleMark: withRow(({ number, marked }) => void packets.mark([number], { marked: !marked })),
    toggleReference: withRow((here) => {
      packets.toggleReference(here);
      layout.packetTime.set('reference');
    }),
    follow: withRow(({ conversation }) => {
      packets.followed.set(conversation);
      layout.packetTab.set('stream');
    }),
    comment: withRow(({ number }) => packets.commenting.set(number)),
    text: () => {
      const here = row();
      const before = packets.selected.get()?.index ?? 0;
      if (here === undefined) return null;
      return rowText(here, time(here, packets.view.row(before - 1)), layout.packetNames.get());
    },
  };
}
