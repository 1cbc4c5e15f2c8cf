import type { PacketRow } from '../../core/contract/packets.ts';

/** How a filter of one field joins what is there. */
export const filterJoins = ['this', 'not', 'and', 'or', 'and-not'] as const;
export type FilterJoin = (typeof filterJoins)[number];

export const filterJoinNames: Readonly<Record<FilterJoin, string>> = {
  this: 'This',
  not: 'Not this',
  and: '… and this',
  or: '… or this',
  'and-not': '… and not this',
};

/** A display filter with another one joined to it. */
export function joinedFilter(present: string, added: string, join: FilterJoin): string {
  const before = present.trim();
  switch (join) {
    case 'this':
      return added;
    case 'not':
      return `!(${added})`;
    case 'and':
      return before === '' ? added : `(${before}) && (${added})`;
    case 'or':
      return before === '' ? added : `(${before}) || (${added})`;
    case 'and-not':
      return before === '' ? `!(${added})` : `(${before}) && !(${added})`;
    default:
      return join satisfies never;
  }
}

export const packetColumns = [
  'number',
  'time',
  'source',
  'destination',
  'protocol',
  'length',
  'info',
] as const;
export type PacketColumn = (typeof packetColumns)[number];

/** A display filter for what one cell of the list shows; empty where none can be made. */
export function cellFilter(row: PacketRow, column: PacketColumn): string {
  switch (column) {
    case 'number':
      return `frame.number == ${row.number}`;
    case 'source':
      return `${addressField(row.source)}.src == ${row.source}`;
    case 'destination':
      return `${addressField(row.destination)}.dst == ${row.destination}`;
    case 'protocol':
      return protocolFilter(row.protocol);
    case 'length':
      return `frame.len == ${row.originalBytes}`;
    case 'time':
    case 'info':
      return '';
    default:
      return column satisfies never;
  }
}

function addressField(address: string): 'ip' | 'ipv6' | 'eth' {
  if (/^\d+(\.\d+){3}$/.test(address)) return 'ip';
  return /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(address) ? 'eth' : 'ipv6';
}

/** Names of the list that filters call otherwise. */
const otherwise: Readonly<Record<string, string>> = { icmpv6: 'icmpv6', ipv4: 'ip', postgresql: 'pgsql' };

/** `TLSv1.3` is `tls`, `HTTP/JSON` is `http`. */
function protocolFilter(protocol: string): string {
  const name = protocol
    .toLowerCase()
    .split('/')[0]
    ?.replace(/v\d+(\.\d+)?$/, '');
  return name === undefined || name === '' ? '' : (otherwise[protocol.toLowerCase()] ?? name);
}

/** The word of a filter that stands at the caret, for completion: where it begins and what of it is before the caret. */
export function wordAt(filter: string, caret: number): { readonly from: number; readonly word: string } {
  const word = /[A-Za-z_][\w.-]*$/.exec(filter.slice(0, caret))?.[0] ?? '';
  return { from: caret - word.length, word };
}

/** Recent filters with this one first, at most `recentMax`. */
export function withRecent(recent: readonly string[], filter: string): readonly string[] {
  const text = filter.trim();
  if (text === '') return recent;
  return [text, ...recent.filter((each) => each !== text)].slice(0, recentMax);
}

export const recentMax = 20;
