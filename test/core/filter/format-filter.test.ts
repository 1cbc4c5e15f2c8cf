import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatFilter, quoteFilterValue } from '../../../core/filter/format-filter.ts';
import { parseFilter } from '../../../core/filter/parse-filter.ts';
import { filterNodes } from './filter-nodes.ts';

const clock = { nowUs: 1_772_359_200_000_000, zoneOffsetMinutes: 60 };
const reformatted = (text: string) => formatFilter(parseFilter(text, clock).node);

describe('the text of a filter', () => {
  it('reads back as the same filter', () => {
    fc.assert(
      fc.property(filterNodes, (node) => {
        const text = formatFilter(node);
        fc.pre(text.length <= 4096);
        expect(parseFilter(text, clock)).toEqual({ node, problem: null });
      }),
      { numRuns: 3000 },
    );
  });

  it('is as short as a person would write it', () => {
    expect(reformatted('STATUS:4XX && (host:"api" || is:failed) AND -"a b"')).toBe(
      'status:4xx (host:api or is:failed) not "a b"',
    );
    expect(reformatted('time:>0.5s size:1000k..2M port:80')).toBe('time:>500ms size:1M..2M port:80');
    expect(reformatted('started:<5m')).toBe('started:>2026-03-01T09:55:00.000000Z');
    expect(formatFilter(null)).toBe('');
  });

  it('quotes a value so that it stands for itself behind a field', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const parsed = (text: string) => parseFilter(text, clock).node;
        const quoted = quoteFilterValue(value);
        const term = { kind: 'text', field: 'path' } as const;
        expect(parsed(`path:${quoted}`)).toEqual({ ...term, match: { how: 'contains', text: value } });
        expect(parsed(`path:=${quoted}`)).toEqual({ ...term, match: { how: 'equals', text: value } });
      }),
    );
    expect(quoteFilterValue('/products?id=1')).toBe('/products?id=1');
  });
});
