import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCaptureReader } from '../../../../core/packets/files/capture-read.ts';
import { chunkBytes } from '../../../../core/packets/files/chunk-writer.ts';
import { createPcapngWriter } from '../../../../core/packets/files/pcapng-write.ts';
import { bytesOf, keepEvents, type ReadEvent } from '../../../support/capture-bytes.ts';
import { nodePlatform } from '../../../support/platform.ts';

// A header of nothing but zeros is taken for a file that was filled up with them.
const seconds = fc.integer({ min: 1, max: 0xffff_ffff });
const nanos = fc.integer({ min: 0, max: 999_999_999 });
const text = fc
  .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
  .filter((value) => !value.includes('\0'));
const frame = fc.uint8Array({ maxLength: 100 });
const count = fc.option(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
const id = fc.integer({ min: 0, max: 0xffff_ffff });

describe('a pcapng file that is written', () => {
  test('is read as it was meant, with all that it can hold', () => {
    fc.assert(
      fc.property(
        fc.record({
          comment: text,
          keyLog: text,
          names: fc.array(fc.tuple(fc.constantFrom('10.0.0.1', 'fd00::1'), text), { maxLength: 4 }),
          interfaces: fc.array(
            fc.record({
              name: text,
              description: text,
              filter: text,
              system: text,
              linkType: fc.integer({ min: 0, max: 0xffff }),
              snapBytes: id,
              unitsPerSecond: fc.constantFrom(1e6, 1e9),
            }),
            { minLength: 1, maxLength: 3 },
          ),
          packets: fc.array(
            fc.record({
              of: fc.nat(2),
              seconds,
              nanos,
              bytes: frame,
              more: fc.option(
                fc.record({
                  comment: fc.option(text),
                  direction: fc.constantFrom('in', 'out', null),
                  processId: fc.option(id),
                  droppedBefore: count,
                }),
              ),
            }),
            { maxLength: 8 },
          ),
          counts: fc.record({ received: count, droppedByKernel: count, droppedByInterface: count }),
        }),
        ({ comment, keyLog, names, interfaces, packets, counts }) => {
          const chunks: Uint8Array[] = [];
          const writer = createPcapngWriter({ application: 'test', comment }, nodePlatform, (chunk) =>
            chunks.push(chunk),
          );
          writer.secrets(keyLog);
          writer.names(names);
          const expected: ReadEvent[] = [
            { kind: 'comment', text: comment },
            { kind: 'secrets', text: keyLog },
            ...names.map(([address, name]): ReadEvent => ({ kind: 'name', address, name })),
          ];
          for (const info of interfaces) {
            writer.interface(info);
            expected.push({ kind: 'interface', info });
          }
          for (const packet of packets) {
            const interfaceNumber = packet.of % interfaces.length;
            const isMicro = interfaces[interfaceNumber]!.unitsPerSecond === 1e6;
            const more =
              packet.more === null
                ? null
                : { ...packet.more, threadId: packet.more.processId === null ? null : 7 };
            writer.packet(
              interfaceNumber,
              packet.seconds,
              packet.nanos,
              packet.bytes.length,
              packet.bytes,
              more,
            );
            const told = more !== null && Object.values(more).some((value) => value !== null) ? more : null;
            expected.push({
              kind: 'packet',
              interfaceNumber,
              seconds: packet.seconds,
              nanos: packet.nanos - (isMicro ? packet.nanos % 1000 : 0),
              originalBytes: packet.bytes.length,
              bytes: packet.bytes,
              more: told,
            });
          }
          writer.statistics(0, counts, { seconds: 1, nanos: 0 });
          writer.end();
          expected.push({ kind: 'statistics', interfaceNumber: 0, counts });
          expect(readBack(chunks)).toEqual(expected);
        },
      ),
    );
  });

  test('comes in chunks of bounded size, a longer block in one of its own', () => {
    const chunks: Uint8Array[] = [];
    const writer = createPcapngWriter({ application: '', comment: '' }, nodePlatform, (chunk) =>
      chunks.push(chunk),
    );
    writer.interface({
      name: '',
      description: '',
      linkType: 1,
      snapBytes: 0,
      filter: '',
      system: '',
      unitsPerSecond: 1e6,
    });
    for (let packet = 0; packet < 1000; packet++)
      writer.packet(0, packet, 0, 1500, new Uint8Array(1500), null);
    writer.packet(0, 1, 0, 500_000, new Uint8Array(500_000), null);
    writer.end();
    expect(Math.max(...chunks.slice(0, -1).map((chunk) => chunk.length))).toBeLessThanOrEqual(chunkBytes);
    expect(readBack(chunks).filter(({ kind }) => kind === 'packet')).toHaveLength(1001);
  });

  test('leaves out names of what is no address', () => {
    const chunks: Uint8Array[] = [];
    const writer = createPcapngWriter({ application: '', comment: '' }, nodePlatform, (chunk) =>
      chunks.push(chunk),
    );
    writer.names([['no address', 'x']]);
    writer.end();
    expect(readBack(chunks)).toEqual([]);
  });
});

function readBack(chunks: readonly Uint8Array[]): readonly ReadEvent[] {
  const events: ReadEvent[] = [];
  const reader = createCaptureReader(keepEvents(events), nodePlatform);
  reader.bytes(bytesOf(...chunks));
  reader.end();
  return events;
}
