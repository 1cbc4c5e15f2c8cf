import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDecoder } from '../../../core/packets/decode.ts';
import { createDecodedPacket, type DecodedPacket } from '../../../core/packets/decoded-packet.ts';
import { FlowTable, transportName } from '../../../core/packets/flow-table.ts';
import {
  be16,
  bytesOf,
  ethernetFrame,
  ipv4Packet,
  ipv6Packet,
  tcpFrame,
  tcpSegment,
  udpDatagram,
} from '../../support/capture-bytes.ts';

function decoded(frame: Uint8Array): DecodedPacket {
  const packet = createDecodedPacket();
  createDecoder().decode(Buffer.from(frame), 0, frame.length, 1, frame.length, 1, packet);
  return packet;
}

/** Addresses are 10.0.0.x. */
function tcp(from: number, to: number, sourcePort: number, destinationPort: number): DecodedPacket {
  return decoded(tcpFrame({ sourcePort, destinationPort }, { from, to }));
}

describe('a conversation', () => {
  test('is found from both ends, and who sent is told', () => {
    const table = new FlowTable();
    expect([table.find(tcp(1, 2, 40_000, 80)), table.isNew, table.end]).toEqual([0, true, 0]);
    expect([table.find(tcp(2, 1, 80, 40_000)), table.isNew, table.end]).toEqual([0, false, 1]);
    expect([table.find(tcp(1, 2, 40_000, 80)), table.isNew, table.end]).toEqual([0, false, 0]);
  });

  test('is another one with other ports, addresses, protocols or versions', () => {
    const table = new FlowTable();
    const udp = decoded(ethernetFrame(0x0800, ipv4Packet(udpDatagram(40_000, 80, 'x'), { protocol: 17 })));
    const six = decoded(ethernetFrame(0x86dd, ipv6Packet(tcpSegment())));
    const others = [tcp(1, 2, 40_000, 80), tcp(1, 2, 80, 40_000), tcp(1, 3, 40_000, 80), udp, six];
    expect(others.map((packet) => table.find(packet))).toEqual([0, 1, 2, 3, 4]);
    expect(others.map(transportName)).toEqual(['tcp', 'tcp', 'tcp', 'udp', 'tcp']);
  });

  test('with itself, the same address and port on both ends, is one', () => {
    const table = new FlowTable();
    expect([table.find(tcp(1, 1, 7, 7)), table.find(tcp(1, 1, 7, 7)), table.end]).toEqual([0, 0, 0]);
  });

  test('is had by ARP, and by frames that nobody knows, of their link', () => {
    const table = new FlowTable();
    const body = bytesOf(be16(1), be16(0x0800), [6, 4], be16(1), [2, 0, 0, 0, 0, 1, 10, 0, 0, 1]);
    const arp = decoded(ethernetFrame(0x0806, bytesOf(body, [0, 0, 0, 0, 0, 0, 10, 0, 0, 2])));
    const unknown = decoded(ethernetFrame(0x88b5, bytesOf([1, 2, 3])));
    expect([table.find(arp), table.find(unknown)]).toEqual([0, 1]);
    expect([transportName(arp), transportName(unknown)]).toEqual(['arp', 'ethernet']);
  });

  test('is had by no frame that says who sent it and not to whom, as those of `any` that are not IP', () => {
    const table = new FlowTable();
    const cooked = bytesOf(be16(0), be16(1), be16(6), [2, 0, 0, 0, 0, 1, 0, 0], be16(0x88b5), [1, 2, 3]);
    const packet = createDecodedPacket();
    createDecoder().decode(cooked, 0, cooked.length, 113, cooked.length, 1, packet);
    expect([packet.macSourceAt, packet.macDestinationAt, table.find(packet)]).toEqual([6, -1, -1]);
  });

  test('is had by no fragment, and by nothing without addresses', () => {
    const table = new FlowTable();
    const fragment = decoded(
      ethernetFrame(0x0800, ipv4Packet(new Uint8Array(16), { protocol: 17, moreFragments: true })),
    );
    expect([table.find(fragment), table.isNew]).toEqual([-1, false]);
    expect(table.find(decoded(new Uint8Array(3)))).toBe(-1);
  });
});

describe('a conversation that begins again between the same ends', () => {
  test('has a number of its own, and end a is who sent its first packet', () => {
    const table = new FlowTable();
    table.find(tcp(1, 2, 40_000, 80));
    const entry = table.find(tcp(2, 1, 80, 40_000));
    expect([table.replace(entry), table.end]).toEqual([1, 0]);
    expect([table.find(tcp(2, 1, 80, 40_000)), table.end]).toEqual([1, 0]);
    expect([table.find(tcp(1, 2, 40_000, 80)), table.end]).toEqual([1, 1]);
  });

  test('may do so again and again, while the table grows', () => {
    const table = new FlowTable();
    let last = table.find(tcp(1, 2, 40_000, 80));
    for (let turn = 1; turn < 5000; turn++) {
      expect(table.find(tcp(1, 2, 40_000, 80))).toBe(last);
      last = table.replace(last);
      expect(last).toBe(turn);
    }
    expect(table.find(tcp(3, 4, 40_000, 80))).toBe(5000);
  });
});

test('any packets are told apart as a map of their ends does', () => {
  const end = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 60 }));
  fc.assert(
    fc.property(
      fc.array(fc.tuple(end, end, fc.nat(9)), { minLength: 500, maxLength: 4000, size: 'max' }),
      (packets) => {
        const table = new FlowTable();
        const known = new Map<string, { entry: number; a: string }>();
        let count = 0;
        for (const [source, target, luck] of packets) {
          const [from, to] = [source.join(), target.join()];
          const key = from < to ? `${from} ${to}` : `${to} ${from}`;
          const entry = table.find(tcp(source[0], target[0], source[1], target[1]));
          const found = known.get(key);
          if (found === undefined) {
            expect([entry, table.isNew, table.end]).toEqual([count, true, 0]);
            known.set(key, { entry: count++, a: from });
          } else {
            expect([entry, table.isNew, table.end]).toEqual([found.entry, false, found.a === from ? 0 : 1]);
            if (luck > 0) continue;
            known.set(key, { entry: count++, a: from });
            expect(table.replace(entry)).toBe(count - 1);
          }
        }
      },
    ),
    { numRuns: 15 },
  );
});
