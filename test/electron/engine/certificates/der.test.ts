import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as der from '../../../../electron/engine/certificates/der.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

test('lengths are minimal', () => {
  const head = (size: number): string =>
    hex(der.element(der.tags.octetString, new Uint8Array(size))).slice(0, size < 128 ? 4 : 10);
  expect(head(0)).toBe('0400');
  expect(head(127)).toBe('047f');
  expect(head(128)).toBe('0481800000');
  expect(head(256)).toBe('0482010000');
  expect(head(65536)).toBe('0483010000');
});

test('object identifiers are written in base 128', () => {
  expect(hex(der.objectIdentifier('2.5.29.17'))).toBe('0603551d11');
  expect(hex(der.objectIdentifier('1.2.840.10045.4.3.2'))).toBe('06082a8648ce3d040302');
});

test('times up to 2049 have two digits of year, later ones four', () => {
  const text = (at: string): string => Buffer.from(der.time(Date.parse(at))).toString('latin1');
  expect(text('2049-12-31T23:59:59.999Z')).toBe('\x17\x0d491231235959Z');
  expect(text('2050-01-01T00:00:00Z')).toBe('\x18\x0f20500101000000Z');
});

test('elements are found again as they were written', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), (contents) => {
      const bytes = Buffer.concat(contents.map((content) => der.element(der.tags.octetString, content)));
      expect(der.elements(bytes)?.map((found) => hex(found.content))).toEqual(contents.map(hex));
    }),
  );
});

test('any bytes give elements or null', () => {
  fc.assert(fc.property(fc.uint8Array(), (bytes) => void der.elements(bytes)));
  expect(der.elements(Uint8Array.of(0x30, 0x80))).toBeNull();
  expect(der.elements(Uint8Array.of(0x30, 5, 0))).toBeNull();
});
