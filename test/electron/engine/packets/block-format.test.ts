import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createColumns, endBit, readColumns } from '../../../../electron/engine/packets/block-format.ts';

const u32 = fc.nat(0xffff_ffff);
const packet = fc.record({
  seconds: fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
  nanos: fc.nat(999_999_999),
  captured: u32,
  original: u32,
  conversations: u32,
  troubles: fc.oneof(
    u32,
    u32.map((value) => (value | endBit) >>> 0),
  ),
  interfaces: fc.nat(0xffff),
  protocols: fc.nat(0xff),
  tcpFlags: fc.nat(0xff),
  offsets: u32,
});
type Packet = typeof packet extends fc.Arbitrary<infer P> ? P : never;
const names = [
  ...(['seconds', 'nanos', 'captured', 'original', 'conversations', 'troubles'] as const),
  ...(['interfaces', 'protocols', 'tcpFlags', 'offsets'] as const),
];

/** A stored block, behind so many other bytes. */
function stored(packets: readonly Packet[], base: number, before = 0): Uint8Array {
  const columns = createColumns();
  packets.forEach((each, at) => {
    for (const name of names) columns[name][at] = each[name];
  });
  const packed = new Uint8Array(columns.packed(packets.length, base));
  const all = new Uint8Array(before + packed.length);
  all.set(packed, before);
  return all.subarray(before);
}

test('a block is read as it was packed, wherever it lies in memory', () => {
  fc.assert(
    fc.property(
      fc.array(packet, { maxLength: 40 }),
      fc.integer({ min: -1e10, max: 1e13 }),
      fc.nat(9),
      (packets, base, before) => {
        const read = readColumns(stored(packets, base, before));
        expect(read).toMatchObject({ count: packets.length, baseSeconds: base });
        packets.forEach((each, at) => {
          for (const name of names) expect(read?.[name][at]).toBe(each[name]);
        });
      },
    ),
    { numRuns: 60 },
  );
});

test('a block of any other length is none', () => {
  const bytes = stored(
    [1, 2, 3].map((value) => ({
      ...{ seconds: value, nanos: 1, captured: 1, original: 1, conversations: 1, troubles: 0 },
      ...{ interfaces: 1, protocols: 1, tcpFlags: 1, offsets: 0 },
    })),
    1000,
  );
  const ofFirstFormat = bytes.length - 3 * 4;
  for (let length = 0; length < bytes.length; length++) {
    if (length === ofFirstFormat) continue;
    expect(readColumns(bytes.subarray(0, length)), `${length} bytes`).toBeNull();
  }
  expect(readColumns(Uint8Array.from([...bytes, 0]))).toBeNull();
});

test('a block of the first format, which has no offsets, has its frames one behind the other', () => {
  const packets = [20, 0, 7].map((captured) => ({
    ...{ seconds: 1, nanos: 1, captured, original: 1, conversations: 1, troubles: 0 },
    ...{ interfaces: 1, protocols: 1, tcpFlags: 1, offsets: 0 },
  }));
  const bytes = stored(packets, 1000);
  const read = readColumns(bytes.slice(0, bytes.length - 3 * 4));
  expect([...(read?.offsets ?? [])]).toEqual([0, 20, 20]);
});

test('a block whose count or time is forged is none', () => {
  const bytes = stored([], 1000);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  for (const count of [1, 0x7fff_ffff, 0xffff_ffff]) {
    view.setUint32(8, count, true);
    expect(readColumns(bytes), `${count} packets`).toBeNull();
  }
  view.setUint32(8, 0, true);
  for (const time of [NaN, Infinity, -Infinity, 0.5]) {
    view.setFloat64(0, time, true);
    expect(readColumns(bytes), `at ${time}`).toBeNull();
  }
});

test('any bytes are a block or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const read = readColumns(bytes);
      if (read !== null) expect(16 + read.count * 28).toBe(bytes.length);
    }),
  );
});
