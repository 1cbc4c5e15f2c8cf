import type { PacketRow } from '../../../core/contract/packets.ts';
import { packetTroubles as trouble } from '../../../core/packets/tcp-events.ts';
import { talks, type Step } from './script.ts';

export interface Looked {
  readonly row: PacketRow;
  readonly step: Step;
}

export type Predicate = (looked: Looked) => boolean;

interface Field {
  readonly label: string;
  /** Whether our own index knows it. */
  readonly isIndexed: boolean;
  readonly values: (looked: Looked) => readonly (string | number)[];
}

const onTcp = ({ step }: Looked) => talks[step.talk]?.transport === 'tcp';
const ports = ({ row }: Looked) => [row.sourcePort ?? -1, row.destinationPort ?? -1];
const troubled = (flags: number) => (looked: Looked) => ((looked.row.troubles & flags) === 0 ? [] : [1]);
const flag = (bit: number) => (looked: Looked) =>
  onTcp(looked) ? [(looked.step.flags & bit) === 0 ? 0 : 1] : [];
const indexed = (label: string, values: Field['values']): Field => ({ label, isIndexed: true, values });
const deep = (label: string, values: Field['values']): Field => ({ label, isIndexed: false, values });

/** The fields that the made-up engine knows. */
export const fields: Readonly<Record<string, Field>> = {
  'dns.qry.name': deep('Name', ({ row }) => (row.protocol === 'DNS' ? ['api.shop.test'] : [])),
  'eth.addr': indexed('Address', () => ['9c:b6:d0:e1:44:02', '3c:a6:2f:11:08:5d']),
  'frame.len': indexed('Frame length on the wire', ({ row }) => [row.originalBytes]),
  'frame.marked': indexed('Frame is marked', ({ row }) => [row.marked ? 1 : 0]),
  'frame.number': indexed('Frame Number', ({ row }) => [row.number]),
  'http.host': deep('Host', ({ row }) => (row.info.startsWith('GET') ? ['img.shop.test'] : [])),
  'http.request.method': deep('Request Method', ({ row }) => (row.info.startsWith('GET') ? ['GET'] : [])),
  'http.response.code': deep('Status Code', ({ row }) => (row.info.startsWith('HTTP/') ? [200] : [])),
  'ip.addr': indexed('Source or Destination Address', ({ row }) => [row.source, row.destination]),
  'ip.dst': indexed('Destination Address', ({ row }) => [row.destination]),
  'ip.src': indexed('Source Address', ({ row }) => [row.source]),
  'ip.ttl': deep('Time to Live', () => [64]),
  'pgsql.query': deep('Query', ({ row }) => (row.info.startsWith('>Q') ? [row.info.slice(3)] : [])),
  'tcp.ack': deep('Acknowledgment Number', (looked) => (onTcp(looked) ? [looked.step.ack] : [])),
  'tcp.analysis.duplicate_ack': indexed('Duplicate ACK', troubled(trouble.duplicateAck)),
  'tcp.analysis.flags': indexed('TCP Analysis Flags', ({ row }) => (row.troubles === 0 ? [] : [1])),
  'tcp.analysis.retransmission': indexed('Retransmission', troubled(trouble.retransmission)),
  'tcp.analysis.zero_window': indexed('Zero Window', troubled(trouble.zeroWindow)),
  'tcp.flags': deep('Flags', (looked) => (onTcp(looked) ? [looked.step.flags] : [])),
  'tcp.flags.reset': indexed('Reset', flag(4)),
  'tcp.flags.syn': indexed('Syn', flag(2)),
  'tcp.len': indexed('TCP Segment Len', (looked) => (onTcp(looked) ? [looked.step.payload.length] : [])),
  'tcp.dstport': indexed('Destination Port', (looked) =>
    onTcp(looked) ? [looked.row.destinationPort ?? -1] : [],
  ),
  'tcp.port': indexed('Source or Destination Port', (looked) => (onTcp(looked) ? ports(looked) : [])),
  'tcp.seq': deep('Sequence Number', (looked) => (onTcp(looked) ? [looked.step.seq] : [])),
  'tcp.srcport': indexed('Source Port', (looked) => (onTcp(looked) ? [looked.row.sourcePort ?? -1] : [])),
  'tcp.stream': indexed('Stream index', (looked) =>
    onTcp(looked) ? [(looked.row.conversation ?? 1) - 1] : [],
  ),
  'tcp.window_size': deep('Calculated window size', (looked) => (onTcp(looked) ? [looked.step.window] : [])),
  'tls.handshake.extensions_server_name': deep('Server Name', ({ row }) =>
    row.info.startsWith('Client Hello') ? ['api.shop.test'] : [],
  ),
  'udp.port': indexed('Source or Destination Port', (looked) =>
    talks[looked.step.talk]?.transport === 'udp' ? ports(looked) : [],
  ),
};

const protocols: Readonly<Record<string, Predicate>> = {
  arp: ({ row }) => row.protocol === 'ARP',
  dns: ({ row }) => row.protocol === 'DNS',
  eth: () => true,
  frame: () => true,
  http: ({ row }) => row.protocol.startsWith('HTTP'),
  icmp: ({ row }) => row.protocol === 'ICMP',
  ip: ({ row }) => row.protocol !== 'ARP',
  pgsql: ({ row }) => row.protocol === 'PGSQL',
  quic: ({ row }) => row.protocol === 'QUIC',
  tcp: onTcp,
  tls: ({ step }) => step.talk === 1 && step.payload.length > 0,
  udp: ({ step }) => talks[step.talk]?.transport === 'udp',
};

export interface ReadFilter {
  readonly matches: Predicate;
  readonly runsIn: 'index' | 'wireshark';
}

/** A small part of Wireshark's language: enough to develop the window against. A string is what is wrong. */
export function readFilter(filter: string): ReadFilter | string {
  const tokens = filter.match(/"[^"]*"|\(|\)|&&|\|\||==|!=|>=|<=|[!<>]|[^\s()!<>=&|]+/g) ?? [];
  let at = 0;
  const runs: { in: ReadFilter['runsIn'] } = { in: 'index' };
  const fault = (text: string): never => {
    throw new SyntaxError(text);
  };
  const either = (): Predicate => {
    let left = both();
    while (tokens[at] === '||' || tokens[at] === 'or') {
      at += 1;
      const [one, other] = [left, both()];
      left = (looked) => one(looked) || other(looked);
    }
    return left;
  };
  const both = (): Predicate => {
    let left = term();
    while (tokens[at] === '&&' || tokens[at] === 'and') {
      at += 1;
      const [one, other] = [left, term()];
      left = (looked) => one(looked) && other(looked);
    }
    return left;
  };
  const term = (): Predicate => {
    const token = tokens[at++];
    if (token === undefined) return fault('The filter ends where a field or a protocol is expected.');
    if (token === '!' || token === 'not') {
      const inner = term();
      return (looked) => !inner(looked);
    }
    if (token === '(') {
      const inner = either();
      if (tokens[at++] !== ')') return fault('A “)” is missing.');
      return inner;
    }
    const field = Object.hasOwn(fields, token) ? fields[token] : undefined;
    const protocol = Object.hasOwn(protocols, token) ? protocols[token] : undefined;
    if (field === undefined && protocol === undefined)
      return fault(`“${token}” is neither a field nor a protocol.`);
    const operator = tokens[at] ?? '';
    if (field?.isIndexed === false) runs.in = 'wireshark';
    if (!/^(==|!=|[<>]=?|contains)$/.test(operator) || field === undefined)
      return protocol ?? ((looked) => (field?.values(looked).length ?? 0) > 0);
    const wanted = tokens[at + 1];
    at += 2;
    if (wanted === undefined) return fault(`A value is missing after “${token} ${operator}”.`);
    const text = wanted.replace(/^"|"$/g, '');
    return (looked) => field.values(looked).some((value) => compares(value, operator, text));
  };
  try {
    const matches = tokens.length === 0 ? () => true : either();
    if (at < tokens.length) return `“${tokens[at]}” was not expected here.`;
    return { matches, runsIn: runs.in };
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function compares(value: string | number, operator: string, text: string): boolean {
  const [left, right] = typeof value === 'number' ? [value, Number(text)] : [value, text];
  switch (operator) {
    case '==':
      return left === right;
    case '!=':
      return left !== right;
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
    default:
      return String(left).includes(text);
  }
}

export const protocolNames = Object.keys(protocols);
