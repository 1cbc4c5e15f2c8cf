import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../core/filter/parse-filter.ts';
import { branchTerm, narrowingText, type BranchPath } from '../../renderer/format/branch-filter.ts';
import { joinFilters } from '../../renderer/state/exchange-view.ts';
import { matchesExchange } from '../support/match-exchange.ts';
import { exchangeRecord } from '../support/records.ts';

const host = (...names: string[]): BranchPath => ({ by: 'host', names });
const app = (name: string): BranchPath => ({ by: 'app', names: [name] });

function shows(text: string, changes: { host?: string; path?: string; app?: string | null }): boolean {
  const { node, problem } = parseFilter(text, { nowUs: 0, zoneOffsetMinutes: 0 });
  expect(problem).toBeNull();
  const record = exchangeRecord({ host: 'api.shop.test', path: '/', ...changes });
  return matchesExchange(node, {
    exchange: () => record,
    marks: () => ({ color: null, comment: '', pinned: false }),
    app: () => record.app,
    headerValues: () => [],
    bodyText: () => null,
  });
}

describe('a branch of the tree as a filter', () => {
  it('is exactly that host', () => {
    const text = branchTerm(host('api.shop.test')) ?? '';
    expect(shows(text, {})).toBe(true);
    expect(shows(text, { host: 'www.api.shop.test' })).toBe(false);
  });

  it('is a segment of the path with its queries and what is below it, not a longer name', () => {
    const text = branchTerm(host('api.shop.test', '/v2', '/cart')) ?? '';
    expect(shows(text, { path: '/v2/cart' })).toBe(true);
    expect(shows(text, { path: '/v2/cart?x=1' })).toBe(true);
    expect(shows(text, { path: '/v2/cart/items/7' })).toBe(true);
    expect(shows(text, { path: '/v2/cartoon' })).toBe(false);
    expect(shows(text, { path: '/v2' })).toBe(false);
  });

  it('takes hostile segments as they are', () => {
    for (const segment of ['/a"b', '/a b', '/(x)', '/x*y', '/regex/i', '/or', '/a\\b', '/ü,1']) {
      const text = branchTerm(host('api.shop.test', segment)) ?? '';
      expect([segment, shows(text, { path: segment })]).toEqual([segment, true]);
      expect([segment, shows(text, { path: `${segment}/below` })]).toEqual([segment, true]);
      expect([segment, shows(text, { path: '/other' })]).toEqual([segment, false]);
    }
  });

  it('can be those of no known application', () => {
    const text = branchTerm(app('')) ?? '';
    expect(shows(text, { app: null })).toBe(true);
    expect(shows(text, { app: 'Chrome' })).toBe(false);
    expect(shows(branchTerm(app('Chrome')) ?? '', { app: 'Chrome' })).toBe(true);
  });

  it('narrows to one branch less the hidden ones, together with what a person typed', () => {
    const narrowing = narrowingText(host('api.shop.test'), [host('api.shop.test', '/v2'), app('Chrome')]);
    const text = joinFilters('host:api or host:www', narrowing);
    expect(shows(text, { path: '/v1' })).toBe(true);
    expect(shows(text, { path: '/v2/x' })).toBe(false);
    expect(shows(text, { path: '/v1', app: 'Chrome' })).toBe(false);
    expect(shows(text, { host: 'www.shop.test' })).toBe(false);
    expect([joinFilters('', ''), joinFilters('a', ''), joinFilters(' ', 'b')]).toEqual(['', 'a', 'b']);
  });
});
