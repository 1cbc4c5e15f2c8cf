import { expect, it } from 'vitest';
import { hexRow } from '../../renderer/format/hex.ts';

it('a dump row shows offset, padded bytes and printable text', () => {
  const bytes = new TextEncoder().encode('GET / HTTP/1.1\r\nHost');
  expect(hexRow(bytes, 0)).toEqual({
    offset: '00000000',
    hex: '47 45 54 20 2f 20 48 54  54 50 2f 31 2e 31 0d 0a',
    text: 'GET / HTTP/1.1..',
  });
  expect(hexRow(bytes, 1)).toEqual({ offset: '00000010', hex: `48 6f 73 74${' '.repeat(37)}`, text: 'Host' });
});
