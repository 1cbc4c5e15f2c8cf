import { describe, expect, it } from 'vitest';
import { andFilter, withoutTerm } from '../../../core/filter/edit-filter.ts';

describe('changing the text of a filter', () => {
  it('adds a term that must hold as well', () => {
    expect(andFilter('', 'host:a')).toBe('host:a');
    expect(andFilter(' status:404 ', 'host:a')).toBe('status:404 host:a');
    expect(andFilter('a or b', 'host:a')).toBe('(a or b) host:a');
    expect(andFilter('a', 'b or c')).toBe('a (b or c)');
    expect(andFilter('"a or b"', 'c')).toBe('"a or b" c');
  });

  it('adds no term twice', () => {
    expect(andFilter('a host:a', 'host:a')).toBe('a host:a');
    expect(andFilter('a not host:a', 'host:a')).toBe('a not host:a host:a');
  });

  it('takes a term away again', () => {
    expect(withoutTerm('host:a', 'host:a')).toBe('');
    expect(withoutTerm('status:404 and host:a b', 'host:a')).toBe('status:404 b');
    expect(withoutTerm('(a or b) host:a', 'host:a')).toBe('a or b');
    expect(withoutTerm('a (b or c)', 'b or c')).toBe('a');
    expect(withoutTerm('a not host:a', 'not host:a')).toBe('a');
  });

  it('leaves a text alone where the term does not stand by itself', () => {
    expect(withoutTerm('a or host:a', 'host:a')).toBe('a or host:a');
    expect(withoutTerm('not host:a b', 'host:a')).toBe('not host:a b');
    expect(withoutTerm('(host:a b) c', 'host:a')).toBe('(host:a b) c');
    expect(withoutTerm('a (b', 'c')).toBe('a (b');
  });
});
