import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { addressText, macText } from '../../../../core/packets/address-text.ts';
import { createDecoder } from '../../../../core/packets/decode.ts';
import { createDecodedPacket, type DecodedPacket } from '../../../../core/packets/decoded-packet.ts';
import { createCaptureReader } from '../../../../core/packets/files/capture-read.ts';
import { u32 } from '../../../../core/packets/read-numbers.ts';
import { keepEvents } from '../../../support/capture-bytes.ts';
import { playFastOpen, playSlowReader, playTcp, playUdp } from '../../../support/lab-plays.ts';
import {
  withLab,
  type CaptureOptions,
  type PacketLab,
  type PacketLabOptions,
} from '../../../support/packet-lab.ts';
import { nodePlatform } from '../../../support/platform.ts';
import { tsharkRows, tsharkVersion } from '../../../support/tshark.ts';

/**
 * The frames that tcpdump captured in the lab, read by us and by tshark, frame by frame and field by field. What tshark reads inside of an ICMP
 * error is left out: those are fields of the packet that it quotes. Two differences: of a first fragment that the snap length cut, tshark reads the
 * transport; we do not, as of any fragment that completes nothing. And of a TCP header that was cut off, tshark tells the ports; we tell nothing.
 */
const fields = [
  ...['frame.number', 'frame.time_epoch', 'frame.len', 'frame.cap_len', 'eth.src', 'eth.dst', 'sll.src.eth'],
  ...[
    'vlan.id',
    'ieee8021ad.id',
    'ip.src',
    'ip.dst',
    'ipv6.src',
    'ipv6.dst',
    'ip.ttl',
    'ipv6.hlim',
    'ip.flags.mf',
  ],
  ...['ip.fragment.count', 'ipv6.fragment.count', 'arp.src.proto_ipv4', 'arp.dst.proto_ipv4'],
  ...[
    'tcp.srcport',
    'tcp.dstport',
    'tcp.seq_raw',
    'tcp.ack_raw',
    'tcp.flags',
    'tcp.window_size_value',
    'tcp.len',
  ],
  ...['tcp.options.mss_val', 'tcp.options.wscale.shift', 'tcp.options.sack_perm', 'tcp.options.sack_le'],
  ...[
    'tcp.options.sack_re',
    'tcp.options.timestamp.tsval',
    'tcp.options.timestamp.tsecr',
    'tcp.options.tfo.request',
  ],
  ...['tcp.options.tfo.cookie', 'udp.srcport', 'udp.dstport', 'udp.length', 'icmp.type', 'icmpv6.type'],
] as const;
type Row = Readonly<Record<(typeof fields)[number], string>>;

describe(`frames are decoded as ${tsharkVersion().replace(/ \(Git.*/, '')} does`, () => {
  test('on a wire that loses, delays, repeats and reorders', async () => {
    const rows = await compare(
      {
        toServer: { delayMs: 3, drop: [4], duplicate: [6], hold: [9], holdMs: 6 },
        toClient: { delayMs: 3, lossPercent: 3 },
      },
      { at: 'server', nanoseconds: true },
      async (lab) => {
        await playTcp(lab, 60_000);
        await playTcp(lab, 30_000, true);
        await playFastOpen(lab);
        await playSlowReader(lab, 40_000, 60);
      },
    );
    expect(rows.some((row) => row['tcp.options.sack_le'] !== '')).toBe(true);
    expect(rows.some((row) => row['tcp.options.tfo.cookie'] !== '')).toBe(true);
    expect(rows.some((row) => row['tcp.window_size_value'] === '0')).toBe(true);
    expect(rows.some((row) => row['ipv6.src'] !== '' && row['tcp.srcport'] !== '')).toBe(true);
  });

  test('with datagrams in fragments, IPv4 and IPv6, in any order', async () => {
    const rows = await compare(
      { mtu: 1280, toServer: { jitterMs: 4 }, toClient: { jitterMs: 4 }, seed: 7 },
      { at: 'client' },
      async (lab) => {
        for (const bytes of [3000, 9001]) {
          await playUdp(lab, bytes);
          await playUdp(lab, bytes, true);
        }
      },
    );
    expect(rows.filter((row) => row['ip.fragment.count'] !== '')).toHaveLength(4);
    expect(rows.filter((row) => row['ipv6.fragment.count'] !== '')).toHaveLength(4);
  });

  // The outermost of two tags is one of a provider's (IEEE 802.1ad).
  for (const vlans of [[7], [7, 42]])
    test(`with ${vlans.length} VLAN tags`, async () => {
      const rows = await compare({ vlans }, { at: 'wire' }, playBoth);
      const tagged = rows.filter(
        (row) => [row['ieee8021ad.id'], row['vlan.id']].join(' ').trim() === vlans.join(' '),
      );
      expect(tagged.length).toBeGreaterThan(10);
    });

  for (const linkType of ['LINUX_SLL', 'LINUX_SLL2'])
    test(`in Linux cooked frames (${linkType})`, async () => {
      await compare({}, { at: 'server', interface: 'any', linkType }, async (lab) => {
        await playBoth(lab);
        await playTcp(lab, 5000, false, '127.0.0.1', 'server');
      });
    });

  test('on loopback, with segments up to 64 KiB', async () => {
    const rows = await compare({}, { at: 'server', interface: 'lo' }, async (lab) => {
      await playTcp(lab, 2_000_000, false, '127.0.0.1', 'server');
      await playTcp(lab, 200_000, true, '::1', 'server');
      await playUdp(lab, 60_000, false, '127.0.0.1', 'server');
    });
    expect(rows.some((row) => Number(row['tcp.len']) > 30_000)).toBe(true);
  });

  for (const snapBytes of [58, 96])
    test(`cut at ${snapBytes} bytes`, async () => {
      const rows = await compare({}, { at: 'client', snapBytes }, async (lab) => {
        await playBoth(lab);
        await playUdp(lab, 4000);
      });
      expect(rows.some((row) => row['frame.cap_len'] !== row['frame.len'])).toBe(true);
    });
});

async function playBoth(lab: PacketLab): Promise<void> {
  await playTcp(lab, 12_000);
  await playTcp(lab, 12_000, true);
  await playUdp(lab, 500);
}

/** Plays, captures, and expects the same of every frame; returns what tshark said. */
async function compare(
  options: PacketLabOptions,
  how: CaptureOptions,
  play: (lab: PacketLab) => Promise<void>,
): Promise<readonly Row[]> {
  return withLab(options, async (lab) => {
    const capture = await lab.capture(how);
    await play(lab);
    const file = await capture.stop();
    const theirs = tsharkRows(file, fields, '', [
      ...['ip.defragment:TRUE', 'ipv6.defragment:TRUE', 'tcp.relative_sequence_numbers:FALSE'],
      ...['tcp.desegment_tcp_streams:FALSE', 'ip.check_checksum:FALSE'],
    ]);
    const ours = readFrames(file);
    expect(ours).toHaveLength(theirs.length);
    ours.forEach((mine, at) => {
      expect(mine, `frame ${at + 1} of ${JSON.stringify(theirs[at])}`).toEqual(expected(theirs[at]!));
    });
    return theirs;
  });
}

type Facts = Readonly<Record<string, string | number | null>>;

function readFrames(file: string): readonly Facts[] {
  const frames: Facts[] = [];
  const decoder = createDecoder();
  const packet = createDecodedPacket();
  let linkType = 0;
  const reader = createCaptureReader(
    {
      ...keepEvents([]),
      interface: (info) => (linkType = info.linkType),
      packet: (_number, seconds, nanos, originalBytes, all, from, to) => {
        decoder.decode(all, from, to, linkType, originalBytes, seconds, packet);
        const time = `${seconds}.${String(nanos).padStart(9, '0')}`;
        frames.push({ time, length: originalBytes, captured: to - from, ...factsOf(packet) });
      },
      problem: (sentence) => {
        throw new Error(sentence);
      },
    },
    nodePlatform,
  );
  reader.bytes(readFileSync(file));
  reader.end();
  return frames;
}

function factsOf(packet: DecodedPacket): Facts {
  const { bytes } = packet;
  const isTcp = packet.ipProtocol === 6 && packet.sourcePort >= 0;
  const isUdp = packet.ipProtocol === 17 && packet.sourcePort >= 0;
  const sack = Array.from({ length: packet.sackBlocks * 2 }, (_, at) => u32(bytes, packet.sackAt + at * 4));
  const ofIp = packet.etherType === 0x0800 || packet.etherType === 0x86dd;
  return {
    macSource: packet.macSourceAt < 0 ? '' : macText(bytes, packet.macSourceAt),
    macDestination: packet.macDestinationAt < 0 ? '' : macText(bytes, packet.macDestinationAt),
    vlan: packet.vlan,
    source: packet.addressBytes === 0 ? '' : addressText(bytes, packet.sourceAt, packet.addressBytes),
    destination:
      packet.addressBytes === 0 ? '' : addressText(bytes, packet.destinationAt, packet.addressBytes),
    ttl: ofIp ? packet.ttl : 0,
    fragments: packet.fragments,
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
    payload: isTcp || isUdp ? packet.payloadTo - packet.payloadFrom : null,
    tcp: isTcp
      ? [packet.seq, packet.ack, packet.tcpFlags, packet.window, packet.mss, packet.windowScale].join(' ')
      : '',
    more: isTcp
      ? `${packet.sackPermitted ? 'sack' : ''} ${sack.filter((_, at) => at % 2 === 0).join(',')} ${sack
          .filter((_, at) => at % 2 === 1)
          .join(',')} ${packet.timestampValue} ${packet.timestampEcho} ${packet.fastOpenBytes}`
      : '',
  };
}

/** The same facts out of tshark's fields. */
function expected(row: Row): Facts {
  const first = (field: keyof Row): string => row[field].split(',')[0] ?? '';
  const number = (field: keyof Row, none: number): number =>
    row[field] === '' ? none : Number(first(field));
  const isIcmp = row['icmp.type'] !== '' || row['icmpv6.type'] !== '';
  const isCutFragment = first('ip.flags.mf') === '1' && row['frame.cap_len'] !== row['frame.len'];
  const isTcp = row['tcp.window_size_value'] !== '' && !isIcmp && !isCutFragment;
  const isUdp = row['udp.srcport'] !== '' && !isIcmp && !isCutFragment;
  const cookie = row['tcp.options.tfo.cookie'];
  const fastOpen = row['tcp.options.tfo.request'] !== '' ? 0 : cookie === '' ? -1 : cookie.length / 2;
  return {
    time: row['frame.time_epoch'],
    length: Number(row['frame.len']),
    captured: Number(row['frame.cap_len']),
    macSource: first('eth.src') || first('sll.src.eth'),
    macDestination: first('eth.dst'),
    vlan: row['vlan.id'] === '' ? -1 : Number(row['vlan.id'].split(',').at(-1)),
    source: first('ip.src') || first('ipv6.src') || row['arp.src.proto_ipv4'],
    destination: first('ip.dst') || first('ipv6.dst') || row['arp.dst.proto_ipv4'],
    ttl: number('ip.ttl', number('ipv6.hlim', 0)),
    fragments: number('ip.fragment.count', number('ipv6.fragment.count', 0)),
    sourcePort: isTcp ? number('tcp.srcport', -1) : isUdp ? number('udp.srcport', -1) : -1,
    destinationPort: isTcp ? number('tcp.dstport', -1) : isUdp ? number('udp.dstport', -1) : -1,
    payload: isTcp ? number('tcp.len', -1) : isUdp ? number('udp.length', -1) - 8 : null,
    tcp: isTcp
      ? [
          ...[number('tcp.seq_raw', -1), number('tcp.ack_raw', -1), number('tcp.flags', -1) & 255],
          ...[number('tcp.window_size_value', -1), number('tcp.options.mss_val', -1)],
          number('tcp.options.wscale.shift', -1),
        ].join(' ')
      : '',
    more: isTcp
      ? `${row['tcp.options.sack_perm'] === '' ? '' : 'sack'} ${row['tcp.options.sack_le']} ${row['tcp.options.sack_re']} ${number('tcp.options.timestamp.tsval', -1)} ${number('tcp.options.timestamp.tsecr', -1)} ${fastOpen}`
      : '',
  };
}
