import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCaptureReader } from '../../../../core/packets/files/capture-read.ts';
import {
  be16,
  be32,
  bytesOf,
  keepEvents,
  le16,
  le32,
  pcapngBlock,
  pcapngOption,
  pushInChunks,
  tcpFrame,
  type ReadEvent,
} from '../../../support/capture-bytes.ts';
import { nodePlatform } from '../../../support/platform.ts';

const frame = tcpFrame({ payload: 'hello' });

describe('a pcapng file', () => {
  test('tells an interface with all that its options say', () => {
    const events = readAll(
      section([pcapngOption(1, 'of the section'), pcapngOption(3, 'Linux 6.1')]),
      interfaceBlock([
        pcapngOption(2, 'eth0'),
        pcapngOption(3, 'Ethernet'),
        pcapngOption(9, bytesOf([9])),
        pcapngOption(11, bytesOf([0], 'port 80')),
      ]),
      interfaceBlock([pcapngOption(12, 'FreeBSD 14'), pcapngOption(9, bytesOf([0x80 | 20]))]),
    );
    expect(events).toEqual([
      { kind: 'comment', text: 'of the section' },
      {
        kind: 'interface',
        info: {
          name: 'eth0',
          description: 'Ethernet',
          linkType: 1,
          snapBytes: 65_535,
          filter: 'port 80',
          system: 'Linux 6.1',
          unitsPerSecond: 1e9,
        },
      },
      {
        kind: 'interface',
        info: {
          name: '',
          description: '',
          linkType: 1,
          snapBytes: 65_535,
          filter: '',
          system: 'FreeBSD 14',
          unitsPerSecond: 2 ** 20,
        },
      },
    ]);
  });

  test('tells a packet with its comments, direction, losses, process and thread', () => {
    const [event] = packetsOf(
      readAll(
        section(),
        interfaceBlock(),
        enhanced(frame, { time: 1_700_000_000_123_456n, originalBytes: 2000 }, [
          pcapngOption(1, 'first'),
          pcapngOption(1, 'second'),
          pcapngOption(2, bytesOf(le32(2))),
          pcapngOption(4, bytesOf(le32(7), le32(0))),
          pcapngOption(8, bytesOf(le32(123), le32(456))),
        ]),
      ),
    );
    expect(event).toEqual({
      kind: 'packet',
      interfaceNumber: 0,
      seconds: 1_700_000_000,
      nanos: 123_456_000,
      originalBytes: 2000,
      bytes: frame,
      more: { comment: 'first\nsecond', direction: 'out', processId: 123, threadId: 456, droppedBefore: 7 },
    });
  });

  test('keeps every digit of its times, at any resolution', () => {
    const of = (resolution: number, time: bigint, offset?: Uint8Array): readonly [number, number] => {
      const [event] = packetsOf(
        readAll(
          section(),
          interfaceBlock([
            pcapngOption(9, bytesOf([resolution])),
            ...(offset === undefined ? [] : [pcapngOption(14, offset)]),
          ]),
          enhanced(frame, { time }),
        ),
      );
      return [event!.seconds, event!.nanos];
    };
    expect(of(9, 1_700_000_000_123_456_789n)).toEqual([1_700_000_000, 123_456_789]);
    expect(of(6, 1_700_000_000_999_999n)).toEqual([1_700_000_000, 999_999_000]);
    expect(of(3, 1_700_000_000_001n)).toEqual([1_700_000_000, 1_000_000]);
    expect(of(0, 1_700_000_000n)).toEqual([1_700_000_000, 0]);
    expect(of(12, 1_700_000_123_456_789_012n)).toEqual([1_700_000, 123_456_789]);
    expect(of(0x80 | 10, 1_700_000_000n * 1024n + 512n)).toEqual([1_700_000_000, 500_000_000]);
    expect(of(6, 5_000_001n, bytesOf(le32(1000), le32(0)))).toEqual([1005, 1000]);
    expect(of(6, 5_000_001n, bytesOf(le32(-3), le32(-1)))).toEqual([2, 1000]);
  });

  test('splits any count of nanoseconds as whole numbers do', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 2n ** 64n - 1n), (time) => {
        const [event] = packetsOf(
          readAll(section(), interfaceBlock([pcapngOption(9, bytesOf([9]))]), enhanced(frame, { time })),
        );
        expect([BigInt(event!.seconds), BigInt(event!.nanos)]).toEqual([time / 10n ** 9n, time % 10n ** 9n]);
      }),
      { numRuns: 200 },
    );
  });

  test('of the other byte order is read the same', () => {
    const body = bytesOf(be32(0), be32(0), be32(5_000_001), be32(frame.length), be32(frame.length), frame);
    const events = readAll(
      pcapngBlock(0x0a0d0d0a, bytesOf(be32(0x1a2b3c4d), be16(1), be16(0), be32(-1), be32(-1)), true),
      pcapngBlock(1, bytesOf(be16(1), be16(0), be32(0), pcapngOption(2, 'en0', true)), true),
      pcapngBlock(6, body, true),
    );
    expect(events).toMatchObject([
      { kind: 'interface', info: { name: 'en0' } },
      { kind: 'packet', seconds: 5, nanos: 1000, bytes: frame },
    ]);
  });

  test('of several sections numbers their interfaces through', () => {
    const one = [section(), interfaceBlock(), interfaceBlock(), enhanced(frame, { interfaceNumber: 1 })];
    const events = readAll(...one, ...one);
    expect(packetsOf(events).map(({ interfaceNumber }) => interfaceNumber)).toEqual([1, 3]);
  });

  test('may hold simple and old packets', () => {
    const old = bytesOf(le16(0), le16(3), le32(0), le32(9_000_000), le32(4), le32(60), 'abcd');
    const events = readAll(
      section(),
      interfaceBlock(),
      pcapngBlock(2, old),
      pcapngBlock(3, bytesOf(le32(5), 'hello')),
    );
    expect(packetsOf(events)).toMatchObject([
      { seconds: 9, originalBytes: 60, bytes: bytesOf('abcd'), more: { droppedBefore: 3 } },
      { seconds: 9, originalBytes: 5, bytes: bytesOf('hello'), more: null },
    ]);
  });

  test('hands over key logs, names and counters, and passes over what it does not know', () => {
    const counters = bytesOf(le32(0), le32(0), le32(0), [
      ...pcapngOption(4, bytesOf(le32(100), le32(1))),
      ...pcapngOption(7, bytesOf(le32(3), le32(0))),
    ]);
    const events = readAll(
      section(),
      interfaceBlock(),
      pcapngBlock(10, bytesOf(le32(0x544c534b), le32(11), 'CLIENT_X a\n')),
      pcapngBlock(10, bytesOf(le32(0x57474b4c), le32(4), 'wire')),
      pcapngBlock(4, bytesOf(le16(1), le16(12), [10, 0, 0, 1], 'a.test\0b', le16(0), le16(0))),
      pcapngBlock(4, bytesOf(le16(2), le16(18), [0xfd, ...Array<number>(14).fill(0), 1], 'c\0', [0, 0])),
      pcapngBlock(5, counters),
      pcapngBlock(0xbad, bytesOf(le32(1), 'anything')),
      pcapngBlock(0x4000_0bad, bytesOf(le32(1), 'anything')),
      pcapngBlock(9, bytesOf('journal')),
      pcapngBlock(0x7777, bytesOf('unknown!')),
    );
    expect(events.slice(1)).toEqual([
      { kind: 'secrets', text: 'CLIENT_X a\n' },
      { kind: 'name', address: '10.0.0.1', name: 'a.test' },
      { kind: 'name', address: '10.0.0.1', name: 'b' },
      { kind: 'name', address: 'fd00::1', name: 'c' },
      {
        kind: 'statistics',
        interfaceNumber: 0,
        counts: { received: 4_294_967_396, droppedByKernel: 3, droppedByInterface: null },
      },
    ]);
  });

  test('gives the same events however it is cut, damaged or not', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 6 }),
        fc.array(fc.nat(150), { minLength: 1, maxLength: 6 }),
        fc.option(fc.record({ at: fc.nat(1500), value: fc.nat(255) })),
        (frames, lengths, damage) => {
          const file = bytesOf(
            section(),
            interfaceBlock(),
            ...frames.map((bytes) => enhanced(bytes, {}, [pcapngOption(1, 'c')])),
          );
          if (damage !== null && damage.at >= 28 && damage.at < file.length) file[damage.at] = damage.value;
          expect(readFile(file, lengths)).toEqual(readFile(file));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('whose block lies about its length goes on at the next block', () => {
    const head = bytesOf(section(), interfaceBlock(), enhanced(frame));
    for (const lie of [13, 0, 0xffff_fffc, 100_000, 40]) {
      const file = bytesOf(head, enhanced(tcpFrame()), enhanced(frame), enhanced(frame));
      file.set(le32(lie), head.length + 4);
      const events = readFile(file);
      expect(packetsOf(events)).toHaveLength(3);
      expect(problemsOf(events)).toMatchObject([{ atByte: head.length }]);
    }
  });

  test('whose packet lies about its length or interface loses that packet only', () => {
    const events = readAll(
      section(),
      interfaceBlock(),
      enhanced(frame, { captured: frame.length + 9 }),
      enhanced(frame, { interfaceNumber: 5 }),
      enhanced(frame),
    );
    expect(packetsOf(events)).toHaveLength(1);
    expect(problemsOf(events)).toHaveLength(2);
  });

  test('that ends inside a block says so', () => {
    const file = bytesOf(section(), interfaceBlock(), enhanced(frame));
    expect(problemsOf(readFile(file.subarray(0, file.length - 2)))).toMatchObject([
      {
        sentence: `The file ends inside a block of ${enhanced(frame).length} bytes; it is passed over, and the next block looked for.`,
        atByte: section().length + interfaceBlock().length,
      },
    ]);
  });

  test('of an unknown version is not guessed at, a section behind it is read', () => {
    const strange = pcapngBlock(0x0a0d0d0a, bytesOf(le32(0x1a2b3c4d), le16(2), le16(0), le32(-1), le32(-1)));
    const events = readAll(
      strange,
      interfaceBlock(),
      enhanced(frame),
      section(),
      interfaceBlock(),
      enhanced(frame),
    );
    expect(events.map(({ kind }) => kind)).toEqual(['problem', 'interface', 'packet']);
  });
});

function section(options: readonly Uint8Array[] = []): Uint8Array {
  return pcapngBlock(0x0a0d0d0a, bytesOf(le32(0x1a2b3c4d), le16(1), le16(0), le32(-1), le32(-1), ...options));
}

function interfaceBlock(options: readonly Uint8Array[] = []): Uint8Array {
  return pcapngBlock(1, bytesOf(le16(1), le16(0), le32(65_535), ...options));
}

function enhanced(
  bytes: Uint8Array,
  how: { interfaceNumber?: number; time?: bigint; captured?: number; originalBytes?: number } = {},
  options: readonly Uint8Array[] = [],
): Uint8Array {
  const time = how.time ?? 1_000_000n;
  return pcapngBlock(
    6,
    bytesOf(
      le32(how.interfaceNumber ?? 0),
      le32(Number(time >> 32n)),
      le32(Number(time & 0xffff_ffffn)),
      le32(how.captured ?? bytes.length),
      le32(how.originalBytes ?? bytes.length),
      bytes,
      Array<number>((4 - (bytes.length % 4)) % 4).fill(0),
      ...options,
    ),
  );
}

function readAll(...blocks: readonly Uint8Array[]): ReadEvent[] {
  return readFile(bytesOf(...blocks));
}

function readFile(file: Uint8Array, lengths: readonly number[] = []): ReadEvent[] {
  const events: ReadEvent[] = [];
  pushInChunks(createCaptureReader(keepEvents(events), nodePlatform), file, lengths);
  return events;
}

function packetsOf(events: readonly ReadEvent[]): readonly (ReadEvent & { kind: 'packet' })[] {
  return events.flatMap((event) => (event.kind === 'packet' ? [event] : []));
}

function problemsOf(events: readonly ReadEvent[]): readonly (ReadEvent & { kind: 'problem' })[] {
  return events.flatMap((event) => (event.kind === 'problem' ? [event] : []));
}
