import { useMemo, useState } from 'react';
import { Splitter } from '../../../components/splitter.tsx';
import { flattenTree } from '../../../format/packet-tree.ts';
import type { PacketDetail } from '../../../../core/contract/packets.ts';
import { useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';
import { PacketBytes } from './packet-bytes.tsx';
import { ProtocolTree } from './protocol-tree.tsx';
import { usePacketField } from './use-packet-field.ts';

/** The protocol tree of the selected packet beside its bytes. */
export function PacketTab() {
  const { packets } = useWindowState();
  const shown = useStore(packets.detail);
  if (shown === null)
    return <p className="detail-empty muted">Select a packet to see its protocols and its bytes.</p>;
  if (shown.problem !== null) return <p className="detail-empty">{shown.problem}</p>;
  return shown.detail === null ? null : <Both detail={shown.detail} />;
}

function Both({ detail }: { readonly detail: PacketDetail }) {
  const { layout } = useWindowState();
  const width = useStore(layout.packetBytesWidth);
  const tree = useMemo(() => flattenTree(detail.tree), [detail]);
  const field = usePacketField(detail, tree);
  const [hovered, setHovered] = useState<number | null>(null);
  return (
    <div className="packet-both">
      <ProtocolTree
        detail={detail}
        tree={tree}
        current={field.current}
        hovered={hovered}
        onSelect={field.select}
      />
      <Splitter
        label="Width of the bytes"
        orientation="vertical"
        size={width}
        min={200}
        max={Math.max(200, innerWidth - 320)}
        onResize={layout.packetBytesWidth.set}
      />
      <div className="packet-bytes" style={{ width }}>
        <PacketBytes
          detail={detail}
          tree={tree}
          current={field.current}
          hovered={hovered}
          onHover={setHovered}
          onSelect={field.select}
        />
      </div>
    </div>
  );
}
