import { describe, expect, it } from 'vitest';
import { cbor } from '../../../core/decoders/cbor.ts';
import { messagePack } from '../../../core/decoders/message-pack.ts';
import { protobuf } from '../../../core/decoders/protobuf.ts';
import { treeNode } from '../../../core/decoders/tree.ts';
import { decoded, hex, sample, treeLines } from './support.ts';

const packed = (digits: string) => treeLines(decoded(messagePack, sample(hex(digits)), 'tree'));
const cborLines = (digits: string) => treeLines(decoded(cbor, sample(hex(digits)), 'tree'));
const proto = (digits: string, type: string | null = null) =>
  decoded(protobuf, sample(hex(digits), type), 'tree');

describe('MessagePack', () => {
  it('reads integers of every size exactly', () => {
    expect(
      packed('9a 7f ff e0 cc80 cd0100 ce00010000 cfffffffffffffffff d080 d18000 d38000000000000000'),
    ).toEqual([
      'array',
      ...[
        '127',
        '-1',
        '-32',
        '128',
        '256',
        '65536',
        '18446744073709551615',
        '-128',
        '-32768',
        '-9223372036854775808',
      ].map((value, index) => `.${index}: number ${value}`),
    ]);
  });

  it('reads maps, text, bytes, floats, words and nesting', () => {
    expect(packed('84 a161 91c0 a162 ca3fc00000 a163 c402beef 01 a2c3a9')).toEqual([
      'object',
      '.a: array',
      '..0: word nil',
      '.b: number 1.5',
      '.c: bytes be ef',
      '.1: string é',
    ]);
  });

  it('reads the three timestamps and other extensions', () => {
    expect(packed('94 d6ff5f5e1000 d7ff0000000400000001 c70cff00000001ffffffffffffffff d40501')).toEqual([
      'array',
      '.0: date 2020-09-13T12:26:40.000Z'.replace(
        '2020-09-13T12:26:40',
        new Date(0x5f5e1000 * 1000).toISOString().slice(0, 19),
      ),
      '.1: date 1970-01-01T00:00:01.000000001Z',
      '.2: date 1969-12-31T23:59:59.000000001Z',
      '.3: bytes 01',
    ]);
  });

  it('keeps what came before the end of cut data and says so', () => {
    const tree = decoded(messagePack, sample(hex('92 01 a5 6162')), 'tree');
    expect(treeLines(tree)).toEqual(['array', '.0: number 1']);
    expect(tree.problem).toBe('The data ends too early.');
  });
});

describe('CBOR', () => {
  // Values of RFC 8949 appendix A.
  it.each([
    ['1bffffffffffffffff', 'number 18446744073709551615'],
    ['3bffffffffffffffff', 'number -18446744073709551616'],
    ['c249010000000000000000', 'number 18446744073709551616'],
    ['c349010000000000000000', 'number -18446744073709551617'],
    ['f98000', 'number -0'],
    ['f97bff', 'number 65504'],
    ['f90001', 'number 5.960464477539063e-8'],
    ['fa47c35000', 'number 100000'],
    ['fb3ff199999999999a', 'number 1.1'],
    ['f97c00', 'number Infinity'],
    ['f6', 'word null'],
    ['f0', 'word simple(16)'],
    ['c11a514b67b0', 'date 2013-03-21T20:04:00.000Z'],
    ['6449455446', 'string IETF'],
    ['4401020304', 'bytes 01 02 03 04'],
  ])('reads %s', (digits, line) => {
    expect(cborLines(digits)).toEqual([line]);
  });

  it('reads arrays, maps and indefinite lengths', () => {
    expect(cborLines('bf 61 61 01 61 62 9f 02 03 ff ff')).toEqual([
      'object',
      '.a: number 1',
      '.b: array',
      '..0: number 2',
      '..1: number 3',
    ]);
    expect(cborLines('5f 42 0102 43 030405 ff')).toEqual(['array', '.0: bytes 01 02', '.1: bytes 03 04 05']);
  });

  it('names tags', () => {
    const tree = decoded(cbor, sample(hex('d82076687474703a2f2f7777772e6578616d706c652e636f6d')), 'tree');
    expect(treeNode(tree, 0)).toMatchObject({ text: 'http://www.example.com', note: 'tag 32: URI' });
  });
});

describe('protocol buffers without a schema', () => {
  it('reads every wire type and offers other readings', () => {
    const tree = proto('08 96 01 12 07 74657374696e67 25 0000803f 29 000000000000f03f');
    expect(treeLines(tree)).toEqual(['1: number 150', '2: string testing', '4: number 1', '5: number 1']);
    expect(treeNode(tree, 0).note).toBe('varint · sint 75');
    expect(treeNode(tree, 2).note).toBe('fixed32 · float 1 · int32 1065353216');
  });

  it('tells messages from text and bytes', () => {
    const tree = proto('1a 03 08 96 01 22 06 03 8e02 9ea705 2a 05 68656c6c6f');
    expect(treeLines(tree)).toEqual([
      '3: message',
      '.1: number 150',
      '4: bytes 03 8e 02 9e a7 05',
      '5: string hello',
    ]);
    expect(treeNode(tree, 2).note).toBe('6 bytes · packed varints 3, 270, 86942');
  });

  it('shows negative and 64-bit numbers exactly', () => {
    const tree = proto('08 ffffffffffffffffff01');
    expect(treeLines(tree)).toEqual(['1: number 18446744073709551615']);
    expect(treeNode(tree, 0).note).toContain('int64 -1');
  });

  it('reads messages in frames of gRPC, compressed ones as bytes', () => {
    const tree = proto('00 00000003 089601 01 00000002 1f8b', 'application/grpc+proto');
    expect(treeLines(tree)).toEqual(['message 0: message', '.1: number 150', 'message 1: bytes 1f 8b']);
  });

  it('reads gRPC-Web as text, padded behind every message', () => {
    const text = ['00 00000003 089601', '00 00000002 0801', '80 00000002 613a'].map((frame) =>
      Buffer.from(hex(frame)).toString('base64'),
    );
    const tree = proto(Buffer.from(text.join('')).toString('hex'), 'application/grpc-web-text');
    expect(treeLines(tree)).toEqual([
      'message 0: message',
      '.1: number 150',
      'message 1: message',
      '.1: number 1',
      'trailers: text a:',
    ]);
  });

  it('reads groups', () => {
    expect(treeLines(proto('0b 10 05 0c'))).toEqual(['1: message', '.2: number 5']);
  });

  it('says where it stops', () => {
    expect(proto('08 01 0f').problem).toBe('At byte 2 the data stops being protocol buffers.');
  });
});
