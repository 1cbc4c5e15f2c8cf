import { describe, expect, it } from 'vitest';
import { shortType, textDecoder } from '../../renderer/format/media-type.ts';

describe('media types', () => {
  it.each([
    ['application/json', 'json'],
    ['text/html', 'html'],
    ['image/svg+xml', 'svg'],
    ['application/problem+json', 'problem'],
    ['application/vnd.api+json', 'json'],
    ['application/x-www-form-urlencoded', 'form'],
    ['application/octet-stream', 'binary'],
    [null, ''],
  ])('%s is short for %s', (type, short) => {
    expect(shortType(type)).toBe(short);
  });

  it('name the charset, if it is one', () => {
    expect(textDecoder('text/html; charset="ISO-8859-1"').encoding).toBe('windows-1252');
    expect(textDecoder('text/html; charset=nonsense').encoding).toBe('utf-8');
    expect(textDecoder(null).encoding).toBe('utf-8');
    expect(textDecoder('text/plain', Uint8Array.of(0xff, 0xfe)).encoding).toBe('utf-16le');
  });
});
