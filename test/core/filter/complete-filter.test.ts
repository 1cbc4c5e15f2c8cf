import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { completeFilter, type FilterCompletion } from '../../../core/filter/complete-filter.ts';
import { filterWords } from '../../../core/filter/filter-words.ts';
import { parseFilter } from '../../../core/filter/parse-filter.ts';

const known: Readonly<Record<string, readonly string[]>> = {
  host: ['cdn.shop.test', 'api.shop.test', 'api (old)'],
  type: ['application/json', 'text/html'],
  header: ['X-Request-Id', 'Cookie'],
  'response.header': ['X-Cache'],
  'header.x-request-id': ['abc', 'a b'],
};
const values = (field: string) => known[field] ?? [];

/** Completions at the `|` of the text. */
function at(marked: string): FilterCompletion[] {
  const caret = marked.lastIndexOf('|');
  return completeFilter(marked.slice(0, caret) + marked.slice(caret + 1), caret, values);
}
const labels = (marked: string) => at(marked).map(({ label }) => label);

/** The text after the completion with that label was accepted. */
function accepted(marked: string, label: string): string {
  const text = marked.slice(0, marked.lastIndexOf('|')) + marked.slice(marked.lastIndexOf('|') + 1);
  const { insert, from, to } = at(marked).find((one) => one.label === label)!;
  return text.slice(0, from) + insert + text.slice(to);
}

describe('completions of a filter', () => {
  it('are fields with an example and their meaning where nothing is typed', () => {
    expect(at('|')).toHaveLength(12);
    expect(at('a |')[0]).toEqual({
      label: 'host:',
      detail: 'host:api · The name or address of the server; with a colon in the value also its port.',
      insert: 'host:',
      from: 2,
      to: 2,
    });
  });

  it('are fields that begin with what is typed, then those that contain it', () => {
    expect(labels('st|')).toEqual(expect.arrayContaining(['status:', 'started:', 'stall:', 'host:']));
    expect(labels('st|').slice(0, 3)).toEqual(['status:', 'started:', 'stall:']);
    expect(labels('(not -siz|')).toContain('request-size:');
    expect(labels('ttf|')).toEqual(['wait:']);
    expect(accepted('a stat| b', 'status:')).toBe('a status: b');
    expect(accepted('st|:404', 'status:')).toBe('status:404');
    expect(labels('not|')).toContain('note:');
  });

  it('are the terms that a bare word may have meant', () => {
    expect(labels('404|')).toEqual(['status:404']);
    expect(labels('post|')).toContain('method:POST');
    expect(labels('fail|')).toEqual(['is:failed']);
    expect(labels('shop|')).toEqual(['host:cdn.shop.test', 'host:api.shop.test']);
    expect(accepted('api|', 'host:"api (old)"')).toBe('host:"api (old)"');
  });

  it('are values of the field behind the colon', () => {
    expect(labels('status:4|').slice(0, 3)).toEqual(['4xx', '400', '401']);
    expect(labels('is:|')).toContain('pinned');
    expect(labels('color:r|')).toContain('red');
    expect(labels('host:|')).toEqual(['cdn.shop.test', 'api.shop.test', 'api (old)']);
    expect(labels('host:api|')).toEqual(['api.shop.test', 'api (old)']);
    expect(accepted('host:=api| x', 'api (old)')).toBe('host:="api (old)" x');
    expect(accepted('host:"api (|', 'api (old)')).toBe('host:"api (old)"');
    expect(accepted('method:GET,po|', 'POST')).toBe('method:GET,POST');
    expect(labels('foo:|')).toEqual([]);
  });

  it('are units behind a number', () => {
    expect(labels('time:>500|')).toEqual(['>500ms', '>500s', '>500us', '>500m', '>500h']);
    expect(labels('size:1|')).toContain('1k');
    expect(labels('port:80|')).toEqual([]);
    expect(labels('time:|')).toEqual(['>500ms', '1s..2s']);
  });

  it('are header names and their values', () => {
    expect(labels('response.header.set|')).toEqual(['response.header.set-cookie']);
    expect(labels('response.header.x-|')).toEqual([
      'response.header.x-cache',
      'response.header.x-forwarded-for',
    ]);
    expect(labels('res.header.x-c|')).toEqual(['res.header.x-cache']);
    expect(labels('req.header.x-cache|')).toEqual([]);
    expect(labels('header.x-r|')).toEqual(['header.x-request-id']);
    expect(labels('header.X-Request-Id:a|')).toEqual(['abc', 'a b']);
    expect(labels('has:header.set|')).toEqual(['header.set-cookie']);
  });

  it('ask for known values only where one could stand', () => {
    const asked = vi.fn(() => []);
    completeFilter('status:4', 8, asked);
    completeFilter('', 0, asked);
    expect(asked).not.toHaveBeenCalled();
  });

  it('come for any text and caret, at most 12, each with a range inside the text', () => {
    const typed = fc
      .array(fc.constantFrom('host', ':', '"', 'a', ' ', ',', '(', ')', 'header.', '/', '=', '4', 'or', '-'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(typed, fc.nat(), (text, position) => {
        const caret = position % (text.length + 1);
        const completions = completeFilter(text, caret, values);
        expect(completions.length).toBeLessThanOrEqual(12);
        for (const { from, to } of completions) {
          expect(0 <= from && from <= caret && caret <= to && to <= text.length).toBe(true);
        }
      }),
    );
  });

  it('of whole terms and of values behind a field are understood', () => {
    const clock = { nowUs: 0, zoneOffsetMinutes: 0 };
    for (const { name, takes } of filterWords) {
      if (takes.kind === 'header') continue;
      for (const { insert } of completeFilter(`${name}:`, name.length + 1, values)) {
        expect(parseFilter(`${name}:${insert}`, clock).problem).toBeNull();
      }
    }
  });
});
