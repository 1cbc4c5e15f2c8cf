import { describe, expect, it } from 'vitest';
import type { TreeNode } from '../../../core/contract/packets.ts';
import { placeTree, type TreePlace } from '../../../core/packets/place-tree.ts';

const place: TreePlace = {
  numbers: Uint32Array.of(100, 104, 190),
  stream: 17,
  sinceFirst: '9.250000000',
  sincePrevious: '0.000001000',
};

function node(label: string, field: string, filter: string, more: Partial<TreeNode> = {}): TreeNode {
  return { label, field, filter, source: -1, from: 0, bytes: 0, severity: null, children: [], ...more };
}

const placed = (given: TreeNode): TreeNode => placeTree([given], place)[0]!;

describe('a tree that was made of a few packets', () => {
  it.each([
    [
      'Frame 2: 2 bytes on wire (16 bits), 2 bytes captured (16 bits)',
      'frame',
      'frame',
      'Frame 104: 2 bytes on wire (16 bits), 2 bytes captured (16 bits)',
      'frame',
    ],
    ['Frame Number: 2', 'frame.number', 'frame.number == 2', 'Frame Number: 104', 'frame.number == 104'],
    ['Stream index: 0', 'tcp.stream', 'tcp.stream == 0', 'Stream index: 17', 'tcp.stream == 17'],
    ['Stream index: 0', 'udp.stream', 'udp.stream == 0', 'Stream index: 17', 'udp.stream == 17'],
    [
      'Time since reference or first frame: 0.000139000 seconds',
      'frame.time_relative',
      'frame.time_relative == 0.000139000',
      'Time since reference or first frame: 9.250000000 seconds',
      'frame.time_relative == 9.250000000',
    ],
    [
      'Time delta from previous captured frame: 0.000114000 seconds',
      'frame.time_delta',
      'frame.time_delta == 0.000114000',
      'Time delta from previous captured frame: 0.000001000 seconds',
      'frame.time_delta == 0.000001000',
    ],
    ['Header Length: 2', 'tcp.hdr_len', 'tcp.hdr_len == 2', 'Header Length: 2', 'tcp.hdr_len == 2'],
  ])('%s is put right', (label, field, filter, rightLabel, rightFilter) => {
    expect(placed(node(label, field, filter))).toEqual(node(rightLabel, field, rightFilter));
  });

  it('names other packets by the numbers that they have in the capture', () => {
    const given = node('[Frame: 3, payload: 0-2 (3 bytes)]', 'tcp.segment', 'tcp.segment == 3', {
      packet: 3,
    });
    expect(placed(given)).toEqual(
      node('[Frame: 190, payload: 0-2 (3 bytes)]', 'tcp.segment', 'tcp.segment == 190', { packet: 190 }),
    );
  });

  it('says which packets a whole was put together from', () => {
    const given = node(
      '2 Reassembled TCP Segments (76 bytes): #2(65), #3(11)',
      'tcp.segments',
      'tcp.segments',
    );
    expect(placed(given).label).toBe('2 Reassembled TCP Segments (76 bytes): #104(65), #190(11)');
  });

  it('is put right at every depth, and loses what speaks of the few packets only', () => {
    const given = node('SEQ/ACK analysis', '', '', {
      children: [
        node(
          'This is an ACK to the segment in frame: 1',
          'tcp.analysis.acks_frame',
          'tcp.analysis.acks_frame == 1',
          { packet: 1 },
        ),
        node('Frame is marked: False', 'frame.marked', 'frame.marked == False'),
        node('Stream index: 0', 'ip.stream', 'ip.stream == 0'),
      ],
    });
    expect(placed(given).children.map((child) => child.filter)).toEqual(['tcp.analysis.acks_frame == 100']);
  });
});
