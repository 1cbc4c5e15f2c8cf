import { describe, expect, test } from 'vitest';
import type { CaptureReader } from '../../../core/packets/capture-events.ts';
import { createDecoder } from '../../../core/packets/decode.ts';
import { createDecodedPacket, type DecodedPacket } from '../../../core/packets/decoded-packet.ts';
import { createCaptureReader } from '../../../core/packets/files/capture-read.ts';
import { createPcapngWriter } from '../../../core/packets/files/pcapng-write.ts';
import { embeddedConversation } from '../../../core/packets/icmp.ts';
import { noContext } from '../../../core/packets/packet-info-context.ts';
import { createPacketDescriber } from '../../../core/packets/packet-info.ts';
import {
  be16,
  be32,
  bytesOf,
  ethernetFrame,
  ipv4Packet,
  ipv6Packet,
  keepEvents,
  pcapFile,
  tcpFrame,
  udpDatagram,
  type FilePacket,
} from '../../support/capture-bytes.ts';
import { nodePlatform } from '../../support/platform.ts';

/** Damaged files in all, over all kinds of damage. */
const filesMax = 100_002;

/**
 * What the frames of each file are: sound ones, and such that no sound sender sends: fragments that overlap, options beyond their header, lengths of
 * zero, time that runs backwards.
 */
const frames: readonly FilePacket[] = [
  { bytes: tcpFrame({ flags: 2, options: [2, 4, 5, 180, 4, 2, 1, 1] }) },
  { bytes: tcpFrame({ payload: 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' }) },
  {
    bytes: ethernetFrame(
      0x0800,
      ipv4Packet(new Uint8Array(64), { protocol: 17, id: 5, moreFragments: true }),
    ),
    seconds: 1,
  },
  { bytes: ethernetFrame(0x0800, ipv4Packet(new Uint8Array(64), { protocol: 17, id: 5, fragmentAt: 56 })) },
  {
    bytes: ethernetFrame(0x86dd, ipv6Packet(new Uint8Array(16), { protocol: 44 }, [17, 0, 0, 1, 0, 0, 0, 9])),
  },
  { bytes: tcpFrame({ options: [5, 38, ...Array<number>(38).fill(0xff)] }), originalBytes: 1500 },
  { bytes: ethernetFrame(0x0800, ipv4Packet(new Uint8Array(0), { totalLength: 0 })) },
  { bytes: ethernetFrame(0x0800, ipv4Packet(udpDatagram(53, 53, ''), { protocol: 17 })), seconds: 0 },
  {
    bytes: ethernetFrame(
      0x0800,
      ipv4Packet(bytesOf([3, 4, 0, 0], be32(1400), ipv4Packet(tcpFrame().subarray(34))), { protocol: 1 }),
    ),
  },
  { bytes: tcpFrame({ payload: bytesOf([22, 3, 1], be16(8), [1, 0, 0, 4], 'ABCD') }) },
  { bytes: ethernetFrame(0x0806, bytesOf(be16(1), be16(0x0800), [6, 4], be16(1), new Uint8Array(20))) },
  {
    bytes: ethernetFrame(
      0x0800,
      ipv4Packet(udpDatagram(443, 9, bytesOf([0xc0], be32(1), [8], new Uint8Array(20))), { protocol: 17 }),
    ),
  },
].map((packet, at) => ({
  seconds: 1_700_000_000 + ((at * 7) % 5) - (packet.seconds ?? 0),
  nanos: at * 1000,
  ...packet,
}));

const sources: Readonly<Record<string, Uint8Array>> = {
  pcap: pcapFile(frames),
  'pcap, big endian, nanoseconds': pcapFile(frames, { bigEndian: true, nanoseconds: true }),
  pcapng: pcapng(),
};
/** Of these bytes at its beginning a file says what all others mean. */
const headBytes: Readonly<Record<string, number>> = {
  pcap: 24,
  'pcap, big endian, nanoseconds': 24,
  pcapng: 28 + 68,
};

describe('of damaged capture files', () => {
  for (const [name, file] of Object.entries(sources))
    test(`(${name}) what stands before the damage is read, the damage told in its place, and the last packets read`, () => {
      const whole = readInSteps(file);
      const last = whole.at(-1)!.key;
      const random = seeded(name.length);
      const lost: string[] = [];
      for (let turn = 0; turn < filesMax / 3; turn++) {
        const damaged = damage(file, random);
        const { keys, problems } = read(damaged.file, turn % 40 === 0);
        for (const at of problems)
          if (at > damaged.file.length) expect.fail(`${damaged.words}: told at ${at}`);
        if (damaged.from >= headBytes[name]!) {
          whole.forEach(({ key, end }, at) => {
            if (end <= damaged.from && keys[at] !== key) expect.fail(`${damaged.words}: before it`);
          });
          const isNearEnd = damaged.from > file.length - 300;
          if (!isNearEnd && !damaged.isShorter && keys.at(-1) !== last) lost.push(damaged.words);
        }
      }
      // Four bytes that are missing just before a packet of 1970 leave lengths that still make a chain to the end of a pcap file.
      expect(lost.length, lost.join()).toBeLessThan(name === 'pcapng' ? 1 : filesMax / 3 / 1000);
    }, 120_000);
});

const describePacket = createPacketDescriber(nodePlatform);

interface Read {
  /** Packets in their order, each as text. */
  readonly keys: readonly string[];
  /** Where problems were told. */
  readonly problems: readonly number[];
}

/** Reads and decodes a file; throws when the decoder leaves its bounds. `isShown`: lines are made of the packets too. */
function read(file: Uint8Array, isShown: boolean): Read {
  const keys: string[] = [];
  const problems: number[] = [];
  const reader = readerInto(keys, problems, isShown);
  reader.bytes(file);
  reader.end();
  return { keys, problems };
}

/** The packets of a sound file, each with the byte at which it was told. */
function readInSteps(file: Uint8Array): readonly { key: string; end: number }[] {
  const keys: string[] = [];
  const found: { key: string; end: number }[] = [];
  const reader = readerInto(keys, [], true);
  file.forEach((_, at) => {
    reader.bytes(file.subarray(at, at + 1));
    while (found.length < keys.length) found.push({ key: keys[found.length]!, end: at + 1 });
  });
  reader.end();
  expect(found).toHaveLength(frames.length);
  return found;
}

function readerInto(keys: string[], problems: number[], isShown: boolean): CaptureReader {
  const decoder = createDecoder();
  const packet = createDecodedPacket();
  const alone = createDecodedPacket();
  const linkTypes: number[] = [];
  return createCaptureReader(
    {
      ...keepEvents([]),
      interface: (info) => linkTypes.push(info.linkType),
      packet: (number, seconds, nanos, originalBytes, all, from, to) => {
        const bytes = all.subarray(from, to);
        const linkType = linkTypes[number] ?? 1;
        decoder.decode(all, from, to, linkType, originalBytes, seconds, packet);
        expectBounds(packet);
        if (!packet.isFragment && packet.fragments === 0) {
          // Nothing of what lies around a frame is taken for a part of it.
          createDecoder().decode(bytes, 0, bytes.length, linkType, originalBytes, seconds, alone);
          expectSame(packet, alone);
        }
        if (isShown) describeAll(packet);
        keys.push(
          `${number} ${seconds} ${nanos} ${originalBytes} ${nodePlatform.latin1(bytes, 0, bytes.length)}`,
        );
      },
      problem: (_sentence, at) => problems.push(at),
    },
    nodePlatform,
  );
}

function expectBounds(packet: DecodedPacket): void {
  const { bytes, from, to, payloadFrom, payloadTo, payloadCaptured, sackAt, sackBlocks } = packet;
  const isSound =
    payloadFrom <= payloadTo &&
    payloadFrom >= 0 &&
    to <= bytes.length &&
    (payloadCaptured === 0 || payloadFrom + payloadCaptured <= Math.min(to, payloadTo)) &&
    (packet.addressBytes === 0 ||
      (packet.sourceAt >= from && packet.destinationAt + packet.addressBytes <= to)) &&
    (sackAt < 0 || sackAt + sackBlocks * 8 <= to) &&
    (packet.macSourceAt < 0 || packet.macSourceAt + 6 <= to) &&
    packet.seq >= 0 &&
    packet.window >= 0;
  if (!isSound) expect.fail(`out of bounds: ${JSON.stringify({ ...packet, bytes: [...bytes] })}`);
}

const places = [
  ...['macSourceAt', 'macDestinationAt', 'networkAt', 'sourceAt', 'destinationAt', 'transportAt', 'sackAt'],
  ...['payloadFrom', 'payloadTo'],
];

function expectSame(among: DecodedPacket, alone: DecodedPacket): void {
  const { from } = among;
  for (const [name, value] of Object.entries(among) as [keyof DecodedPacket, number][]) {
    if (name === 'bytes' || name === 'from' || name === 'to') continue;
    const isPlace = places.includes(name) && value >= 0;
    // A payload that nothing was found of begins nowhere.
    const own = isPlace && !(value === 0 && alone[name] === 0) ? value - from : value;
    if (own !== alone[name]) expect.fail(`${name} is ${own} among others, ${String(alone[name])} alone`);
  }
}

function describeAll(packet: DecodedPacket): void {
  embeddedConversation(packet);
  for (const protocol of ['', 'TLS', 'HTTP', 'HTTP2', 'QUIC', 'DHCP', 'NTP', 'DNS'])
    describePacket(packet, { ...noContext, protocol, troubles: 0xffff });
}

interface Damaged {
  readonly file: Uint8Array;
  /** The first byte that is not as it was. */
  readonly from: number;
  /** Its end is missing. */
  readonly isShorter: boolean;
  readonly words: string;
}

type Random = (below: number) => number;

function damage(file: Uint8Array, random: Random): Damaged {
  const from = random(file.length);
  const words = (what: string): string => `${what} at ${from}`;
  const copy = file.slice();
  switch (random(5)) {
    case 0:
      copy[from]! ^= 1 << random(8);
      return { file: copy, from, isShorter: false, words: words('a bit') };
    case 1:
      for (let at = from; at < Math.min(from + 1 + random(8), copy.length); at++) copy[at] = random(256);
      return { file: copy, from, isShorter: false, words: words('some bytes') };
    case 2:
      copy.fill(random(2) * 255, from, from + 4);
      return { file: copy, from, isShorter: false, words: words('four bytes') };
    case 3:
      return { file: copy.subarray(0, from), from, isShorter: true, words: words('the end') };
    default: {
      const added = Uint8Array.from({ length: random(40) }, () => random(256));
      const to = Math.min(file.length, from + random(40));
      return {
        file: bytesOf(file.subarray(0, from), added, file.subarray(to)),
        from,
        isShorter: false,
        words: words('a piece'),
      };
    }
  }
}

/** The same numbers with the same seed (Park and Miller). */
function seeded(seed: number): Random {
  let state = seed * 7919 + 1;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

function pcapng(): Uint8Array {
  const chunks: Uint8Array[] = [];
  const writer = createPcapngWriter({ application: '', comment: '' }, nodePlatform, (chunk) =>
    chunks.push(chunk),
  );
  writer.interface({
    name: 'eth0',
    description: '',
    linkType: 1,
    snapBytes: 0,
    filter: '',
    system: 'Linux',
    unitsPerSecond: 1e9,
  });
  const more = { direction: 'in', processId: 1, threadId: 2, droppedBefore: null } as const;
  frames.forEach(({ bytes, seconds = 0, nanos = 0, originalBytes = bytes.length }, at) => {
    writer.packet(
      0,
      seconds,
      nanos,
      originalBytes,
      bytes,
      at % 2 === 0 ? null : { ...more, comment: 'here' },
    );
  });
  writer.end();
  return bytesOf(...chunks);
}
