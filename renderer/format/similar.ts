import { formatFilter } from '../../core/filter/format-filter.ts';
import type { FilterNode, TextMatch } from '../../core/filter/node.ts';
import type { ExchangeRecord } from '../../core/model/exchange-record.ts';

/** The filter for exchanges like this one: the same method, host and path, whatever the query. */
export function similarFilter({ method, host, path }: ExchangeRecord): string {
  const query = path.indexOf('?');
  const bare = query < 0 ? path : path.slice(0, query);
  const text = (field: 'method' | 'host' | 'path', match: TextMatch): FilterNode => ({
    kind: 'text',
    field,
    match,
  });
  const paths: FilterNode[] = [text('path', { how: 'equals', text: bare })];
  if (!bare.includes('*')) paths.push(text('path', { how: 'wildcard', text: `${bare}?*` }));
  const nodes = [text('host', { how: 'equals', text: host })];
  if (method !== '') nodes.unshift(text('method', { how: 'equals', text: method }));
  if (bare !== '') nodes.push(paths.length === 1 ? (paths[0] as FilterNode) : { kind: 'or', nodes: paths });
  return formatFilter({ kind: 'and', nodes });
}
