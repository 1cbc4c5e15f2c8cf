import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileNumberTerm } from '../../../core/filter/match-number.ts';
import { compileTextMatch } from '../../../core/filter/match-text.ts';

const matches = (how: 'contains' | 'equals' | 'wildcard' | 'regex', text: string, given: string | null) =>
  compileTextMatch({ how, text })(given);

describe('a text match', () => {
  it('does not tell upper from lower case of ASCII letters, and does of others', () => {
    expect(matches('contains', 'SHOP', 'api.shop.test')).toBe(true);
    expect(matches('equals', 'get', 'GET')).toBe(true);
    expect(matches('equals', 'get', 'GETS')).toBe(false);
    expect(matches('contains', 'é', 'É')).toBe(false);
    expect(matches('contains', 'k', '\u212a')).toBe(false);
    expect(matches('contains', 'I', 'i\u0307')).toBe(true);
    expect(matches('regex', '^a.c$', 'ABC')).toBe(true);
  });

  it('never holds for what is not there', () => {
    for (const how of ['contains', 'equals', 'wildcard', 'regex'] as const)
      expect(matches(how, '', null)).toBe(false);
    expect(matches('contains', '', '')).toBe(true);
  });

  it('takes a wildcard for the whole text, as the pattern with .* for each star does', () => {
    expect(matches('wildcard', '*.shop.test', 'api.SHOP.test')).toBe(true);
    expect(matches('wildcard', 'a*a', 'a')).toBe(false);
    expect(matches('wildcard', '*ab*b', 'ab')).toBe(false);
    const few = fc.string({ unit: fc.constantFrom('a', 'B', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(few, few, (wildcard, given) => {
        const source = wildcard.replaceAll('.', '\\.').replaceAll('*', '[^]*');
        expect(matches('wildcard', wildcard, given)).toBe(new RegExp(`^${source}$`, 'i').test(given));
      }),
    );
  });
});

describe('a number term', () => {
  const term = { kind: 'number', field: 'size', min: 1, max: 3, minOpen: false, maxOpen: false } as const;
  const held = (changes: object) => [0, 1, 2, 3, 4, null].map(compileNumberTerm({ ...term, ...changes }));

  it('holds between its ends, which may be open', () => {
    expect(held({})).toEqual([false, true, true, true, false, false]);
    expect(held({ minOpen: true, maxOpen: true })).toEqual([false, false, true, false, false, false]);
    expect(held({ min: null })).toEqual([true, true, true, true, false, false]);
    expect(held({ min: null, max: null })).toEqual([true, true, true, true, true, false]);
  });
});
