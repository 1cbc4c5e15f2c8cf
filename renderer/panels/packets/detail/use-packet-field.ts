import { useMemo } from 'react';
import type { PacketDetail } from '../../../../core/contract/packets.ts';
import { holderOf, rowOfPath, type FlatTree } from '../../../format/packet-tree.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface PacketField {
  /** Row of the tree that is selected; null for none. */
  readonly current: number | null;
  /** `index` is a row of the tree; what holds it is opened. */
  readonly select: (index: number | null) => void;
}

/** The selected field of the tree. It is known by its path, so that the next packet shows the same one. */
export function usePacketField(detail: PacketDetail, tree: FlatTree): PacketField {
  const { packets } = useWindowState();
  const path = useStore(packets.field);
  // A path may come twice in a tree: the row that was clicked is meant in this packet.
  const chosen = useStore(packets.fieldRow);
  const current = useMemo(
    () => (chosen !== null && chosen.number === detail.row.number ? chosen.row : rowOfPath(tree, path)),
    [tree, path, chosen, detail],
  );
  return {
    current,
    select: (index) => {
      packets.fieldRow.set(index === null ? null : { number: detail.row.number, row: index });
      packets.field.set(index === null ? null : (tree.paths[index] ?? null));
      if (index === null) return;
      const open = new Set(packets.open.get());
      for (let at = holderOf(tree, index); at !== null; at = holderOf(tree, at))
        open.add(tree.paths[at] ?? '');
      if (open.size !== packets.open.get().size) packets.open.set(open);
    },
  };
}
