import { describe, expect, it } from 'vitest';
import { filterSpans } from '../../../core/filter/filter-spans.ts';

function shown(text: string): string[] {
  return filterSpans(text).map(({ kind, from, to }) => `${kind} ${text.slice(from, to)}`);
}

describe('what of a filter is shown in its own way', () => {
  it('are fields, operators, quoted texts and patterns', () => {
    expect(shown('not (host:"a b" or path:/v[12]/) && -status>=400 header.etag')).toEqual([
      'operator not',
      'operator (',
      'field host:',
      'quoted "a b"',
      'operator or',
      'field path:',
      'pattern /v[12]/',
      'operator )',
      'operator &&',
      'operator -',
      'field status',
      'field header.etag',
    ]);
  });

  it('is nothing in addresses and unknown fields, and all of a quote that is still open', () => {
    expect(shown('https://a localhost:80 foo:bar "open')).toEqual(['quoted "open']);
  });
});
