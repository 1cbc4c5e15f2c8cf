import { describe, expect, it } from 'vitest';
import { formatClause, parseClause } from '../../../core/filter/clause-text.ts';

describe('the text of a filter clause', () => {
  it('reads column:text as a clause of that column', () => {
    expect(parseClause('status:404')).toEqual({ column: 'status', text: '404' });
    expect(parseClause(' Host: api.shop.test ')).toEqual({ column: 'host', text: 'api.shop.test' });
  });

  it('looks everywhere for text that names no column', () => {
    expect(parseClause('products')).toEqual({ column: 'any', text: 'products' });
    expect(parseClause('https://shop.test')).toEqual({ column: 'any', text: 'https://shop.test' });
    expect(parseClause('products', 'path')).toEqual({ column: 'path', text: 'products' });
  });

  it('has nothing to look for in an empty clause', () => {
    expect(parseClause('  ')).toBeNull();
    expect(parseClause('status:')).toBeNull();
  });

  it('is written so that it reads back the same', () => {
    for (const clause of [
      { column: 'any', text: 'products' },
      { column: 'any', text: 'status:404' },
      { column: 'status', text: '404' },
    ] as const) {
      expect(parseClause(formatClause(clause))).toEqual(clause);
    }
  });
});
