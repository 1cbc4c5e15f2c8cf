import { describe, expect, it } from 'vitest';
import { byteForKey, formatBytesAs, typedOffset } from '../../renderer/format/hex.ts';

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

describe('the byte a key leads to', () => {
  it('keeps to its column up and down, and stays where there is no further row', () => {
    expect(byteForKey('ArrowDown', 3, 40, 10)).toBe(19);
    expect(byteForKey('ArrowDown', 30, 40, 10)).toBe(30);
    expect(byteForKey('ArrowUp', 3, 40, 10)).toBe(3);
  });

  it('stays within the body, by pages and to its ends too', () => {
    expect(byteForKey('ArrowLeft', 0, 40, 10)).toBe(0);
    expect(byteForKey('ArrowRight', 40, 40, 10)).toBe(40);
    expect(byteForKey('PageDown', 3, 400, 10)).toBe(163);
    expect(byteForKey('PageUp', 3, 400, 10)).toBe(0);
    expect(byteForKey('Home', 30, 40, 10)).toBe(0);
    expect(byteForKey('End', 30, 40, 10)).toBe(40);
  });

  it('is none for other keys', () => {
    expect(byteForKey('a', 3, 40, 10)).toBeNull();
  });
});
