import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createWordCache } from '../../../core/encoding/word-cache.ts';
import { nodePlatform } from '../../support/platform.ts';

describe('words from the cache', () => {
  it('are what the bytes say, whatever came before', () => {
    const cache = createWordCache(nodePlatform);
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { maxLength: 30 }), (words) => {
        for (const word of [...words, ...words]) {
          const bytes = Buffer.from(`<${word}>`);
          expect(cache.text(bytes, 1, bytes.length - 1)).toBe(bytes.toString('utf8', 1, bytes.length - 1));
        }
      }),
      { numRuns: 300 },
    );
  });

  it('do not stay those of bytes that changed', () => {
    const cache = createWordCache(nodePlatform);
    const bytes = Buffer.from('status');
    expect(cache.text(bytes, 0, 6)).toBe('status');
    bytes.write('STATUS');
    expect(cache.text(bytes, 0, 6)).toBe('STATUS');
  });
});
