import { useMemo } from 'react';
import { formatPacketTime, referenceFor, type PacketTimeFormat } from '../../../format/packet-time.ts';
import type { ListedPacket } from '../../../state/packet-view.ts';
import { useField, useStore } from '../../../state/store.ts';
import { useWindowState } from '../../../state/window-state.ts';

interface PacketTime {
  readonly format: PacketTimeFormat;
  /** What the list says as the time of a packet; `before` is the row above it. */
  readonly time: (row: ListedPacket, before: ListedPacket | undefined) => string;
}

export function usePacketTime(): PacketTime {
  const { packets, layout } = useWindowState();
  const format = useStore(layout.packetTime);
  const precision = useStore(layout.packetPrecision);
  const references = useStore(packets.references);
  const start = useField(packets.view.state, 'start');
  return useMemo(
    () => ({
      format,
      time: (row, before) =>
        formatPacketTime(row, format, precision, {
          start,
          // The first one stands at zero.
          shown: before ?? row,
          reference: referenceFor(references, row.number) ?? start,
        }),
    }),
    [format, precision, references, start],
  );
}
