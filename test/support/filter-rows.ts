import { createDecoder } from '../../core/packets/decode.ts';
import { createDecodedPacket, type DecodedPacket } from '../../core/packets/decoded-packet.ts';
import { createCaptureReader } from '../../core/packets/files/capture-read.ts';
import type { FilterRow } from '../../core/packets/filter/packet-fields.ts';
import { planDisplayFilter } from '../../core/packets/filter/plan.ts';
import { RowFields } from '../../core/packets/filter/row-fields.ts';
import { embeddedConversation } from '../../core/packets/icmp.ts';
import { FlowTable } from '../../core/packets/flow-table.ts';
import { ipProtocols } from '../../core/packets/link-types.ts';
import { u32 } from '../../core/packets/read-numbers.ts';
import { sourceIsClient, TcpConversation } from '../../core/packets/tcp-conversation.ts';
import type { EndNumber } from '../../core/packets/tcp-course.ts';
import { TcpShared } from '../../core/packets/tcp-shared.ts';
import { nodePlatform } from './platform.ts';

interface Flow {
  readonly tcp: TcpConversation | null;
  readonly isFlipped: boolean;
  readonly stream: number;
}

/** The rows of a capture as an index would have them. */
export function rowsOf(capture: Uint8Array): readonly FilterRow[] {
  const rows: FilterRow[] = [];
  const decoder = createDecoder();
  const flows = new FlowTable();
  const known: Flow[] = [];
  const streams = { tcp: 0, udp: 0 };
  const shared = new TcpShared();
  const linkTypes: number[] = [];
  const streamsByEnds = new Map<string, number>();
  const flowOf = (packet: DecodedPacket, atUs: number): Flow | null => {
    const isTcp = packet.ipProtocol === ipProtocols.tcp && packet.sourcePort >= 0;
    if (!isTcp && (packet.ipProtocol !== ipProtocols.udp || packet.sourcePort < 0)) return null;
    const entry = flows.find(packet);
    if (entry < 0) return null;
    const found = flows.isNew ? undefined : known[entry];
    const end: EndNumber = (flows.end === 1) === (found?.isFlipped ?? false) ? 0 : 1;
    if (found !== undefined && found.tcp?.isNewConversation(packet, end) !== true) return found;
    const isFlipped = isTcp && !sourceIsClient(packet);
    const tcp = isTcp ? new TcpConversation(shared, null, atUs, found !== undefined) : null;
    const flow = { tcp, isFlipped, stream: isTcp ? streams.tcp++ : streams.udp++ };
    known[found === undefined ? entry : flows.replace(entry)] = flow;
    return flow;
  };
  const reader = createCaptureReader(
    {
      interface: ({ linkType }) => linkTypes.push(linkType),
      packet: (by, seconds, nanos, originalBytes, all, from, to) => {
        const bytes = all.slice(from, to);
        const packet = createDecodedPacket();
        decoder.decode(bytes, 0, bytes.length, linkTypes[by]!, originalBytes, seconds, packet);
        const atUs = seconds * 1e6 + nanos / 1000;
        const flow = flowOf(packet, atUs);
        const end: EndNumber = (flows.end === 1) === (flow?.isFlipped ?? false) ? 0 : 1;
        const troubles = flow?.tcp?.packet(packet, end, atUs, rows.length + 1) ?? 0;
        const own = end === 0 ? flow?.tcp?.a : flow?.tcp?.b;
        const other = end === 0 ? flow?.tcp?.b : flow?.tcp?.a;
        const quoted = embeddedConversation(packet);
        if (flow !== null) streamsByEnds.set(endsOf(packet, packet.ipProtocol, packet), flow.stream);
        const spokenOf =
          quoted === null ? undefined : streamsByEnds.get(endsOf(packet, quoted.protocol, quoted));
        const isDns = packet.sourcePort === 53 || packet.destinationPort === 53;
        rows.push({
          ...{ number: rows.length + 1, seconds, nanos, troubles, isMarked: false, interfaceName: 'lo' },
          ...{ firstSeconds: rows[0]?.seconds ?? seconds, firstNanos: rows[0]?.nanos ?? nanos },
          ...{ previousSeconds: rows.at(-1)?.seconds ?? seconds, previousNanos: rows.at(-1)?.nanos ?? nanos },
          ...{ capturedBytes: bytes.length, originalBytes, interfaceNumber: from },
          protocol: isDns ? 'DNS' : '',
          stream: flow?.stream ?? spokenOf ?? -1,
          seqBase: own?.isKnown === true ? own.base >>> 0 : -1,
          ackBase: other?.isKnown === true ? other.base >>> 0 : -1,
          windowShift: (packet.tcpFlags & 2) === 0 ? (own?.shift ?? 0) : 0,
          decoded: () => packet,
        });
      },
      secrets: () => {},
      name: () => {},
      statistics: () => {},
      comment: () => {},
      problem: (sentence) => {
        throw new Error(sentence);
      },
    },
    nodePlatform,
  );
  reader.bytes(capture);
  reader.end();
  return rows;
}

/** Numbers of the rows that a filter of the index selects; throws when the index cannot run it. */
export function selectRows(rows: readonly FilterRow[], filter: string): readonly number[] {
  const plan = planDisplayFilter(filter);
  if (plan.runsIn !== 'index') throw new Error(`${filter} does not run in the index.`);
  const [first] = rows;
  if (first === undefined) return [];
  const fields = new RowFields(first);
  return rows.filter((row) => plan.matches(fields.at(row))).map((row) => row.number);
}

function words(packet: DecodedPacket, at: number): Uint32Array {
  return Uint32Array.from({ length: 4 }, (_, word) =>
    4 * word < packet.addressBytes ? u32(packet.bytes, at + 4 * word) : 0,
  );
}

/** Names one direction of a conversation. */
function endsOf(
  packet: DecodedPacket,
  protocol: number,
  ends: Pick<DecodedPacket, 'sourceAt' | 'destinationAt' | 'sourcePort' | 'destinationPort'>,
): string {
  const source = [...words(packet, ends.sourceAt)].join('.');
  return [protocol, source, ends.sourcePort, ...words(packet, ends.destinationAt), ends.destinationPort].join(
    ' ',
  );
}
