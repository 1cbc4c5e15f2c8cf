import { describe, expect, test } from 'vitest';
import { destinationText, sourceText } from '../../../core/packets/address-text.ts';
import { createDecoder } from '../../../core/packets/decode.ts';
import {
  createDecodedPacket,
  packetProblems,
  tcpFlags,
  type DecodedPacket,
} from '../../../core/packets/decoded-packet.ts';
import {
  be16,
  be32,
  bytesOf,
  ethernetFrame,
  ipv4Packet,
  ipv6Packet,
  le32,
  tcpFrame,
  tcpSegment,
  udpDatagram,
} from '../../support/capture-bytes.ts';

const segment = tcpSegment({ payload: 'hello' });
const packet4 = ipv4Packet(segment);
const packet6 = ipv6Packet(segment);

describe('links', () => {
  const withIpv4: Readonly<Record<string, readonly [linkType: number, frame: Uint8Array]>> = {
    'BSD loopback, little endian': [0, bytesOf(le32(2), packet4)],
    'BSD loopback, big endian': [0, bytesOf(be32(2), packet4)],
    'OpenBSD loopback': [108, bytesOf(be32(2), packet4)],
    'raw IP': [101, packet4],
    'raw IP as BSD numbers it': [12, packet4],
    'raw IPv4': [228, packet4],
    'Linux cooked': [
      113,
      bytesOf(be16(0), be16(1), be16(6), [1, 2, 3, 4, 5, 6, 0, 0], be16(0x0800), packet4),
    ],
    'Linux cooked 2': [
      276,
      bytesOf(be16(0x0800), be16(0), be32(3), be16(1), [0, 6], [1, 2, 3, 4, 5, 6, 0, 0], packet4),
    ],
    PPP: [9, bytesOf(be16(0x0021), packet4)],
    'PPP in HDLC-like framing': [50, bytesOf([0xff, 3], be16(0x0021), packet4)],
    'IEEE 802.3 with SNAP': [
      1,
      ethernetFrame(8 + packet4.length, bytesOf([0xaa, 0xaa, 3, 0, 0, 0], be16(0x0800), packet4)),
    ],
    'two VLAN tags': [1, ethernetFrame(0x0800, packet4, [7, 42])],
    MPLS: [1, ethernetFrame(0x8847, bytesOf([0, 1, 0x00, 64], [0, 2, 0x01, 64], packet4))],
    PPPoE: [
      1,
      ethernetFrame(0x8864, bytesOf([0x11, 0], be16(1), be16(packet4.length + 2), be16(0x0021), packet4)),
    ],
  };
  for (const [name, [linkType, frame]] of Object.entries(withIpv4))
    test(`IPv4 is found on ${name}`, () => {
      const packet = decode(frame, linkType);
      expect(packet).toMatchObject({ etherType: 0x0800, ipProtocol: 6, sourcePort: 40_000, problems: 0 });
      expect(payloadText(packet)).toBe('hello');
      expect([sourceText(packet), destinationText(packet)]).toEqual(['10.0.0.1', '10.0.0.2']);
    });

  for (const family of [10, 24, 28, 30])
    test(`IPv6 is found on BSD loopback with family ${family}`, () => {
      expect(decode(bytesOf(le32(family), packet6), 0)).toMatchObject({
        etherType: 0x86dd,
        sourcePort: 40_000,
      });
    });

  test('the innermost VLAN and both link addresses are told', () => {
    const packet = decode(ethernetFrame(0x0800, packet4, [7, 42]));
    expect(packet).toMatchObject({ vlan: 42, macDestinationAt: 0, macSourceAt: 6, networkAt: 22 });
  });

  test('more than eight tags are not followed', () => {
    expect(decode(ethernetFrame(0x0800, packet4, Array<number>(9).fill(1)))).toMatchObject({
      etherType: 0x8100,
    });
  });

  test('a link type that is not known is said to be so', () => {
    expect(decode(packet4, 147)).toMatchObject({ problems: packetProblems.unknownLink, networkAt: -1 });
  });

  test('of ARP the two addresses are told', () => {
    const arp = bytesOf(
      be16(1),
      be16(0x0800),
      [6, 4],
      be16(1),
      [2, 0, 0, 0, 0, 1],
      [10, 0, 0, 1],
      [0, 0, 0, 0, 0, 0],
      [10, 0, 0, 2],
    );
    const packet = decode(ethernetFrame(0x0806, arp));
    expect([sourceText(packet), destinationText(packet)]).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(packet).toMatchObject({ ipProtocol: -1, transportAt: -1 });
  });
});

describe('IP', () => {
  test('what Ethernet fills a short frame up with is no payload', () => {
    const frame = bytesOf(tcpFrame({ payload: 'x' }), Array<number>(20).fill(0));
    expect(payloadText(decode(frame))).toBe('x');
  });

  test('a length of 0 means all there is, since the network card will cut it into segments', () => {
    expect(payloadText(decode(tcpFrame({ payload: 'long' }, { totalLength: 0 })))).toBe('long');
    expect(payloadText(decode(ethernetFrame(0x86dd, ipv6Packet(segment, { totalLength: 0 }))))).toBe('hello');
  });

  test('options are passed over', () => {
    expect(decode(ethernetFrame(0x0800, ipv4Packet(segment, { options: [1, 1, 1, 0] })))).toMatchObject({
      transportAt: 38,
    });
  });

  test('a length beyond the frame is marked, and what is there is read', () => {
    const packet = decode(tcpFrame({ payload: 'abc' }, { totalLength: 500 }));
    expect(packet.problems).toBe(packetProblems.badLength);
    expect(payloadText(packet)).toBe('abc');
  });

  test('a length below the header’s is marked, and nothing behind it is read', () => {
    expect(decode(tcpFrame({}, { totalLength: 19 }))).toMatchObject({
      problems: packetProblems.badLength,
      transportAt: -1,
      addressBytes: 4,
    });
  });

  test('a header that contradicts itself is marked', () => {
    const frame = tcpFrame();
    frame[14] = 0x41;
    expect(decode(frame)).toMatchObject({ problems: packetProblems.badHeader, transportAt: -1 });
    frame[14] = 0x65;
    expect(decode(frame)).toMatchObject({ problems: packetProblems.badHeader, addressBytes: 0 });
  });

  test('extension headers of IPv6 are followed', () => {
    const hopByHop = [43, 0, 1, 4, 0, 0, 0, 0];
    const routing = [60, 1, 0, 0, ...Array<number>(12).fill(0)];
    const destination = [51, 0, 1, 4, 0, 0, 0, 0];
    const authentication = [6, 2, 0, 0, ...Array<number>(12).fill(9)];
    const packet = decode(
      ethernetFrame(
        0x86dd,
        ipv6Packet(segment, { protocol: 0 }, [...hopByHop, ...routing, ...destination, ...authentication]),
      ),
    );
    expect(packet).toMatchObject({ ipProtocol: 6, transportAt: 14 + 40 + 8 + 16 + 8 + 16, problems: 0 });
    expect(payloadText(packet)).toBe('hello');
  });

  test('a chain of extension headers without end is given up', () => {
    const chain = Array.from({ length: 30 }, () => [60, 0, 1, 4, 0, 0, 0, 0]).flat();
    expect(decode(ethernetFrame(0x86dd, ipv6Packet(segment, { protocol: 60 }, chain)))).toMatchObject({
      problems: packetProblems.badLength,
      transportAt: -1,
    });
  });

  test('a fragment that is all of its datagram is no fragment', () => {
    const packet = decode(
      ethernetFrame(0x86dd, ipv6Packet(segment, { protocol: 44 }, [6, 0, 0, 0, 1, 2, 3, 4])),
    );
    expect(packet).toMatchObject({ isFragment: false, fragments: 0, ipProtocol: 6, sourcePort: 40_000 });
  });

  test('of tunnels the innermost packet is told', () => {
    const gre = bytesOf(be16(0x2000), be16(0x0800), be32(99), packet4);
    for (const outer of [
      ipv4Packet(packet4, { protocol: 4, from: 9 }),
      ipv4Packet(gre, { protocol: 47, from: 9 }),
      ipv4Packet(ipv4Packet(packet4, { protocol: 4, from: 8 }), { protocol: 4, from: 9 }),
    ]) {
      const packet = decode(ethernetFrame(0x0800, outer));
      expect(sourceText(packet)).toBe('10.0.0.1');
      expect(payloadText(packet)).toBe('hello');
    }
    const inner6 = decode(ethernetFrame(0x0800, ipv4Packet(packet6, { protocol: 41 })));
    expect(inner6).toMatchObject({ etherType: 0x86dd, addressBytes: 16, sourcePort: 40_000 });
  });
});

describe('transports', () => {
  test('of TCP everything is read', () => {
    const options = [
      2,
      4,
      5,
      180,
      3,
      3,
      7,
      1,
      4,
      2,
      1,
      1,
      8,
      10,
      ...be32(0xf000_0000),
      ...be32(7),
      254,
      8,
      0xf9,
      0x89,
      1,
      2,
      3,
      4,
      1,
      1,
    ];
    const frame = tcpFrame({
      seq: 0xffff_fff0,
      ack: 0x8000_0001,
      flags: 2,
      window: 4660,
      options,
      payload: 'tfo',
    });
    expect(decode(frame)).toMatchObject({
      ...{
        seq: 0xffff_fff0,
        ack: 0x8000_0001,
        tcpFlags: tcpFlags.syn,
        window: 4660,
        mss: 1460,
        windowScale: 7,
      },
      ...{
        sackPermitted: true,
        timestampValue: 0xf000_0000,
        timestampEcho: 7,
        fastOpenBytes: 4,
        problems: 0,
      },
    });
  });

  test('of SACK the number of blocks and their place are told', () => {
    const options = [1, 1, 5, 18, ...be32(100), ...be32(200), ...be32(300), ...be32(400)];
    expect(decode(tcpFrame({ options }))).toMatchObject({ sackBlocks: 2, sackAt: 14 + 20 + 20 + 4 });
  });

  test('a request for a Fast Open cookie is one of no bytes', () => {
    expect(decode(tcpFrame({ flags: 2, options: [34, 2, 1, 1] })).fastOpenBytes).toBe(0);
    expect(decode(tcpFrame({ flags: 2, options: [34, 6, 1, 2, 3, 4, 1, 1] })).fastOpenBytes).toBe(4);
    expect(decode(tcpFrame({ flags: 2, options: [254, 4, 0xf9, 0x89] })).fastOpenBytes).toBe(0);
  });

  test('options that cannot be are marked, what stands before them is read', () => {
    expect(decode(tcpFrame({ options: [2, 4, 5, 180, 8, 1, 0, 0] }))).toMatchObject({
      mss: 1460,
      problems: packetProblems.badHeader,
    });
    expect(decode(tcpFrame({ options: [3, 3, 7, 8] }))).toMatchObject({
      windowScale: 7,
      problems: packetProblems.badHeader,
    });
    expect(decode(tcpFrame({ options: [5, 40, 0, 0] })).problems).toBe(packetProblems.badHeader);
  });

  test('a TCP header shorter or longer than can be has no payload', () => {
    const frame = tcpFrame({ payload: 'abc' });
    frame[46] = 0x40;
    expect(decode(frame)).toMatchObject({ problems: packetProblems.badHeader, payloadCaptured: 0 });
    frame[46] = 0xf0;
    expect(decode(frame)).toMatchObject({ problems: packetProblems.badLength, payloadCaptured: 0 });
  });

  test('the length of UDP rules over what the frame has', () => {
    const of = (datagram: Uint8Array): DecodedPacket =>
      decode(ethernetFrame(0x0800, ipv4Packet(datagram, { protocol: 17 })));
    const whole = udpDatagram(53, 4711, 'answer');
    expect(payloadText(of(bytesOf(whole, 'more')))).toBe('answer');
    whole.set(be16(0), 4);
    expect(payloadText(of(whole))).toBe('answer');
    whole.set(be16(3), 4);
    expect(of(whole)).toMatchObject({
      problems: packetProblems.badLength,
      payloadCaptured: 0,
      sourcePort: 53,
    });
    whole.set(be16(900), 4);
    expect(of(whole)).toMatchObject({ problems: packetProblems.badLength, payloadCaptured: 6 });
  });

  test('what the snap length cut off is counted, not read', () => {
    const frame = tcpFrame({ payload: 'x'.repeat(100) });
    const packet = decode(frame.subarray(0, 60), 1, frame.length);
    expect(packet).toMatchObject({ problems: packetProblems.cut, payloadCaptured: 6 });
    expect(packet.payloadTo - packet.payloadFrom).toBe(100);
    expect(decode(frame.subarray(0, 40), 1, frame.length)).toMatchObject({
      problems: packetProblems.cut,
      sourcePort: -1,
    });
    expect(decode(frame.subarray(0, 20), 1, frame.length)).toMatchObject({
      problems: packetProblems.cut,
      addressBytes: 0,
    });
    expect(decode(frame.subarray(0, 5), 1, frame.length)).toMatchObject({
      problems: packetProblems.cut,
      etherType: 0,
    });
  });
});

function decode(frame: Uint8Array, linkType = 1, originalBytes = frame.length): DecodedPacket {
  const packet = createDecodedPacket();
  createDecoder().decode(frame, 0, frame.length, linkType, originalBytes, 1, packet);
  return packet;
}

function payloadText(packet: DecodedPacket): string {
  return new TextDecoder().decode(
    packet.bytes.subarray(packet.payloadFrom, packet.payloadFrom + packet.payloadCaptured),
  );
}
