import { describe, expect, it } from 'vitest';
import { parseFilter } from '../../core/filter/parse-filter.ts';
import { valueFilter } from '../../renderer/format/value-filter.ts';
import { listedExchange } from '../support/records.ts';

const row = listedExchange({
  ...{ app: null, host: 'api.shop.test', method: 'GET', path: '/a b?"x"', status: 404 },
  ...{ way: 'socks5', process: null, grpcStatus: 14, h2Stream: 17 },
  ...{ tier: 'packets' as const, grouped: 'SELECT "a b" FROM t WHERE id = ?', rowCount: 12 },
  mark: { color: 'red', comment: 'look (again)', pinned: false },
  headers: ['private, max-age=0'],
});
const filterOf = (column: string) => valueFilter(column, row, ['response.cache-control']);

describe('filtering by the value of a cell', () => {
  it('asks for exactly that value, quoted where it must be', () => {
    expect(filterOf('host')).toBe('host:=api.shop.test');
    expect(filterOf('status')).toBe('status:404');
    expect(filterOf('color')).toBe('color:red');
    expect(filterOf('way')).toBe('way:=socks5');
    expect(filterOf('process')).toBeNull();
    expect(filterOf('grpcStatus')).toBe('grpc-status:14');
    expect(filterOf('h2Stream')).toBe('stream:17');
    expect(filterOf('rows')).toBe('rows:12');
    expect(filterOf('tier')).toBe('tier:=packets');
    expect(filterOf('statement')).toBe('statement:="SELECT \\"a b\\" FROM t WHERE id = ?"');
    expect(filterOf('path')).toBe('path:="/a b?\\"x\\""');
    expect(filterOf('response.cache-control')).toBe('response.header.cache-control:="private, max-age=0"');
  });

  it('is always a filter without a mistake', () => {
    for (const column of [
      'method',
      'status',
      'host',
      'path',
      'url',
      'type',
      'color',
      'comment',
      'statement',
    ]) {
      const text = filterOf(column) ?? '';
      expect(parseFilter(text, { nowUs: 0, zoneOffsetMinutes: 0 }).problem).toBeNull();
      expect(parseFilter(`-${text}`, { nowUs: 0, zoneOffsetMinutes: 0 }).problem).toBeNull();
    }
  });

  it('asks of a very long value for its beginning, so that the filter is not too long', () => {
    for (const character of ['a', '"', '\u{1f600}']) {
      const long = listedExchange({ path: `/${character.repeat(5000)}` });
      const text = valueFilter('path', long, []) ?? '';
      expect(text).toMatch(/^path:[^=]/);
      const { node, problem } = parseFilter(text, { nowUs: 0, zoneOffsetMinutes: 0 });
      expect(problem).toBeNull();
      const match = node?.kind === 'text' ? node.match : null;
      expect(match?.how).toBe('contains');
      expect(long.path.startsWith(match?.how === 'contains' ? match.text : ' ')).toBe(true);
    }
  });

  it('is nothing where there is no value or no such condition', () => {
    expect(filterOf('app')).toBeNull();
    expect(filterOf('waterfall')).toBeNull();
    expect(filterOf('request.accept')).toBeNull();
  });
});
