import { describe, expect, it } from 'vitest';
import { bodyKind, shortType, textDecoder } from '../../renderer/format/media-type.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

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

  it('decide how a body is shown', () => {
    expect(bodyKind('application/json; charset=utf-8', bytes('{}'))).toBe('json');
    expect(bodyKind('application/problem+json', bytes('{}'))).toBe('json');
    expect(bodyKind('text/html', bytes('<p>'))).toBe('text');
    expect(bodyKind('image/png', Uint8Array.of(0x89, 0x50))).toBe('image');
    expect(bodyKind('text/plain', bytes('{"a":1}'))).toBe('text');
    expect(bodyKind('application/json', new Uint8Array())).toBe('empty');
  });

  it('give way to the bytes where they say otherwise', () => {
    expect(bodyKind(null, bytes(' [1]'))).toBe('json');
    expect(bodyKind(null, bytes('hello'))).toBe('text');
    expect(bodyKind('application/octet-stream', Uint8Array.of(0, 1, 2))).toBe('binary');
    expect(bodyKind('application/json', Uint8Array.of(0x1f, 0x8b, 8, 0))).toBe('binary');
  });

  it('name the charset, if it is one', () => {
    expect(textDecoder('text/html; charset="ISO-8859-1"').encoding).toBe('windows-1252');
    expect(textDecoder('text/html; charset=nonsense').encoding).toBe('utf-8');
    expect(textDecoder(null).encoding).toBe('utf-8');
  });
});
