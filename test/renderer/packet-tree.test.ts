import { describe, expect, it } from 'vitest';
import type { TreeNode } from '../../core/contract/packets.ts';
import {
  bytesOfRow,
  flattenTree,
  holderOf,
  openRows,
  rowOfByte,
  rowOfPath,
  valueOfLabel,
} from '../../renderer/format/packet-tree.ts';
import { visibleRows } from '../../renderer/format/tree-rows.ts';

function node(field: string, from: number, bytes: number, children: TreeNode[] = [], source = 0): TreeNode {
  return { label: `${field}: 1`, field, filter: field, source, from, bytes, severity: null, children };
}

const tree = flattenTree([
  node('frame', 0, 60, [node('frame.number', 0, 0, [], -1)]),
  node('eth', 0, 14, [node('eth.dst', 0, 6), node('eth.src', 6, 6)]),
  node('tcp', 34, 20, [
    node('tcp.flags', 47, 1, [node('tcp.flags.fin', 47, 1), node('tcp.flags.syn', 47, 1)]),
  ]),
  node('http', 0, 30, [node('http.host', 4, 10, [], 1)], 1),
]);
const row = (field: string) => tree.nodes.findIndex((each) => each.field === field);

describe('a protocol tree', () => {
  it('becomes rows that know what they hold', () => {
    expect(tree.count).toBe(11);
    expect(tree.paths[row('tcp.flags.syn')]).toBe('/tcp/tcp.flags/tcp.flags.syn');
    expect(holderOf(tree, row('tcp.flags.syn'))).toBe(row('tcp.flags'));
    expect(holderOf(tree, row('eth'))).toBeNull();
    expect(tree.next[row('eth')]).toBe(row('tcp'));
  });

  it('opens in the next packet what was open in this one', () => {
    const rows = visibleRows(tree, openRows(tree, new Set(['/eth', '/tcp/tcp.flags'])));
    expect([...rows].map((at) => tree.nodes[at]?.field)).toEqual([
      'frame',
      'eth',
      'eth.dst',
      'eth.src',
      'tcp',
      'http',
    ]);
  });

  it('says which bytes a field stands for, never more than there are', () => {
    expect(bytesOfRow(tree, row('eth.src'), [60, 30])).toEqual({ source: 0, first: 6, last: 11 });
    expect(bytesOfRow(tree, row('tcp'), [40, 30])).toEqual({ source: 0, first: 34, last: 39 });
    expect(bytesOfRow(tree, row('tcp'), [20, 30])).toBeNull();
    expect(bytesOfRow(tree, row('frame.number'), [60, 30])).toBeNull();
    expect(bytesOfRow(tree, null, [60])).toBeNull();
    expect(bytesOfRow(tree, row('http.host'), [60])).toBeNull();
  });

  it('finds the innermost field of a byte, and of bits in one byte what holds them', () => {
    expect(rowOfByte(tree, 0, 7)).toBe(row('eth.src'));
    expect(rowOfByte(tree, 0, 13)).toBe(row('eth'));
    expect(rowOfByte(tree, 0, 20)).toBe(row('frame'));
    expect(tree.nodes[rowOfByte(tree, 0, 47) ?? -1]?.field).toMatch(/^tcp\.flags/);
    expect(rowOfByte(tree, 1, 5)).toBe(row('http.host'));
    expect(rowOfByte(tree, 0, 60)).toBeNull();
  });

  it('finds the same field in another packet', () => {
    expect(rowOfPath(tree, '/tcp/tcp.flags')).toBe(row('tcp.flags'));
    expect(rowOfPath(tree, '/udp')).toBeNull();
    expect(rowOfPath(tree, null)).toBeNull();
  });

  it('is cut where it is too deep or too long, not refused', () => {
    let deep = node('end', 0, 1);
    for (let at = 0; at < 5000; at += 1) deep = node('layer', 0, 1, [deep]);
    expect(flattenTree([deep]).count).toBe(201);
    const wide = flattenTree([
      node(
        'wide',
        0,
        1,
        Array.from({ length: 250_000 }, () => node('each', 0, 1)),
      ),
    ]);
    expect(wide.count).toBe(200_000);
  });

  it('gives the value behind the first colon', () => {
    expect(valueOfLabel('Source Port: 443')).toBe('443');
    expect(valueOfLabel('Host: a:b: c')).toBe('a:b: c');
    expect(valueOfLabel('Queries')).toBe('Queries');
  });
});
