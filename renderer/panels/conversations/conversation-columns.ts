import type { ConversationRow } from '../../../core/contract/packets.ts';
import { formatCount, formatDuration, formatMicroseconds } from '../../format/duration.ts';
import {
  bothCounts,
  bothSizes,
  conversationEnd,
  spokenText,
  rttText,
  sumText,
  throughputText,
} from '../../format/conversation-words.ts';
import { formatBytes, formatSize } from '../../format/size.ts';
import type { ConversationSort } from '../../state/conversations.ts';

export interface ConversationColumn {
  readonly id: string;
  readonly name: string;
  readonly meaning: string;
  readonly sort: ConversationSort | null;
  readonly isNumber: boolean;
  /** As CSS grids take it. */
  readonly width: string;
  readonly text: (row: ConversationRow, byName: boolean, startUs: number) => string;
  /** Said on hover where it is more than the text. */
  readonly title?: (row: ConversationRow) => string;
}

/** The columns of the table, left to right. */
export const conversationColumns: readonly ConversationColumn[] = [
  {
    ...{
      id: 'protocol',
      name: 'Protocol',
      meaning: 'What carries it, and what was spoken on it',
      sort: null,
    },
    ...{ isNumber: false, width: '84px', text: spokenText },
  },
  {
    ...{ id: 'a', name: 'A', meaning: 'The end that sent the first packet', sort: null, isNumber: false },
    width: 'minmax(140px, 1fr)',
    text: (row, byName) => conversationEnd(row, 'a', byName),
    title: (row) => `${conversationEnd(row, 'a', false)}\n${conversationEnd(row, 'a', true)}`,
  },
  {
    ...{
      id: 'b',
      name: 'B',
      meaning: 'The other end',
      sort: null,
      isNumber: false,
      width: 'minmax(140px, 1fr)',
    },
    text: (row, byName) => conversationEnd(row, 'b', byName),
    title: (row) => `${conversationEnd(row, 'b', false)}\n${conversationEnd(row, 'b', true)}`,
  },
  {
    ...{
      id: 'packets',
      name: 'Packets',
      meaning: 'Sent by A / sent by B',
      sort: 'packets',
      isNumber: true,
    },
    width: '84px',
    text: ({ packets }) => bothCounts(packets),
  },
  {
    ...{ id: 'bytes', name: 'Bytes', meaning: 'Whole frames sent by A / by B', sort: 'bytes' },
    ...{ isNumber: true, width: '124px' },
    text: ({ bytes }) => bothSizes(bytes),
    title: ({ bytes }) => `A ${formatBytes(bytes.a)}, B ${formatBytes(bytes.b)}`,
  },
  {
    ...{ id: 'start', name: 'Start', meaning: 'Since the first packet of the session', sort: 'started' },
    ...{ isNumber: true, width: '72px' },
    text: (row, _byName, startUs) => formatDuration(Math.max(0, row.startedAtUs - startUs)),
  },
  {
    ...{
      id: 'duration',
      name: 'Duration',
      meaning: 'First packet to last',
      sort: 'duration',
      isNumber: true,
    },
    width: '72px',
    text: (row) => formatDuration(row.endedAtUs - row.startedAtUs),
    title: (row) => formatMicroseconds(row.endedAtUs - row.startedAtUs),
  },
  {
    ...{ id: 'handshake', name: 'Handshake', meaning: 'SYN to the ACK that ends the handshake', sort: null },
    ...{ isNumber: true, width: '84px' },
    text: ({ handshakeUs }) => (handshakeUs === null ? '' : formatDuration(handshakeUs)),
    title: ({ handshakeUs }) => (handshakeUs === null ? '' : formatMicroseconds(handshakeUs)),
  },
  {
    ...{
      id: 'rtt',
      name: 'RTT min/50/95 %',
      meaning:
        'Round-trip time, as the ACKs of data show it: the least, the middle one, that which 95 of 100 stay below',
    },
    ...{ sort: 'rtt', isNumber: true, width: '132px', text: rttText },
  },
  {
    ...{ id: 'retransmissions', name: 'Again', meaning: 'Sent again: retransmissions of both ends' },
    ...{ sort: 'retransmissions', isNumber: true, width: '60px' },
    text: ({ retransmissions }) => sumText(retransmissions),
    title: ({ retransmissions }) =>
      `A ${formatCount(retransmissions.a)}, B ${formatCount(retransmissions.b)}`,
  },
  {
    ...{ id: 'missing', name: 'Missing', meaning: 'Bytes that were never seen, of both ends' },
    ...{ sort: null, isNumber: true, width: '64px' },
    text: ({ missingBytes: { a, b } }) => (a + b === 0 ? '' : formatSize(a + b)),
  },
  {
    ...{
      id: 'zeroWindow',
      name: 'Stalled',
      meaning: 'How long a receiver had no room (zero window), of both ends',
    },
    ...{ sort: 'zeroWindow', isNumber: true, width: '72px' },
    text: ({ zeroWindowUs: { a, b } }) => (a + b === 0 ? '' : formatDuration(a + b)),
    title: ({ zeroWindowUs: { a, b } }) => `A ${formatMicroseconds(a)}, B ${formatMicroseconds(b)}`,
  },
  {
    ...{ id: 'throughput', name: 'Throughput', meaning: 'Of both ends, over the whole duration' },
    ...{ sort: 'throughput', isNumber: true, width: '92px', text: throughputText },
  },
];
