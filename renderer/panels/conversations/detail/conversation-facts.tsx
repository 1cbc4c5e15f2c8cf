import type { ConversationRow } from '../../../../core/contract/packets.ts';
import type { End, TcpEndSummary, TcpSummary } from '../../../../core/packets/tcp-events.ts';
import { Facts, type Fact } from '../../../components/facts.tsx';
import { useTimeFormat } from '../../../components/use-preferences.ts';
import {
  occurrences,
  conversationEnd,
  protocolText,
  rttText,
  spanText,
  throughputText,
} from '../../../format/conversation-words.ts';
import { formatCount, formatDuration, formatMicroseconds } from '../../../format/duration.ts';
import { troubleNames, troubleWords } from '../../../format/packet-words.ts';
import { formatBytes, formatSize } from '../../../format/size.ts';

interface ConversationFactsProps {
  readonly row: ConversationRow;
  readonly summary: TcpSummary | null;
}

function span(us: number | null | undefined): Fact['value'] {
  return us === null || us === undefined ? null : (
    <span title={formatMicroseconds(us)}>{formatDuration(us)}</span>
  );
}

function count(value: number): string | null {
  return value === 0 ? null : formatCount(value);
}

const fastOpenWords: Readonly<Record<TcpSummary['fastOpen'], string | null>> = {
  none: null,
  requested: 'asked for',
  used: 'used',
  refused: 'refused',
};

/** Everything that was measured of a conversation. */
export function ConversationFacts({ row, summary }: ConversationFactsProps) {
  const instant = useTimeFormat(true);
  const whole: readonly Fact[] = [
    { name: 'Protocol', value: protocolText(row) },
    { name: 'First packet', value: instant(row.startedAtUs) },
    { name: 'Duration', value: span(row.endedAtUs - row.startedAtUs) },
    {
      name: 'Packets',
      value: `${formatCount(row.packets.a + row.packets.b)}, no. ${formatCount(row.firstPacket)} to ${formatCount(row.lastPacket)}`,
    },
    {
      name: 'Throughput',
      meaning: 'Whole frames of both ends, over the duration.',
      value: throughputText(row),
    },
    {
      name: 'Handshake',
      meaning: 'From the SYN to the ACK that ends the handshake, seen where the capture was made.',
      value: span(row.handshakeUs),
    },
    { name: 'SYN to SYN ACK', meaning: 'The way to B and back.', value: span(summary?.synToSynAckUs) },
    { name: 'SYN ACK to ACK', meaning: 'The way to A and back.', value: span(summary?.synAckToAckUs) },
    {
      name: 'Round trip',
      meaning:
        'The least, the middle one and that which 95 of 100 stay below. Time from a segment to the ACK for it. What was sent again is left out, since its ACK may be for either.',
      value: rttText(row),
    },
    { name: 'Resets', meaning: 'Packets that broke the connection off.', value: count(row.resets) },
    {
      name: 'Fast Open',
      meaning: 'Data in the first packet of a connection to a server that was visited before.',
      value: summary === null ? null : fastOpenWords[summary.fastOpen],
    },
    {
      name: 'Nagle delay',
      meaning:
        'Small segments that waited for an ACK which the other end delayed. TCP_NODELAY sends them at once.',
      value:
        summary === null || summary.nagleDelays === 0
          ? null
          : occurrences(summary.nagleDelays, formatDuration(summary.nagleDelayUs)),
    },
    { name: 'Exchanges', value: count(row.exchanges) },
    { name: 'Locked', meaning: 'Why what is inside its TLS cannot be read.', value: row.locked },
    {
      name: 'Leg',
      meaning: 'The part of a proxied connection that these packets are.',
      value: row.leg === null ? null : `${row.leg.role} leg of connection ${formatCount(row.leg.id)}`,
    },
  ];
  const troubles = troubleNames(row.troubles);
  return (
    <div className="conversation-facts" tabIndex={0} role="group" aria-label="Facts">
      <section>
        <h3>Conversation</h3>
        <Facts facts={whole} />
      </section>
      {(['a', 'b'] as const).map((end) => (
        <section key={end}>
          <h3>
            {end === 'a' ? 'A' : 'B'} <span className="mono">{conversationEnd(row, end, true)}</span>
          </h3>
          <Facts facts={endFacts(row, end, summary?.ends[end] ?? null)} />
        </section>
      ))}
      {troubles.length > 0 && (
        <section>
          <h3>Seen in it</h3>
          <ul>
            {troubles.map((name) => (
              <li key={name}>{troubleWords[name].meaning}</li>
            ))}
          </ul>
        </section>
      )}
    </div>
  );
}

function endFacts(row: ConversationRow, end: End, summary: TcpEndSummary | null): readonly Fact[] {
  const yes = (value: boolean | null | undefined) => (value == null ? null : value ? 'yes' : 'no');
  return [
    { name: 'Address', value: conversationEnd(row, end, false) },
    { name: 'Sent', value: `${formatCount(row.packets[end])} packets, ${formatBytes(row.bytes[end])}` },
    {
      name: 'Payload',
      meaning: 'What the connection carried; what was sent again is counted again in the first figure only.',
      value:
        summary === null
          ? null
          : `${formatSize(summary.payloadBytes)} sent, ${formatSize(summary.streamBytes)} of it new`,
    },
    {
      name: 'Round trip',
      meaning:
        'From data that it sent to the ACK of the other end, seen where the capture was made: least, middle, 95 of 100.',
      value: summary?.rttUs == null ? null : spanText(summary.rttUs),
    },
    { name: 'Sent again', meaning: 'Retransmissions.', value: count(row.retransmissions[end]) },
    {
      name: 'without need',
      meaning: 'Sent again although the other end had acknowledged it.',
      value: summary === null ? null : count(summary.spuriousRetransmissions),
    },
    {
      name: 'Duplicate ACKs',
      meaning: 'How often it asked again for the same byte.',
      value: count(row.duplicateAcks[end]),
    },
    { name: 'Out of order', value: count(row.outOfOrder[end]) },
    {
      name: 'Never seen',
      meaning: 'Bytes that it sent and the capture does not have.',
      value: row.missingBytes[end] === 0 ? null : formatBytes(row.missingBytes[end]),
    },
    {
      name: 'Zero window',
      meaning: 'How long it had no room and made the other end wait.',
      value:
        row.zeroWindowUs[end] === 0
          ? null
          : summary === null
            ? formatDuration(row.zeroWindowUs[end])
            : occurrences(
                summary.zeroWindows,
                formatDuration(row.zeroWindowUs[end]),
                formatDuration(summary.longestZeroWindowUs),
              ),
    },
    { name: 'Largest window', value: summary?.windowMax == null ? null : formatBytes(summary.windowMax) },
    {
      name: 'MSS',
      meaning: 'The largest segment it can take.',
      value: row.mss[end] === null ? null : formatBytes(row.mss[end]),
    },
    {
      name: 'Window scale',
      value: summary?.windowScale == null ? null : `× ${formatCount(2 ** summary.windowScale)}`,
    },
    {
      name: 'SACK',
      meaning: 'Whether it can say which bytes behind a gap it has.',
      value: yes(summary?.sackPermitted),
    },
    { name: 'Timestamps', value: yes(summary?.timestamps) },
    { name: 'State', value: summary?.state ?? null },
  ];
}
