import { describe, expect, it } from 'vitest';
import type { Followed } from '../../core/contract/packets.ts';
import { findLine, streamBytes, streamLines } from '../../renderer/format/stream-lines.ts';

const text = new TextEncoder();
type Piece = Followed['pieces'][number];

function piece(end: 'a' | 'b', bytes: Uint8Array | string, missingBefore = 0, packet = 1): Piece {
  return {
    end,
    atUs: 0,
    packet,
    missingBefore,
    bytes: typeof bytes === 'string' ? text.encode(bytes) : bytes,
  };
}

const talk = [
  piece('a', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n', 0, 4),
  piece('b', 'HTTP/1.1 200 OK\r\n\r\nHällo', 1448, 7),
];

describe('a followed stream', () => {
  it('becomes lines that say who speaks, and what is missing', () => {
    const lines = streamLines(talk, 'text', 'both');
    expect(lines.map(({ end, isFirst, missing, text: line }) => [end, isFirst, missing, line])).toEqual([
      ['a', true, 0, 'GET / HTTP/1.1'],
      ['a', false, 0, 'Host: x'],
      ['a', false, 0, ''],
      ['b', true, 1448, ''],
      ['b', true, 0, 'HTTP/1.1 200 OK'],
      ['b', false, 0, ''],
      ['b', false, 0, 'Hällo'],
    ]);
    expect(lines[4]?.packet).toBe(7);
    expect(streamLines(talk, 'text', 'a')).toHaveLength(3);
  });

  it('is shown in hex with offsets of its own end, gaps counted', () => {
    const lines = streamLines([piece('b', 'ab', 1448), piece('a', 'x'), piece('b', 'c')], 'hex', 'both');
    expect(lines.map(({ text: line }) => line.slice(0, 13))).toEqual([
      '',
      '000005a8  61 ',
      '00000000  78 ',
      '000005aa  63 ',
    ]);
  });

  it('shows no character that moves others, and cuts long lines', () => {
    const [first] = streamLines([piece('a', 'a\u202Eb\u0007c')], 'text', 'both');
    expect(first?.text).toBe('a·b·c');
    expect(
      streamLines([piece('a', 'x'.repeat(1000))], 'text', 'both').map(({ text: line }) => line.length),
    ).toEqual([400, 400, 200]);
    expect(streamLines([piece('a', Uint8Array.of(0xff, 0x41))], 'text', 'both')[0]?.text).toBe('ÿA');
  });

  it('is looked through round and round, whatever the case', () => {
    const lines = streamLines(talk, 'text', 'both');
    expect(findLine(lines, 'http', -1, false)).toBe(0);
    expect(findLine(lines, 'HTTP', 0, false)).toBe(4);
    expect(findLine(lines, 'http', 4, false)).toBe(0);
    expect(findLine(lines, 'http', 0, true)).toBe(4);
    expect(findLine(lines, 'nothing', 0, false)).toBeNull();
    expect(findLine([], 'x', 0, false)).toBeNull();
  });

  it('is saved as it was, of one end or of both', () => {
    expect(streamBytes(talk, 'a')).toEqual(talk[0]?.bytes);
    expect(streamBytes(talk, 'both')).toHaveLength(
      (talk[0]?.bytes.length ?? 0) + (talk[1]?.bytes.length ?? 0),
    );
  });
});
