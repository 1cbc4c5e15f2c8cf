import { describe, expect, it } from 'vitest';
import { formatBytesAs, typedOffset } from '../../renderer/format/hex.ts';

describe('bytes to paste elsewhere', () => {
  const bytes = Uint8Array.of(0x1f, 0x8b, 0x00);

  it('are written as hexadecimal, C, base64 or text', () => {
    expect(formatBytesAs(bytes, 'hex')).toBe('1f 8b 00');
    expect(formatBytesAs(bytes, 'c')).toBe('const unsigned char bytes[3] = {\n  0x1f, 0x8b, 0x00,\n};');
    expect(formatBytesAs(bytes, 'base64')).toBe('H4sA');
    expect(formatBytesAs(new TextEncoder().encode('é'), 'text')).toBe('é');
  });
});

describe('a typed offset', () => {
  it.each([
    ['496', 496],
    ['0x1F0', 496],
    ['1f0h', 496],
    ['1f0', null],
    ['', null],
    ['-1', null],
    ['0xffffffffffffffffff', null],
  ])('%s is %s', (typed, offset) => {
    expect(typedOffset(typed)).toBe(offset);
  });
});
