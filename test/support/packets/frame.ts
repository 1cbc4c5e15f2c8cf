import type { PacketRow, TreeNode } from '../../../core/contract/packets.ts';
import type { Step } from './script.ts';

interface Part {
  readonly bytes: number[];
  readonly node: TreeNode;
}

/** A made-up frame with true headers, and the tree of what its bytes say. */
export function frameOf(
  row: PacketRow,
  step: Step,
): {
  readonly sources: { name: string; bytes: Uint8Array }[];
  readonly tree: TreeNode[];
} {
  const isArp = row.protocol === 'ARP';
  const kind = isArp ? 'arp' : row.protocol === 'ICMP' ? 'icmp' : step.flags === 0 ? 'udp' : 'tcp';
  const ethernet = [
    0x3c,
    0xa6,
    0x2f,
    0x11,
    8,
    0x5d,
    0x9c,
    0xb6,
    0xd0,
    0xe1,
    0x44,
    2,
    ...(isArp ? [8, 6] : [8, 0]),
  ];
  const parts: Part[] = [{ bytes: ethernet, node: ethernetNode(isArp) }];
  if (!isArp) {
    const protocol = { tcp: 6, udp: 17, icmp: 1 }[kind === 'arp' ? 'udp' : kind];
    const total = row.originalBytes - 14;
    const ip = [
      0x45,
      0,
      total >> 8,
      total & 255,
      (row.number >> 8) & 255,
      row.number & 255,
      0x40,
      0,
      64,
      protocol,
      0x1c,
      0x46,
      ...row.source.split('.').map(Number),
      ...row.destination.split('.').map(Number),
    ];
    parts.push({ bytes: ip, node: ipNode(row, total, protocol) });
  }
  if (kind === 'tcp') parts.push({ bytes: tcpBytes(row, step), node: tcpNode(row, step) });
  if (kind === 'udp') {
    const length = step.payload.length + 8;
    const bytes = [...pair(row.sourcePort ?? 0), ...pair(row.destinationPort ?? 0), ...pair(length), 0, 0];
    parts.push({ bytes, node: udpNode(row, length) });
  }
  const from = parts.reduce((sum, { bytes }) => sum + bytes.length, 0);
  const frame = new Uint8Array(Math.max(row.capturedBytes, from + step.payload.length));
  frame.set(parts.flatMap(({ bytes }) => bytes));
  frame.set(step.payload, from);
  const tree: TreeNode[] = [frameNode(row, frame.length), ...parts.map(({ node }) => node)];
  if (step.payload.length > 0) tree.push(payloadNode(row, step, from));
  for (const [at, source] of step.more.entries()) tree.push(...moreNodes(source.bytes, at + 1));
  return { sources: [{ name: 'Frame', bytes: frame }, ...step.more], tree };
}

function node(
  label: string,
  field: string,
  from: number,
  bytes: number,
  more: Partial<TreeNode> = {},
): TreeNode {
  const value = /: (.*)$/.exec(label)?.[1] ?? '';
  const literal = /^(0x)?[0-9a-f.:]+$/i.test(value) ? value : `"${value}"`;
  const filter = field === '' ? '' : value === '' ? field : `${field} == ${literal}`;
  return { label, field, filter, source: 0, from, bytes, severity: null, children: [], ...more };
}

function frameNode(row: PacketRow, length: number): TreeNode {
  return node(
    `Frame ${row.number}: ${length} bytes on wire, ${length} bytes captured on ${row.interface}`,
    'frame',
    0,
    length,
    {
      filter: 'frame',
      children: [
        node(
          `Arrival Time: ${new Date(row.seconds * 1000).toISOString().slice(0, 19)}.${String(row.nanos).padStart(9, '0')}Z`,
          'frame.time_utc',
          0,
          0,
          { source: -1 },
        ),
        node(`Frame Number: ${row.number}`, 'frame.number', 0, 0, { source: -1 }),
        node(`Frame Length: ${length}`, 'frame.len', 0, 0, { source: -1 }),
      ],
    },
  );
}

function ethernetNode(isArp: boolean): TreeNode {
  return node('Ethernet II, Src: 9c:b6:d0:e1:44:02, Dst: 3c:a6:2f:11:08:5d', 'eth', 0, 14, {
    filter: 'eth',
    children: [
      node('Destination: 3c:a6:2f:11:08:5d', 'eth.dst', 0, 6),
      node('Source: 9c:b6:d0:e1:44:02', 'eth.src', 6, 6),
      node(`Type: ${isArp ? '0x0806' : '0x0800'}`, 'eth.type', 12, 2),
    ],
  });
}

function ipNode(row: PacketRow, total: number, protocol: number): TreeNode {
  return node(`Internet Protocol Version 4, Src: ${row.source}, Dst: ${row.destination}`, 'ip', 14, 20, {
    filter: 'ip',
    children: [
      node('Version: 4', 'ip.version', 14, 1),
      node('Header Length: 20 bytes', 'ip.hdr_len', 14, 1, { filter: 'ip.hdr_len == 20' }),
      node(`Total Length: ${total}`, 'ip.len', 16, 2),
      node(`Identification: 0x${(row.number & 65535).toString(16).padStart(4, '0')}`, 'ip.id', 18, 2),
      node('Flags: 0x40', 'ip.flags', 20, 1, {
        children: [
          node('Do not fragment: 1', 'ip.flags.df', 20, 1),
          node('More fragments: 0', 'ip.flags.mf', 20, 1),
        ],
      }),
      node('Time to Live: 64', 'ip.ttl', 22, 1),
      node(`Protocol: ${protocol}`, 'ip.proto', 23, 1),
      node('Header Checksum: 0x1c46', 'ip.checksum', 24, 2),
      node(`Source Address: ${row.source}`, 'ip.src', 26, 4),
      node(`Destination Address: ${row.destination}`, 'ip.dst', 30, 4),
    ],
  });
}

function udpNode(row: PacketRow, length: number): TreeNode {
  return node(
    `User Datagram Protocol, Src Port: ${row.sourcePort}, Dst Port: ${row.destinationPort}`,
    'udp',
    34,
    8,
    {
      filter: 'udp',
      children: [
        node(`Source Port: ${row.sourcePort}`, 'udp.srcport', 34, 2),
        node(`Destination Port: ${row.destinationPort}`, 'udp.dstport', 36, 2),
        node(`Length: ${length}`, 'udp.length', 38, 2),
      ],
    },
  );
}

function pair(value: number): number[] {
  return [(value >> 8) & 255, value & 255];
}

function tcpBytes(row: PacketRow, { seq, ack, flags, window }: Step): number[] {
  const four = (value: number) => [...pair(value >>> 16), ...pair(value)];
  const options = [1, 1, 8, 10, ...four(row.number * 997), ...four(row.number * 991)];
  const ports = [...pair(row.sourcePort ?? 0), ...pair(row.destinationPort ?? 0)];
  return [
    ...ports,
    ...four(seq),
    ...four(ack),
    0x80,
    flags,
    ...pair(window >> 7),
    0x9f,
    0x1a,
    0,
    0,
    ...options,
  ];
}

function tcpNode(row: PacketRow, step: Step): TreeNode {
  const remark = /^\[(TCP [^\]]+)\]/.exec(row.info)?.[1];
  const flags = [
    [1, 'Fin'],
    [2, 'Syn'],
    [4, 'Reset'],
    [8, 'Push'],
    [16, 'Acknowledgment'],
  ] as const;
  const title = `Transmission Control Protocol, Src Port: ${row.sourcePort}, Dst Port: ${row.destinationPort}, Seq: ${step.seq}, Ack: ${step.ack}, Len: ${step.payload.length}`;
  return node(title, 'tcp', 34, 32, {
    filter: 'tcp',
    children: [
      node(`Source Port: ${row.sourcePort}`, 'tcp.srcport', 34, 2),
      node(`Destination Port: ${row.destinationPort}`, 'tcp.dstport', 36, 2),
      node(`Stream index: ${(row.conversation ?? 1) - 1}`, 'tcp.stream', 0, 0, { source: -1 }),
      node(`Sequence Number: ${step.seq}`, 'tcp.seq', 38, 4),
      node(`Acknowledgment Number: ${step.ack}`, 'tcp.ack', 42, 4),
      node('Header Length: 32 bytes', 'tcp.hdr_len', 46, 1, { filter: 'tcp.hdr_len == 32' }),
      node(`Flags: 0x0${step.flags.toString(16).padStart(2, '0')}`, 'tcp.flags', 47, 1, {
        children: flags.map(([bit, name]) =>
          node(
            `${name}: ${(step.flags & bit) === 0 ? 0 : 1}`,
            `tcp.flags.${name.toLowerCase().slice(0, 5)}`,
            47,
            1,
          ),
        ),
      }),
      node(`Window: ${step.window >> 7}`, 'tcp.window_size_value', 48, 2),
      node(`Calculated window size: ${step.window}`, 'tcp.window_size', 48, 2),
      node('Checksum: 0x9f1a', 'tcp.checksum', 50, 2),
      node('Options: (12 bytes), No-Operation (NOP), No-Operation (NOP), Timestamps', 'tcp.options', 54, 12, {
        filter: 'tcp.options',
        children: [
          node('No-Operation (NOP)', 'tcp.options.nop', 54, 1),
          node('No-Operation (NOP)', 'tcp.options.nop', 55, 1),
          node(
            `Timestamps: TSval ${row.number * 997}, TSecr ${row.number * 991}`,
            'tcp.options.timestamp',
            56,
            10,
            { filter: 'tcp.options.timestamp' },
          ),
        ],
      }),
      ...(remark === undefined
        ? []
        : [
            node('SEQ/ACK analysis', 'tcp.analysis', 0, 0, {
              source: -1,
              children: [
                node(`Expert Info (Note/Sequence): ${remark}`, 'tcp.analysis.flags', 0, 0, {
                  source: -1,
                  filter: 'tcp.analysis.flags',
                  severity: remark.includes('Zero') ? 'warning' : 'note',
                }),
              ],
            }),
          ]),
    ],
  });
}

function payloadNode(row: PacketRow, step: Step, from: number): TreeNode {
  const { payload } = step;
  if (row.protocol === 'DNS')
    return node('Domain Name System', 'dns', from, payload.length, {
      filter: 'dns',
      children: [
        node('Transaction ID: 0x4a21', 'dns.id', from, 2),
        node('Flags: 0x0100', 'dns.flags', from + 2, 2),
        ...(row.source === '192.168.1.1'
          ? [
              node(`Request In: ${row.number - 1}`, 'dns.response_to', 0, 0, {
                source: -1,
                packet: row.number - 1,
              }),
            ]
          : []),
        node('Queries', 'dns.queries', from + 12, 19, {
          filter: '',
          children: [
            node('Name: api.shop.test', 'dns.qry.name', from + 12, 15),
            node('Type: 1', 'dns.qry.type', from + 27, 2),
          ],
        }),
      ],
    });
  if (row.protocol.startsWith('TLS') || step.more[0]?.name === 'Decrypted TLS')
    return node('Transport Layer Security', 'tls', from, payload.length, {
      filter: 'tls',
      children: [
        node(`TLSv1.3 Record Layer: ${row.info}`, 'tls.record', from, payload.length, {
          filter: 'tls.record',
          children: [
            node(`Content Type: ${payload[0]}`, 'tls.record.content_type', from, 1),
            node('Version: 0x0303', 'tls.record.version', from + 1, 2),
            node(`Length: ${payload.length - 5}`, 'tls.record.length', from + 3, 2),
          ],
        }),
      ],
    });
  if (row.protocol === 'HTTP' && step.more.length === 0) return linesNode(payload, 0, from);
  if (row.protocol === 'PGSQL')
    return node('PostgreSQL', 'pgsql', from, payload.length, {
      filter: 'pgsql',
      children: [
        node(`Type: ${String.fromCharCode(payload[0] ?? 0)}`, 'pgsql.type', from, 1),
        node(`Length: ${payload.length - 1}`, 'pgsql.length', from + 1, 4),
        node(`Query: ${row.info.slice(3)}`, 'pgsql.query', from + 5, payload.length - 5),
      ],
    });
  return node(`Data (${payload.length} bytes)`, 'data', from, payload.length, { filter: 'data' });
}

function moreNodes(bytes: Uint8Array, source: number): TreeNode[] {
  return [linesNode(bytes, source, 0)];
}

function linesNode(bytes: Uint8Array, source: number, from: number): TreeNode {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 600)).split('\r\n\r\n')[0] ?? '';
  let at = from;
  const children = head.split('\r\n').map((line) => {
    const name = /^([A-Za-z-]+): /.exec(line)?.[1]?.toLowerCase().replace('-', '_');
    const field =
      name === undefined
        ? line.startsWith('HTTP')
          ? 'http.response.line'
          : 'http.request.line'
        : `http.${name}`;
    const made = node(line, field, at, line.length + 2, { source });
    at += line.length + 2;
    return made;
  });
  return node('Hypertext Transfer Protocol', 'http', from, bytes.length, {
    filter: 'http',
    source,
    children,
  });
}
