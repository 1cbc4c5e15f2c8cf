import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCaptureReader } from '../../../../core/packets/files/capture-read.ts';
import { packetBytesMax } from '../../../../core/packets/files/pcap-read.ts';
import {
  bytesOf,
  keepEvents,
  le32,
  pcapFile,
  pushInChunks,
  tcpFrame,
  type ReadEvent,
} from '../../../support/capture-bytes.ts';
import { nodePlatform } from '../../../support/platform.ts';

describe('a pcap file', () => {
  for (const bigEndian of [false, true])
    for (const nanoseconds of [false, true])
      test(`is read with ${bigEndian ? 'big' : 'little'} endian numbers and ${nanoseconds ? 'nano' : 'micro'}seconds`, () => {
        const frame = tcpFrame({ payload: 'hello' });
        const nanos = nanoseconds ? 123_456_789 : 123_456_000;
        const events = readAll(
          pcapFile([{ bytes: frame, seconds: 1_700_000_000, nanos, originalBytes: 90 }], {
            bigEndian,
            nanoseconds,
          }),
        );
        expect(events).toEqual([
          {
            kind: 'interface',
            info: {
              name: '',
              description: '',
              linkType: 1,
              snapBytes: 262_144,
              filter: '',
              system: '',
              unitsPerSecond: nanoseconds ? 1e9 : 1e6,
            },
          },
          packet(frame, { seconds: 1_700_000_000, nanos, originalBytes: 90 }),
        ]);
      });

  test('with eight more bytes in each header (Kuznetzov’s) is read', () => {
    const frames = [tcpFrame({ payload: 'a' }), tcpFrame({ payload: 'bc' })];
    const events = readAll(
      pcapFile(
        frames.map((bytes) => ({ bytes })),
        { patched: true },
      ),
    );
    expect(packets(events)).toEqual(frames);
  });

  test('tells its link type without the bits of a frame check sequence', () => {
    const [first] = readAll(pcapFile([], { linkType: 0x1400_0001 }));
    expect(first).toMatchObject({ kind: 'interface', info: { linkType: 1 } });
  });

  test('gives the same events however it is cut into chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 8 }),
        fc.array(fc.nat(200), { minLength: 1, maxLength: 6 }),
        fc.option(fc.record({ at: fc.nat(2000), value: fc.nat(255) })),
        (frames, lengths, damage) => {
          const file = pcapFile(frames.map((bytes, at) => ({ bytes, seconds: 1000 + at })));
          if (damage !== null && damage.at >= 24 && damage.at < file.length) file[damage.at] = damage.value;
          expect(readAll(file, lengths)).toEqual(readAll(file));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('hands over a packet that lies in one chunk without copying it', () => {
    const file = pcapFile([{ bytes: tcpFrame() }]);
    const seen: Uint8Array[] = [];
    const reader = createCaptureReader(
      { ...keepEvents([]), packet: (...all) => seen.push(all[4].subarray(all[5], all[6])) },
      nodePlatform,
    );
    reader.bytes(file);
    expect(seen[0]?.buffer).toBe(file.buffer);
  });

  test('that ends inside a packet says so at that packet', () => {
    const file = pcapFile([{ bytes: tcpFrame() }, { bytes: tcpFrame({ payload: 'hello' }) }]);
    const events = readAll(file.subarray(0, file.length - 3));
    expect(packets(events)).toHaveLength(1);
    expect(problems(events)).toEqual([
      {
        kind: 'problem',
        sentence:
          'The file ends inside a packet of 59 bytes; it is passed over, and the next packet looked for.',
        atByte: 24 + 16 + tcpFrame().length,
      },
    ]);
  });

  test('whose packet claims an impossible length goes on with the next packets, at any cut', () => {
    const frames = Array.from({ length: 6 }, (_, at) => tcpFrame({ seq: at + 1, payload: 'x'.repeat(at) }));
    const file = pcapFile(frames.map((bytes, at) => ({ bytes, seconds: 5000 + at })));
    const second = 24 + 16 + frames[0]!.length;
    file.set(le32(packetBytesMax + 1), second + 8);
    for (const lengths of [[], [1], [7, 90]]) {
      const events = readAll(file, lengths);
      expect(packets(events)).toEqual([frames[0], ...frames.slice(2)]);
      expect(problems(events)).toMatchObject([{ atByte: second }]);
    }
  });

  test('whose packet claims what the file does not have goes on with those behind its header', () => {
    const frames = Array.from({ length: 4 }, (_, at) => tcpFrame({ seq: at + 1 }));
    for (const lie of [100_000, 90]) {
      const file = pcapFile(frames.map((bytes) => ({ bytes })));
      file.set(le32(lie), 24 + 8);
      const events = readAll(file);
      expect(packets(events)).toEqual(frames.slice(1));
      expect(problems(events)).toMatchObject([{ atByte: 24 }]);
    }
  });

  test('of a writer that tells too short original lengths is read', () => {
    const frames = [tcpFrame(), tcpFrame({ payload: 'x' }), tcpFrame()];
    const file = pcapFile(frames.map((bytes) => ({ bytes, originalBytes: 10 })));
    expect(packets(readAll(file))).toEqual(frames);
    expect(problems(readAll(file))).toEqual([]);
  });

  test('that was filled up with zeros has no packets there', () => {
    const events = readAll(bytesOf(pcapFile([{ bytes: tcpFrame() }]), new Uint8Array(5000)));
    expect(packets(events)).toHaveLength(1);
    expect(problems(events)).toMatchObject([
      {
        sentence:
          'The header of a packet contradicts itself; it is passed over, and the next packet looked for.',
      },
      { sentence: 'No further packet was found before the end of the file.' },
    ]);
  });

  test('whose garbage goes on to its end says that nothing more was found', () => {
    const file = bytesOf(pcapFile([{ bytes: tcpFrame() }]), Array<number>(500).fill(0xff));
    expect(problems(readAll(file)).map(({ sentence }) => sentence)).toEqual([
      'A packet claims 4294967295 bytes, which no capture has; it is passed over, and the next packet looked for.',
      'No further packet was found before the end of the file.',
    ]);
  });

  test('that lies about its length allocates only for the bytes that came', () => {
    const file = pcapFile([{ bytes: tcpFrame() }]);
    file.set(le32(packetBytesMax), 24 + 8);
    const before = process.memoryUsage().arrayBuffers;
    readAll(file, [10]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(packetBytesMax / 2);
  });

  test('with more than a second’s fractions counts them on and says so', () => {
    const file = pcapFile([{ bytes: tcpFrame(), seconds: 7 }]);
    file.set(le32(2_500_000), 24 + 4);
    const events = readAll(file);
    expect(events).toContainEqual(packet(tcpFrame(), { seconds: 9, nanos: 500_000_000 }));
    expect(problems(events)).toHaveLength(1);
  });
});

test('what is no capture is refused in one sentence, an empty file too', () => {
  expect(readAll(bytesOf('GET / HTTP/1.1\r\n\r\n'), [3])).toEqual([
    {
      kind: 'problem',
      sentence: 'This is neither a pcap nor a pcapng file: its first four bytes are none of a capture.',
      atByte: 0,
    },
  ]);
  expect(readAll(new Uint8Array(0))).toMatchObject([{ sentence: 'The file is empty.' }]);
  expect(readAll(pcapFile([]).subarray(0, 3))).toMatchObject([
    { sentence: 'The file ends inside its header.' },
  ]);
  expect(readAll(pcapFile([]).subarray(0, 20))).toMatchObject([
    { sentence: 'The file ends inside its header.' },
  ]);
});

function readAll(file: Uint8Array, lengths: readonly number[] = []): ReadEvent[] {
  const events: ReadEvent[] = [];
  pushInChunks(createCaptureReader(keepEvents(events), nodePlatform), file, lengths);
  return events;
}

function packet(
  bytes: Uint8Array,
  more: { seconds?: number; nanos?: number; originalBytes?: number } = {},
): ReadEvent {
  return {
    kind: 'packet',
    interfaceNumber: 0,
    seconds: more.seconds ?? 1,
    nanos: more.nanos ?? 0,
    originalBytes: more.originalBytes ?? bytes.length,
    bytes,
    more: null,
  };
}

function packets(events: readonly ReadEvent[]): readonly Uint8Array[] {
  return events.flatMap((event) => (event.kind === 'packet' ? [event.bytes] : []));
}

function problems(events: readonly ReadEvent[]): readonly (ReadEvent & { kind: 'problem' })[] {
  return events.flatMap((event) => (event.kind === 'problem' ? [event] : []));
}
