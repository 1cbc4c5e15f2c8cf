import { Splitter } from '../../components/splitter.tsx';
import { useKeys } from '../../components/use-keys.ts';
import { useField, useSelected, useStore } from '../../state/store.ts';
import { useWindowState } from '../../state/window-state.ts';
import { CaptureLines } from './capture-lines.tsx';
import { DecodeAs } from './decode-as.tsx';
import { PacketPane } from './detail/packet-pane.tsx';
import { EmptyPackets } from './empty-packets.tsx';
import { ListBar } from './list-bar.tsx';
import { PacketList } from './list/packet-list.tsx';
import { PacketComment } from './packet-comment.tsx';
import './packets.css';

/** Packets as they were captured, and what the selected one says. */
export function PacketsPanel() {
  const { packets, layout } = useWindowState();
  const height = useStore(layout.packetHeight);
  const hasPackets = useSelected(packets.view.state, ({ total, count }) => total > 0 || count > 0);
  const scope = useField(packets.view.state, 'scope');

  useKeys((event) => {
    if (event.key !== 'Escape') return false;
    if (packets.field.get() !== null || packets.fieldRow.get() !== null) {
      packets.field.set(null);
      packets.fieldRow.set(null);
    } else if (scope.kind !== 'all') packets.view.setScope({ kind: 'all' }, packets.view.state.get().filter);
    else if (packets.selected.get() !== null) packets.clear();
    else return false;
    return true;
  });
  return (
    <div className="packets">
      <ListBar />
      <CaptureLines />
      <div className="packet-frame">
        <PacketList />
        <EmptyPackets />
      </div>
      <PacketComment />
      <DecodeAs />
      {hasPackets && (
        <>
          <Splitter
            label="Height of the details"
            orientation="horizontal"
            size={height}
            min={120}
            max={Math.max(120, innerHeight - 240)}
            onResize={layout.packetHeight.set}
          />
          <div className="packet-pane-frame" style={{ height }}>
            <PacketPane />
          </div>
        </>
      )}
    </div>
  );
}
