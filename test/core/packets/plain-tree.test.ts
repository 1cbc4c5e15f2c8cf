import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TreeNode } from '../../../core/contract/packets.ts';
import { createDecoder } from '../../../core/packets/decode.ts';
import { createDecodedPacket } from '../../../core/packets/decoded-packet.ts';
import { planDisplayFilter } from '../../../core/packets/filter/plan.ts';
import { ipProtocols } from '../../../core/packets/link-types.ts';
import { plainTree } from '../../../core/packets/plain-tree.ts';
import { rowsOf, selectRows } from '../../support/filter-rows.ts';
import { mixedCapture } from '../../support/mixed-capture.ts';

const rows = rowsOf(mixedCapture());
const nodesOf = (tree: readonly TreeNode[]): readonly TreeNode[] =>
  tree.flatMap((node) => [node, ...nodesOf(node.children)]);

describe('the plain tree', () => {
  it('shows headers with their fields and bytes', () => {
    const tree = plainTree(rows[3]!.decoded());
    expect(tree.map((node) => node.label)).toEqual([
      'Frame: 114 bytes',
      'Ethernet, Src: 02:00:00:00:00:01, Dst: 02:00:00:00:00:02',
      'Internet Protocol Version 4, Src: 192.0.2.1, Dst: 198.51.100.7',
      'Transmission Control Protocol, Src Port: 40000, Dst Port: 80, Len: 60',
      'Data (60 bytes)',
    ]);
    expect(nodesOf(tree).find((node) => node.field === 'tcp.dstport')).toEqual({
      label: 'Destination Port: 80',
      field: 'tcp.dstport',
      filter: 'tcp.dstport == 80',
      source: 0,
      from: 36,
      bytes: 2,
      severity: null,
      children: [],
    });
  });

  it('has filters that select the packet it is of', () => {
    for (const row of rows) {
      for (const { filter, field } of nodesOf(plainTree(row.decoded()))) {
        if (field === '' || planDisplayFilter(filter).runsIn !== 'index') continue;
        expect({ filter, selected: selectRows(rows, filter).includes(row.number) }).toEqual({
          filter,
          selected: true,
        });
      }
    }
  });

  it('leaves out the fields that a cut packet lacks', () => {
    const ping = rows.find((row) => row.decoded().ipProtocol === ipProtocols.icmp)!.decoded();
    const packet = createDecodedPacket();
    createDecoder().decode(ping.bytes.slice(0, 35), 0, 35, 1, ping.bytes.length, 0, packet);
    const icmp = plainTree(packet).find(({ field }) => field === 'icmp');
    expect([icmp?.from, icmp?.bytes, icmp?.children.map(({ field }) => field)]).toEqual([
      34,
      1,
      ['icmp.type'],
    ]);
  });

  it('never throws and never points behind the packet', () => {
    const decoder = createDecoder();
    fc.assert(
      fc.property(
        fc.nat(rows.length - 1),
        fc.nat(80),
        fc.array(fc.tuple(fc.nat(60), fc.nat(255))),
        (which, cut, changes) => {
          const bytes = rows[which]!.decoded().bytes.slice(0, cut);
          for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
          const packet = createDecodedPacket();
          decoder.decode(bytes, 0, bytes.length, 1, bytes.length, 0, packet);
          for (const node of nodesOf(plainTree(packet)))
            if (node.source === 0) expect(node.from + node.bytes).toBeLessThanOrEqual(packet.bytes.length);
        },
      ),
    );
  });
});
