import { Buffer } from 'node:buffer';
import { packetTroubles as troubles } from '../../core/packets/tcp-events.ts';
import { analyseCapture, type TcpPacket, type TcpStreamOf } from './tcp-capture.ts';
import { tshark, tsharkRows } from './tshark.ts';

/** What both name, by tshark's name of it. */
const compared = {
  retransmission: troubles.retransmission,
  fast_retransmission: troubles.fastRetransmission,
  spurious_retransmission: troubles.spuriousRetransmission,
  duplicate_ack: troubles.duplicateAck,
  out_of_order: troubles.outOfOrder,
  lost_segment: troubles.gapBefore,
  zero_window: troubles.zeroWindow,
  window_update: troubles.windowUpdate,
  keep_alive: troubles.keepAlive,
  keep_alive_ack: troubles.keepAliveAck,
  reused_ports: troubles.portReused,
} as const;
type Name = keyof typeof compared;
const names = Object.keys(compared) as Name[];

export interface OraclePacket extends TcpPacket {
  /** Names that only we say of it (+) and only tshark (-), such as `+retransmission -out_of_order`; empty for none. */
  readonly difference: string;
  readonly theirs: ReadonlySet<Name>;
  readonly stream: TcpStreamOf;
  readonly theirStream: number;
  /** µs, null for none. */
  readonly ackRttUs: number | null;
  readonly initialRttUs: number | null;
}

/** A capture as we and tshark see it, packet by packet. */
export function compareWithTshark(file: string): { packets: OraclePacket[]; streams: TcpStreamOf[] } {
  const { packets, streams } = analyseCapture(file);
  const rows = tsharkRows(
    file,
    [
      ...(['frame.number', 'tcp.stream', 'tcp.analysis.ack_rtt', 'tcp.analysis.initial_rtt'] as const),
      ...names.map((name) => `tcp.analysis.${name}` as const),
    ],
    'tcp && !icmp && !icmpv6',
  );
  const byNumber = new Map(rows.map((row) => [Number(row['frame.number']), row]));
  if (byNumber.size !== packets.length)
    throw new Error(`${packets.length} packets, tshark has ${byNumber.size}`);
  const compare = (packet: TcpPacket): OraclePacket => {
    const row = byNumber.get(packet.number);
    if (row === undefined) throw new Error(`packet ${packet.number} is none of TCP to tshark`);
    const theirs = new Set(names.filter((name) => row[`tcp.analysis.${name}`] !== ''));
    const difference = names
      .filter((name) => theirs.has(name) !== ((packet.troubles & compared[name]) !== 0))
      .map((name) => `${theirs.has(name) ? '-' : '+'}${name}`)
      .join(' ');
    const microseconds = (text: string): number | null => (text === '' ? null : Number(text) * 1e6);
    return {
      ...packet,
      ...{ difference, theirs, theirStream: Number(row['tcp.stream']) },
      ackRttUs: microseconds(row['tcp.analysis.ack_rtt']),
      initialRttUs: microseconds(row['tcp.analysis.initial_rtt']),
    };
  };
  return { packets: packets.map(compare), streams };
}

/** Both streams of a conversation as `tshark -z follow` has them, a and b: of the end that it names first, which sent the first packet, and the other. */
export function tsharkStreams(file: string, index: number): [Buffer, Buffer] {
  const lines = tshark(['-r', file, '-q', '-z', `follow,tcp,raw,${index}`]).split('\n');
  const from = lines.findIndex((line) => line.startsWith('Node 1:')) + 1;
  const bytes = lines.slice(from).filter((line) => /^\t?[0-9a-f]+$/.test(line));
  const of = (isB: boolean): Buffer =>
    Buffer.from(
      bytes
        .filter((line) => line.startsWith('\t') === isB)
        .map((line) => line.trim())
        .join(''),
      'hex',
    );
  return [of(false), of(true)];
}
