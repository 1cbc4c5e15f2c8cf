import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNamed, type ProtoField, type ProtoMessage } from '../../../core/decoders/protobuf-names.ts';

function message(fields: Readonly<Record<number, ProtoField>>): ProtoMessage {
  return { field: (number) => fields[number] };
}

const money = message({
  1: { name: 'cents', type: 'int64', repeated: false },
  2: { name: 'currency', type: 'string', repeated: false },
});
const entry = message({
  1: { name: 'key', type: 'string', repeated: false },
  2: { name: 'value', type: 'int32', repeated: false },
});
const product: ProtoMessage = message({
  1: { name: 'id', type: 'uint64', repeated: false },
  2: { name: '__proto__', type: 'string', repeated: false },
  3: { name: 'price', type: 'message', repeated: false, message: () => money },
  4: { name: 'sizes', type: 'sint32', repeated: true },
  5: { name: 'state', type: 'enum', repeated: false, nameOf: (value) => ['UNKNOWN', 'SOLD'][value] },
  6: { name: 'left', type: 'message', repeated: true, isMap: true, message: () => entry },
  7: { name: 'weight', type: 'double', repeated: false },
  8: { name: 'self', type: 'message', repeated: false, message: () => product },
  9: { name: 'picture', type: 'bytes', repeated: false },
});

const bytesOf = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => parseInt(byte, 16)));
const plain = (value: unknown) => JSON.stringify(value);

describe('protocol buffers with their schema', () => {
  it('are read with the names of fields, enums and maps, packed or not', () => {
    const { value, problem } = readNamed(
      bytesOf(
        '08 ec 44 12 04 6c 61 6d 70 1a 08 08 fe 26 12 03 45 55 52 22 02 01 04 20 06 28 01 ' +
          '32 05 0a 01 61 10 07 32 05 0a 01 62 10 08 39 00 00 00 00 00 00 f8 3f 4a 02 ff 00',
      ),
      product,
    );
    expect(problem).toBeNull();
    expect(plain(value)).toBe(
      plain({
        id: 8812,
        ['__proto__']: 'lamp',
        price: { cents: 4990, currency: 'EUR' },
        sizes: [-1, 2, 3],
        state: 'SOLD',
        left: { a: 7, b: 8 },
        weight: 1.5,
        picture: '0xff00',
      }),
    );
  });

  it('keep what the schema does not have, or has as another type, under its number', () => {
    const { value } = readNamed(bytesOf('98 06 07 10 05 08 01'), product);
    expect(plain(value)).toBe('{"#99":7,"#2":5,"id":1}');
  });

  it('write integers that JSON cannot hold as texts', () => {
    const { value } = readNamed(bytesOf('08 ff ff ff ff ff ff ff ff ff 01'), product);
    expect(plain(value)).toBe('{"id":"18446744073709551615"}');
  });

  it('say where bytes stop being a message, and how deep is not read', () => {
    expect(readNamed(bytesOf('08 01 07'), product)).toMatchObject({
      problem: 'At byte 2 the data stops being protocol buffers.',
    });
    let deep = new Uint8Array(0);
    for (let depth = 0; depth < 150; depth += 1) {
      const length = deep.length < 128 ? [deep.length] : [(deep.length & 0x7f) | 0x80, deep.length >> 7];
      deep = Uint8Array.from([0x42, ...length, ...deep]);
    }
    expect(readNamed(deep, product).problem).toContain('deeper than 100 levels');
  });

  it('never throw, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(typeof JSON.stringify(readNamed(bytes, product).value)).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });
});
