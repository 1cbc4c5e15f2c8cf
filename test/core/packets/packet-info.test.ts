import { describe, expect, test } from 'vitest';
import { createDecoder } from '../../../core/packets/decode.ts';
import { createDecodedPacket } from '../../../core/packets/decoded-packet.ts';
import { embeddedConversation } from '../../../core/packets/icmp.ts';
import { noContext, type PacketInfoContext } from '../../../core/packets/packet-info-context.ts';
import { createPacketDescriber, type PacketInfo } from '../../../core/packets/packet-info.ts';
import { packetTroubles } from '../../../core/packets/tcp-events.ts';
import {
  be16,
  be32,
  bytesOf,
  ethernetFrame,
  ipv4Packet,
  ipv6Packet,
  tcpFrame,
  tcpSegment,
  udpDatagram,
} from '../../support/capture-bytes.ts';
import { helloExtensions, helloMessage, helloRecords } from '../../support/client-hello.ts';
import { nodePlatform } from '../../support/platform.ts';

const describePacket = createPacketDescriber(nodePlatform);

describe('the line of a TCP packet', () => {
  test('has flags, relative numbers, the window and options, as Wireshark writes them', () => {
    const options = [2, 4, 5, 180, 4, 2, 8, 10, ...be32(5), ...be32(0), 3, 3, 7, 0];
    const syn = {
      sourcePort: 51_000,
      destinationPort: 443,
      seq: 4_000_000_000,
      flags: 2,
      window: 64_240,
      options,
    };
    expect(line(tcpFrame(syn), { initialSeq: 4_000_000_000 })).toEqual({
      protocol: 'TCP',
      info: '51000 → 443 [SYN] Seq=0 Win=64240 Len=0 MSS=1460 SACK_PERM TSval=5 TSecr=0 WS=128',
    });
  });

  test('scales the window and counts across the wrap of sequence numbers', () => {
    const data = { seq: 10, ack: 500, flags: 0x18, window: 501, payload: 'abc' };
    const context = { initialSeq: 0xffff_fff0, otherInitialSeq: 400, windowScale: 7 };
    expect(line(tcpFrame(data), context).info).toBe('40000 → 80 [PSH, ACK] Seq=26 Ack=100 Win=64128 Len=3');
  });

  test('shows raw numbers and windows where no SYN was seen', () => {
    expect(line(tcpFrame({ seq: 77, ack: 88, flags: 0x11, window: 9 })).info).toBe(
      '40000 → 80 [FIN, ACK] Seq=77 Ack=88 Win=9 Len=0',
    );
    expect(line(tcpFrame({ flags: 0 })).info).toContain('[<None>]');
  });

  test('names its troubles in front, the more particular one only', () => {
    const of = (troubles: number): string => line(tcpFrame(), { troubles }).info.replace(/ ?40000.*/, '');
    expect(of(packetTroubles.retransmission)).toBe('[TCP Retransmission]');
    expect(of(packetTroubles.retransmission | packetTroubles.fastRetransmission)).toBe(
      '[TCP Fast Retransmission]',
    );
    expect(of(packetTroubles.zeroWindow | packetTroubles.gapBefore)).toBe(
      '[TCP Previous segment not captured] [TCP ZeroWindow]',
    );
  });

  test('tells of SACK blocks and of Fast Open', () => {
    const options = [1, 1, 5, 10, ...be32(1100), ...be32(1200)];
    expect(line(tcpFrame({ options }), { otherInitialSeq: 1000 }).info).toMatch(/ SLE=100 SRE=200$/);
    expect(line(tcpFrame({ flags: 2, options: [34, 2, 1, 1] })).info).toMatch(/ TFO=R$/);
  });
});

describe('the line of what TCP carries', () => {
  test('is the first line of HTTP', () => {
    expect(line(tcpFrame({ payload: 'GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\n' }))).toEqual({
      protocol: 'HTTP',
      info: 'GET /a?b=1 HTTP/1.1',
    });
    expect(line(tcpFrame({ payload: 'HTTP/1.1 404 Not Found\r\n' }), { protocol: 'HTTP' }).info).toBe(
      'HTTP/1.1 404 Not Found',
    );
    expect(line(tcpFrame({ payload: 'middle of a body' }), { protocol: 'HTTP' })).toMatchObject({
      protocol: 'HTTP',
      info: expect.stringContaining('Len=16') as string,
    });
  });

  test('names the records of TLS, and the server that a client asks for', () => {
    const hello = helloRecords(helloMessage({ extensions: [helloExtensions.serverName('example.com')] }));
    expect(line(tcpFrame({ payload: hello }))).toEqual({
      protocol: 'TLS',
      info: 'Client Hello (SNI=example.com)',
    });
    const record = (type: number, ...body: readonly number[]): readonly number[] => [
      type,
      3,
      3,
      ...be16(body.length),
      ...body,
    ];
    const serverHello = [
      2,
      0,
      0,
      46,
      3,
      3,
      ...Array<number>(32).fill(7),
      0,
      0x13,
      1,
      0,
      ...be16(6),
      ...be16(43),
      ...be16(2),
      3,
      4,
    ];
    const payload = bytesOf(record(22, ...serverHello), record(20, 1), record(23, 1, 2, 3), record(23, 4));
    expect(line(tcpFrame({ payload }))).toEqual({
      protocol: 'TLSv1.3',
      info: 'Server Hello, Change Cipher Spec, Application Data, Application Data',
    });
    const alert = bytesOf(record(21, 2, 48));
    expect(line(tcpFrame({ payload: alert }), { protocol: 'TLS', tlsVersion: 'TLSv1.2' })).toEqual({
      protocol: 'TLSv1.2',
      info: 'Alert (Level: Fatal, Description: Unknown CA)',
    });
    expect(line(tcpFrame({ payload: 'the middle of a record' }), { protocol: 'TLS' })).toMatchObject({
      protocol: 'TLS',
      info: expect.stringContaining('Seq=') as string,
    });
  });

  test('names the frames of HTTP/2', () => {
    const frame = (type: number, stream: number, length: number): Uint8Array =>
      bytesOf(be32((length << 8) | type), [0], be32(stream), new Uint8Array(length));
    const payload = bytesOf('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', frame(4, 0, 6), frame(1, 1, 10));
    expect(line(tcpFrame({ payload }), { protocol: 'HTTP2' })).toEqual({
      protocol: 'HTTP2',
      info: 'Magic, SETTINGS[0], HEADERS[1]',
    });
  });

  test('keeps the trouble in front and the name of what is spoken', () => {
    expect(
      line(tcpFrame({ payload: 'HTTP/1.1 200 OK\r\n' }), { troubles: packetTroubles.outOfOrder }).info,
    ).toBe('[TCP Out-Of-Order] HTTP/1.1 200 OK');
    expect(line(tcpFrame({ payload: 'Q....' }), { protocol: 'PGSQL' }).protocol).toBe('PGSQL');
    expect(line(tcpFrame(), { protocol: 'PGSQL' }).protocol).toBe('TCP');
  });
});

describe('the line of a datagram', () => {
  const udp = (from: number, to: number, payload: Uint8Array | string): Uint8Array =>
    ethernetFrame(0x0800, ipv4Packet(udpDatagram(from, to, payload), { protocol: 17 }));
  const query = bytesOf(
    be16(0x1234),
    be16(0x0100),
    be16(1),
    be16(0),
    be16(0),
    be16(0),
    [7],
    'example',
    [3],
    'com',
    [0],
    be16(1),
    be16(1),
  );

  test('names ports and length where nothing more is known', () => {
    expect(line(udp(5000, 4711, 'abc'))).toEqual({ protocol: 'UDP', info: '5000 → 4711 Len=3' });
  });

  test('is the question or answer of DNS, over UDP, multicast and TCP', () => {
    expect(line(udp(4711, 53, query))).toEqual({
      protocol: 'DNS',
      info: 'Standard query 0x1234 A example.com',
    });
    const answer = bytesOf(
      be16(0x1234),
      be16(0x8180),
      be16(1),
      be16(1),
      be16(0),
      be16(0),
      query.subarray(12),
      [0xc0, 12],
      be16(1),
      be16(1),
      be32(60),
      be16(4),
      [93, 184, 216, 34],
    );
    expect(line(udp(53, 4711, answer)).info).toBe(
      'Standard query response 0x1234 A example.com A 93.184.216.34',
    );
    const missing = bytesOf(query);
    missing.set(be16(0x8183), 2);
    expect(line(udp(53, 4711, missing)).info).toBe('Standard query response 0x1234 NXDOMAIN A example.com');
    expect(line(udp(5353, 5353, query))).toEqual({
      protocol: 'MDNS',
      info: 'Standard query 0x1234 A example.com "QM" question',
    });
    expect(line(tcpFrame({ destinationPort: 53, payload: bytesOf(be16(query.length), query) }))).toEqual({
      protocol: 'DNS',
      info: 'Standard query 0x1234 A example.com',
    });
  });

  test('names what DHCP, NTP, STUN, DTLS and QUIC say', () => {
    const dhcp = bytesOf(
      [1, 1, 6, 0],
      be32(0xdead),
      new Uint8Array(228),
      be32(0x63825363),
      [53, 1, 3, 255, 0],
    );
    expect(line(udp(68, 67, dhcp))).toEqual({
      protocol: 'DHCP',
      info: 'DHCP Request - Transaction ID 0xdead',
    });
    expect(line(udp(123, 123, bytesOf([0x23], new Uint8Array(47)))).info).toBe('NTP Version 4, client');
    const stun = bytesOf(be16(0x0101), be16(0), be32(0x2112a442), new Uint8Array(12));
    expect(line(udp(3478, 9, stun))).toEqual({ protocol: 'STUN', info: 'Binding Success Response' });
    const dtls = bytesOf([22], be16(0xfefd), be16(0), new Uint8Array(6), be16(1), [1]);
    expect(line(udp(9, 10, dtls))).toEqual({ protocol: 'DTLSv1.2', info: 'Client Hello' });
    const quic = bytesOf([0xc3], be32(1), [2, 0xab, 0xcd, 0], new Uint8Array(30));
    expect(line(udp(4711, 443, quic))).toEqual({ protocol: 'QUIC', info: 'Initial, DCID=abcd' });
    expect(line(udp(443, 4711, bytesOf([0x45], new Uint8Array(30))), { protocol: 'QUIC' }).info).toBe(
      'Protected Payload',
    );
  });
});

describe('the line of what is below', () => {
  const icmp = (type: number, code: number, rest: number, body: Uint8Array): Uint8Array =>
    ethernetFrame(0x0800, ipv4Packet(bytesOf([type, code, 0, 0], be32(rest), body), { protocol: 1 }));

  test('of ARP says who asks for whom', () => {
    const arp = (operation: number, from: number, to: number): Uint8Array =>
      ethernetFrame(
        0x0806,
        bytesOf(
          be16(1),
          be16(0x0800),
          [6, 4],
          be16(operation),
          [2, 0, 0, 0, 0, 1],
          [10, 0, 0, from],
          [0, 0, 0, 0, 0, 0],
          [10, 0, 0, to],
        ),
      );
    expect(line(arp(1, 1, 2))).toEqual({ protocol: 'ARP', info: 'Who has 10.0.0.2? Tell 10.0.0.1' });
    expect(line(arp(2, 2, 1)).info).toBe('10.0.0.2 is at 02:00:00:00:00:01');
    expect(line(arp(1, 5, 5)).info).toBe('ARP Announcement for 10.0.0.5');
  });

  test('of ICMP says what it is about, and of which conversation', () => {
    expect(line(icmp(8, 0, 0x0001_0002, bytesOf('ping'))).info).toBe(
      'Echo (ping) request id=0x0001, seq=2, ttl=64',
    );
    const about = ipv4Packet(tcpSegment({ sourcePort: 5000, destinationPort: 443, seq: 99 }).subarray(0, 8), {
      totalLength: 1500,
    });
    const tooBig = icmp(3, 4, 1400, about);
    expect(line(tooBig)).toEqual({
      protocol: 'ICMP',
      info: 'Destination unreachable (Fragmentation needed), MTU 1400: TCP 10.0.0.1:5000 → 10.0.0.2:443',
    });
    expect(embedded(tooBig)).toMatchObject({
      type: 3,
      code: 4,
      mtu: 1400,
      protocol: 6,
      sourcePort: 5000,
      destinationPort: 443,
      seq: 99,
      addressBytes: 4,
    });
    expect(embedded(icmp(8, 0, 0, about))).toBeNull();
    expect(embedded(icmp(3, 3, 0, about.subarray(0, 10)))).toBeNull();
  });

  test('of ICMPv6 too, through the extension headers of the packet that it quotes', () => {
    const about = ipv6Packet(udpDatagram(53, 4711, 'x'), { protocol: 60 }, [17, 0, 1, 4, 0, 0, 0, 0]);
    const frame = ethernetFrame(0x86dd, ipv6Packet(bytesOf([1, 4, 0, 0], be32(0), about), { protocol: 58 }));
    expect(line(frame).info).toBe(
      'Destination Unreachable (Port unreachable): UDP [fd00::1]:53 → [fd00::2]:4711',
    );
    const solicitation = bytesOf(
      [135, 0, 0, 0],
      be32(0),
      [0xfd, ...Array<number>(14).fill(0), 9],
      [1, 1, 2, 0, 0, 0, 0, 1],
    );
    expect(line(ethernetFrame(0x86dd, ipv6Packet(solicitation, { protocol: 58 }))).info).toBe(
      'Neighbor Solicitation for fd00::9 from 02:00:00:00:00:01',
    );
  });

  test('of a fragment says which', () => {
    const frame = ethernetFrame(
      0x0800,
      ipv4Packet(new Uint8Array(16), { protocol: 17, id: 0xabcd, fragmentAt: 8, moreFragments: true }),
    );
    expect(line(frame)).toEqual({
      protocol: 'IPv4',
      info: 'Fragmented IP protocol (proto=UDP 17, off=8, ID=abcd)',
    });
    const frame6 = ethernetFrame(
      0x86dd,
      ipv6Packet(new Uint8Array(16), { protocol: 44 }, [17, 0, ...be16(9), ...be32(5)]),
    );
    expect(line(frame6)).toEqual({
      protocol: 'IPv6',
      info: 'IPv6 fragment (off=8 more=y ident=0x00000005 nxt=17)',
    });
  });

  test('of anything else says what is known, and what is wrong', () => {
    expect(line(ethernetFrame(0x88cc, new Uint8Array(50), [7]))).toEqual({
      protocol: 'LLDP',
      info: 'EtherType 0x88cc, VLAN 7, 50 bytes',
    });
    expect(line(ethernetFrame(0x0800, ipv4Packet(new Uint8Array(20), { protocol: 89 })))).toEqual({
      protocol: 'OSPF',
      info: '20 bytes',
    });
    expect(line(tcpFrame({}, { totalLength: 5 }))).toEqual({
      protocol: 'IPv4',
      info: 'A length that cannot be true',
    });
    expect(line(new Uint8Array(3))).toEqual({ protocol: '', info: 'A length that cannot be true' });
  });
});

function line(frame: Uint8Array, context: Partial<PacketInfoContext> = {}): PacketInfo {
  const packet = createDecodedPacket();
  createDecoder().decode(frame, 0, frame.length, 1, frame.length, 1, packet);
  return describePacket(packet, { ...noContext, ...context });
}

function embedded(frame: Uint8Array): ReturnType<typeof embeddedConversation> {
  const packet = createDecodedPacket();
  createDecoder().decode(frame, 0, frame.length, 1, frame.length, 1, packet);
  return embeddedConversation(packet);
}
