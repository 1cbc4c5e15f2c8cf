import type { ExpertGroup } from '../../../../core/contract/packets.ts';
import { packetTroubles } from '../../../../core/packets/tcp-events.ts';
import { troublesOf, type PacketFile } from './packet-file.ts';

/** First packets told of each group. */
const packetsMax = 100;

type Trouble = keyof typeof packetTroubles;

/** What each trouble is, how bad, and the display filter that shows it. */
const words: Readonly<
  Record<
    Trouble,
    readonly [severity: ExpertGroup['severity'], protocol: string, summary: string, filter: string]
  >
> = {
  retransmission: [
    'note',
    'TCP',
    'Sent again: its bytes were not acknowledged in time.',
    'tcp.analysis.retransmission',
  ],
  fastRetransmission: ['note', 'TCP', 'Sent again after duplicate ACKs.', 'tcp.analysis.fast_retransmission'],
  spuriousRetransmission: [
    'note',
    'TCP',
    'Sent again although it had been acknowledged.',
    'tcp.analysis.spurious_retransmission',
  ],
  duplicateAck: [
    'note',
    'TCP',
    'Duplicate ACK: the receiver still waits for earlier bytes.',
    'tcp.analysis.duplicate_ack',
  ],
  outOfOrder: ['warning', 'TCP', 'Came out of order.', 'tcp.analysis.out_of_order'],
  gapBefore: ['warning', 'TCP', 'Bytes before it were not captured.', 'tcp.analysis.lost_segment'],
  zeroWindow: [
    'warning',
    'TCP',
    'The receiver has no room: it reads too slowly.',
    'tcp.analysis.zero_window',
  ],
  windowUpdate: ['chat', 'TCP', 'The receiver has room again.', 'tcp.analysis.window_update'],
  windowFull: ['warning', 'TCP', 'The sender filled the receiver’s window.', 'tcp.analysis.window_full'],
  zeroWindowProbe: [
    'note',
    'TCP',
    'Asks whether the receiver has room again.',
    'tcp.analysis.zero_window_probe',
  ],
  keepAlive: ['note', 'TCP', 'Keep-alive.', 'tcp.analysis.keep_alive'],
  keepAliveAck: ['note', 'TCP', 'Answer to a keep-alive.', 'tcp.analysis.keep_alive_ack'],
  reset: ['warning', 'TCP', 'The connection was reset.', 'tcp.flags.reset == 1'],
  ackedUnseen: [
    'warning',
    'TCP',
    'Acknowledges bytes that were not captured.',
    'tcp.analysis.ack_lost_segment',
  ],
  portReused: [
    'note',
    'TCP',
    'The same ports are used again for another connection.',
    'tcp.analysis.reused_ports',
  ],
  nagleDelay: ['note', 'TCP', 'A small segment waited for a delayed ACK (Nagle).', ''],
  malformed: ['error', 'IP', 'A header contradicts itself.', '_ws.malformed'],
  icmpError: ['warning', 'ICMP', 'ICMP says that a packet did not get through.', 'icmp'],
  synRetransmission: [
    'warning',
    'TCP',
    'The first packet of a connection was sent again: nobody answered.',
    '',
  ],
  outsideWindow: [
    'warning',
    'TCP',
    'Its numbers are far outside of what the conversation can have sent.',
    '',
  ],
  contentChanged: [
    'error',
    'TCP',
    'The same bytes were sent again with another content.',
    'tcp.overlap.conflict',
  ],
};

const order: readonly ExpertGroup['severity'][] = ['error', 'warning', 'note', 'chat'];

/** What is remarkable among all packets, most severe first. */
export function expertOf(file: PacketFile): ExpertGroup[] {
  const names = Object.keys(packetTroubles) as Trouble[];
  const counts = new Map<Trouble, { count: number; packets: number[] }>();
  for (let block = 0; block < file.blockCount(); block++) {
    const columns = file.columns(block);
    if (columns === null) continue;
    const first = file.firstNumber(block);
    for (let index = 0; index < columns.count; index++) {
      const troubles = troublesOf(columns, index);
      if (troubles === 0) continue;
      for (const name of names) {
        if ((troubles & packetTroubles[name]) === 0) continue;
        const found = counts.get(name) ?? { count: 0, packets: [] };
        counts.set(name, found);
        found.count += 1;
        if (found.packets.length < packetsMax) found.packets.push(first + index);
      }
    }
  }
  const groups = [...counts].map(([name, { count, packets }]): ExpertGroup => {
    const [severity, protocol, summary, filter] = words[name];
    return { severity, summary, protocol, count, packets, filter };
  });
  return groups.sort(
    (one, other) => order.indexOf(one.severity) - order.indexOf(other.severity) || other.count - one.count,
  );
}
