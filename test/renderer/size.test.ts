import { describe, expect, it } from 'vitest';
import { formatBytes, formatSize } from '../../renderer/format/size.ts';

describe('sizes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 KB'],
    [9_960, '10 KB'],
    [1_234_567, '1.2 MB'],
    [999_600, '1.0 MB'],
    [34_000_000, '34 MB'],
    [5_000_000_000_000_000, '5000 TB'],
  ])('%d bytes read %s', (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  it('give every byte on request', () => {
    expect([1, 0, 1_234_567].map(formatBytes)).toEqual(['1 byte', '0 bytes', '1,234,567 bytes']);
  });
});
