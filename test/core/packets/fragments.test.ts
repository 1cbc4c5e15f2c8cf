import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createDecoder } from '../../../core/packets/decode.ts';
import {
  createDecodedPacket,
  packetProblems,
  type DecodedPacket,
} from '../../../core/packets/decoded-packet.ts';
import { fragmentedDatagramsMax, fragmentWaitSecondsMax } from '../../../core/packets/fragments.ts';
import {
  be16,
  be32,
  ethernetFrame,
  ipv4Packet,
  ipv6Packet,
  udpDatagram,
} from '../../support/capture-bytes.ts';

const datagram = udpDatagram(53, 4711, 'fragmented '.repeat(30));

describe('fragments', () => {
  test('in any order, some twice, give the datagram at the last that was missing', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.shuffledSubarray([0, 8, 64, 128, 200, 320], { minLength: 1 }),
        fc.infiniteStream(fc.nat(20)),
        (isIpv6, cuts, choice) => {
          const places = [...new Set([0, ...cuts])].sort((a, b) => a - b);
          const pieces = places.map((from, at) => piece(from, places[at + 1] ?? datagram.length, isIpv6));
          const order = pieces.map((_, at) => at);
          order.sort((a, b) => ((a * 7 + (choice.next().value as number)) % 5) - (b % 3));
          const decoder = createDecoder();
          const packet = createDecodedPacket();
          order.forEach((index, at) => {
            const frame = pieces[index]!;
            decoder.decode(frame, 0, frame.length, 1, frame.length, 1, packet);
            const isLast = at === order.length - 1;
            if (pieces.length > 1) expect(packet.isFragment).toBe(!isLast);
            if (!isLast) decoder.decode(frame, 0, frame.length, 1, frame.length, 1, packet);
            expect(packet.problems).toBe(0);
          });
          expect(packet.fragments).toBe(pieces.length > 1 ? pieces.length : 0);
          expect(packet).toMatchObject({ sourcePort: 53, destinationPort: 4711, isFragment: false });
          expect(payloadOf(packet)).toEqual(datagram.slice(8));
        },
      ),
    );
  });

  for (const isIpv6 of [false, true]) {
    const name = isIpv6 ? 'IPv6' : 'IPv4';
    test(`of ${name} that overlap with other bytes make the datagram void`, () => {
      const frames = [piece(0, 64, isIpv6), piece(56, 128, isIpv6), piece(64, datagram.length, isIpv6)];
      expect(problemsOf(frames)).toEqual([0, packetProblems.badFragments, packetProblems.badFragments]);
    });

    test(`of ${name} that repeat a place with other bytes do too`, () => {
      const other = piece(0, 64, isIpv6);
      other[other.length - 1]! ^= 1;
      expect(problemsOf([piece(0, 64, isIpv6), other])).toEqual([0, packetProblems.badFragments]);
    });

    test(`of ${name} with an end that contradicts another are marked`, () => {
      expect(problemsOf([piece(64, 128, isIpv6, false), piece(128, datagram.length, isIpv6)])[1]).toBe(
        packetProblems.badFragments,
      );
      expect(problemsOf([piece(128, 192, isIpv6), piece(64, 128, isIpv6, false)])[1]).toBe(
        packetProblems.badFragments,
      );
    });

    test(`of ${name} with a length that is no multiple of eight are marked, unless the last`, () => {
      expect(problemsOf([piece(0, 60, isIpv6, true)])).toEqual([packetProblems.badFragments]);
    });

    test(`of ${name} beyond 64 KiB are marked`, () => {
      const far = isIpv6
        ? ethernetFrame(
            0x86dd,
            ipv6Packet(new Uint8Array(100), { protocol: 44 }, [17, 0, ...be16(0xfff8), ...be32(1)]),
          )
        : ethernetFrame(0x0800, ipv4Packet(new Uint8Array(100), { protocol: 17, fragmentAt: 65_528 }));
      expect(problemsOf([far])).toEqual([packetProblems.badFragments]);
    });
  }

  test('wait so long by the capture’s clock and no longer, in whichever direction it runs', () => {
    for (const later of [fragmentWaitSecondsMax + 1, -fragmentWaitSecondsMax - 1]) {
      const decoder = createDecoder();
      const packet = createDecodedPacket();
      const [first, second] = [piece(0, 64, false), piece(64, datagram.length, false)];
      decoder.decode(first, 0, first.length, 1, first.length, 1000, packet);
      decoder.decode(second, 0, second.length, 1, second.length, 1000 + later, packet);
      expect(packet).toMatchObject({ isFragment: true, problems: 0 });
    }
  });

  test('are held for so many datagrams; the one that has waited longest goes first', () => {
    const decoder = createDecoder();
    const packet = createDecodedPacket();
    for (let id = 0; id <= fragmentedDatagramsMax; id++) {
      const frame = piece(0, 64, false, true, id);
      decoder.decode(frame, 0, frame.length, 1, frame.length, 1, packet);
    }
    const completes = (id: number): boolean => {
      const frame = piece(64, datagram.length, false, false, id);
      decoder.decode(frame, 0, frame.length, 1, frame.length, 1, packet);
      return !packet.isFragment;
    };
    expect([completes(1), completes(fragmentedDatagramsMax), completes(0)]).toEqual([true, true, false]);
  });

  test('that the snap length cut are never put together', () => {
    const decoder = createDecoder();
    const packet = createDecodedPacket();
    const first = piece(0, 64, false);
    decoder.decode(first.subarray(0, first.length - 1), 0, first.length - 1, 1, first.length, 1, packet);
    const second = piece(64, datagram.length, false);
    decoder.decode(second, 0, second.length, 1, second.length, 1, packet);
    expect(packet).toMatchObject({ isFragment: true, problems: 0 });
  });

  test('of one address, identification and protocol, but different VLANs, are different datagrams', () => {
    const decoder = createDecoder();
    const packet = createDecodedPacket();
    const tagged = (vlan: number, from: number, to: number): Uint8Array =>
      ethernetFrame(0x0800, piece(from, to, false).subarray(14), [vlan]);
    for (const frame of [tagged(1, 0, 64), tagged(2, 64, datagram.length)])
      decoder.decode(frame, 0, frame.length, 1, frame.length, 1, packet);
    expect(packet.isFragment).toBe(true);
  });
});

function piece(
  from: number,
  to: number,
  isIpv6: boolean,
  moreFragments = to < datagram.length,
  id = 77,
): Uint8Array {
  const bytes = datagram.subarray(from, to);
  if (!isIpv6)
    return ethernetFrame(0x0800, ipv4Packet(bytes, { protocol: 17, fragmentAt: from, moreFragments, id }));
  const header = [17, 0, ...be16(from + (moreFragments ? 1 : 0)), ...be32(id)];
  return ethernetFrame(0x86dd, ipv6Packet(bytes, { protocol: 44 }, header));
}

function problemsOf(frames: readonly Uint8Array[]): readonly number[] {
  const decoder = createDecoder();
  const packet = createDecodedPacket();
  return frames.map((frame) => {
    decoder.decode(frame, 0, frame.length, 1, frame.length, 1, packet);
    return packet.problems;
  });
}

function payloadOf(packet: DecodedPacket): Uint8Array {
  return packet.bytes.slice(packet.payloadFrom, packet.payloadTo);
}
